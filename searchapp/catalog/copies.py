"""Groups of articles that tell one story: found by their signatures, kept in the ledger, one batch at a time.

    signatures ──> bands: articles that have three slots alike are compared ──> half of all slots alike: one story

Memory does not grow with the index: bands and signatures lie in the ledger, and a batch is compared in slices. Neither
does work grow with the square of anything: of a band, later articles are compared with its first `_MOST_ALIKE` alone,
and a story takes `MOST_PRINTINGS` articles. Engines have no part in it, so all of them tell the same.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchapp.parts import in_parts

MOST_PRINTINGS = 1_000  # of a story: a text that is in more articles is a form or a notice
ALIKE = 0.5  # of all slots: chosen on pairs of real articles, see benchmarks/RESULTS.md
BANDS, ROWS = 10, 3  # how many bands, and how many slots each has
_MOST_ALIKE = 16  # articles of a band that later ones are compared with
_NEAR_FIRST = 0.35  # of its slots: so near to the eldest of a story is what joins it, lest stories become chains
_SLICE = 500  # articles compared at a time
_PAGE = 1_000

# `number` counts printings in the order they came. `moment` orders them by day and hour. `story` is the number of the
# eldest printing where there are several. `first`, `similarity` and `copies` are what the engine was told.
SCHEMA = """
CREATE TABLE printings (
    number INTEGER PRIMARY KEY,
    article TEXT NOT NULL UNIQUE, digest BLOB NOT NULL,
    moment TEXT NOT NULL, words INTEGER NOT NULL, text BLOB NOT NULL, slots BLOB NOT NULL,
    story INTEGER,
    first TEXT NOT NULL DEFAULT '', similarity REAL NOT NULL DEFAULT 0, copies INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX printings_by_story ON printings (story) WHERE story IS NOT NULL;
CREATE TABLE bands (key INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE unsettled (story INTEGER PRIMARY KEY);
"""
TABLES = ("printings", "bands", "unsettled")
# Of the articles of a batch: their bands, with `rank` counting those of one band from 0; and pairs to be compared.
_TEMPORARY = """
CREATE TEMP TABLE fresh (key INTEGER, number INTEGER, rank INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TEMP TABLE pairs (one INTEGER, other INTEGER, PRIMARY KEY (one, other)) WITHOUT ROWID;
"""

Slots = npt.NDArray[np.uint16]


class Printing(NamedTuple):
    """An article as it is compared with others. `text` tells equal texts, `slots` near ones; these may be none.

    `digest` is the article's: which of two that are of one moment and length is the first goes by it, and not by ids,
    since these are others in another folder.
    """

    article: str
    digest: bytes
    moment: str
    words: int
    text: bytes
    slots: bytes


class Place(NamedTuple):
    """Where an article stands among the copies of its story, as `searchapp.article.Article` has it."""

    first: str = ""
    similarity: float = 0.0
    copies: int = 0


class CopyLedger:
    """The part of a ledger that knows copies; it is open for writing, and commits with the rest."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_TEMPORARY)

    def take(self, gone: Collection[str], arrived: Iterable[Printing]) -> None:
        """Record a batch: articles that have gone, and those that are new or have changed, each at most once."""
        new = [printing for printing in arrived if not self._is_known(printing)]
        self._forget([*gone, *(printing.article for printing in new)])
        numbers = self._add(new)
        for start in range(0, len(numbers), _SLICE):
            self._compare(numbers[start : start + _SLICE])

    def places(self, ids: Iterable[str]) -> dict[str, Place]:
        """Return what the engine has to store for the recorded articles, and note that it was told.

        Others of their stories may have to be told something else, too: those are for `settle`.
        """
        found: dict[str, Place] = {}
        by_story: dict[int, list[str]] = {}
        for article_id in ids:
            story, *told = self._db.execute(
                "SELECT story, first, similarity, copies FROM printings WHERE article = ?", (article_id,)
            ).fetchone()
            found[article_id] = Place(*told)
            if story is not None:
                by_story.setdefault(story, []).append(article_id)
        for story, some in by_story.items():
            _, places = self._places(story)
            self._tell([(article_id, places[article_id]) for article_id in some])
            found.update((article_id, places[article_id]) for article_id in some)
        return found

    def is_unsettled(self) -> bool:
        """Tell whether the engine may hold outdated places for some articles."""
        return self._db.execute("SELECT 1 FROM unsettled LIMIT 1").fetchone() is not None

    def settle(self) -> Iterator[tuple[str, Place]]:
        """Yield the articles whose places have changed since the engine was told, and note that it was."""
        while stories := self._db.execute("SELECT story FROM unsettled LIMIT ?", (_PAGE,)).fetchall():
            for (story,) in stories:
                yield from self._settle(story)
            self._db.executemany("DELETE FROM unsettled WHERE story = ?", stories)

    # Articles that go

    def _is_known(self, printing: Printing) -> bool:
        found = self._db.execute(
            "SELECT 1 FROM printings WHERE article = ? AND digest = ? AND text = ? AND moment = ?",
            (printing.article, printing.digest, printing.text, printing.moment),
        )
        return found.fetchone() is not None

    def _forget(self, ids: Iterable[str]) -> None:
        for article_id in ids:
            row = self._db.execute(
                "DELETE FROM printings WHERE article = ? RETURNING number, story, text, slots", (article_id,)
            ).fetchone()
            if row:
                number, story, text, slots = row
                self._db.executemany(
                    "DELETE FROM bands WHERE key = ? AND number = ?", [(key, number) for key in _keys(text, slots)]
                )
                if story is not None:
                    self._db.execute("INSERT OR IGNORE INTO unsettled VALUES (?)", (story,))

    # Articles that arrive

    def _add(self, new: Sequence[Printing]) -> list[int]:
        """Number new printings and add them to their bands; very common bands do not take all."""
        (last,) = self._db.execute("SELECT ifnull(max(number), 0) FROM printings").fetchone()
        numbers = list(range(last + 1, last + 1 + len(new)))
        if not new:
            return numbers
        self._db.executemany(
            "INSERT INTO printings (number, article, digest, moment, words, text, slots) VALUES (?, ?, ?, ?, ?, ?, ?)",
            zip(numbers, *zip(*new, strict=True), strict=True),
        )
        self._db.execute("DELETE FROM temp.fresh")
        self._db.execute("DELETE FROM temp.pairs")
        self._db.executemany("INSERT OR IGNORE INTO temp.fresh VALUES (?, ?, ?)", _bands(new, numbers[0]))
        self._db.execute(
            "INSERT OR IGNORE INTO bands SELECT key, number FROM temp.fresh f"
            " WHERE rank < :most AND rank + (SELECT count(*) FROM bands b WHERE b.key = f.key) < :most",
            {"most": _MOST_ALIKE},
        )
        self._db.execute(
            "INSERT OR IGNORE INTO temp.pairs SELECT f.number, b.number FROM temp.fresh f"
            " CROSS JOIN bands b ON b.key = f.key WHERE b.number < f.number"
        )
        return numbers

    def _compare(self, numbers: Sequence[int]) -> None:
        """Find for each of some new printings the earlier ones that are copies, and join their stories."""
        pairs = self._db.execute(
            "SELECT one, other FROM temp.pairs WHERE one BETWEEN ? AND ? ORDER BY 1, 2", (numbers[0], numbers[-1])
        ).fetchall()
        if not pairs:
            return
        known = self._load({number for pair in pairs for number in pair})
        alike = similarities([known[one] for one, _ in pairs], [known[other] for _, other in pairs])
        stories = _Stories(self._db)
        refused = set[tuple[int, int]]()  # pairs of stories: of what is in too many articles, each is tried once
        for (one, other), similarity in zip(pairs, alike.tolist(), strict=True):
            both = stories.of(other), stories.of(one)
            if similarity >= ALIKE and both[0] != both[1] and both not in refused:
                if stories.have_room(*both) and self._are_near(*both):
                    stories.join(*both)
                else:
                    refused.add(both)

    def _load(self, numbers: Collection[int]) -> dict[int, tuple[bytes, bytes]]:
        found: dict[int, tuple[bytes, bytes]] = {}
        for some in in_parts(numbers, _PAGE):
            marks = ", ".join("?" * len(some))
            rows = self._db.execute(f"SELECT number, text, slots FROM printings WHERE number IN ({marks})", some)  # noqa: S608
            found.update((number, (text, slots)) for number, text, slots in rows)
        return found

    def _are_near(self, one: int, other: int) -> bool:
        """Tell whether the eldest printings of two stories are similar enough for one story, or one of them is gone."""
        eldest = self._load([one, other])
        return len(eldest) < 2 or bool(similarities([eldest[one]], [eldest[other]])[0] >= _NEAR_FIRST)

    # What the engine is told

    def _settle(self, story: int) -> list[tuple[str, Place]]:
        told, places = self._places(story)
        changed = [(article_id, place) for article_id, place in places.items() if place != told[article_id]]
        self._tell(changed)
        if len(told) == 1:
            self._db.execute("UPDATE printings SET story = NULL WHERE story = ?", (story,))
        return changed

    def _places(self, story: int) -> tuple[Mapping[str, Place], Mapping[str, Place]]:
        """Return what the engine was told of each article of a story, and what it has to be told."""
        rows = self._db.execute(
            "SELECT article, text, slots, first, similarity, copies FROM printings WHERE story = ?"
            " ORDER BY moment, words DESC, digest, article",
            (story,),
        ).fetchall()
        told = {row[0]: Place(*row[3:]) for row in rows}
        return told, _places([row[0] for row in rows], [(row[1], row[2]) for row in rows])

    def _tell(self, places: Iterable[tuple[str, Place]]) -> None:
        self._db.executemany(
            "UPDATE printings SET first = ?, similarity = ?, copies = ? WHERE article = ?",
            [(*place, article_id) for article_id, place in places],
        )


class _Stories:
    """The story of each printing, and the number of printings of each story; lookups are cached."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._story: dict[int, int] = {}
        self._size: dict[int, int] = {}

    def of(self, number: int) -> int:
        """Return the story of a printing; one without copies is a story by itself, numbered like the printing."""
        if number not in self._story:
            row = self._db.execute("SELECT ifnull(story, number) FROM printings WHERE number = ?", (number,)).fetchone()
            self._story[number] = row[0]
        story = self._story[number]
        while (into := self._story.get(story, story)) != story:
            story = into
        return story

    def have_room(self, one: int, other: int) -> bool:
        """Whether two stories may become one."""
        return self._count(one) + self._count(other) <= MOST_PRINTINGS

    def join(self, one: int, other: int) -> None:
        """Merge two stories into one, numbered like the elder."""
        into, gone = sorted((one, other))
        self._db.execute("UPDATE printings SET story = ? WHERE story = ?", (into, gone))
        self._db.execute("UPDATE printings SET story = ? WHERE number IN (?, ?)", (into, into, gone))
        self._db.execute("INSERT OR IGNORE INTO unsettled VALUES (?)", (into,))
        self._size[into] = self._count(one) + self._count(other)
        self._story[gone] = into

    def _count(self, story: int) -> int:
        if story not in self._size:
            row = self._db.execute("SELECT count(*) FROM printings WHERE story = ?", (story,)).fetchone()
            self._size[story] = max(1, row[0])
        return self._size[story]


def full_stories(connection: sqlite3.Connection) -> int:
    """Count the stories of a ledger that are full: later copies of them are not grouped."""
    row: tuple[int] = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM printings WHERE story IS NOT NULL GROUP BY story HAVING count(*) >= ?)",
        (MOST_PRINTINGS,),
    ).fetchone()
    return row[0]


def similarities(one: Sequence[tuple[bytes, bytes]], other: Sequence[tuple[bytes, bytes]]) -> npt.NDArray[np.float64]:
    """Estimate how alike pairs of texts are, from 0 to 1, given (text, slots) of each; equal texts are 1."""
    found = np.array([float(a[0] == b[0]) for a, b in zip(one, other, strict=True)])
    unequal = [at for at in np.flatnonzero(found == 0).tolist() if one[at][1] and other[at][1]]
    if unequal:
        left, right = (_slots([side[at][1] for at in unequal]) for side in (one, other))
        # Two texts that differ are not wholly alike, even if all their slots are.
        found[unequal] = np.minimum((left == right).mean(axis=1), 0.99)
    return found


def _places(ids: Sequence[str], texts: Sequence[tuple[bytes, bytes]]) -> Mapping[str, Place]:
    """Return the place of each printing of a story, given in the order of time."""
    if len(ids) < 2:
        return dict.fromkeys(ids, Place())
    alike = similarities(texts, [texts[0]] * len(texts)).tolist()
    return {one: Place(ids[0], round(value, 2), len(ids) - 1) for one, value in zip(ids, alike, strict=True)}


def _slots(signatures: Sequence[bytes]) -> Slots:
    """Return an array of shape (signatures, slots)."""
    return np.frombuffer(b"".join(signatures), "<u2").reshape(len(signatures), -1)


def _bands(new: Sequence[Printing], first: int) -> Iterator[tuple[int, int, int]]:
    """Yield the bands of printings numbered from `first` on: key, number, and rank among those of one key, sorted."""
    long = [place for place, one in enumerate(new) if one.slots]
    short = [place for place, one in enumerate(new) if not one.slots]
    keys = np.concatenate(
        [
            _keys_of_slots([new[place].slots for place in long]).ravel(),
            np.array([_key_of_text(new[place].text) for place in short], np.int64),
        ]
    )
    numbers = np.concatenate([np.repeat(np.array(long, np.int64), BANDS), np.array(short, np.int64)]) + first
    order = np.lexsort((numbers, keys))
    keys, numbers = keys[order], numbers[order]
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    ranks = np.arange(len(keys)) - np.repeat(begins, np.diff(begins, append=len(keys)))
    return zip(keys.tolist(), numbers.tolist(), ranks.tolist(), strict=True)


def _keys(text: bytes, slots: bytes) -> list[int]:
    """Return the keys of a printing's bands: of its slots, or where it is too short for them, of its whole text."""
    keys: list[int] = _keys_of_slots([slots])[0].tolist() if slots else [_key_of_text(text)]
    return keys


def _keys_of_slots(signatures: Sequence[bytes]) -> npt.NDArray[np.int64]:
    """Return an array of shape (signatures, bands)."""
    if not signatures:
        return np.zeros((0, BANDS), np.int64)
    slots = _slots(signatures)[:, : BANDS * ROWS]
    bands = slots.reshape(len(signatures), BANDS, ROWS).astype(np.uint64)
    together = (bands << _SHIFTS).sum(axis=2, dtype=np.uint64)  # a slot is two bytes
    keys: npt.NDArray[np.int64] = ((together ^ _SALT) * np.uint64(0x9E3779B97F4A7C15)).view(np.int64)
    return keys


def _key_of_text(text: bytes) -> int:
    return int.from_bytes(text, "little", signed=True)


_SHIFTS = 16 * np.arange(ROWS, dtype=np.uint64)
_SALT = np.arange(1, BANDS + 1, dtype=np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
