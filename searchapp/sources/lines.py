"""A file line by line, in bounded memory however long the file or one of its lines is."""

import io
from collections.abc import Iterator

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import Encoding
from searchapp.sources.encodings import find_encoding
from searchapp.sources.opening import Stream


def sample_encoding(stream: Stream) -> Encoding:
    """Say how a stream is encoded by its beginning, which stays to be read.

    Raises:
        UnreadableFile: there is nothing in it, or no text.
    """
    sample = stream.peek()
    if not sample:
        raise UnreadableFile("It is empty.")
    return find_encoding(sample)


def read_lines(stream: Stream, encoding: Encoding, limit: int) -> Iterator[str | None]:
    """Give each line without its end, or None for one of more than `limit` characters, of which nothing is kept."""
    # Only "\n" ends a line: JSON and CSV may hold U+2028 and the like in the middle of one.
    text = io.TextIOWrapper(stream, encoding.name, "replace", newline="\n")
    try:
        while line := text.readline(limit + 1):
            if len(line) <= limit or line.endswith("\n"):
                yield line.removesuffix("\n").removesuffix("\r").removeprefix("\ufeff")
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
