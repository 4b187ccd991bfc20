"""Writing the ledger: files and articles, and their status.

Everything since the last `commit` is one transaction.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from searchapp.catalog import arrivals, copies, corpus_hash, identities, versions
from searchapp.catalog.arrivals import ArrivalLedger
from searchapp.catalog.copies import CopyLedger
from searchapp.catalog.copying_rows import copy_rows
from searchapp.catalog.counts import LedgerCounts
from searchapp.catalog.identities import IdentityLedger
from searchapp.catalog.ledger import Status
from searchapp.catalog.manifest import Coverage, now
from searchapp.catalog.paths import IN_ROOT, in_root
from searchapp.catalog.versions import VersionLedger
from searchapp.catalog.walked import Walked
from searchapp.sentences import recorded

_TEMPORARY = """
CREATE TEMP VIEW orphans AS SELECT d.id, d.file, d.digest FROM main.articles d
    WHERE d.duplicate_of IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM main.articles p WHERE p.id = d.duplicate_of AND p.duplicate_of IS NULL AND p.digest = d.digest);
"""


class Turn(NamedTuple):
    """One reading of one file."""

    file: int
    number: int


class Placed(NamedTuple):
    """Where an article was filed: its id, the article that it duplicates, if any, and its digest before.

    The digest before is there only if the engine may hold the article.
    """

    id: str
    duplicate_of: str | None
    former_digest: bytes | None


class Aside(NamedTuple):
    """The file of an article that could not be stored, and the file's status before and after."""

    file: int
    former: Status
    status: Status


