"""Former texts of articles whose files were changed: a few per article, compressed and numbered from 1.

How many are kept per article is a setting of the index; beyond it, the oldest are deleted. The former texts of an
article that is removed from the index are deleted, too.
"""

import sqlite3
import zlib
from typing import NamedTuple

from searchapp.catalog.arrivals import utc_now
from searchapp.catalog.copying_rows import copy_rows

USUAL = 5  # former texts that are kept per article by default
SCHEMA = """
CREATE TABLE versions (article TEXT NOT NULL, number INTEGER NOT NULL, until TEXT NOT NULL, packed BLOB NOT NULL);
CREATE UNIQUE INDEX versions_by_article ON versions (article, number);
CREATE TABLE versions_kept (kept INTEGER NOT NULL);
"""
TABLES = ("versions", "versions_kept")


class Version(NamedTuple):
    """A former text of an article: its number, the moment (UTC) when it was replaced, and the article as bytes."""

    number: int
    until: str
    packed: bytes


class VersionLedger:
    """The part of a ledger that stores former texts; it is open for writing, and commits with the rest."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @property
    def kept(self) -> int:
        """The number of former texts that are kept per article."""
        row = self._db.execute("SELECT kept FROM versions_kept").fetchone()
        return int(row[0]) if row else USUAL

    def keep_at_most(self, number: int) -> None:
        """Set how many former texts are kept per article; surplus ones are deleted now."""
        if number == self.kept:
            return
        self._db.execute("DELETE FROM versions_kept")
        self._db.execute("INSERT INTO versions_kept VALUES (?)", (number,))
        self._db.execute(
            "DELETE FROM versions AS v WHERE"
            " (SELECT count(*) FROM versions newer WHERE newer.article = v.article AND newer.number > v.number) >= ?",
            (number,),
        )

    def add(self, article_id: str, packed: bytes) -> None:
        """Store the text that an article has had until now, given as bytes."""
        (last,) = self._db.execute("SELECT max(number) FROM versions WHERE article = ?", (article_id,)).fetchone()
        number, until = (last or 0) + 1, utc_now()
        self._db.execute("INSERT INTO versions VALUES (?, ?, ?, ?)", (article_id, number, until, zlib.compress(packed)))
        self._db.execute("DELETE FROM versions WHERE article = ? AND number <= ?", (article_id, number - self.kept))

    def forget_gone(self) -> None:
        """Delete the former texts of articles that are no longer in the index."""
        self._db.execute(
            "DELETE FROM versions WHERE article NOT IN (SELECT id FROM articles WHERE duplicate_of IS NULL)"
        )

    def inherit(self, former: sqlite3.Connection) -> None:
        """Copy the former texts from the ledger of another generation.

        Raises:
            sqlite3.DatabaseError: it cannot be read, or is of an older format.
        """
        for table in TABLES:
            copy_rows(former, self._db, table)


def versions(connection: sqlite3.Connection, article_id: str) -> list[Version]:
    """Return the former texts of an article, oldest first."""
    rows = connection.execute(
        "SELECT number, until, packed FROM versions WHERE article = ? ORDER BY number", (article_id,)
    )
    return [Version(number, until, zlib.decompress(packed)) for number, until, packed in rows.fetchall()]
