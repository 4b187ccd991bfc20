"""Named arrays in one file: the format of a segment on disk.

    file      = MAGIC, arrays (each at a multiple of 8), checksums, directory, offsets, checksum of these, MAGIC
    directory = JSON {"arrays": {name: [dtype, offset, count]}, "facts": {...}}

Arrays are written piece by piece, several at a time, and read by mapping the file into memory: opening costs nothing,
and unused parts are never loaded. Used parts are compared with their checksums before their first use.
"""

import json
import mmap
import os
import shutil
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from searchapp.disk import index_of
from searchapp.errors import IndexDamaged
from searchapp.sentences import sentence

Array = npt.NDArray[Any]

# The contents of arrays, which numpy's own types do not express; lists have the narrowest dtype that fits.
Mask = npt.NDArray[np.bool_]  # one value per article of a segment: does it match?
Docs = npt.NDArray[Any]  # numbers of articles within a segment, ascending
Counts = npt.NDArray[Any]  # df, tf, or lengths in words
Positions = npt.NDArray[Any]  # positions of words in a text, from 0, or the steps between them
Offsets = npt.NDArray[np.int64]  # the start of each list in an array of all lists
Places = npt.NDArray[Any]  # indexes into a lexicon or into another array
Ranks = npt.NDArray[Any]  # the rank of each term in the order of all terms
Scores = npt.NDArray[Any]  # a number per article that orders it, or what a field adds to that
Moments = npt.NDArray[Any]  # days, times or seconds as numbers; 0 if unknown

Spool = tempfile.SpooledTemporaryFile[bytes]
_MAGIC = b"searchapp2"
_ALIGNMENT = 8
_BLOCK = 1 << 16  # bytes per checksum
_TAIL = struct.Struct("<QQQ")  # the offsets of checksums and directory, and the checksum of what precedes it
_IN_MEMORY = 1 << 18  # bytes of an array in memory before it is spooled to a file; a segment has over 100 arrays


