"""Where words stand: side by side, or near each other.

Articles are laid out one after the other in a row of slots, a word a slot, and positions of different words compared by
marking slots. This goes block by block, so that what is worked on fits the processor's cache, and memory is bounded.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import and_
from typing import NamedTuple

import numpy as np

from searchapp.engines.scoring import LENGTHS
from searchapp.engines.whoosh.arrays import Array, Counts, Docs, Mask
from searchapp.engines.whoosh.packing import gathered
from searchapp.engines.whoosh.postings import SEEK, FieldReader

_SLOTS = 1 << 18  # of a block, a byte each
_LONGEST = np.array([*(length - 1 for length in LENGTHS[1:]), LENGTHS[-1]], np.int64)  # for the byte of a length


def find_phrase(row: "PositionRow", terms: Sequence[str]) -> tuple[Array, Array]:
    """Return the articles of a row (with a margin of as many slots as `terms`) that hold a phrase, and how often."""
    rarest = min(terms, key=row.occurrences)
    others = [(offset - terms.index(rarest), term) for offset, term in enumerate(terms)]
    others.remove((0, rarest))

    def begins(block: SlotBlock) -> Array:
        marked = {term: block.marked(term) for _, term in others}
        slots = block.words[rarest].slots
        return reduce(and_, (marked[term][slots + offset] for offset, term in others))

    return _counted(row, rarest, begins)


def find_near(row: "PositionRow", terms: Sequence[str], width: int) -> Array:
    """Return the articles of a row (with a margin of `width`) in which so many slots hold all `terms` somewhere."""
    rarest = min(terms, key=row.occurrences)

    def is_near(block: SlotBlock) -> Array:
        windows: Array = reduce(and_, (block.holds(term, times, width) for term, times in Counter(terms).items()))
        _spread(windows, width)
        return windows[block.words[rarest].slots]

    return _counted(row, rarest, is_near)[0]


def find_ordered(row: "PositionRow", terms: Sequence[str], width: int) -> Array:
    """Return the articles of a row (with a margin of `width`) in which so many slots hold all `terms` in this order.

    From each place of the first term on, each other one is taken where it stands next.
    """

    def begins(block: SlotBlock) -> Array:
        first = last = block.words[terms[0]].slots
        is_there = np.ones(len(first), bool)
        for term in terms[1:]:
            slots = block.words[term].slots
            following = np.searchsorted(slots, last, side="right")
            is_there &= following < len(slots)
            last = slots[np.minimum(following, len(slots) - 1)]
        return is_there & (last - first < width)

    return _counted(row, terms[0], begins)[0]


class Span(NamedTuple):
    """A word in a block: articles that hold it, where in `slots` those of each article end, and its slots."""

    docs: Docs
    ends: Array
    slots: Array


class SlotBlock(NamedTuple):
    """Some articles of a row, in `size` slots from `low` on, and the words that stand there."""

    size: int
    low: int
    words: Mapping[str, Span]

    def marked(self, term: str) -> Array:
        """Return a mask over the slots: where a word stands."""
        mask = np.zeros(self.size, bool)
        mask[self.words[term].slots] = True
        return mask

    def holds(self, term: str, times: int, width: int) -> Array:
        """Return a mask over the slots: where a window of `width` begins in which a word stands so many `times`."""
        if times == 1:
            mask = self.marked(term)
            _spread(mask, -width)
            return mask
        slots = self.words[term].slots
        first, last = slots[: 1 - times], slots[times - 1 :]
        room = width - (last - first)
        mask = np.zeros(self.size, bool)
        mask[gathered(last[room > 0] - width + 1, room[room > 0])] = True
        return mask


class PositionRow:
    """The articles of a segment that hold all of some words in a field, in slots; `margin` empty ones before each.

    `places` are those of each term in the lexicon: one, or several of words that stand for one another. `among` are
    lists of articles to which that is limited. Where most articles of the segment are wanted, or it `is_whole`, all are
    laid out: none has to be picked.

    A worked example: articles 0 "gas for Minsk" and 1 "a gas deal", a margin of 2. Each article has as many slots as
    the code of its length says at most, here 3, behind two empty ones: no phrase reaches from one into the next::

        slot     0 1 2   3   4     5 6 7 8   9
        word     . . gas for minsk . . a gas deal
        article  0 0 0   0   0     1 1 1 1   1

    "gas" marks the slots 2 and 8. "gas deal" stands where a slot of "gas" has one of "deal" right behind: 8 and 9.
    """

    def __init__(
        self,
        reader: FieldReader,
        lengths: Counts,
        places: Mapping[str, Sequence[int]],
        margin: int,
        among: Sequence[Array] = (),
        is_whole: bool = False,
        look_at_the_clock: Callable[[], None] = lambda: None,
    ) -> None:
        self._margin = margin
        self._is_whole = is_whole
        self._look_at_the_clock = look_at_the_clock
        self._lists = {term: _occurrences(reader, of_term, look_at_the_clock) for term, of_term in places.items()}
        self._docs = np.arange(len(lengths))
        if not is_whole:
            common = _common([*among, *(one.docs for one in self._lists.values())], len(lengths))
            if len(common) * 2 < len(lengths):
                self._docs = common
                for one in self._lists.values():
                    one.pick(common)
        sizes = _LONGEST[lengths[self._docs]] + margin
        self._ends = np.cumsum(sizes)
        self._first = np.zeros(len(lengths), np.int64)
        self._first[self._docs] = self._ends - sizes

    def occurrences(self, term: str) -> int:
        """Count how often a word stands there."""
        return self._lists[term].count

    def blocks(self) -> Iterator[SlotBlock]:
        """Yield the row piece by piece; but for whole rows, no pieces that lack one of the words."""
        if not len(self._docs):
            return
        full = np.arange(0, self._ends[-1], _SLOTS)
        edges = [*np.unique(np.searchsorted(self._ends, full)).tolist(), len(self._docs)]
        borders = np.append(self._docs, len(self._first))[edges]
        spans = {term: np.searchsorted(one.docs, borders).tolist() for term, one in self._lists.items()}
        for number, (begin, end) in enumerate(pairwise(edges)):
            self._look_at_the_clock()
            low = int(self._first[self._docs[begin]])
            standing = {
                term: span[number : number + 2] for term, span in spans.items() if span[number] < span[number + 1]
            }
            if self._is_whole or len(standing) == len(spans):
                words = {
                    term: self._lists[term].read(span[0], span[1], self._first, low - self._margin)
                    for term, span in standing.items()
                }
                yield SlotBlock(int(self._ends[end - 1]) - low + self._margin, low, words)

    def articles(self, block: SlotBlock, slots: Array) -> Array:
        """Return the article of each of some slots."""
        return self._docs[np.searchsorted(self._ends, slots + block.low, side="right")]


class _Occurrences:
    """Where one word stands in some articles: how often in each, and the steps from place to place in it."""

    def __init__(self, docs: Docs, tf: Counts, steps: Array) -> None:
        self.docs = docs
        self._tf = tf
        self._steps = steps
        self._ends = np.cumsum(self._tf, dtype=np.int64)
        self._begins: Array | None = None  # in the steps, where articles were picked
        self.count = int(self._ends[-1])

    def pick(self, docs: Docs) -> None:
        """Keep only these articles, all of which hold the word."""
        if len(docs) * SEEK < len(self.docs):
            at = np.searchsorted(self.docs, docs)
        else:
            at = np.flatnonzero(np.isin(self.docs, docs, kind="table", assume_unique=True))
        self.docs, self._tf = docs, self._tf[at].astype(np.int64)
        self._begins = self._ends[at] - self._tf
        self._ends = np.cumsum(self._tf)
        self.count = int(self._ends[-1]) if len(docs) else 0

    def read(self, begin: int, end: int, first: Array, low: int) -> Span:
        """Read the word in a span of the articles, with slots from `low` on."""
        docs, tf = self.docs[begin:end], self._tf[begin:end]
        before = int(self._ends[begin - 1]) if begin else 0
        ends = self._ends[begin:end] - before
        if self._begins is None:
            steps = self._steps[before : before + int(ends[-1])]
        else:
            steps = self._steps[gathered(self._begins[begin:end], tf)]
        slots = steps.cumsum(dtype=np.int64)
        shift = first[docs] - low
        shift[1:] -= slots[ends[:-1] - 1]
        slots += shift.repeat(tf)
        return Span(docs, ends, slots)


def _occurrences(reader: FieldReader, places: Sequence[int], look_at_the_clock: Callable[[], None]) -> _Occurrences:
    """Read where a word stands, or any of several words, as if they were one."""
    if len(places) == 1:
        return _Occurrences(reader.docs(places[0]), reader.tf(places[0]), reader.steps(places[0]))
    all_docs, all_positions = [], []
    for number, place in enumerate(places):
        if number % 256 == 0:
            look_at_the_clock()
        tf = reader.tf(place)
        all_docs.append(reader.docs(place).repeat(tf))
        all_positions.append(reader.positions(place, tf))
    docs, positions = np.concatenate(all_docs), np.concatenate(all_positions)
    order = np.lexsort((positions, docs))
    docs, positions = docs[order], positions[order]
    begins = np.flatnonzero(np.diff(docs, prepend=-1))
    steps = np.diff(positions, prepend=0)
    steps[begins] = positions[begins]
    return _Occurrences(docs[begins], np.diff(begins, append=len(docs)), steps)


def _counted(row: PositionRow, term: str, is_counted: Callable[[SlotBlock], Array]) -> tuple[Array, Array]:
    """Count in each article where a word stands so that it counts; return the articles where it does."""
    docs, counts = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
    for block in row.blocks():
        span = block.words[term]
        count = is_counted(block).cumsum(dtype=np.int32)[span.ends - 1]
        count[1:] -= count[:-1].copy()
        docs.append(span.docs)
        counts.append(count)
    all_docs, all_counts = np.concatenate(docs), np.concatenate(counts)
    found = np.flatnonzero(all_counts)
    return all_docs[found], all_counts[found]


def _spread(mask: Mask, width: int) -> None:
    """Mark, from each slot that is marked on, as many as `width`; before it, where that is negative."""
    reach = 1
    while reach < abs(width):
        step = min(reach, abs(width) - reach)
        if width > 0:
            mask[step:] |= mask[:-step]
        else:
            mask[:-step] |= mask[step:]
        reach += step


def _common(lists: Sequence[Array], count: int) -> Array:
    """Return the articles that are on all lists."""
    common, *others = sorted(lists, key=len)
    for other in others:
        if len(common) * SEEK < len(other):
            places = np.minimum(np.searchsorted(other, common), len(other) - 1)
            common = common[other[places] == common]
        else:
            mask = np.zeros(count, bool)
            mask[other] = True
            common = common[mask[common]]
    return common
