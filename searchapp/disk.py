"""Durable writing, and clear sentences if the disk refuses."""

import errno
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from searchapp.errors import IndexDamaged, StorageProblem
from searchapp.sentences import marked, sentence

_BLOCK = 1 << 20
_SENTENCES = {
    errno.ENOSPC: marked("the disk is full. Make room"),
    errno.EDQUOT: marked("your share of the disk (quota) is used up. Make room"),
    errno.EFBIG: marked("a file there may not grow as large as it has to. Raise that limit"),
    errno.EACCES: marked("you have no permission to read or write there. Fix the permissions"),
    errno.EPERM: marked("you have no permission to read or write there. Fix the permissions"),
    errno.EROFS: marked("the disk can only be read. Name another folder with --index"),
    errno.EIO: marked("the disk reported a fault. Check it"),
}
_SQLITE_SENTENCES = {
    sqlite3.SQLITE_FULL: _SENTENCES[errno.ENOSPC],
    sqlite3.SQLITE_READONLY: _SENTENCES[errno.EACCES],
    sqlite3.SQLITE_CANTOPEN: _SENTENCES[errno.EACCES],
    sqlite3.SQLITE_IOERR: _SENTENCES[errno.EIO],
    sqlite3.SQLITE_BUSY: marked("another program holds on to it. End that program"),
}
_SQLITE_DAMAGES = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def storage_problems(folder: Path) -> Iterator[None]:
    """Turn system errors about the index in `folder` into sentences.

    Raises:
        StorageProblem: no space, no permission, or a fault of the disk.
        IndexDamaged: the ledger is no longer a database.
    """
    try:
        yield
    except OSError as fault:
        if fault.errno not in _SENTENCES:
            raise
        raise _problem(folder, _SENTENCES[fault.errno]) from fault
    except sqlite3.DatabaseError as fault:
        code = getattr(fault, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        if code in _SQLITE_DAMAGES:
            raise IndexDamaged(
                index_of(folder), sentence("its ledger cannot be read ({fault})", fault=str(fault))
            ) from fault
        if code not in _SQLITE_SENTENCES:
            raise
        raise _problem(folder, _SQLITE_SENTENCES[code]) from fault


def fingerprint(stream: BinaryIO) -> bytes:
    """Return 16 bytes of BLAKE2b over the rest of a stream."""
    digest = hashlib.blake2b(digest_size=16)
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.digest()


def index_of(folder: Path) -> Path:
    """Return the index that contains a folder, found by its manifest; the folder itself if there is none."""
    return next((one for one in (folder, *folder.parents) if (one / "manifest.json").is_file()), folder)


def size_of(folder: Path) -> int:
    """Return the total size in bytes of all files below a folder."""
    size = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a writer has removed it
            size += file.stat().st_size if file.is_file() else 0
    return size


def write_durably(file: Path, content: bytes) -> None:
    """Replace a file by `content`, synced when this returns; after a crash it has either the old or the new content."""
    new = file.with_name(f"{file.name}.new")
    with new.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
    sync_folder(file.parent)


def sealed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for a JSON file with a checksum added, which `is_sealed` verifies."""
    return {**values, "checksum": _checksum(values)}


def is_sealed(values: Any) -> bool:
    """Tell whether these are the values of a JSON object with a matching checksum."""
    if not isinstance(values, dict):
        return False
    rest = {name: value for name, value in values.items() if name != "checksum"}
    return values.get("checksum") == _checksum(rest)


def _checksum(values: Mapping[str, Any]) -> str:
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode("ascii"), digest_size=8).hexdigest()


def sync_folder(folder: Path) -> None:
    """Sync the entries of a folder to disk, if the system allows it (Windows does it by itself)."""
    if os.name == "nt":  # pragma: no cover
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _problem(folder: Path, template: str) -> StorageProblem:
    return StorageProblem(
        sentence(
            "The index in {folder} cannot be used: {why}, then run the same command again. What was committed before "
            "is kept.",
            folder=repr(str(folder)),
            why=sentence(template),
        )
    )
