"""Named arrays in one file: how a segment lies on the disk.

    file      = MAGIC, arrays (each at a multiple of 8), directory, offset of directory (8 bytes), MAGIC
    directory = JSON {"arrays": {name: [dtype, offset, count]}, "facts": {...}}

Arrays are written piece by piece, several at a time, and read by mapping the file: opening costs nothing, and what is
not looked at is never loaded.
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

Array = npt.NDArray[Any]

_Spool = tempfile.SpooledTemporaryFile[bytes]
_MAGIC = b"searchapp1"
_ALIGNMENT = 8
_IN_MEMORY = 1 << 20  # bytes of an array that may wait in memory before it is spooled to a file


class ArrayWriter:
    """Collects named arrays, then writes them as one file. Use as a context manager: a failure leaves no file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._spools: dict[str, _Spool] = {}
        self._dtypes: dict[str, np.dtype[Any]] = {}
        self._facts: dict[str, Any] = {}

    def __enter__(self) -> "ArrayWriter":
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        try:
            if failure is None:
                self._write()
        finally:
            for spool in self._spools.values():
                spool.close()

    def append(self, name: str, values: Array) -> None:
        """Add `values` at the end of the array `name`; all its pieces have one dtype."""
        if name not in self._spools:
            self._spools[name] = _Spool(_IN_MEMORY, dir=str(self._file.parent))
            self._dtypes[name] = values.dtype
        assert values.dtype == self._dtypes[name], name
        self._spools[name].write(np.ascontiguousarray(values).data.cast("B") if len(values) else b"")

    def note(self, name: str, fact: Any) -> None:
        """Keep a JSON value beside the arrays."""
        self._facts[name] = fact

    def _write(self) -> None:
        unfinished = self._file.with_name(self._file.name + ".tmp")
        with unfinished.open("wb") as out:
            out.write(_MAGIC)
            arrays = {name: [self._dtypes[name].str, *self._copy(name, out)] for name in self._spools}
            directory = out.tell()
            out.write(json.dumps({"arrays": arrays, "facts": self._facts}).encode())
            out.write(struct.pack("<Q", directory) + _MAGIC)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(self._file)

    def _copy(self, name: str, out: Any) -> tuple[int, int]:
        out.write(b"\0" * (-out.tell() % _ALIGNMENT))
        start = out.tell()
        self._spools[name].seek(0)
        shutil.copyfileobj(self._spools[name], out, 1 << 20)
        return start, (out.tell() - start) // self._dtypes[name].itemsize


class ArrayFile:
    """A file of named arrays, mapped into memory for reading.

    Raises:
        ValueError: the file is cut short or is not such a file.
        OSError: it cannot be opened.
    """

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_size < 2 * len(_MAGIC) + 8:
                raise ValueError(f"{file.name} is cut short")
            self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        if self._map[: len(_MAGIC)] != _MAGIC or self._map[-len(_MAGIC) :] != _MAGIC:
            raise ValueError(f"{file.name} is cut short or not a segment")
        end = len(self._map) - len(_MAGIC) - 8
        (directory,) = struct.unpack("<Q", self._map[end : end + 8])
        read = json.loads(self._map[directory:end])
        self._arrays: Mapping[str, tuple[str, int, int]] = read["arrays"]
        self.facts: Mapping[str, Any] = read["facts"]

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> Array:
        """Return the array `name` as a read-only view of the file; empty bytes where nothing was written under it."""
        dtype, start, count = self._arrays.get(name, ("|u1", 0, 0))
        return np.frombuffer(self._map, dtype, count, start)

    def text(self, name: str, start: int, end: int) -> bytes:
        """Return bytes `start` to `end` of a byte array, without touching the rest."""
        offset = self._arrays[name][1]
        return self._map[offset + start : offset + end]
