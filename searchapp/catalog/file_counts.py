"""How many files each folder and each format has, and how many of them were left out."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from searchapp.catalog.paths import restored, shown

_AT_ONCE = 10_000  # rows
_LEVELS = 2  # folders below the root
_LONGEST_SUFFIX = 12  # characters; a longer one is part of the name
_LEFT_OUT = ("skipped", "error")


class FileCount(NamedTuple):
    """Counts for one folder or format: files, files left out, articles, and the duplicates among these."""

    name: str
    files: int
    left_out: int
    articles: int
    duplicates: int


@dataclass(slots=True)
class _Tally:
    files: int = 0
    left_out: int = 0
    articles: int = 0
    duplicates: int = 0


def file_counts(connection: sqlite3.Connection) -> tuple[tuple[FileCount, ...], tuple[FileCount, ...]]:
    """Count the files by folder, in order, and by format, most first. Paths are safe for display."""
    folders: dict[bytes, _Tally] = {}
    formats: dict[bytes, _Tally] = {}
    cursor = connection.execute("SELECT path, status, articles, duplicates FROM files")
    while rows := cursor.fetchmany(_AT_ONCE):
        for path, status, articles, duplicates in rows:
            for tally in (
                folders.setdefault(_folder(path), _Tally()),
                formats.setdefault(_suffix(path), _Tally()),
            ):
                tally.files += 1
                tally.left_out += status in _LEFT_OUT
                tally.articles += articles
                tally.duplicates += duplicates
    most_first = sorted(formats.items(), key=lambda pair: (-pair[1].files, pair[0]))
    return tuple(_named(sorted(folders.items()))), tuple(_named(most_first))


def _named(counted: Iterable[tuple[bytes, _Tally]]) -> Iterable[FileCount]:
    for name, tally in counted:
        yield FileCount(shown(restored(name)), tally.files, tally.left_out, tally.articles, tally.duplicates)


def _folder(path: bytes) -> bytes:
    return b"/".join(path.split(b"/")[:-1][:_LEVELS]) or path


def _suffix(path: bytes) -> bytes:
    stem, dot, suffix = path.rpartition(b"/")[2].rpartition(b".")
    return suffix.lower() if dot and stem and len(suffix) <= _LONGEST_SUFFIX else b""