class ArrayWriter:
    """Collects named arrays, then writes them as one file. Use it as a context manager: a failure leaves no file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._spools: dict[str, Spool] = {}
        self._scratch: list[Spool] = []
        self._dtypes: dict[str, np.dtype[Any]] = {}
        self._facts: dict[str, Any] = {}

    def __enter__(self) -> "ArrayWriter":
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        try:
            if failure is None:
                self._write()
        finally:
            for spool in (*self._spools.values(), *self._scratch):
                spool.close()

    def append(self, name: str, values: Array) -> None:
        """Append `values` to the array `name`; all its pieces have the same dtype."""
        if name not in self._spools:
            self._spools[name] = self._spool()
            self._dtypes[name] = values.dtype
        assert values.dtype == self._dtypes[name], name
        self._spools[name].write(np.ascontiguousarray(values).data.cast("B") if len(values) else b"")

    def note(self, name: str, fact: Any) -> None:
        """Store a JSON value beside the arrays."""
        self._facts[name] = fact

    def scratch(self) -> Spool:
        """Return an empty file for what has to be put in order first; it goes when the context ends."""
        self._scratch.append(self._spool())
        return self._scratch[-1]

    def _spool(self) -> Spool:
        return Spool(_IN_MEMORY, dir=str(self._file.parent))

    def _write(self) -> None:
        unfinished = self._file.with_name(self._file.name + ".tmp")
        with unfinished.open("wb") as out:
            out.write(_MAGIC)
            arrays = {name: [self._dtypes[name].str, *self._copy(name, out)] for name in self._spools}
            out.flush()
            end = out.tell()
            checksums = np.array(_checksums(unfinished, end), "<u8").tobytes()
            about = checksums + json.dumps({"arrays": arrays, "facts": self._facts}).encode()
            offsets = end, end + len(checksums)
            out.write(about + _TAIL.pack(*offsets, _sum_of_tail(about, offsets)) + _MAGIC)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(self._file)

    def _copy(self, name: str, out: Any) -> tuple[int, int]:
        out.write(b"\0" * (-out.tell() % _ALIGNMENT))
        start = out.tell()
        self._spools[name].seek(0)
        shutil.copyfileobj(self._spools[name], out, 1 << 20)
        return start, (out.tell() - start) // self._dtypes[name].itemsize


def _checksums(file: Path, end: int) -> list[int]:
    """Return the checksum of each block of a file, up to `end`."""
    with file.open("rb") as opened:
        blocks = (opened.read(min(_BLOCK, end - start)) for start in range(0, end, _BLOCK))
        return [xxh3_64_intdigest(block) for block in blocks]


def _sum_of_tail(about: bytes, offsets: tuple[int, int]) -> int:
    return xxh3_64_intdigest(about + struct.pack("<QQ", *offsets))


class ArrayFile:
    """A file of named arrays, mapped into memory for reading.

    Raises:
        ValueError: the file is truncated or of another kind.
        OSError: it cannot be opened.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_size < 2 * len(_MAGIC) + _TAIL.size:
                raise ValueError(sentence("{name} is truncated", name=file.name))
            self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        if self._map[: len(_MAGIC)] != _MAGIC or self._map[-len(_MAGIC) :] != _MAGIC:
            raise ValueError(sentence("{name} is truncated or not a segment", name=file.name))
        end = len(self._map) - len(_MAGIC) - _TAIL.size
        checksums, directory, of_both = _TAIL.unpack_from(self._map, end)
        if of_both != _sum_of_tail(self._map[checksums:end], (checksums, directory)):
            raise ValueError(sentence("the directory of {name} does not match its checksum", name=file.name))
        self._end = checksums
        self._checksums = np.frombuffer(self._map[checksums:directory], "<u8").tolist()
        self._is_good = bytearray(len(self._checksums))  # blocks that were checked, by any thread
        read = json.loads(self._map[directory:end])
        self._arrays: Mapping[str, tuple[str, int, int]] = read["arrays"]
        self.facts: Mapping[str, Any] = read["facts"]

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> Array:
        """Return the array `name` as a read-only view of the file; an array of no bytes if nothing was written to it.

        Raises:
            IndexDamaged: it is not what was written.
        """
        return self.part(name)[:]

    def part(self, name: str) -> "ArrayPart":
        """Return the array `name` for slicing: only the slices are read and checked."""
        dtype, start, count = self._arrays.get(name, ("|u1", 0, 0))
        return ArrayPart(self, np.frombuffer(self._map, dtype, count, start), start)

    def text(self, name: str, start: int, end: int) -> bytes:
        """Return bytes `start` to `end` of a byte array, without reading the rest.

        Raises:
            IndexDamaged: they are not what was written.
        """
        offset = self._arrays[name][1]
        self.compare(offset + start, offset + end)
        return self._map[offset + start : offset + end]

    def compare(self, start: int = 0, end: int | None = None) -> None:
        """Compare the blocks of a range of bytes with their checksums, unless that was done before.

        Raises:
            IndexDamaged: one of them is not what was written.
        """
        last = self._end if end is None else end
        for block in range(start // _BLOCK, -(-last // _BLOCK)):
            if not self._is_good[block]:
                piece = memoryview(self._map)[block * _BLOCK : min((block + 1) * _BLOCK, self._end)]
                if xxh3_64_intdigest(piece) != self._checksums[block]:
                    changed = sentence("{name} has changed on the disk", name=self._file.name)
                    raise IndexDamaged(index_of(self._file.parent), changed)
                self._is_good[block] = 1


class ArrayPart:
    """An array of a file, whose slices are compared with their checksums when they are taken."""

    def __init__(self, file: ArrayFile, whole: Array, offset: int) -> None:
        self._file = file
        self._whole = whole
        self._offset = offset

    def __getitem__(self, span: slice) -> Array:
        start, stop, _ = span.indices(len(self._whole))
        size = self._whole.itemsize
        if stop > start:
            self._file.compare(self._offset + start * size, self._offset + stop * size)
        return self._whole[start:stop]
