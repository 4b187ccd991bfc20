"""Mails of Outlook (``.msg``): the subject is the title, the sender the author. Needs olefile.

The format is [MS-OXMSG]: a property is a stream named by its number and type. Attachments are read by the readers of
their formats, or get a remark; a mail within a mail is an article of its own.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_string
from typing import Any

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources import documents
from searchapp.sources.drafts import MEGABYTE, Draft, Encoding, Options, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.markup import page_text
from searchapp.sources.members import placed, read_attached
from searchapp.sources.opening import NOT_READABLE, Opened
from searchapp.sources.rtf import RichText

_SUBJECT, _BODY, _PAGE, _RICH, _SENDER, _ADDRESS, _HEADERS = 0x0037, 0x1000, 0x1013, 0x1009, 0x0C1A, 0x0C1F, 0x007D
_IDENTITY, _NAME, _SHORT_NAME, _DATA = 0x1035, 0x3707, 0x3704, 0x3701
_SENT, _DELIVERED = 0x0039, 0x0E06
_DEEPEST = 20
# The dictionary that compressed rich text starts from; [MS-OXRTFCP] 2.1.3.1.2.
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_MOST_RICH = 64 << 20


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.msg`` file as one article, and each mail inside it as another."""
    documents.needs("olefile", recorded("mails of Outlook"))
    import olefile

    data = opened.document()
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            yield from _mail(_Folder(_Streams(file, 2 * max(len(data), MEGABYTE)), file.root), "", opened.options)
    except (OSError, struct.error, ValueError, IndexError, AttributeError) as error:
        raise UnreadableFile(recorded(NOT_READABLE, suffix=".msg", fault=str(error))) from error


class _Streams:
    """Reads the streams of a file, together no more than `left` bytes, since several may name the same bytes."""

    def __init__(self, file: Any, left: int) -> None:
        self._file = file
        self._left = left

    def read(self, entry: Any) -> bytes:
        """Return the content of a stream, given its entry in the directory."""
        self._left -= entry.size
        if self._left < 0:
            raise UnreadableFile("Its parts overlap: it unpacks to far more than it holds.")
        # The public `openstream` compares the names of all entries of a folder.
        content: bytes = self._file._open(entry.isectStart, entry.size).read()
        return content


class _Folder:
    """The properties of a mail or an attachment."""

    def __init__(self, streams: _Streams, entry: Any, depth: int = 0) -> None:
        self._streams = streams
        self._entry = entry
        self.depth = depth

    def text(self, number: int) -> str:
        """Return the value of a text property."""
        if data := self._property(number, "001F"):
            return data.decode("utf-16-le", "replace").rstrip("\0")
        return decode(data)[0].rstrip("\0") if (data := self._property(number, "001E")) else ""

    def data(self, number: int) -> bytes:
        """Return the value of a binary property."""
        return self._property(number, "0102")

    def time(self, number: int) -> str:
        """Return the value of a time property, stored in units of 100 ns since 1601."""
        data = self._content("__properties_version1.0")
        for at in range(24 if self.depth else 32, len(data) - 15, 16):
            kind, identity = struct.unpack_from("<HH", data, at)
            if (kind, identity) == (0x0040, number) and any(data[at + 8 : at + 16]):
                ticks = struct.unpack_from("<Q", data, at + 8)[0]
                try:
                    return (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)).isoformat()
                except OverflowError:
                    return ""
        return ""

    def mail(self) -> "_Folder | None":
        """Return the mail that an attachment is; None for a file."""
        return self._inner(self._entry.kids_dict.get("__substg1.0_3701000d"))

    def attachments(self) -> Iterator["_Folder"]:
        """Yield the attachments in the order of their numbers; the entries of a folder are sorted by name."""
        found = (kid for kid in self._entry.kids if kid.name.startswith("__attach_version1.0_"))
        return (inner for kid in found if (inner := self._inner(kid)))

    def _inner(self, entry: Any) -> "_Folder | None":
        return _Folder(self._streams, entry, self.depth + 1) if entry is not None and entry.kids else None

    def _property(self, number: int, kind: str) -> bytes:
        return self._content(f"__substg1.0_{number:04X}{kind}")

    def _content(self, name: str) -> bytes:
        entry = self._entry.kids_dict.get(name.lower())
        return self._streams.read(entry) if entry is not None and not entry.kids else b""


def _mail(folder: _Folder, where: str, options: Options) -> Iterator[Draft | Remark | Encoding]:
    headers = message_from_string(folder.text(_HEADERS).partition("\n\n")[0])
    yield Draft(
        title=folder.text(_SUBJECT),
        byline=folder.text(_SENDER) or folder.text(_ADDRESS),
        body=_body(folder),
        date=str(headers.get("Date", "")) or folder.time(_SENT) or folder.time(_DELIVERED),
        own_id=folder.text(_IDENTITY),
    )
    for attachment in folder.attachments():
        yield from _attachment(attachment, where, options)


def _attachment(folder: _Folder, where: str, options: Options) -> Iterator[Draft | Remark | Encoding]:
    name = folder.text(_NAME) or folder.text(_SHORT_NAME) or recorded("without a name")
    place = placed(where, recorded("attachment {name}", name=name))
    if mail := folder.mail():
        if folder.depth > _DEEPEST:
            yield Remark(place, "is a mail that is nested too deeply")
            return
        yield from _mail(mail, place, options)
        return
    drafts, remarks = read_attached(name, folder.data(_DATA), options)
    yield from drafts
    yield from (replace(one, where=placed(place, one.where)) for one in remarks)


def _body(folder: _Folder) -> str:
    if text := folder.text(_BODY):
        return text
    if page := folder.data(_PAGE) or folder.text(_PAGE).encode():
        return page_text(decode(page)[0])
    if packed := folder.data(_RICH):
        rich = RichText()
        rich.hear(_unpacked(packed))
        return "\n\n".join(rich.blocks())
    return ""


def _unpacked(data: bytes) -> bytes:
    """Decompress rich text; [MS-OXRTFCP] 3.1.3.1."""
    size, kind = struct.unpack_from("<4xI4s", data)
    if kind == b"MELA":
        return data[16 : 16 + size]
    window, at = bytearray(_DICTIONARY.ljust(4096, b"\0")), len(_DICTIONARY)
    found, place = bytearray(), 16
    while place < len(data) and len(found) < min(size, _MOST_RICH):
        control, place = data[place], place + 1
        for bit in range(8):
            if place >= len(data):
                break
            if control >> bit & 1:
                token = int.from_bytes(data[place : place + 2], "big")
                place += 2
                offset, length = token >> 4, (token & 15) + 2
                if offset == at % 4096:
                    return bytes(found)
                run = [0] * length
                for step in range(length):
                    run[step] = window[at % 4096] = window[(offset + step) % 4096]
                    at += 1
                found += bytes(run)
            else:
                window[at % 4096] = data[place]
                found.append(data[place])
                at, place = at + 1, place + 1
    return bytes(found)
