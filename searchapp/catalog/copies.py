"""Groups of articles that tell one story: found by their signatures, kept in the ledger, one batch at a time.

    signatures ──> bands: articles that have three slots alike are compared ──> half of all slots alike: one story

Bands and signatures lie in the ledger, and a batch is compared in slices; in memory are filters of less than 20 bytes
an article, and of no more than 64 MB (`key_runs`). Work does not grow with the square of anything: of a band, later
articles are compared with its first `MOST_ALIKE` alone, and a story takes `MOST_PRINTINGS` articles. Engines have no
part in it, so all of them tell the same.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from searchapp.catalog import key_runs
from searchapp.catalog.bands import add_bands, key_of_id, slots_of
from searchapp.catalog.key_runs import KeyRuns
from searchapp.catalog.stories import MOST_PRINTINGS
from searchapp.parts import in_parts

ALIKE = 0.5  # of all slots: chosen on pairs of real articles, see benchmarks/RESULTS.md
_NEAR_FIRST = 0.35  # of its slots: so near to the eldest of a story is what joins it, lest stories become chains
_SLICE = 500  # articles compared at a time
_PAGE = 1_000

# `number` counts printings in the order they came. `moment` orders them by day and hour. `story` is the number of the
# eldest printing where there are several. `first`, `similarity` (in hundredths) and `copies` are what the engine was
# told. A printing is found by its keys: those of its bands and that of its article. Three rows fit into a page.
SCHEMA = f"""
CREATE TABLE printings (
    number INTEGER PRIMARY KEY,
    article TEXT NOT NULL, digest BLOB NOT NULL,
    moment INTEGER NOT NULL, words INTEGER NOT NULL, text BLOB NOT NULL, slots BLOB NOT NULL,
    story INTEGER,
    first TEXT NOT NULL DEFAULT '', similarity INTEGER NOT NULL DEFAULT 0, copies INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX printings_by_story ON printings (story) WHERE story IS NOT NULL;
CREATE TABLE unsettled (story INTEGER PRIMARY KEY);
{key_runs.SCHEMA}
"""
TABLES = ("printings", "unsettled", *key_runs.TABLES)

Pairs = npt.NDArray[np.int64]  # shape (pairs, 2): the numbers of two printings


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
    """The part of a ledger that knows copies; it is open for writing, and commits with the rest, after `write_keys`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._keys = KeyRuns(connection)

    def take(self, gone: Collection[str], arrived: Collection[Printing]) -> None:
        """Record a batch: articles that have gone, and those that are new or have changed, each at most once."""
        known = self._numbers([*gone, *(printing.article for printing in arrived)])
        new = [one for one in arrived if one.article not in known or not self._is_known(known[one.article], one)]
        self._forget([known[one] for one in {*gone, *(printing.article for printing in new)} if one in known])
        if new:
            numbers, pairs = self._add(new)
            for start in range(0, len(numbers), _SLICE):
                some = numbers[start : start + _SLICE]
                self._compare(pairs[slice(*np.searchsorted(pairs[:, 0], [some[0], some[-1] + 1]))])

    def write_keys(self) -> None:
        """Write the keys of the printings that were recorded since the last time."""
        self._keys.write()

    def places(self, ids: Collection[str]) -> dict[str, Place]:
        """Return what the engine has to store for the recorded articles, and note that it was told.

        Others of their stories may have to be told something else, too: those are for `settle`.
        """
        found: dict[str, Place] = {}
        by_story: dict[int, list[str]] = {}
        numbers = self._numbers(ids)
        columns = "article, story, first, similarity / 100.0, copies"
        for article_id, story, *told in self._rows(columns, numbers.values()):
            found[article_id] = Place(*told)
            if story is not None:
                by_story.setdefault(story, []).append(article_id)
        for story, some in by_story.items():
            _, places = self._places(story)
            self._tell([(numbers[article_id], places[article_id]) for article_id in some])
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

    def _numbers(self, ids: Collection[str]) -> dict[str, int]:
        """Return the numbers of the printings of those articles that have one."""
        keys = np.array(sorted({key_of_id(article_id) for article_id in ids}), np.int64)
        wanted = set(ids)
        rows = self._rows("number, article", self._keys.find(keys)[1].tolist())
        return {article_id: number for number, article_id in rows if article_id in wanted}

    def _is_known(self, number: int, printing: Printing) -> bool:
        found = self._db.execute(
            "SELECT 1 FROM printings WHERE number = ? AND digest = ? AND text = ? AND moment = ?",
            (number, printing.digest, printing.text, printing.moment),
        )
        return found.fetchone() is not None

    def _forget(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            (story,) = self._db.execute("DELETE FROM printings WHERE number = ? RETURNING story", (number,)).fetchone()
            if story is not None:
                self._db.execute("INSERT OR IGNORE INTO unsettled VALUES (?)", (story,))
        self._keys.forget(numbers)

    # Articles that arrive

    def _add(self, new: Sequence[Printing]) -> tuple[Sequence[int], Pairs]:
        """Number new printings and add their keys; return the numbers, and which printings have to be compared."""
        (last,) = self._db.execute("SELECT ifnull(max(number), 0) FROM printings").fetchone()
        first = max(last, self._keys.last_number()) + 1
        numbers = range(first, first + len(new))
        self._db.executemany(
            "INSERT INTO printings (number, article, digest, moment, words, text, slots) VALUES (?, ?, ?, ?, ?, ?, ?)",
            zip(numbers, *zip(*new, strict=True), strict=True),
        )
        pairs = add_bands(self._keys, [(printing.text, printing.slots) for printing in new], first)
        self._keys.add(np.array([key_of_id(printing.article) for printing in new], np.int64), np.array(numbers))
        return numbers, pairs

    def _compare(self, pairs: Pairs) -> None:
        """Join the stories of some printings and of the earlier ones that they are copies of."""
        known = self._load(np.unique(pairs).tolist())
        ones, others = pairs.T.tolist()
        alike = similarities([known[one] for one in ones], [known[other] for other in others])
        stories = _Stories(self._db)
        refused = set[tuple[int, int]]()  # pairs of stories: of what is in too many articles, each is tried once
        for one, other, similarity in zip(ones, others, alike.tolist(), strict=True):
            both = stories.of(other), stories.of(one)
            if similarity >= ALIKE and both[0] != both[1] and both not in refused:
                if stories.have_room(*both) and self._are_near(*both):
                    stories.join(*both)
                else:
                    refused.add(both)

    def _load(self, numbers: Collection[int]) -> dict[int, tuple[bytes, bytes]]:
        return {number: (text, slots) for number, text, slots in self._rows("number, text, slots", numbers)}

    def _rows(self, columns: str, numbers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        for some in in_parts(numbers, _PAGE):
            marks = ", ".join("?" * len(some))
            yield from self._db.execute(f"SELECT {columns} FROM printings WHERE number IN ({marks})", some)  # noqa: S608

    def _are_near(self, one: int, other: int) -> bool:
        """Tell whether the eldest printings of two stories are similar enough for one story, or one of them is gone."""
        eldest = self._load([one, other])
        return len(eldest) < 2 or bool(similarities([eldest[one]], [eldest[other]])[0] >= _NEAR_FIRST)

    # What the engine is told

    def _settle(self, story: int) -> list[tuple[str, Place]]:
        told, places = self._places(story)
        changed = [(number, article_id) for article_id, (number, place) in told.items() if place != places[article_id]]
        self._tell([(number, places[article_id]) for number, article_id in changed])
        if len(told) == 1:
            self._db.execute("UPDATE printings SET story = NULL WHERE story = ?", (story,))
        return [(article_id, places[article_id]) for _, article_id in changed]

    def _places(self, story: int) -> tuple[Mapping[str, tuple[int, Place]], Mapping[str, Place]]:
        """Return, of each article of a story, the number and what the engine was told, and what it has to be told."""
        rows = self._db.execute(
            "SELECT article, text, slots, number, first, similarity / 100.0, copies FROM printings WHERE story = ?"
            " ORDER BY moment, words DESC, digest, article",
            (story,),
        ).fetchall()
        told = {row[0]: (row[3], Place(*row[4:])) for row in rows}
        return told, _places([row[0] for row in rows], [(row[1], row[2]) for row in rows])

    def _tell(self, places: Iterable[tuple[int, Place]]) -> None:
        self._db.executemany(
            "UPDATE printings SET first = ?, similarity = ?, copies = ? WHERE number = ?",
            [(place.first, round(100 * place.similarity), place.copies, number) for number, place in places],
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


def similarities(one: Sequence[tuple[bytes, bytes]], other: Sequence[tuple[bytes, bytes]]) -> npt.NDArray[np.float64]:
    """Estimate how alike pairs of texts are, from 0 to 1, given (text, slots) of each; equal texts are 1."""
    found = np.array([float(a[0] == b[0]) for a, b in zip(one, other, strict=True)])
    unequal = [at for at in np.flatnonzero(found == 0).tolist() if one[at][1] and other[at][1]]
    if unequal:
        left, right = (slots_of([side[at][1] for at in unequal]) for side in (one, other))
        # Two texts that differ are not wholly alike, even if all their slots are.
        found[unequal] = np.minimum((left == right).mean(axis=1), 0.99)
    return found


def _places(ids: Sequence[str], texts: Sequence[tuple[bytes, bytes]]) -> Mapping[str, Place]:
    """Return the place of each printing of a story, given in the order of time."""
    if len(ids) < 2:
        return dict.fromkeys(ids, Place())
    alike = similarities(texts, [texts[0]] * len(texts)).tolist()
    return {one: Place(ids[0], round(value, 2), len(ids) - 1) for one, value in zip(ids, alike, strict=True)}
