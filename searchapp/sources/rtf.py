r"""Rich text (``.rtf``): its text in order, by version 1.9.1 of the format's specification.

We parse it ourselves since the available libraries lose footnotes and text boxes. Deleted text is not read; footnotes
follow their paragraph, headers and footers come last.

A worked example: ``{\rtf1\ansi{\fonttbl{\f0\fcharset204 A;}}\f0 \'cf\par{\*\generator x}}`` is the one letter ``П``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources import documents
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.opening import Opened

_TOKEN = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)")
_CHARSETS = {
    77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SIGNS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "bullet": "•",
    "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_UNREAD = frozenset((
    "fonttbl", "colortbl", "stylesheet", "pict", "object", "objdata", "fldinst", "xe", "tc", "tcn", "pntext",
    "listtext", "shprslt", "nonesttables", "nonshppict", "filetbl", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc",
    "aftncn", "sp", "themedata", "datafield", "formfield", "comment", "operator", "company", "doccomm", "keywords",
    "category", "manager", "hlinkbase", "subject", "revtim", "creatim", "printim", "buptim", "template",
))  # fmt: skip
_STARRED_READ = frozenset(("shpinst", "ud", "shptxt", "footnote"))
_MARGINS = frozenset(("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"))
_KNOWN = ("title", "author")
_DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class _Group:
    """The state of a group in braces, which holds until its end; `kind` tells a note, a margin or a title."""

    kind: str = ""
    is_unread: bool = False
    is_deleted: bool = False
    encoding: str = "cp1252"
    skips: int = 1  # \ucN: fallback characters after each \u, for readers without Unicode


def read(opened: Opened) -> Iterator[Draft | Remark]:
    """Read an ``.rtf`` file as one article, or as those of a download from a press archive."""
    yield from read_rtf(opened.document(), opened)


def read_rtf(data: bytes, opened: Opened) -> Iterator[Draft | Remark]:
    """Read the bytes of rich text.

    Raises:
        UnreadableFile: it is not rich text, or contains none.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise UnreadableFile("It is not an .rtf file: it does not begin like one.")
    text = RichText()
    text.hear(data)
    if text.objects:
        several = recorded("{number} embedded objects are not read", number=text.objects)
        one = recorded("1 embedded object is not read")
        yield Remark("", several if text.objects > 1 else one, left_out=False)
    if text.breaks_off:
        yield Remark("", "it breaks off: its end is missing", left_out=False)
    if text.comments:
        yield Remark("", "comments in the margin are not read", left_out=False)
    yield from documents.drafts(
        text.blocks(), opened.options, title=text.said.get("title", ""), author=text.said.get("author", "")
    )


@dataclass(slots=True)
class _Page:
    """Where text goes: the paragraphs so far, the open paragraph, the open row of a table."""

    blocks: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)

    def end_paragraph(self, *, in_table: bool) -> None:
        text, self.pieces = "".join(self.pieces).strip(), []
        into = self.cell if in_table else self.blocks
        into.extend([text] if text else [])
        into.extend(self.after)
        self.after = []

    def end_cell(self) -> None:
        self.end_paragraph(in_table=True)
        self.row.append("\n".join(self.cell))
        self.cell = []

    def end_row(self) -> None:
        if text := "\t".join(filter(None, self.row)):
            self.blocks.append(text)
        self.row = []

    def whole(self) -> list[str]:
        self.end_paragraph(in_table=bool(self.cell))
        self.row.extend(["\n".join(self.cell)] if self.cell else [])
        self.cell = []
        self.end_row()
        return self.blocks


