"""When each article was added to the index, edited and removed: kept for good, text by text.

A text is identified by its digest, so that an article that is read again, moved to another file, or copied into another
generation keeps its moments. Changes are numbered in order, so that what is new since a number does not depend on a
clock.
"""

import sqlite3
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from searchapp.catalog.copying_rows import copy_rows

# `id` is that of the article that has, or last had, the text; `number` counts additions and edits.
SCHEMA = """
CREATE TABLE arrivals (
    digest BLOB PRIMARY KEY,
    id TEXT NOT NULL, number INTEGER NOT NULL,
    added TEXT NOT NULL, edited TEXT NOT NULL DEFAULT '', removed TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX arrivals_by_id ON arrivals (id, number);
CREATE INDEX arrivals_by_number ON arrivals (number);
"""
TABLES = ("arrivals",)


class Moments(NamedTuple):
    """When an article was added and edited, in the form of `searchapp.article.Article`."""

    added: str = ""
    edited: str = ""


class Arrival(NamedTuple):
    """An article that was added or edited: the number of the change, and its moments."""

    number: int
    id: str
    digest: str
    added: str
    edited: str


class ArrivalLedger:
    """The part of a ledger that records moments; it is open for writing, and commits with the rest."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        (self._last,) = connection.execute("SELECT ifnull(max(number), 0) FROM arrivals").fetchone()

    def arrive(self, article_id: str, digest: bytes, *, has_file_changed: bool = True) -> Moments:
        """Record that an article has a text, and return its moments: those from before if the text is known.

        If its file has not changed, a new text comes from a new version of the reader, and is not an edit.
        """
        known = self._db.execute(
            "SELECT id, added, edited, removed FROM arrivals WHERE digest = ?", (digest,)
        ).fetchone()
        if known and known[0] == article_id and not known[3]:
            return Moments(known[1], known[2])
        before = self._db.execute(
            "SELECT digest, added, removed, edited, number FROM arrivals WHERE id = ? AND digest != ?"
            " ORDER BY number DESC LIMIT 1",
            (article_id, digest),
        ).fetchone()
        if before and not before[2]:
            self._db.execute("UPDATE arrivals SET removed = ? WHERE digest = ?", (utc_now(), before[0]))
        is_back = known and (known[0] != article_id or not before or before[2])
        if is_back:  # read again, possibly from another file: it is neither new nor edited
            self._db.execute("UPDATE arrivals SET id = ?, removed = '' WHERE digest = ?", (article_id, digest))
            return Moments(known[1], known[2])
        if before and not has_file_changed:
            return self._keep(digest, article_id, before[4], Moments(before[1], before[3]))
        moments = Moments(known[1] if known else before[1], utc_now()) if known or before else Moments(utc_now())
        self._last += 1
        return self._keep(digest, article_id, self._last, moments)

    def _keep(self, digest: bytes, article_id: str, number: int, moments: Moments) -> Moments:
        self._db.execute(
            "INSERT OR REPLACE INTO arrivals (digest, id, number, added, edited) VALUES (?, ?, ?, ?, ?)",
            (digest, article_id, number, *moments),
        )
        return moments

    def leave(self, ids: Collection[str]) -> None:
        """Record that articles were removed."""
        gone = utc_now()
        self._db.executemany(
            "UPDATE arrivals SET removed = ? WHERE id = ? AND removed = ''", [(gone, article_id) for article_id in ids]
        )

    def inherit(self, former: sqlite3.Connection) -> None:
        """Copy the records from the ledger of another generation; an article that is not read again counts as removed.

        Raises:
            sqlite3.DatabaseError: it cannot be read, or is of an older format.
        """
        copy_rows(former, self._db, "arrivals")
        self._db.execute("UPDATE arrivals SET removed = ? WHERE removed = ''", (utc_now(),))
        (self._last,) = self._db.execute("SELECT ifnull(max(number), 0) FROM arrivals").fetchone()


def last_number(connection: sqlite3.Connection) -> int:
    """Return the number of the last addition or edit; 0 if there was none."""
    row: tuple[int] = connection.execute("SELECT ifnull(max(number), 0) FROM arrivals").fetchone()
    return row[0]


def arrivals_since(connection: sqlite3.Connection, number: int) -> Iterator[Arrival]:
    """Yield the articles added or edited after a change, in that order, without those removed since."""
    rows = connection.execute(
        "SELECT number, id, digest, added, edited FROM arrivals WHERE number > ? AND removed = '' ORDER BY number",
        (number,),
    )
    for change, article_id, digest, added, edited in rows.fetchall():
        yield Arrival(change, article_id, digest.hex(), added, edited)


def texts_of(connection: sqlite3.Connection, article_id: str) -> list[tuple[int, str]]:
    """Return the digests of an article's present and former texts, each with the number of its change."""
    rows = connection.execute("SELECT number, digest FROM arrivals WHERE id = ? ORDER BY number", (article_id,))
    return [(number, digest.hex()) for number, digest in rows]


def utc_now() -> str:
    """Return the present moment as ISO text in UTC: ``2026-11-24T14:02:11Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