class Outcome(NamedTuple):
    """The result of reading a file. Without `mtime`, the next run reads it again."""

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
        self.walked = Walked(connection)
        self.copies = CopyLedger(connection)
        self.arrivals = ArrivalLedger(connection)
        self.identities = IdentityLedger(connection)
        self.versions = VersionLedger(connection)
        self._counts = LedgerCounts(connection)
        self._former: sqlite3.Connection | None = None
        self._touched = set[bytes]()  # digests added or removed since the last commit
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make everything since the last commit durable."""
        self._forget_buckets()
        self.copies.write_keys()
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def inherit(self, former: sqlite3.Connection) -> None:
        """Copy moments, ids and former texts of articles from the ledger of another generation.

        What cannot be read starts again: damage may be why the index is built anew. `former` is closed by `close`.

        Raises:
            sqlite3.OperationalError: there is no room for the records.
        """
        self._former = former
        for part in (self.arrivals, self.identities, self.versions):
            self._db.execute("SAVEPOINT part")
            try:
                part.inherit(former)
            except sqlite3.DatabaseError as fault:
                if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                    raise
                self._db.execute("ROLLBACK TO part")
            self._db.execute("RELEASE part")

    def take_over(self, other: sqlite3.Connection) -> None:
        """Copy everything from another ledger into this one, which is empty."""
        parts = (copies, arrivals, corpus_hash, identities, versions)
        for table in ("files", "articles", "remarks", *(table for part in parts for table in part.TABLES)):
            copy_rows(other, self._db, table)

    def root(self) -> str:
        """Return the hash over all articles (see `corpus_hash`), as it will be once this is committed."""
        self._forget_buckets()
        return corpus_hash.keep_root(self._db)

    def close(self) -> None:
        """Roll back what was not committed, and close the file."""
        self._db.close()
        if self._former:
            self._former.close()

    # One file

    def drop(self, file: int) -> list[str]:
        """Delete a file; return those of its articles that an engine may hold."""
        ids = self._remove_articles(file, before_turn=None)
        self._db.execute("DELETE FROM remarks WHERE file = ?", (file,))
        self._db.execute("DELETE FROM files WHERE id = ?", (file,))
        return ids

    def file_at(self, path: bytes) -> int | None:
        """Return the number of the file at a path, if it is known."""
        row: tuple[int] | None = self._db.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def touch(self, path: bytes, size: int, mtime: int | None, ctime: int | None) -> Status:
        """Record that a file's bytes are unchanged, and return its status."""
        row = self._db.execute(
            "UPDATE files SET size = ?, mtime = ?, ctime = ? WHERE path = ? RETURNING status",
            (size, mtime, ctime, path),
        ).fetchone()
        status: Status = row[0]
        return status

    def has_changed(self, path: bytes, digest: bytes | None) -> bool:
        """Tell whether a file's bytes may differ from when it was last read, by whichever reader."""
        row = self._db.execute("SELECT digest FROM files WHERE path = ?", (path,)).fetchone()
        before = row[0] if row else self.identities.former_file(path)
        return digest is None or before != digest

    def start(self, path: bytes, archive: Turn | None = None) -> Turn:
        """Begin reading a file, which may be in an archive: `finish` removes its articles from earlier turns."""
        row = self._db.execute(
            "INSERT INTO files (path, status, reason, turn, seen, archive, archive_turn)"
            " VALUES (:path, 'error', :reason, 1, :now, :archive, :archive_turn)"
            " ON CONFLICT (path) DO UPDATE SET turn = turn + 1, mtime = NULL, digest = NULL, archive = :archive,"
            " archive_turn = :archive_turn RETURNING id, turn",
            {
                "path": path,
                "reason": recorded("The run ended while it was being read."),
                "now": now(),
                "archive": archive.file if archive else None,
                "archive_turn": archive.number if archive else None,
            },
        ).fetchone()
        self._db.execute("DELETE FROM remarks WHERE file = ?", (row[0],))
        return Turn(*row)

    def members_gone(self, archive: Turn) -> list[int]:
        """Return the members of an archive that were not seen in this turn."""
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
        """Record an article that was read; return its id, and the article that it duplicates, if any."""
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
        """Record a remark on a part of a file."""
        self._db.execute("INSERT INTO remarks VALUES (?, ?, ?, ?)", (turn.file, place, reason, is_note))

    def finish(self, turn: Turn, outcome: Outcome, reading: str) -> list[str]:
        """Record the result of reading a file; return the articles that it no longer has and an engine may hold."""
        ids = self._remove_articles(turn.file, before_turn=turn.number)
        self._db.execute(
            "UPDATE files SET status = ?, reason = ?, size = ?, mtime = ?, ctime = ?, digest = ?, encoding = ?,"
            " confidence = ?, how = ?, articles = ?, duplicates = ?, left_out = ?, remarks = ?, reading = ?, seen = ?"
            " WHERE id = ?",
            (*outcome, reading, now(), turn.file),
        )
        return ids

    def set_aside(self, article_id: str, place: str, reason: str) -> Aside:
        """Record that an article could not be stored, as a remark on its file."""
        (file, digest) = self._db.execute(
            "DELETE FROM articles WHERE id = ? RETURNING file, digest", (article_id,)
        ).fetchone()
        self._touched.add(digest)
        self.identities.forget((article_id,))
        self.arrivals.leave((article_id,))
        self.copies.take({article_id}, ())
        self._db.execute("INSERT INTO remarks VALUES (?, ?, ?, ?)", (file, place, reason, False))
        (former,) = self._db.execute("SELECT status FROM files WHERE id = ?", (file,)).fetchone()
        self._db.execute(
            "UPDATE files SET articles = articles - 1, left_out = left_out + 1, remarks = remarks + 1 WHERE id = ?",
            (file,),
        )
        (status,) = self._db.execute(
            "UPDATE files SET"
            " reason = CASE WHEN status = 'indexed' AND articles = 0 THEN ? ELSE reason END,"
            " status = CASE WHEN status != 'indexed' THEN status WHEN articles = 0 THEN 'error'"
            " WHEN articles = duplicates THEN 'duplicate' ELSE status END WHERE id = ? RETURNING status",
            (f"{place}: {reason}", file),
        ).fetchone()
        return Aside(file, former, status)

    # Duplicates of articles that were removed

    def adopt_orphans(self) -> list[bytes]:
        """Point duplicates of an article that was removed to another one with the same digest.

        Returns the paths of files to read again, because one of their articles is now the first with its text.
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
        """Tell whether, by the ledger, an article is in the engine."""
        row = self._article(article_id)
        return bool(row and row[0] is None)

    def look_again(self, article_id: str) -> None:
        """Make the next run read the file of an article again."""
        self._db.execute(
            "UPDATE files SET mtime = NULL, digest = NULL WHERE id = ("
            "SELECT ifnull(f.archive, f.id) FROM articles a JOIN files f ON f.id = a.file WHERE a.id = ?)",
            (article_id,),
        )

    # Counting

    def coverage(self) -> Coverage:
        """Return what a search will cover once this is committed."""
        articles, files, left_out, with_remarks = self._counts.now()
        return Coverage(articles, files, left_out, now(), with_remarks=with_remarks)

    def reasons(self, labels: Sequence[bytes]) -> tuple[tuple[str, str, int], ...]:
        """Count the files of these roots that were left out, by status and reason, most first."""
        counts: Counter[tuple[str, str]] = Counter()
        for label in labels:
            rows = self._db.execute(
                f"SELECT status, reason, count(*) FROM files WHERE status IN ('skipped', 'error') AND {IN_ROOT}"  # noqa: S608
                " GROUP BY status, reason",
                in_root(label),
            )
            counts.update({(status, reason): count for status, reason, count in rows})
        ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        return tuple((status, reason, count) for (status, reason), count in ordered)

    def _forget_buckets(self) -> None:
        corpus_hash.forget_buckets(self._db, self._touched)
        self._touched.clear()

    def _article(self, article_id: str) -> tuple[str | None, bytes] | None:
        found: tuple[str | None, bytes] | None = self._db.execute(
            "SELECT duplicate_of, digest FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        return found

    def _holder(self, digest: bytes, article_id: str, turn: Turn) -> str | None:
        """Return the article that is indexed for a text, unless it is this one or about to be removed."""
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
