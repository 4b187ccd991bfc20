"""A file line by line, in bounded memory however long the file or one of its lines is."""

import io
from collections.abc import Iterator

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import Encoding
from searchapp.sources.encodings import STRAY, find_encoding, telling
from searchapp.sources.opening import Opened, Stream

_CHUNK = 64 * 1024  # what is unpacked before a fault counts


def encoding_of(opened: Opened) -> Encoding:
    """Say how a file is encoded, by a look at all of it.

    Raises:
        UnreadableFile: there is nothing in it, or no text.
    """
    sample = telling(_chunks(opened))
    if not sample:
        raise UnreadableFile("It is empty.")
    return find_encoding(sample)


def _chunks(opened: Opened) -> Iterator[bytes]:
    """Give a file in pieces, up to where it cannot be read any more: who reads its lines will be told why."""
    is_begun = False
    try:
        with opened.stream() as stream:
            while chunk := stream.read1(_CHUNK):
                is_begun = True
                yield chunk
    except UnreadableFile:
        if not is_begun:
            raise


def read_lines(stream: Stream, encoding: Encoding, limit: int) -> Iterator[str | None]:
    """Give each line without its end, or None for one of more than `limit` characters, of which nothing is kept."""
    # Only "\n" ends a line: JSON and CSV may hold U+2028 and the like in the middle of one.
    text = io.TextIOWrapper(stream, encoding.name, STRAY, newline="\n")
    try:
        while line := text.readline(limit + 1):
            if len(line) <= limit or line.endswith("\n"):
                yield line.removesuffix("\n").removesuffix("\r").lstrip("\ufeff")
                continue
            while line and not line.endswith("\n"):
                line = text.readline(limit)
            yield None
    finally:
        text.detach()


class Lines:
    """The lines of a stream as bytes, the next of which can be looked at before it is taken."""

    def __init__(self, stream: Stream, limit: int) -> None:
        self._stream, self._limit = stream, limit
        self._ahead: bytes | None = None

    def next(self) -> bytes:
        """Take a line; a long one comes in pieces, and nothing at the end."""
        line = self.peek()
        self._ahead = None
        return line

    def peek(self) -> bytes:
        """Return the line that comes next."""
        if self._ahead is None:
            self._ahead = self._stream.readline(self._limit)
        return self._ahead


def physical_lines(stream: Stream, encoding: Encoding, limit: int) -> Iterator[str | None]:
    """Give each line with its end, or None for one of more than `limit` characters, of which nothing is kept."""
    text = io.TextIOWrapper(stream, encoding.name, STRAY, newline="")
    try:
        first = True
        while line := text.readline(limit + 1):
            if first:
                line, first = line.lstrip("\ufeff"), False
            if len(line) <= limit or line.endswith(("\n", "\r")):
                yield line
                continue
            while line and not line.endswith(("\n", "\r")):
                line = text.readline(limit)
            yield None
    finally:
        text.detach()
