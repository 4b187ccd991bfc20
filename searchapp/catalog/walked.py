"""Compare what a walk through the folders has seen with the files in the ledger.

Most files are as the ledger has them: each is compared as it is found, and leaves one byte in memory. What is new or
has changed is kept on disk, in temporary tables, so that no number of files fills the memory.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from searchapp.catalog.manifest import now
from searchapp.catalog.paths import IN_ROOT, UNDER, in_root, under

EMPTY = "empty folder"  # the status of a folder in which a walk found nothing, until it is judged
_NOTHING = object()  # equal to no value of a ledger
_PAGE = 5_000  # rows fetched at a time, so that no query is open while its table is written

_TEMPORARY = """
CREATE TEMP TABLE seen (
    path BLOB PRIMARY KEY, size INTEGER, mtime INTEGER, ctime INTEGER, version TEXT, status TEXT, reason TEXT
) WITHOUT ROWID;
CREATE TEMP TABLE todo (number INTEGER PRIMARY KEY, path BLOB UNIQUE, size INTEGER, digest BLOB);
CREATE TEMP TABLE kept (path BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE gone (number INTEGER PRIMARY KEY, file INTEGER);
"""


class Seen(NamedTuple):
    """An entry that a walk has found: a file to be read, or (with a status) one that is not read, and why.

    `version` is that of its reader. `is_certain` tells that the file is read by its name; for other files, only their
    bytes decide.
    """

    path: bytes
    size: int
    mtime: int
    ctime: int = 0
    version: str = ""
    status: str = ""
    reason: str = ""
    is_certain: bool = False


class ToRead(NamedTuple):
    """A file to be read: `digest` is that of its bytes when it was last read completely by the same reader."""

    path: bytes
    size: int
    digest: bytes | None


class Walked:
    """The files of one walk, and what to do about them. Everything happens in the current transaction.

    A cross join has SQLite begin with its first table, where few rows are wanted of it; by its own plan it would go
    through all files.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_TEMPORARY)
        (last,) = self._db.execute("SELECT ifnull(max(id), 0) FROM files").fetchone()
        self._is_unchanged = bytearray(last + 1)  # for each number of a file
        self._db.create_function("is_unchanged", 1, self._is_unchanged.__getitem__)
        self._read, self._left_out = Counter[str](), Counter[str]()  # unchanged files, by status

    def note(self, entries: Sequence[Seen], reading: str) -> int:
        """Record what a walk has found; return how many of these files are read by their names.

        `reading` describes the present options; files read with others, or by another version of their reader, have to
        be read again.
        """
        readings = {version: reading + version for version in {entry.version for entry in entries}}
        to_read = {entry[:4]: readings[entry.version] for entry in entries if not entry.status}
        same = self._same("path, size, mtime, ctime, reading", to_read, self._read)
        # Folders are judged later, together with the files below them.
        left_out = {(e.path, e.status, e.reason): 0 for e in entries if e.status and not e.path.endswith(b"/")}
        same |= self._same("path, status, reason, articles", left_out, self._left_out)
        self._db.executemany(
            "INSERT OR REPLACE INTO temp.seen VALUES (?, ?, ?, ?, ?, ?, ?)",
            [entry[:-1] for entry in entries if entry.path not in same],
        )
        return sum(entry.is_certain for entry in entries)

    def judge_empty_folders(self, fewest: int, reason: Callable[..., str]) -> None:
        """Mark an empty folder as unreachable if at least `fewest` files in it were indexed before.

        `reason` takes the `number` of these files. Other empty folders are not reported.
        """
        for (folder,) in self._db.execute("SELECT path FROM temp.seen WHERE status = ?", (EMPTY,)).fetchall():
            (known,) = self._db.execute(
                f"SELECT count(*) FROM files WHERE {UNDER} AND articles > 0",  # noqa: S608
                under(folder),
            ).fetchone()
            if known >= fewest:
                self._db.execute(
                    "UPDATE temp.seen SET status = 'error', reason = ? WHERE path = ?", (reason(number=known), folder)
                )
        self._db.execute("DELETE FROM temp.seen WHERE status = ?", (EMPTY,))

    def compare(self, labels: Sequence[bytes], reading: str) -> dict[str, int]:
        """Find the files of these roots that are gone and those that have to be read; count the others by status.

        `reading` is that of `note`. Files below a folder that could not be listed are kept as they are.
        """
        self._keep_what_was_not_looked_into()
        self._keep_members_of_archives()
        for label in labels:
            self._db.execute(
                f"INSERT INTO temp.gone (file) SELECT id FROM files WHERE {IN_ROOT} AND NOT is_unchanged(id)"  # noqa: S608
                " AND NOT EXISTS (SELECT 1 FROM temp.seen s WHERE s.path = files.path)"
                " AND NOT EXISTS (SELECT 1 FROM temp.kept k WHERE k.path = files.path) ORDER BY path",
                in_root(label),
            )
        self._db.execute(
            "INSERT INTO temp.gone (file) SELECT f.id FROM temp.seen s CROSS JOIN files f ON f.path = s.path"
            " WHERE s.status != '' AND f.articles > 0 ORDER BY f.path"
        )
        self._db.execute(
            "INSERT INTO temp.todo (path, size, digest)"
            " SELECT s.path, s.size,"
            " CASE WHEN f.reading = :reading || s.version AND f.status IN ('indexed', 'duplicate') THEN f.digest END"
            " FROM temp.seen s LEFT JOIN files f ON f.path = s.path WHERE s.status = '' ORDER BY s.path",
            {"reading": reading},
        )
        kept = self._db.execute(
            "SELECT f.status, count(*) FROM temp.kept k CROSS JOIN files f ON f.path = k.path WHERE NOT EXISTS"
            " (SELECT 1 FROM files a JOIN temp.todo t ON t.path = a.path WHERE a.id = f.archive) GROUP BY f.status"
        )
        return self._read + Counter(dict(kept.fetchall()))

    def gone(self) -> Iterator[int]:
        """Yield the files whose articles have to be removed."""
        return (row[1] for row in self._pages("temp.gone", "file"))

    def to_read(self) -> Iterator[ToRead]:
        """Yield the files that have to be read, by path."""
        return (ToRead(*row[1:]) for row in self._pages("temp.todo", "path, size, digest"))

    def amount_to_read(self) -> tuple[int, int]:
        """Return the number of files that have to be read, and their total size in bytes."""
        files, size = self._db.execute("SELECT count(*), ifnull(sum(size), 0) FROM temp.todo").fetchone()
        return files, size

    def leave_out(self) -> dict[str, int]:
        """Record all files that are not read, with the reasons; return their number by status."""
        self._db.execute(
            "INSERT INTO files (path, size, mtime, status, reason, seen)"
            " SELECT path, size, NULL, status, reason, :now FROM temp.seen s WHERE status != '' AND NOT EXISTS"
            " (SELECT 1 FROM files f WHERE f.path = s.path AND f.status = s.status AND f.reason = s.reason)"
            " ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime = NULL, ctime = NULL, digest = NULL,"
            " reading = NULL, status = excluded.status, reason = excluded.reason, seen = excluded.seen,"
            " encoding = '', confidence = NULL, how = '', articles = 0, duplicates = 0, left_out = 0, remarks = 0",
            {"now": now()},
        )
        rows = self._db.execute("SELECT status, count(*) FROM temp.seen WHERE status != '' GROUP BY status")
        return self._left_out + Counter(dict(rows.fetchall()))

    def _same(self, columns: str, found: Mapping[Any, object], counts: Counter[str]) -> set[bytes]:
        """Mark and count, by status, the files that the ledger has as they were found; return their paths.

        Of each, `found` has the values of `columns`: the path and others, and by these the last one.
        """
        marks = ", ".join("?" * len(found))
        rows = self._db.execute(
            f"SELECT {columns}, id, status FROM files WHERE path IN ({marks})",  # noqa: S608
            [values[0] for values in found],
        )
        same = [row for row in rows if found.get(row[:-3], _NOTHING) == row[-3]]
        for row in same:
            self._is_unchanged[row[-2]] = 1
        counts.update(row[-1] for row in same)
        return {row[0] for row in same}

    def _keep_what_was_not_looked_into(self) -> None:
        """Keep the files below folders that could not be listed."""
        folders = self._db.execute(
            "SELECT path FROM temp.seen WHERE status = 'error' AND substr(path, -1) = x'2F'"
        ).fetchall()
        self._db.executemany(
            f"INSERT OR IGNORE INTO temp.kept SELECT path FROM files WHERE {UNDER} AND NOT is_unchanged(id)"  # noqa: S608
            " AND path NOT IN (SELECT path FROM temp.seen)",
            [under(folder) for (folder,) in folders],
        )

    def _keep_members_of_archives(self) -> None:
        """Keep the members of archives that are still there: only reading an archive tells which of them are gone."""
        archives = self._db.execute(
            "SELECT a.id FROM (SELECT DISTINCT archive FROM files WHERE archive IS NOT NULL) m"
            " JOIN files a ON a.id = m.archive WHERE is_unchanged(a.id)"
            " OR EXISTS (SELECT 1 FROM temp.seen s WHERE s.path = a.path AND s.status = '')"
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO temp.kept SELECT path FROM files WHERE archive = ?"
            " AND path NOT IN (SELECT path FROM temp.seen)",
            archives.fetchall(),
        )

    def _pages(self, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
        last = 0
        select = f"SELECT number, {columns} FROM {table} WHERE number > ? ORDER BY number LIMIT {_PAGE}"  # noqa: S608
        while rows := self._db.execute(select, (last,)).fetchall():
            yield from rows
            last = rows[-1][0]
