"""A file's bytes, decompressed if need be (``.gz``, ``.bz2``, ``.xz``, ``.zst``), within limits on memory."""

import bz2
import gzip
import io
import lzma
import os
import shlex
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

from searchapp.errors import UnreadableFile, installing
from searchapp.sentences import marked, recorded
from searchapp.sources.drafts import DEFAULTS, MEGABYTE, Options
from searchapp.sources.passing import PassingFault

Stream: TypeAlias = "io.BufferedReader[io.RawIOBase]"
EXTRA = shlex.join(installing("documents")[0])
_CHUNK = 128 * 1024
_BLOCK = 512  # bytes: the unit of st_blocks
_HUGE = 1 << 30
_MOSTLY_HOLES = 1000  # size to disk usage; compression by a file system does not reach that
_WINDOW = 27  # bits: the 128 MB that the zstd tool allows by default
TO_READ = marked("To read {kind}, run in the checkout of searchapp: {command}")
TOO_LARGE = marked("It is too large for an article: more than {limit} MB.")
_TOO_LARGE_FOR = marked("It is too large for a {suffix} file: more than {limit} MB.")
NOT_READABLE = marked("It is not a readable {suffix} file: {fault}.")


@dataclass(frozen=True, slots=True)
class Opened:
    """One file to be read: its path, the suffix that stands for its format, and the options.

    With an `identity` (device and inode), it is refused if another file has taken its place.
    """

    file: Path
    suffix: str
    packed: bool = False
    options: Options = DEFAULTS
    identity: tuple[int, int] | None = None

    @contextmanager
    def stream(self) -> Iterator[Stream]:
        """Open the file to read its bytes; damage is an `UnreadableFile`, a failure of the system a `PassingFault`."""
        try:
            with self._raw() as raw:
                if not self.packed:
                    yield cast(Stream, raw)
                    return
                with io.BufferedReader(
                    cast(io.RawIOBase, _Unpacked(raw, self.options.unpacking_limit)), _CHUNK
                ) as unpacked:
                    yield unpacked
        except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
            raise UnreadableFile(recorded("It cannot be unpacked: {fault}.", fault=_lower(error))) from error
        except OSError as error:
            if error.errno:  # of the system, not of the decompressor
                raise PassingFault.of(error) from error
            raise UnreadableFile(recorded("It cannot be read: {fault}.", fault=_lower(error))) from error

    def sample(self, size: int) -> bytes:
        """Return the first bytes, at most `size`; none if they cannot be decompressed.

        Raises:
            UnreadableFile: another file has taken its place.
            OSError: the file cannot be opened.
        """
        with self._raw() as raw:
            head = raw.read(size)
        if not self.packed:
            return head
        with suppress(EOFError, zlib.error, lzma.LZMAError, OSError, UnreadableFile):
            start: bytes = _unpacking(io.BytesIO(head)).read1(size)
            return start
        return b""

    def _raw(self) -> BinaryIO:
        raw = self.file.open("rb", _CHUNK)
        found = os.fstat(raw.fileno())
        if self.identity and self.identity != (found.st_dev, found.st_ino):
            raw.close()
            raise UnreadableFile("Another file has taken its place; the next run will read it.")
        return raw

    def check_size(self) -> None:
        """Check, by its size alone, that a file which has to be held in memory is not too large for that.

        Raises:
            UnreadableFile: it is too large.
            OSError: its size cannot be determined.
        """
        size = self.file.stat().st_size
        most = max(self.options.article_limit, self.options.document_limit)
        if size > most:
            raise UnreadableFile(recorded(_TOO_LARGE_FOR, suffix=self.suffix, limit=f"{most / MEGABYTE:g}"))

    def check_holes(self) -> None:
        """Check that a file is not nearly all holes, since reading the zeros in them could take hours.

        Raises:
            UnreadableFile: it is nearly all holes.
            OSError: its size cannot be determined.
        """
        found = self.file.stat()
        held = _BLOCK * getattr(found, "st_blocks", found.st_size)  # Windows has no st_blocks
        if found.st_size > _HUGE and _MOSTLY_HOLES * held < found.st_size:
            raise UnreadableFile("It is a sparse file: most of its size is not on the disk.")

    def article(self) -> bytes:
        """Return all bytes of a file that is one article."""
        return self._whole(self.options.article_limit, TOO_LARGE)

    def document(self) -> bytes:
        """Return all bytes of a file that has to be read whole."""
        return self._whole(self.options.document_limit, _TOO_LARGE_FOR)

    def _whole(self, limit: int, too_large: str) -> bytes:
        with self.stream() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise UnreadableFile(recorded(too_large, suffix=self.suffix, limit=f"{limit / MEGABYTE:g}"))
        if not data:
            raise UnreadableFile("It is empty.")
        return data


class _Unpacked(io.RawIOBase):
    """A decompressed stream; fails where it grows beyond what any text would."""

    def __init__(self, raw: BinaryIO, times: int) -> None:
        self._raw, self._times, self._given = raw, times, 0
        self._unpacked = _unpacking(raw)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        size = self._unpacked.readinto(buffer) or 0
        self._given += size
        if self._given > MEGABYTE and self._given > self._times * self._raw.tell():
            raise UnreadableFile(
                recorded("It unpacks to more than {number} times its size, which text never does.", number=self._times)
            )
        return size


def _unpacking(raw: BinaryIO) -> Any:
    """Return a stream that decompresses another as it is read, chosen by the first bytes of that.

    Raises:
        UnreadableFile: the library that decompresses it is not installed.
    """
    start = raw.read(6)
    raw.seek(0)
    if start.startswith(b"BZh"):
        return bz2.BZ2File(raw)
    if start.startswith(b"\xfd7zXZ"):
        return lzma.LZMAFile(raw)
    if not start.startswith(b"\x28\xb5\x2f\xfd"):
        return gzip.GzipFile(fileobj=raw)
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError as error:
        raise UnreadableFile(recorded(TO_READ, kind=recorded(".zst files"), command=EXTRA)) from error
    return io.BufferedReader(
        _Zstandard(zstd.ZstdFile(raw, options={zstd.DecompressionParameter.window_log_max: _WINDOW}))
    )


class _Zstandard(io.RawIOBase):
    """A Zstandard stream that raises the same errors as other streams."""

    def __init__(self, unpacking: Any) -> None:
        self._unpacking = unpacking

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            size: int = self._unpacking.readinto(buffer)
        except Exception as error:  # the library's own error cannot be named without importing it
            raise EOFError(str(error)) from error
        return size


def _lower(error: Exception) -> str:
    text = str(error).partition(" (b'")[0].rstrip(".")  # the bytes that gzip's message shows mean nothing to a user
    return text[:1].lower() + text[1:]
