"""The ledger of an index: every file that was seen and its status, every article and the file that it is in.

It is one SQLite file in each generation, beside the engine's folder. It has a rollback journal, not a write-ahead log,
so that someone without permission to write can still read it while another process is indexing.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote_from_bytes

from searchapp.catalog import arrivals, corpus_hash, identities, versions
from searchapp.catalog.paths import IN_ROOT, in_root, restored, shown

NAME = "ledger.sqlite"
Status = Literal["indexed", "duplicate", "skipped", "error"]
STATUSES: tuple[Status, ...] = ("indexed", "duplicate", "skipped", "error")
Choice = Status | Literal["remarks", ""]  # a filter of files; "remarks": those with remarks, whatever their status
CHOICES: tuple[Choice, ...] = (*STATUSES, "remarks")
_PATIENCE = 30  # seconds that one process waits for another to finish a commit, or an answer
MOST_REMARKS = 1_000  # that are kept of a file; further ones are only counted

# A path is stored as bytes, since not all file names are text; it starts with the label of its root. A file without
# `mtime` is read again by the next run, whatever its size. The path of an archive's member is that of the archive,
# followed by the member's own; `archive` is the file of the outermost archive, and `archive_turn` the turn of that in
# which the member was seen. `turn` counts how often a file was read: once it is read to its end, articles of an earlier
# turn are removed.
SCHEMA = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    size INTEGER, mtime INTEGER, ctime INTEGER, digest BLOB, reading TEXT, turn INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
    encoding TEXT NOT NULL DEFAULT '', confidence REAL, how TEXT NOT NULL DEFAULT '',
    articles INTEGER NOT NULL DEFAULT 0, duplicates INTEGER NOT NULL DEFAULT 0, left_out INTEGER NOT NULL DEFAULT 0,
    remarks INTEGER NOT NULL DEFAULT 0,
    seen TEXT NOT NULL,
    archive INTEGER, archive_turn INTEGER
);
CREATE INDEX files_by_archive ON files (archive) WHERE archive IS NOT NULL;
CREATE INDEX files_by_status ON files (status, path);
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    file INTEGER NOT NULL, turn INTEGER NOT NULL, digest BLOB NOT NULL, duplicate_of TEXT
) WITHOUT ROWID;
CREATE INDEX articles_by_file ON articles (file);
CREATE INDEX articles_by_digest ON articles (digest) WHERE duplicate_of IS NULL;
CREATE INDEX duplicates ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX files_with_remarks ON files (path) WHERE remarks > 0;
CREATE TABLE remarks (file INTEGER NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL, is_note INTEGER NOT NULL);
CREATE INDEX remarks_by_file ON remarks (file);
"""


@dataclass(frozen=True, slots=True)
class FileRemark:
    """A remark on a part of a file: where it is ("line 7") and what it says."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileRecord:
    """The status of one file. `path` is safe for display; `seen` is when it was last read.

    `articles` counts all articles in it, `duplicates` included. If every one is a duplicate, `duplicate_of` is the path
    of a file with the same article. `left_out` counts its records that could not be read. `remarks` are the first
    thousand of its `remark_count` remarks; `notes`, which are not counted, report what is left out of every file of its
    kind.
    """

    path: str
    status: Status
    reason: str
    size: int
    encoding: str
    confidence: float | None
    articles: int
    duplicates: int
    left_out: int
    remark_count: int
    seen: str
    duplicate_of: str = ""
    remarks: tuple[FileRemark, ...] = ()
    notes: tuple[FileRemark, ...] = ()


_LISTING = """
SELECT f.path, f.status, f.reason, f.size, f.encoding, f.confidence, f.articles, f.duplicates,
    f.left_out, f.remarks, f.seen,
    CASE WHEN f.status = 'duplicate' THEN (
        SELECT other.path FROM articles a JOIN articles p ON p.id = a.duplicate_of JOIN files other ON other.id = p.file
        WHERE a.file = f.id LIMIT 1) END,
    f.id
FROM files f
WHERE (:status = '' OR f.status = :status OR :status = 'remarks' AND f.remarks > 0)
    AND (:reason = '' OR instr(lower(f.reason), lower(:reason)) > 0)
    AND f.path > :after
