"""Writing the ledger: what a walk has seen, what has to be read, and what became of each file and article.

All since the last `commit` is one transaction.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from searchapp.catalog import arrivals, copies, corpus_hash, identities, versions
from searchapp.catalog.arrivals import ArrivalLedger
from searchapp.catalog.copies import CopyLedger
from searchapp.catalog.identities import IdentityLedger
from searchapp.catalog.ledger import Status
from searchapp.catalog.manifest import Coverage, now
from searchapp.catalog.versions import VersionLedger

EMPTY = "empty folder"  # the status of a folder that a walk found nothing in, until it is judged
_PAGE = 5_000  # rows fetched at a time, so that no reading stands open while its table is written

_TEMPORARY = """
CREATE TEMP TABLE seen (
    path BLOB PRIMARY KEY, size INTEGER, mtime INTEGER, status TEXT, reason TEXT, ctime INTEGER, version TEXT,
    is_certain INTEGER
) WITHOUT ROWID;
CREATE TEMP TABLE todo (number INTEGER PRIMARY KEY, path BLOB UNIQUE, size INTEGER, digest BLOB);
CREATE TEMP TABLE kept (path BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE gone (number INTEGER PRIMARY KEY, file INTEGER);
CREATE TEMP VIEW orphans AS SELECT d.id, d.file, d.digest FROM main.articles d
    WHERE d.duplicate_of IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM main.articles p WHERE p.id = d.duplicate_of AND p.duplicate_of IS NULL AND p.digest = d.digest);
