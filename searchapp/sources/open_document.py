"""OpenDocument texts (``.odt``, ISO/IEC 26300): everything that is printed, in reading order."""

from collections.abc import Iterator

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources import documents
from searchapp.sources.blocks import Blocks
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.opening import Opened
from searchapp.sources.packages import Package, package
from searchapp.sources.xml_events import Events, Said, listen

_PARAGRAPHS = frozenset(("p", "h"))
_TABLES = {"table": "table", "table-row": "row", "table-cell": "cell", "covered-table-cell": "cell"}
# Deleted text, comments, ruby annotations, and the numbers of notes.
_UNREAD = frozenset((
    "tracked-changes", "annotation", "ruby-text", "note-citation", "forms", "scripts", "automatic-styles",
    "event-listeners", "sequence-decls", "desc",
))  # fmt: skip
_SIGNS = {"tab": "\t", "line-break": "\n"}
_MOST_SPACES = 100


def read(opened: Opened) -> Iterator[Draft | Remark]:
    """Read an ``.odt`` file as one article, or as those of a download from a press archive."""
    with package(opened) as parts:
        body, said = _Body(), Said()
        if not (content := parts.read("content.xml")):
            raise UnreadableFile(
                recorded("It is not a readable {suffix} file: it has no text part.", suffix=opened.suffix)
            )
        if b"manifest:encryption-data" in parts.read("META-INF/manifest.xml"):
            raise UnreadableFile("It is protected by a password.")
        listen(content, body)
        if meta := parts.read("meta.xml"):
            listen(meta, said)
        blocks = [*body.blocks.found, *_margins(parts, body.blocks.found)]
    if body.comments:
        yield Remark("", recorded("{number} comments in the margin are not read", number=body.comments), left_out=False)
    yield from documents.drafts(
        blocks,
        opened.options,
        title=said.values.get("title", ""),
        author=said.values.get("initial-creator", "") or said.values.get("creator", ""),
    )


def _margins(parts: Package, known: list[str]) -> list[str]:
    """Return the page headers and footers, which are stored with the styles."""
    styles = parts.read("styles.xml")
    if not styles:
        return []
    body = _Body(only_in=frozenset(("header", "footer", "header-left", "footer-left", "header-first", "footer-first")))
    listen(styles, body)
    return [block for block in dict.fromkeys(body.blocks.found) if block not in known[-100:] and not block.isdigit()]


class _Body(Events):
    """Listens for the text of a part; with `only_in`, only for text within elements of these names."""

    def __init__(self, only_in: frozenset[str] = frozenset()) -> None:
        self.blocks = Blocks()
        self.comments = 0
        self._only_in = only_in
        self._within = 0 if only_in else 1
        self._unread = 0
        self._in_paragraph = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._unread or name in _UNREAD:
            self.comments += name == "annotation" and not self._unread
            self._unread += 1
            return
        self._within += name in self._only_in
        if not self._within:
            return
        if name in _PARAGRAPHS:
            self.blocks.start_paragraph()
            self._in_paragraph += 1
        elif name in _TABLES:
            self.blocks.start(_TABLES[name])
        elif name in _SIGNS:
            self.blocks.text(_SIGNS[name])
        elif name == "s":
            count = attributes.get("c", "1")
            self.blocks.text(" " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1))

    def end(self, name: str) -> None:
        if self._unread:
            self._unread -= 1
            return
        if self._within and name in _PARAGRAPHS:
            self.blocks.end_paragraph()
            self._in_paragraph -= 1
        elif self._within and name in _TABLES:
            self.blocks.end(_TABLES[name])
        self._within -= name in self._only_in

    def characters(self, content: str) -> None:
        if self._in_paragraph > 0 and not self._unread:
            self.blocks.text(content)
