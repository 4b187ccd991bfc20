"""Word documents (``.docx``, ``.docm``, and their templates): everything that is printed, in reading order.

The XML is read directly, in its transitional and its strict form (ECMA-376, part 1, section 17). Insertions are read,
deletions are not; text boxes and notes follow the paragraph they are anchored in; headers and footers come last.
"""

import re
from collections.abc import Iterator

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources import documents
from searchapp.sources.blocks import Blocks
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.markup import text_blocks
from searchapp.sources.opening import Opened
from searchapp.sources.packages import NO_TEXT_PART, Package, package
from searchapp.sources.xml_events import Events, Said, listen

_TABLES = {"tbl": "table", "tr": "row", "tc": "cell"}
# Properties, text that was deleted or moved away, and the fallback form of a picture.
_UNREAD = frozenset(("del", "moveFrom", "Fallback", "pPr", "rPr", "sectPr", "tblPr", "tcPr", "trPr", "sdtPr", "txbxPr"))
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_MARGIN = re.compile(r"word/(?:header|footer)\d*\.xml")
_NOTES = {"footnoteReference": "word/footnotes.xml", "endnoteReference": "word/endnotes.xml"}
_PAGE_PART = re.compile(r"word/.*\.x?html?", re.I)
_OTHER_PART = re.compile(r"word/(?:embeddings/.*|.*\.mht|.*afchunk.*\.(?:rtf|docx|xml))", re.I)
_DRAWN = re.compile(r"word/(?:diagrams/data|charts/chart)\d*\.xml")


def read(opened: Opened) -> Iterator[Draft | Remark]:
    """Read a ``.docx`` file as one article, or as those of a download from a press archive."""
    with package(opened) as parts:
        main = _main(parts)
        blocks = _blocks(parts, main)
        said = Said()
        if core := parts.read("docProps/core.xml"):
            listen(core, said)
        remarks = list(_remarks(parts))
    yield from remarks
    yield from documents.drafts(
        blocks, opened.options, title=said.values.get("title", ""), author=said.values.get("creator", "")
    )


def _main(parts: Package) -> bytes:
    names = ("word/document.xml", *(name for name in parts.names if re.fullmatch(r"word/document\d+\.xml", name)))
    data = next((data for name in names if (data := parts.read(name))), b"")
    if not data:
        raise UnreadableFile(recorded(NO_TEXT_PART, suffix=".docx"))
    return data


def _blocks(parts: Package, main: bytes) -> list[str]:
    notes = {reference: _notes(parts.read(name)) for reference, name in _NOTES.items()}
    body = _Body(notes)
    listen(main, body)
    blocks = body.blocks.found
    for kind in notes.values():
        blocks.extend(kind.values())  # notes that the text does not refer to
    for name in filter(_PAGE_PART.fullmatch, parts.names):
        blocks.extend(text_blocks(parts.read(name).decode("utf-8", "replace")))
    for name in (*filter(_DRAWN.fullmatch, parts.names), *filter(_MARGIN.fullmatch, parts.names)):
        margin = _Body({})
        listen(parts.read(name), margin)
        blocks.extend(block for block in margin.blocks.found if block not in blocks[-100:] and not block.isdigit())
    return blocks


def _notes(data: bytes) -> dict[str, str]:
    """Return the notes of a part by id."""
    notes = _Notes()
    if data:
        listen(data, notes)
    return notes.notes


def _remarks(parts: Package) -> Iterator[Remark]:
    for name in filter(_OTHER_PART.fullmatch, parts.names):
        yield Remark(name.removeprefix("word/"), "embedded objects are not read", left_out=False)
    if "word/comments.xml" in parts.names:
        yield Remark("", "comments in the margin are not read", left_out=False)


class _Body(Events):
    """Listens for the text of a part."""

    def __init__(self, notes: dict[str, dict[str, str]]) -> None:
        self.blocks = Blocks()
        self._notes = notes
        self._unread = 0
        self._in_text = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._unread or name in _UNREAD:
            self._unread += 1
        elif name == "p":
            self.blocks.start_paragraph()
        elif name in _TABLES:
            self.blocks.start(_TABLES[name])
        elif name in ("t", "v"):
            self._in_text += 1
        elif name in _SIGNS:
            self.blocks.text(_SIGNS[name])
        elif name in self._notes and (note := self._notes[name].pop(attributes.get("id", ""), "")):
            self.blocks.after(note)

    def end(self, name: str) -> None:
        if self._unread:
            self._unread -= 1
        elif name == "p":
            self.blocks.end_paragraph()
        elif name in _TABLES:
            self.blocks.end(_TABLES[name])
        elif name in ("t", "v"):
            self._in_text -= 1

    def characters(self, content: str) -> None:
        if self._in_text > 0 and not self._unread:
            self.blocks.text(content)


class _Notes(Events):
    """Listens for footnotes or endnotes."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}
        self._id = ""
        self._body = _Body({})

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("footnote", "endnote"):
            self._id = attributes.get("id", "") if attributes.get("type", "normal") == "normal" else ""
            self._body = _Body({})
        self._body.start(name, attributes)

    def end(self, name: str) -> None:
        self._body.end(name)
        if name in ("footnote", "endnote") and self._id and self._body.blocks.found:
            self.notes[self._id] = "\n\n".join(self._body.blocks.found)
            self._id = ""

    def characters(self, content: str) -> None:
        self._body.characters(content)