"""


class Seen(NamedTuple):
    """What a walk has come across: a file to be read, or (with a status) something that is not, and why.

    `version` is that of its reader. It is `is_certain` that it is read where its name says so; of others, only their
    bytes will tell.
    """

    path: bytes
    size: int
    mtime: int
    status: str = ""
    reason: str = ""
    ctime: int = 0
    version: str = ""
    is_certain: bool = False


class ToRead(NamedTuple):
    """A file to be read: `digest` is that of the bytes it had when it was last read, in the same way and to the end."""

    path: bytes
    size: int
    digest: bytes | None


class Turn(NamedTuple):
    """One reading of one file."""

    file: int
    number: int


class Placed(NamedTuple):
    """Where an article was filed: its id, the article that it duplicates, if any, and its digest before.

    It has one from before where the engine may hold it itself.
    """

    id: str
    duplicate_of: str | None
    former_digest: bytes | None


class Outcome(NamedTuple):
    """What became of a file that was read. Without `mtime`, the next run looks at it again."""

    status: Status
    reason: str
    size: int
    mtime: int | None
    ctime: int | None
    digest: bytes | None
    encoding: str
    confidence: float | None
    how: str
    articles: int
    duplicates: int
    left_out: int
    remarks: int


class Recorder:
    """The ledger, open for writing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_TEMPORARY)
        self.copies = CopyLedger(connection)
        self.arrivals = ArrivalLedger(connection)
        self.identities = IdentityLedger(connection)
        self.versions = VersionLedger(connection)
        self._touched = set[bytes]()  # digests that came or went since the last commit
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make all since the last commit durable."""
        self._forget_buckets()
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def take_over(self, file: Path) -> None:
        """Copy all that another ledger knows into this one, which knows nothing yet."""
        self._db.execute("COMMIT")
        self._db.execute("ATTACH ? AS other", (str(file),))
        self._db.execute("BEGIN IMMEDIATE")
        others = (copies, arrivals, corpus_hash, identities, versions)
        for table in ("files", "articles", "remarks", *(table for other in others for table in other.TABLES)):
            self._db.execute(f"INSERT INTO main.{table} SELECT * FROM other.{table}")  # noqa: S608

    def root(self) -> str:
        """Return the hash over all articles (see `corpus_hash`), as it will be once this is committed."""
        self._forget_buckets()
        return corpus_hash.keep_root(self._db)

    def close(self) -> None:
        """Drop what was not committed and let go of the file."""
        self._db.close()

    # Comparing a walk with what is known

    def note(self, entries: Iterable[Seen]) -> None:
        """Take down what a walk sees; it is kept on the disk, not in memory."""
        self._db.executemany("INSERT OR REPLACE INTO temp.seen VALUES (?, ?, ?, ?, ?, ?, ?, ?)", entries)

    def count_readable(self, label: bytes) -> int:
        """Count the files of a root that the walk has found and whose names say that they are read."""
        row: tuple[int] = self._db.execute(
            "SELECT count(*) FROM temp.seen WHERE (path = :label OR path > :from AND path < :to) AND is_certain",
            {"label": label, "from": label + b"/", "to": label + b"0"},
        ).fetchone()
        return row[0]

    def judge_empty_folders(self, fewest: int, reason: str) -> None:
        """Take a folder below a root that is empty, and from which `fewest` files were read, for one out of reach.

        `reason` has a place for the number of these files. Other empty folders are none to be told of.
        """
        for (folder,) in self._db.execute("SELECT path FROM temp.seen WHERE status = ?", (EMPTY,)).fetchall():
            (known,) = self._db.execute(
                "SELECT count(*) FROM files WHERE path > ? AND path < ? AND articles > 0", (folder, folder[:-1] + b"0")
            ).fetchone()
            if known >= fewest:
                self._db.execute(
                    "UPDATE temp.seen SET status = 'error', reason = ? WHERE path = ?", (reason.format(known), folder)
                )
        self._db.execute("DELETE FROM temp.seen WHERE status = ?", (EMPTY,))

    def compare(self, labels: Sequence[bytes], reading: str) -> dict[str, int]:
        """Find out which files of these roots have gone, which have to be read, and count the others by status.

        `reading` names the way files are read now; what was read in another way, or by another version of its reader,
        is read again. Files below a folder that could not be looked into are kept as they were.
        """
        self._keep_what_was_not_looked_into()
        self._db.execute(
            "INSERT OR IGNORE INTO temp.kept SELECT m.path FROM temp.seen s JOIN files a ON a.path = s.path"
            " JOIN files m ON m.archive = a.id WHERE s.status = '' AND m.path NOT IN (SELECT path FROM temp.seen)"
        )
        for label in labels:
            self._db.execute(
                "INSERT INTO temp.gone (file) SELECT id FROM files WHERE (path = :label OR path > :from AND path < :to)"
                " AND path NOT IN (SELECT path FROM temp.seen UNION ALL SELECT path FROM temp.kept) ORDER BY path",
                {"label": label, "from": label + b"/", "to": label + b"0"},
            )
        self._db.execute(
            "INSERT INTO temp.gone (file) SELECT f.id FROM temp.seen s JOIN files f ON f.path = s.path"
            " WHERE s.status != '' AND f.articles > 0 ORDER BY f.path"
        )
        self._db.execute(
            "INSERT INTO temp.todo (path, size, digest)"
            " SELECT s.path, s.size,"
            " CASE WHEN f.reading = :reading || s.version AND f.status IN ('indexed', 'duplicate') THEN f.digest END"
            " FROM temp.seen s LEFT JOIN files f ON f.path = s.path"
            " WHERE s.status = '' AND NOT (f.size IS s.size AND f.mtime IS s.mtime AND f.ctime IS s.ctime"
            " AND f.reading IS :reading || s.version)"
            " ORDER BY s.path",
            {"reading": reading},
        )
        counts = self._db.execute(
            "SELECT f.status, count(*) FROM temp.seen s JOIN files f ON f.path = s.path"
            " WHERE s.status = '' AND s.path NOT IN (SELECT path FROM temp.todo) GROUP BY f.status"
        )
        kept = self._db.execute(
            "SELECT f.status, count(*) FROM temp.kept k JOIN files f ON f.path = k.path WHERE NOT EXISTS (SELECT 1"
            " FROM files a JOIN temp.todo t ON t.path = a.path WHERE a.id = f.archive) GROUP BY f.status"
        )
        return dict(Counter(dict(counts.fetchall())) + Counter(dict(kept.fetchall())))

    def _keep_what_was_not_looked_into(self) -> None:
        """Note the files below folders that could not be listed."""
        folders = self._db.execute(
            "SELECT path FROM temp.seen WHERE status = 'error' AND substr(path, -1) = x'2F'"
        ).fetchall()
        self._db.executemany(
            "INSERT OR IGNORE INTO temp.kept SELECT path FROM files WHERE path > ? AND path < ?"
            " AND path NOT IN (SELECT path FROM temp.seen)",
            [(folder, folder[:-1] + b"0") for (folder,) in folders],
        )

    def gone(self) -> Iterator[int]:
        """Yield the files whose articles have to be taken out."""
        return (row[1] for row in self._pages("temp.gone", "file"))

    def to_read(self) -> Iterator[ToRead]:
        """Yield the files that have to be read, in the order of their paths."""
        return (ToRead(*row[1:]) for row in self._pages("temp.todo", "path, size, digest"))

    def amount_to_read(self) -> tuple[int, int]:
        """Return the number of files that have to be read, and their bytes."""
        files, size = self._db.execute("SELECT count(*), ifnull(sum(size), 0) FROM temp.todo").fetchone()
        return files, size

    def leave_out(self) -> dict[str, int]:
        """Take down all that is not read and why; return how many files of each status these are."""
        self._db.execute(
            "INSERT INTO files (path, size, mtime, status, reason, seen)"
            " SELECT path, size, NULL, status, reason, :now FROM temp.seen s WHERE status != '' AND NOT EXISTS"
            " (SELECT 1 FROM files f WHERE f.path = s.path AND f.status = s.status AND f.reason = s.reason)"
            " ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime = NULL, ctime = NULL, digest = NULL,"
            " reading = NULL, status = excluded.status, reason = excluded.reason, seen = excluded.seen,"
            " encoding = '', confidence = NULL, how = '', articles = 0, duplicates = 0, left_out = 0, remarks = 0",
            {"now": now()},
        )
        return dict(
            self._db.execute("SELECT status, count(*) FROM temp.seen WHERE status != '' GROUP BY status").fetchall()
        )

    # One file

    def drop(self, file: int) -> list[str]:
        """Forget a file; return those of its articles that an engine may hold."""
        ids = self._remove_articles(file, before_turn=None)
        self._db.execute("DELETE FROM remarks WHERE file = ?", (file,))
        self._db.execute("DELETE FROM files WHERE id = ?", (file,))
        return ids

    def file_at(self, path: bytes) -> int | None:
        """Return the number of the file at a path, if it is known."""
        row: tuple[int] | None = self._db.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def touch(self, path: bytes, size: int, mtime: int | None, ctime: int | None) -> Status:
        """Note that a file has the bytes it had, and return its status."""
        row = self._db.execute(
            "UPDATE files SET size = ?, mtime = ?, ctime = ? WHERE path = ? RETURNING status",
            (size, mtime, ctime, path),
        ).fetchone()
        status: Status = row[0]
        return status

    def start(self, path: bytes, archive: Turn | None = None) -> Turn:
        """Begin to read a file, perhaps of an archive: its articles of earlier turns are to go when it is finished."""
        row = self._db.execute(
            "INSERT INTO files (path, status, reason, turn, seen, archive, archive_turn)"
            " VALUES (:path, 'error', :reason, 1, :now, :archive, :archive_turn)"
            " ON CONFLICT (path) DO UPDATE SET turn = turn + 1, mtime = NULL, digest = NULL, archive = :archive,"
            " archive_turn = :archive_turn RETURNING id, turn",
            {
                "path": path,
                "reason": "The run ended while it was being read.",
                "now": now(),
                "archive": archive.file if archive else None,
                "archive_turn": archive.number if archive else None,
            },
        ).fetchone()
        self._db.execute("DELETE FROM remarks WHERE file = ?", (row[0],))
        return Turn(*row)

    def members_gone(self, archive: Turn) -> list[int]:
        """Return the members of an archive that were not seen when it was read this time."""
        rows = self._db.execute("SELECT id FROM files WHERE archive = ? AND archive_turn != ?", archive)
        return [file for (file,) in rows.fetchall()]

    def count_members(self, archive: bytes) -> dict[str, int]:
        """Count the members of an archive by status."""
        rows = self._db.execute(
            "SELECT status, count(*) FROM files WHERE archive = (SELECT id FROM files WHERE path = ?) GROUP BY status",
            (archive,),
        )
        return dict(rows.fetchall())

    def place(self, turn: Turn, read_id: str, digest: bytes) -> Placed:
        """Take down an article that was read, and find out its id and whether it is the first of its text."""
        article_id = self.identities.identify(read_id, digest, turn.file)
        row = self._article(article_id)
        duplicate_of = self._holder(digest, article_id, turn)
        if row is None or row[1] != digest or row[0] != duplicate_of:
            self._touched.update((digest, *(row[1:] if row else ())))
        self._db.execute(
            "INSERT OR REPLACE INTO articles (id, file, turn, digest, duplicate_of) VALUES (?, ?, ?, ?, ?)",
            (article_id, turn.file, turn.number, digest, duplicate_of),
        )
        return Placed(article_id, duplicate_of, row[1] if row and row[0] is None else None)

    def add_remark(self, turn: Turn, place: str, reason: str, *, is_note: bool = False) -> None:
        """Take down something to be told about a part of a file."""
        self._db.execute("INSERT INTO remarks VALUES (?, ?, ?, ?)", (turn.file, place, reason, is_note))

    def finish(self, turn: Turn, outcome: Outcome, reading: str) -> list[str]:
        """Take down what became of a file; return the articles it no longer holds, those an engine may have."""
        ids = self._remove_articles(turn.file, before_turn=turn.number)
        self._db.execute(
            "UPDATE files SET status = ?, reason = ?, size = ?, mtime = ?, ctime = ?, digest = ?, encoding = ?,"
            " confidence = ?, how = ?, articles = ?, duplicates = ?, left_out = ?, remarks = ?, reading = ?, seen = ?"
            " WHERE id = ?",
            (*outcome, reading, now(), turn.file),
        )
        return ids

    # Duplicates whose text is held by nobody any more

    def adopt_orphans(self) -> list[bytes]:
        """Give duplicates that lost the article they stood behind another one of the same digest.

        Returns the paths of files to be read again, for one of their articles is the first of its text now.
        """
        self._db.execute(
            "UPDATE articles AS d SET duplicate_of ="
            " (SELECT p.id FROM articles p WHERE p.digest = d.digest AND p.duplicate_of IS NULL LIMIT 1)"
            " WHERE d.id IN (SELECT id FROM temp.orphans)"
            " AND EXISTS (SELECT 1 FROM articles p WHERE p.digest = d.digest AND p.duplicate_of IS NULL)"
        )
        rows = self._db.execute(
            "SELECT DISTINCT holder FROM (SELECT min(f.path), ifnull(z.path, f.path) AS holder FROM temp.orphans o"
            " JOIN files f ON f.id = o.file LEFT JOIN files z ON z.id = f.archive GROUP BY o.digest) ORDER BY 1"
        )
        return [path for (path,) in rows.fetchall()]

    # After a crash

    def is_indexed(self, article_id: str) -> bool:
        """Say whether the ledger holds an article to be in the engine."""
        row = self._article(article_id)
        return bool(row and row[0] is None)

    def look_again(self, article_id: str) -> None:
        """Have the file of an article read again by the next run."""
        self._db.execute(
            "UPDATE files SET mtime = NULL, digest = NULL WHERE id = ("
            "SELECT ifnull(f.archive, f.id) FROM articles a JOIN files f ON f.id = a.file WHERE a.id = ?)",
            (article_id,),
        )

    # Counting

    def coverage(self) -> Coverage:
        """Say what can be searched once this is committed."""
        row = self._db.execute(
            "SELECT (SELECT count(*) FROM articles WHERE duplicate_of IS NULL), (SELECT count(*) FROM files),"
            " (SELECT count(*) FROM files WHERE status IN ('skipped', 'error')),"
            " (SELECT count(*) FROM files WHERE remarks > 0)"
        ).fetchone()
        articles, files, left_out, with_remarks = row
        return Coverage(articles, files, left_out, now(), with_remarks=with_remarks)

    def reasons(self, labels: Sequence[bytes]) -> tuple[tuple[str, str, int], ...]:
        """Count the files of these roots that were left out by status and reason, most first."""
        where = " OR ".join("path = ? OR path > ? AND path < ?" for _ in labels)
        rows = self._db.execute(
            f"SELECT status, reason, count(*) FROM files WHERE status IN ('skipped', 'error') AND ({where})"  # noqa: S608
            " GROUP BY status, reason ORDER BY 3 DESC, 1, 2",
            [value for label in labels for value in (label, label + b"/", label + b"0")],
        )
        return tuple(rows.fetchall())

    def _forget_buckets(self) -> None:
        corpus_hash.forget_buckets(self._db, self._touched)
        self._touched.clear()

    def _pages(self, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
        last = 0
        select = f"SELECT number, {columns} FROM {table} WHERE number > ? ORDER BY number LIMIT {_PAGE}"  # noqa: S608
        while rows := self._db.execute(select, (last,)).fetchall():
            yield from rows
            last = rows[-1][0]

    def _article(self, article_id: str) -> tuple[str | None, bytes] | None:
        found: tuple[str | None, bytes] | None = self._db.execute(
            "SELECT duplicate_of, digest FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        return found

    def _holder(self, digest: bytes, article_id: str, turn: Turn) -> str | None:
        """Return the article that stands for a text, unless it is this one or about to go."""
        row: tuple[str] | None = self._db.execute(
            "SELECT id FROM articles WHERE digest = ? AND duplicate_of IS NULL AND id != ?"
            " AND NOT (file = ? AND turn != ?) LIMIT 1",
            (digest, article_id, *turn),
        ).fetchone()
        return row[0] if row else None

    def _remove_articles(self, file: int, before_turn: int | None) -> list[str]:
        doomed = "file = ?" if before_turn is None else "file = ? AND turn != ?"
        values = (file,) if before_turn is None else (file, before_turn)
        select = f"SELECT id, digest FROM articles WHERE {doomed} AND duplicate_of IS NULL"  # noqa: S608
        rows = self._db.execute(select, values).fetchall()
        self._touched.update(digest for _, digest in rows)
        found = [article_id for article_id, _ in rows]
        gone = self._db.execute(f"DELETE FROM articles WHERE {doomed} RETURNING id", values).fetchall()  # noqa: S608
        self.identities.forget(article_id for (article_id,) in gone)
        return found