ORDER BY f.path LIMIT :limit
"""
# Ids and digests are hashes: among very many, each row that is added changes a page of its own in each table and index.
# So pages are small. Up to 200,000 that a batch has changed stay in memory until it is committed: to write them
# earlier, SQLite would lock readers out. Deleted rows are overwritten with zeros only in pages that change anyway.
_FOR_WRITING = (
    "page_size = 1024",
    "synchronous = EXTRA",
    "cache_spill = 200000",
    "temp_store = FILE",
    "cache_size = -65536",
    "secure_delete = FAST",
)
_REMARKS = "SELECT place, reason FROM remarks WHERE file = ? AND is_note = ? ORDER BY rowid LIMIT ?"


def open_for_reading(file: Path) -> sqlite3.Connection:
    """Open a ledger for reading; any thread may use it.

    A search needs nothing of the ledger, so opening does not wait while another process commits to it.
    """
    # A process that may write rolls back what a killed indexer left half-written; one that may not can only read.
    mode = "rw" if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK) else "ro"
    connection = _connect(file, mode, seconds=0)
    connection.execute("PRAGMA query_only = ON")
    try:
        connection.execute("SELECT id FROM files LIMIT 1").fetchone()  # so that damage is found now, not later
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
    connection.execute(f"PRAGMA busy_timeout = {1_000 * _PATIENCE}")
    return connection


def open_for_writing(file: Path) -> sqlite3.Connection:
    """Open a ledger for writing; create it if there is none."""
    connection = _connect(file, "rwc", _PATIENCE)
    for pragma in _FOR_WRITING:
        connection.execute(f"PRAGMA {pragma}")
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        from searchapp.catalog import copies  # which needs numpy; a search does not

        others = (copies, arrivals, corpus_hash, identities, versions)
        connection.executescript(f"BEGIN; {SCHEMA} {' '.join(other.SCHEMA for other in others)} COMMIT;")
    return connection


def files(
    connection: sqlite3.Connection, status: str, reason: str, limit: int, after: bytes, most_remarks: int
) -> Iterator[tuple[bytes, FileRecord]]:
    """Yield files by path, each with the path to continue from, and with up to `most_remarks` remarks."""
    asked = {"status": status, "reason": reason, "limit": limit, "after": after}
    for path, *values, original, file_id in connection.execute(_LISTING, asked).fetchall():
        duplicate_of = shown(restored(original)) if original else ""
        remarks, notes = (
            tuple(FileRemark(*row) for row in connection.execute(_REMARKS, (file_id, is_note, most_remarks)))
            for is_note in (False, True)
        )
        record: tuple[Any, ...] = (shown(restored(path)), *values, duplicate_of, remarks, notes)
        yield path, FileRecord(*record)


def count_files(connection: sqlite3.Connection, label: bytes) -> int:
    """Count the files of a root that articles were read from."""
    row: tuple[int] = connection.execute(
        f"SELECT count(*) FROM files f WHERE {IN_ROOT} AND archive IS NULL AND ("  # noqa: S608
        "articles > 0 OR EXISTS (SELECT 1 FROM files m WHERE m.archive = f.id AND m.articles > 0))",
        in_root(label),
    ).fetchone()
    return row[0]


def place_of(connection: sqlite3.Connection, article_id: str) -> tuple[bytes, bytes | None, bytes | None] | None:
    """Return the path of the file that an article is in, the digest of the file's bytes, and the archive around it."""
    row: tuple[bytes, bytes | None, bytes | None] | None = connection.execute(
        "SELECT f.path, f.digest, z.path FROM articles a JOIN files f ON f.id = a.file"
        " LEFT JOIN files z ON z.id = f.archive WHERE a.id = ?",
        (article_id,),
    ).fetchone()
    return row


def remarks_beside(connection: sqlite3.Connection, article_id: str, most: int) -> tuple[int, tuple[FileRemark, ...]]:
    """Count the remarks on the file of an article, and return up to `most` of them."""
    file = connection.execute(
        "SELECT f.id, f.remarks FROM articles a JOIN files f ON f.id = a.file WHERE a.id = ?", (article_id,)
    ).fetchone()
    if file is None or not file[1]:
        return 0, ()
    return file[1], tuple(FileRemark(*row) for row in connection.execute(_REMARKS, (file[0], False, most)))


def paths_of_duplicates(connection: sqlite3.Connection, article_id: str) -> list[bytes]:
    """Return the paths of the other files with the same article."""
    rows = connection.execute(
        "SELECT f.path FROM articles a JOIN files f ON f.id = a.file WHERE a.duplicate_of = ? ORDER BY f.path",
        (article_id,),
    )
    return [path for (path,) in rows]


def reasons(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """Count the files of each status and reason, most first."""
    return connection.execute(
        "SELECT status, reason, count(*) FROM files GROUP BY status, reason ORDER BY 3 DESC, 1, 2"
    ).fetchall()


def count_with_remarks(connection: sqlite3.Connection) -> int:
    """Count the files with remarks."""
    row: tuple[int] = connection.execute("SELECT count(*) FROM files WHERE remarks > 0").fetchone()
    return row[0]


def digests(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the digests of articles (32 hexadecimal digits) by id; duplicates, which are not searched, have none."""
    select = "SELECT digest FROM articles WHERE id = ? AND duplicate_of IS NULL"
    rows = ((one, connection.execute(select, (one,)).fetchone()) for one in ids)
    return {one: row[0].hex() for one, row in rows if row}


def all_digests(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the digests of all articles by id, without duplicates."""
    rows = connection.execute("SELECT id, digest FROM articles WHERE duplicate_of IS NULL")
    return {one: digest.hex() for one, digest in rows}


def remark_reasons(connection: sqlite3.Connection, most: int) -> list[tuple[str, int]]:
    """Count the remarks by reason, most first."""
    return connection.execute(
        "SELECT reason, count(*) FROM remarks WHERE NOT is_note GROUP BY reason ORDER BY 2 DESC, 1 LIMIT ?", (most,)
    ).fetchall()


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the faults that SQLite finds in the file, in its words, and those in the keys of printings."""
    from searchapp.catalog import key_runs

    yield from (text for (text,) in connection.execute("PRAGMA quick_check") if text != "ok")
    yield from key_runs.faults(connection)


def _connect(file: Path, mode: str, seconds: int) -> sqlite3.Connection:
    uri = f"file:{quote_from_bytes(os.fsencode(file.resolve()))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=seconds, check_same_thread=False)
