"""Which printings have a key: the keys of all printings, as sorted runs.

Keys are hashes, so those of a batch lie between all others. In one sorted table, a large batch changes nearly every
page, and all of these have to be kept in memory and written. Here each commit writes its keys one after another, as a
run. Runs of similar length are merged, up to `_LONGEST` entries, so that there are few.

    run:   entries (key, number of a printing), sorted by key, in parts that fill a page of the file each
           the first key of each part, and a filter that tells of most keys that the run does not have them

A run has the keys of consecutive numbers. Its entries never change: those of printings that have gone are not told, and
left out when the run is written again. All of it is part of the ledger's transaction.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from searchapp.catalog.key_filters import Filter, Keys, bits_for, let_pass, places_that_pass
from searchapp.parts import in_parts

# `low` and `high` are the first and last number whose keys may be in a run; `printings` counts those that had entries
# when it was written. Its parts are numbered from `part` on.
SCHEMA = """
CREATE TABLE runs (
    low INTEGER PRIMARY KEY, high INTEGER NOT NULL, printings INTEGER NOT NULL, entries INTEGER NOT NULL,
    part INTEGER NOT NULL, firsts BLOB NOT NULL, filter BLOB NOT NULL
);
CREATE TABLE run_parts (part INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE gone_printings (number INTEGER PRIMARY KEY);
"""
TABLES = ("runs", "run_parts", "gone_printings")
_ENTRY = np.dtype([("key", "<i8"), ("number", "<u4")])
_IN_A_PART = 80  # entries: with them, a row of `run_parts` is just shorter than a page of 1,024 bytes
_LONGEST = 1_500_000  # entries of a merged run: with more of them, one commit would write a great deal
_AT_ONCE = 100_000  # entries of the runs being merged that are in memory, about
_FEW = 1_000  # keys that are looked up without filters, which have to be read first
_KEPT = 64 << 20  # bytes of filters that stay in memory: of four million articles; others are read each time
_PAGE = 1_000  # parts that are read at a time

Places = npt.NDArray[np.intp]
Entries = npt.NDArray[Any]  # of `_ENTRY`, sorted


class _Run(NamedTuple):
    low: int
    high: int
    printings: int
    entries: int
    part: int
    firsts: Keys  # shape (parts,)


class KeyRuns:
    """The keys of the printings of a ledger that is open for writing; `write` has to come before each commit."""

    def __init__(self, connection: sqlite3.Connection, longest: int = _LONGEST, kept: int = _KEPT) -> None:
        self._db = connection
        self._longest = longest
        self._kept = kept
        self._fresh: list[Entries] = []  # added since the last `write`; each is longer than the next
        self._filters: dict[int, Filter] = {}  # by the first part of the run
        self._known: Sequence[_Run] | None = None

    def last_number(self) -> int:
        """Return the last number that has keys here, also if its printing has gone; 0 if there is none."""
        return max([_ends(source)[1] for source in self._sources()], default=0)

    def add(self, keys: Keys, numbers: Keys) -> None:
        """Add entries: keys, and for each the number of a printing, higher than those written before."""
        if not len(keys):
            return
        self._fresh.append(_sorted([_entries(keys, numbers)]))
        while len(self._fresh) > 1 and len(self._fresh[-2]) <= len(self._fresh[-1]):
            self._fresh[-2:] = [_sorted(self._fresh[-2:])]

    def forget(self, numbers: Sequence[int]) -> None:
        """Remove the entries of printings."""
        self._db.executemany("INSERT INTO gone_printings VALUES (?)", [(number,) for number in numbers])

    def find(self, keys: Keys) -> tuple[Places, Keys]:
        """Return places in `keys`, which are ascending, each with the number of a printing that has the key there."""
        found = [self._in_run(run, keys) for run in self._runs] + [_matches(fresh, keys) for fresh in self._fresh]
        if not found:
            return np.zeros(0, np.intp), np.zeros(0, np.int64)
        places, numbers = (np.concatenate(each) for each in zip(*found, strict=True))
        is_here = ~np.isin(numbers, self._gone_of(numbers))
        return places[is_here], numbers[is_here]

    def write(self) -> None:
        """Write what was added since the last time as a run, and merge runs of similar length."""
        if self._fresh:
            self._fresh = [_sorted(self._fresh)]
        sources = self._sources()
        for merged in _grouped([_length(source) for source in sources], self._longest):
            some = sources[merged.start : merged.stop]
            if len(some) > 1 or any(not isinstance(source, _Run) or self._is_mostly_gone(source) for source in some):
                self._merge(some)
        self._fresh, self._known = [], None

    @property
    def _runs(self) -> Sequence[_Run]:
        if self._known is None:
            self._known = tuple(_runs(self._db))
        return self._known

    def _sources(self) -> "list[_Run | Entries]":
        return [*self._runs, *self._fresh]

    def _gone_of(self, numbers: Keys) -> list[int]:
        return [
            number
            for some in in_parts(np.unique(numbers).tolist(), _PAGE)
            for (number,) in self._db.execute(
                f"SELECT number FROM gone_printings WHERE number IN ({', '.join('?' * len(some))})",  # noqa: S608
                some,
            )
        ]

    # Looking up

    def _in_run(self, run: _Run, keys: Keys) -> tuple[Places, Keys]:
        asked = np.arange(len(keys)) if len(keys) < _FEW else places_that_pass(self._filter(run), keys)
        some = keys[asked]
        first = np.maximum(np.searchsorted(run.firsts, some, "left") - 1, 0)  # equal keys may begin in the part before
        last = np.searchsorted(run.firsts, some, "right")
        parts = np.unique(spans(first, np.maximum(last - first, 0)))
        places, numbers = _matches(_load(self._db, (run.part + parts).tolist()), some)
        return asked[places], numbers

    def _filter(self, run: _Run) -> Filter:
        if (found := self._filters.get(run.part)) is None:
            row = self._db.execute("SELECT filter FROM runs WHERE low = ?", (run.low,)).fetchone()
            found = np.frombuffer(row[0], np.uint8)
            if sum(map(len, self._filters.values())) + len(found) <= self._kept:
                self._filters[run.part] = found
        return found

    # Merging

    def _is_mostly_gone(self, run: _Run) -> bool:
        between = (run.low, run.high)
        (gone,) = self._db.execute(
            "SELECT count(*) FROM gone_printings WHERE number BETWEEN ? AND ?", between
        ).fetchone()
        return bool(2 * gone > run.printings)

    def _merge(self, sources: Sequence[_Run | Entries]) -> None:
        """Write one run in place of some, without the entries of printings that have gone."""
        (part,) = self._db.execute("SELECT ifnull(max(part), 0) + 1 FROM run_parts").fetchone()
        low, high = _ends(sources[0])[0], _ends(sources[-1])[1]
        made = _Made(low, high, sum(map(_length, sources)))
        self._db.executemany(
            "INSERT INTO run_parts VALUES (?, ?)", enumerate(made.parts(self._slices(sources, low, high)), part)
        )
        for run in sources:
            if isinstance(run, _Run):
                self._filters.pop(run.part, None)
                self._db.execute("DELETE FROM runs WHERE low = ?", (run.low,))
                self._db.execute(
                    "DELETE FROM run_parts WHERE part >= ? AND part < ?", (run.part, run.part + len(run.firsts))
                )
        self._db.execute("DELETE FROM gone_printings WHERE number BETWEEN ? AND ?", (low, high))
        if made.entries:
            firsts = np.array(made.firsts, "<i8").tobytes()
            row = (low, high, int(made.has.sum()), made.entries, part, firsts, np.packbits(made.bits).tobytes())
            self._db.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _slices(self, sources: Sequence[_Run | Entries], low: int, high: int) -> Iterator[Entries]:
        """Yield the entries of some sources together, in order, without those of printings that have gone."""
        gone = _gone_between(self._db, low, high)
        count = -(-sum(map(_length, sources)) // _AT_ONCE)
        for start, end in pairwise(-(1 << 63) + (number << 64) // count for number in range(count + 1)):
            together = _sorted([self._between(source, start, end) for source in sources])
            yield together[~np.isin(together["number"], gone)]

    def _between(self, source: _Run | Entries, start: int, end: int) -> Entries:
        """Return the entries with keys from `start` up to `end`."""
        if isinstance(source, _Run):
            first, last = _place(source.firsts, start, "left") - 1, _place(source.firsts, end, "left")
            source = _load(self._db, range(source.part + max(first, 0), source.part + last))
        return source[_place(source["key"], start, "left") : _place(source["key"], end, "left")]


class _Made:
    """A run while it is written: its numbers, the first keys of its parts, and its filter, a bool for each bit."""

    def __init__(self, low: int, high: int, most: int) -> None:
        self.low = low
        self.has = np.zeros(high - low + 1, np.bool_)  # for each number, whether it has an entry
        self.bits = bits_for(most)
        self.firsts: list[int] = []
        self.entries = 0

    def parts(self, slices: Iterator[Entries]) -> Iterator[bytes]:
        """Yield the parts of a run, given its entries in slices."""
        rest = np.zeros(0, _ENTRY)
        for each in slices:
            self.has[each["number"] - np.int64(self.low)] = True
            let_pass(self.bits, each["key"])
            self.entries += len(each)
            rest = np.concatenate([rest, each])
            whole = len(rest) // _IN_A_PART * _IN_A_PART
            yield from self._parts(rest[:whole])
            rest = rest[whole:]
        yield from self._parts(rest)

    def _parts(self, entries: Entries) -> Iterator[bytes]:
        self.firsts += entries["key"][::_IN_A_PART].tolist()
        for start in range(0, len(entries), _IN_A_PART):
            yield entries[start : start + _IN_A_PART].tobytes()


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield a sentence for each run that is not in order, or has not the keys of all its printings."""
    low = 0
    while True:
        connection.execute("BEGIN")  # so that nothing is written between the parts of one run
        try:
            run = next(_runs(connection, low + 1), None)
            fault = _fault(connection, run) if run else ""
        finally:
            connection.execute("ROLLBACK")
        if run is None:
            return
        low = run.low
        if fault:
            yield f"the keys of printings {run.low:,} to {run.high:,} {fault}"


def _fault(connection: sqlite3.Connection, run: _Run) -> str:
    blobs = connection.execute(
        "SELECT entries FROM run_parts WHERE part >= ? AND part < ? ORDER BY part",
        (run.part, run.part + len(run.firsts)),
    ).fetchall()
    if any(len(blob) % _ENTRY.itemsize for (blob,) in blobs):
        return "have parts of another length"
    entries = np.frombuffer(b"".join(blob for (blob,) in blobs), _ENTRY)
    if len(entries) != run.entries or not np.array_equal(entries["key"][::_IN_A_PART], run.firsts):
        return "are not those that were written"
    numbers = entries["number"].astype(np.int64)
    if (entries["key"][1:] < entries["key"][:-1]).any() or numbers.min() < run.low or numbers.max() > run.high:
        return "are not in order"
    (known,) = connection.execute(
        "SELECT (SELECT count(*) FROM printings WHERE number BETWEEN :low AND :high)"
        " + (SELECT count(*) FROM gone_printings WHERE number BETWEEN :low AND :high)",
        {"low": run.low, "high": run.high},
    ).fetchone()
    (bits,) = connection.execute("SELECT filter FROM runs WHERE low = ?", (run.low,)).fetchone()
    if len(places_that_pass(np.frombuffer(bits, np.uint8), entries["key"])) != len(entries):
        return "have a filter of other keys"
    return "" if known == len(np.unique(numbers)) == run.printings else "are not those of these printings"


def _runs(connection: sqlite3.Connection, low: int = 0) -> Iterator[_Run]:
    rows = connection.execute(
        "SELECT low, high, printings, entries, part, firsts FROM runs WHERE low >= ? ORDER BY low", (low,)
    )
    for *values, firsts in rows:
        yield _Run._make([*values, np.frombuffer(firsts, "<i8")])


def _load(connection: sqlite3.Connection, parts: Sequence[int]) -> Entries:
    """Return the entries of parts, which are given in ascending order."""
    blobs = [
        blob
        for some in in_parts(parts, _PAGE)
        for (blob,) in connection.execute(
            f"SELECT entries FROM run_parts WHERE part IN ({', '.join('?' * len(some))}) ORDER BY part",  # noqa: S608
            some,
        )
    ]
    return np.frombuffer(b"".join(blobs), _ENTRY)


def _gone_between(connection: sqlite3.Connection, low: int, high: int) -> Keys:
    rows = connection.execute("SELECT number FROM gone_printings WHERE number BETWEEN ? AND ?", (low, high))
    return np.fromiter((number for (number,) in rows), np.int64)


def _grouped(lengths: Sequence[int], longest: int) -> list[range]:
    """Say which neighbours are merged: where the earlier one is not the longer one, and both are not too long."""
    groups = [range(at, at + 1) for at in range(len(lengths))]
    for at in reversed(range(len(lengths) - 1)):
        one, other = (sum(lengths[each.start : each.stop]) for each in groups[at : at + 2])
        if one <= other and one + other <= longest:
            groups[at : at + 2] = [range(groups[at].start, groups[at + 1].stop)]
    return groups


def _length(source: _Run | Entries) -> int:
    return source.entries if isinstance(source, _Run) else len(source)


def _ends(source: _Run | Entries) -> tuple[int, int]:
    if isinstance(source, _Run):
        return source.low, source.high
    return int(source["number"].min()), int(source["number"].max())


def _sorted(some: Sequence[Entries]) -> Entries:
    """Return entries together, by key; those of one key stay in the order given, which is that of their numbers."""
    keys, numbers = (np.concatenate([entries[column] for entries in some]) for column in ("key", "number"))
    order = np.argsort(keys, kind="stable")  # fast for what consists of sorted stretches
    return _entries(keys[order], numbers[order])


def _entries(keys: Keys, numbers: npt.NDArray[Any]) -> Entries:
    made = np.empty(len(keys), _ENTRY)
    made["key"], made["number"] = keys, numbers
    return made


def _place(keys: Keys, key: int, side: Any) -> int:
    """Return where a key belongs among sorted ones; it may be one more than there can be."""
    return len(keys) if key >= 1 << 63 else int(np.searchsorted(keys, key, side))


def _matches(entries: Entries, keys: Keys) -> tuple[Places, Keys]:
    sorted_keys = np.ascontiguousarray(entries["key"])
    left, right = (np.searchsorted(sorted_keys, keys, side) for side in ("left", "right"))
    return np.repeat(np.arange(len(keys)), right - left), entries["number"][spans(left, right - left)].astype(np.int64)


def spans(starts: Places, counts: Places) -> Places:
    """Return the numbers from each start on, as many as its count, one after another: 7, 8, 2 of 7, 2 and 2, 1."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum())
