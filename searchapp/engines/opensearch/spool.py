"""What was put and not yet committed: lines for bulk requests, in a file beside the note. No reader can see them there.

`seal` ends the file and gives it the number of the commit that it becomes. A sealed file is sent until the cluster has
all of it; if this process dies before, by the next one that writes. So a commit comes whole, or not at all.

    {"index":{"_id":"…"}}       and a line with the document
    {"delete":{"_id":"…"}}
"""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from searchapp.disk import storage_problems, sync_folder
from searchapp.engines.opensearch.documents import END, PUT, REMOVE

_NAME = "spool"
_SEALED = "commit-"
_BUFFER = 1 << 20
_PUT, _REMOVE = PUT.encode(), REMOVE.encode()
_END = len(END)


class Chunk(NamedTuple):
    """Some changes of a spool, as lines of a bulk request, one or two for each change."""

    changes: tuple[bytes, ...]

    @property
    def body(self) -> bytes:
        """The body of a bulk request."""
        return b"".join(self.changes)


class Sealed(NamedTuple):
    """A file whose changes become a commit."""

    file: Path
    number: int


class Spool:
    """The file being written; it is created with the first change."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: BinaryIO | None = None
        self._changes = 0

    def add(self, lines: bytes) -> int:
        """Add a change; return its place, counted from 0.

        Raises:
            StorageProblem: the disk does not take it.
        """
        with storage_problems(self._folder):
            if self._file is None:
                self._file = (self._folder / _NAME).open("wb", buffering=_BUFFER)
                self._changes = 0
            self._file.write(lines)
        self._changes += 1
        return self._changes - 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return self._file is None

    def seal(self, number: int) -> Sealed:
        """End the file; it becomes commit `number`.

        Raises:
            StorageProblem: the disk does not take it.
        """
        assert self._file is not None
        sealed = Sealed(self._folder / f"{_SEALED}{number}", number)
        with storage_problems(self._folder):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
            (self._folder / _NAME).replace(sealed.file)
            sync_folder(self._folder)
        return sealed

    def drop(self) -> None:
        """Forget what was added since the last commit."""
        if self._file:
            with suppress(OSError):  # what is left in memory may not fit on the disk, and is of no use
                self._file.close()
            self._file = None
        (self._folder / _NAME).unlink(missing_ok=True)


def sealed_in(folder: Path) -> Sealed | None:
    """Return the commit that a dead process left half sent, if there is one."""
    found = next(folder.glob(f"{_SEALED}*"), None)
    return Sealed(found, int(found.name.removeprefix(_SEALED))) if found else None


def leave_out(sealed: Sealed, change: bytes) -> None:
    """Take a change out of a sealed file, so that the others can be sent.

    Raises:
        StorageProblem: the disk does not take it.
    """
    rest = sealed.file.with_name(f"{_NAME}-rest")
    with storage_problems(rest.parent):
        with rest.open("wb") as stream:
            stream.writelines(lines for _, lines in _changes(sealed.file) if lines != change)
            stream.flush()
            os.fsync(stream.fileno())
        rest.replace(sealed.file)
        sync_folder(rest.parent)


def chunks(file: Path, size: int, sent: Collection[int] = ()) -> Iterator[Chunk]:
    """Yield the changes of a file in parts of about `size` bytes; only the last change of each article.

    Those at the places `sent` are left out, since the cluster has them.
    """
    last = {key: at for at, (key, _) in enumerate(_changes(file))}
    some: list[bytes] = []
    bytes_so_far = 0
    for at, (key, lines) in enumerate(_changes(file)):
        if last[key] != at or at in sent:
            continue
        if some and bytes_so_far + len(lines) > size:
            yield Chunk(tuple(some))
            some, bytes_so_far = [], 0
        some.append(lines)
        bytes_so_far += len(lines)
    if some:
        yield Chunk(tuple(some))


def _changes(file: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield each change of a file: the key of its document, and its lines."""
    with file.open("rb") as stream:
        for line in stream:
            if line.startswith(_PUT):
                yield line[len(_PUT) : -_END], line + stream.readline()
            else:
                yield line[len(_REMOVE) : -_END], line
