"""Which id an article has: that of its place, unless it has moved there from another place.

Readers identify an article by the path of its file and, within the file, by its own id or its text. When a text
disappears from one place and appears in another (a file was renamed or moved), it keeps its id; from then on the place
has that id, even when the text is edited there. `arrivals` records which id a text had.
"""

import hashlib
import sqlite3
from collections.abc import Iterable

from searchapp.catalog.copying_rows import copy_rows

# `place` is the id that the reader gives, `id` the one that the article has instead.
SCHEMA = """
CREATE TABLE identities (place TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX identities_by_id ON identities (id);
"""
TABLES = ("identities",)


class IdentityLedger:
    """The part of a ledger that records ids; it is open for writing, and commits with the rest."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._former: sqlite3.Connection | None = None  # in a rebuild, the ledger of the generation in force

    def identify(self, place: str, digest: bytes, file: int) -> str:
        """Return the id of an article, given the id of its place, its digest and its file."""
        if known := self._one("SELECT id FROM identities WHERE place = ?", place):
            return known
        has_moved = self._one("SELECT place FROM identities WHERE id = ?", place)  # the article that was here
        if (has_moved or not self._was_here(place)) and (former := self._left(digest, file)):
            self._keep(place, former)
            return former
        if has_moved:
            article_id = self._free(place)
            self._keep(place, article_id)
            return article_id
        return place

    def forget(self, ids: Iterable[str]) -> None:
        """Delete the places of articles that were removed."""
        self._db.executemany("DELETE FROM identities WHERE id = ?", ((article_id,) for article_id in ids))

    def inherit(self, former: sqlite3.Connection) -> None:
        """Copy the records from the ledger of another generation, and keep it: articles and files are looked up there.

        Raises:
            sqlite3.DatabaseError: it cannot be read, or is of an older format.
        """
        copy_rows(former, self._db, "identities")
        self._former = former

    def former_file(self, path: bytes) -> bytes | None:
        """Return the digest of a file's bytes in the generation that is being rebuilt."""
        found = self._former and self._former.execute("SELECT digest FROM files WHERE path = ?", (path,)).fetchone()
        return found[0] if found else None

    def _was_here(self, place: str) -> bool:
        """Tell whether an article has, or had before a rebuild, the id of its place."""
        held = "SELECT id FROM articles WHERE id = ?"
        return bool(self._one(held, place) or (self._former and self._former.execute(held, (place,)).fetchone()))

    def _left(self, digest: bytes, file: int) -> str | None:
        """Return the id of an article that had this text and has left its place, or is leaving it in the same file."""
        return self._one(
            "SELECT r.id FROM arrivals r LEFT JOIN articles a ON a.id = r.id WHERE r.digest = ?"
            " AND (a.id IS NULL OR a.file = ? AND a.digest = r.digest AND a.duplicate_of IS NULL"
            " AND a.turn != (SELECT turn FROM files WHERE id = a.file))",
            digest,
            file,
        )

    def _keep(self, place: str, article_id: str) -> None:
        """Record the id of a place; it may have belonged to another place."""
        self.forget((article_id,))
        if place != article_id:
            self._db.execute("INSERT INTO identities VALUES (?, ?)", (place, article_id))

    def _free(self, place: str) -> str:
        """Derive an id that no article has."""
        while self._one("SELECT id FROM articles WHERE id = ?", place):
            place = hashlib.blake2b(place.encode("ascii"), digest_size=8).hexdigest()
        return place

    def _one(self, select: str, *values: object) -> str | None:
        row: tuple[str] | None = self._db.execute(select, values).fetchone()
        return row[0] if row else None