class RichText:
    """Interprets the tokens of rich text."""

    def __init__(self) -> None:
        self._said: dict[str, list[str]] = {}
        self.objects = 0
        self.comments = 0
        self._group = _Group()
        self._groups: list[_Group] = []
        self._pages = [_Page()]
        self._margins: list[str] = []
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._encoding = "cp1252"
        self._bytes = bytearray()
        self._in_table = False
        self._is_starred = False
        self._to_skip = 0

    def hear(self, data: bytes) -> None:
        """Read a whole file."""
        at = 0
        while found := _TOKEN.search(data, at):
            at = found.end()
            word, number, code, sign, brace, text = found.groups()
            if word == b"bin":
                at += max(0, min(int(number or 0), len(data)))
            elif code:
                self._letters(bytes.fromhex(code.decode("ascii")))
            elif text:
                self._letters(text)
            else:
                self._flush()
                self._command(word, number, sign, brace)
        self._flush()

    @property
    def said(self) -> dict[str, str]:
        """The title and the author in the document's properties."""
        return {name: "".join(pieces) for name, pieces in self._said.items()}

    @property
    def breaks_off(self) -> bool:
        """Tell whether a group is still open at the end."""
        return bool(self._groups)

    def blocks(self) -> list[str]:
        """Return the paragraphs in order; those of the margins come last, each once."""
        found = [block for page in self._pages for block in page.whole()]
        return [*found, *(margin for margin in dict.fromkeys(self._margins) if not margin.isdigit())]

    def _letters(self, data: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        if self._group.kind == "fonttbl" or self._group.is_unread or self._group.is_deleted:
            return
        self._bytes += data
        self._is_starred = False

    def _flush(self) -> None:
        if self._bytes:
            try:
                text = self._bytes.decode(self._group.encoding, "replace")
            except LookupError:
                text = self._bytes.decode("cp1252", "replace")
            self._bytes.clear()
            self._text(text)

    def _text(self, text: str) -> None:
        if self._group.kind in _KNOWN:
            self._said.setdefault(self._group.kind, []).append(text)
        elif not (self._group.is_unread or self._group.is_deleted):
            self._pages[-1].pieces.append(text)

    def _command(self, word: bytes | None, number: bytes | None, sign: bytes | None, brace: bytes | None) -> None:
        if brace == b"{":
            if len(self._groups) > _DEEPEST:
                raise UnreadableFile("Its groups are nested too deeply.")
            self._groups.append(self._group)
            self._group = replace(self._group, kind="fonttbl" if self._group.kind == "fonttbl" else "")
            self._to_skip = 0
        elif brace == b"}":
            self._end_group()
        elif sign:
            self._sign(sign)
        elif word:
            self._word(word.decode("ascii"), int(number) if number else None)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._is_starred = True
        elif sign in b"\\{}":
            self._letters(sign)
        elif sign in b"\r\n":
            self._word("par", None)
        elif sign in b"~_":
            self._text("\xa0" if sign == b"~" else "-")

    def _word(self, word: str, number: int | None) -> None:
        starred, self._is_starred = self._is_starred, False
        if word == "u" and number is not None:
            self._unicode(number)
        elif word in _SIGNS:
            self._text(_SIGNS[word])
        elif word in _MARGINS or word in ("footnote", "shptxt", "annotation") or word in _KNOWN:
            self._start(word)
        elif word in _UNREAD or (starred and word not in _STARRED_READ):
            self.objects += word == "object"
            kind = "fonttbl" if word == "fonttbl" else self._group.kind
            self._group = replace(self._group, is_unread=True, kind=kind)
        else:
            self._layout(word, number)

    def _unicode(self, number: int) -> None:
        code = number + 0x10000 if number < 0 else number
        self._bytes.clear()
        if (
            0xDC00 <= code < 0xE000
            and self._pages[-1].pieces
            and "\ud800" <= self._pages[-1].pieces[-1][-1:] < "\udc00"
        ):
            high = ord(self._pages[-1].pieces.pop())
            self._text(chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00))
        elif 0 < code < 0x110000:
            self._text(chr(code))
        self._to_skip = self._group.skips

    def _start(self, word: str) -> None:
        if self._group.is_unread:
            return
        if word == "annotation":
            self.comments += 1
            self._group = replace(self._group, is_unread=True)
            return
        self._group = replace(self._group, kind=word)
        if word not in _KNOWN:
            self._pages.append(_Page())

    def _end_group(self) -> None:
        kind = self._group.kind
        starts_page = kind in _MARGINS or kind in ("footnote", "shptxt")
        if starts_page and len(self._pages) > 1 and not self._group.is_unread:
            blocks = self._pages.pop().whole()
            if kind in _MARGINS:
                self._margins.extend(blocks)
            else:
                self._pages[-1].after.extend(blocks)
        self._group = self._groups.pop() if self._groups else self._group
        self._to_skip, self._is_starred = 0, False

    def _layout(self, word: str, number: int | None) -> None:
        page = self._pages[-1]
        if word == "uc":
            self._group = replace(self._group, skips=max(0, min(number or 0, 16)))
        elif word == "f" and number is not None:
            self._font = number
            self._group = replace(self._group, encoding=self._fonts.get(number, self._encoding))
        elif word == "fcharset" and self._group.kind == "fonttbl":
            self._fonts[self._font] = _CHARSETS.get(number or 0, self._encoding)
        elif word == "ansicpg" and number:
            self._encoding = "utf-8" if number == 65001 else f"cp{number}"
            self._group = replace(self._group, encoding=self._encoding)
        elif word == "mac":
            self._encoding = "mac-roman"
            self._group = replace(self._group, encoding=self._encoding)
        elif word == "deleted":
            self._group = replace(self._group, is_deleted=number != 0)
        elif word == "plain":
            self._group = replace(self._group, is_deleted=False)
        elif self._group.is_unread:
            return
        elif word in ("par", "sect", "page"):
            page.end_paragraph(in_table=self._in_table)
        elif word in ("intbl", "pard"):
            self._in_table = word == "intbl"
        elif word in ("cell", "nestcell"):
            page.end_cell()
        elif word in ("row", "nestrow"):
            page.end_row()
