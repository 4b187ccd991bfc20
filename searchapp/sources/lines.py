"""Read a file line by line, in bounded memory however long the file or one of its lines is."""

import io
from collections.abc import Generator, Iterator

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import Encoding
from searchapp.sources.encodings import STRAY, find_encoding, telling
from searchapp.sources.opening import Opened, Stream

_CHUNK = 64 * 1024  # bytes; what was unpacked before a fault is used


def encoding_of(opened: Opened) -> Encoding:
    """Find out how a file is encoded, from all of it.

    Raises:
        UnreadableFile: it is empty, or not text.
    """
    sample = telling(_chunks(opened))
    if not sample:
        raise UnreadableFile("It is empty.")
    return find_encoding(sample)


def _chunks(opened: Opened) -> Iterator[bytes]:
    """Yield a file in chunks, up to a fault; whoever reads its lines meets the fault again, with its reason."""
    is_begun = False
    try:
        with opened.stream() as stream:
            while chunk := stream.read1(_CHUNK):
                is_begun = True
                yield chunk
    except UnreadableFile:
        if not is_begun:
            raise


def read_lines(stream: Stream, encoding: Encoding, limit: int) -> Generator[str | None, None, None]:
    """Yield each line without its end, or None in place of a line of more than `limit` characters."""
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
    """The lines of a stream as bytes, with a look at the next one."""

    def __init__(self, stream: Stream, limit: int) -> None:
        self._stream, self._limit = stream, limit
        self._ahead: bytes | None = None

    def next(self) -> bytes:
        """Return the next line and consume it; a long one comes in pieces. Empty at the end."""
        line = self.peek()
        self._ahead = None
        return line

    def peek(self) -> bytes:
        """Return the next line without consuming it."""
        if self._ahead is None:
            self._ahead = self._stream.readline(self._limit)
        return self._ahead


def physical_lines(stream: Stream, encoding: Encoding, limit: int) -> Iterator[str | None]:
    """Yield each line with its end, or None in place of a line of more than `limit` characters."""
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
