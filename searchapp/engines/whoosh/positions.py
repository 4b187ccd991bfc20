"""Find articles in which words are adjacent, or near each other.

Articles are laid out one after another in a row of slots, one per word, and positions of different words are compared
by marking slots. This is done in blocks that fit in the processor's cache, so that memory is bounded.
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

_SLOTS = 1 << 18  # slots in a block, one byte each
_LONGEST = np.array([*(length - 1 for length in LENGTHS[1:]), LENGTHS[-1]], np.int64)  # longest lengths by byte


def find_phrase(row: "PositionRow", terms: Sequence[str]) -> tuple[Array, Array]:
    """Return the articles of a row that have a phrase, and how often; the margin has as many slots as `terms`."""
    rarest = min(terms, key=row.occurrences)
    others = [(offset - terms.index(rarest), term) for offset, term in enumerate(terms)]
    others.remove((0, rarest))

    def begins(block: SlotBlock) -> Array:
        marked = {term: block.marked(term) for _, term in others}
        slots = block.words[rarest].slots
        return reduce(and_, (marked[term][slots + offset] for offset, term in others))

    return _counted(row, rarest, begins)


def find_near(row: "PositionRow", terms: Sequence[str], width: int) -> Array:
    """Return the articles of a row in which a window of `width` slots has all `terms`; the margin is `width`."""
    rarest = min(terms, key=row.occurrences)

    def is_near(block: SlotBlock) -> Array:
        windows: Array = reduce(and_, (block.holds(term, times, width) for term, times in Counter(terms).items()))
        _spread(windows, width)
        return windows[block.words[rarest].slots]

    return _counted(row, rarest, is_near)[0]


def find_ordered(row: "PositionRow", one: Sequence[str], other: Sequence[str], distance: int) -> Array:
    """Return the articles of a row in which one phrase comes before another, with at most `distance` slots between.

    The margin is the number of all terms and `distance`. After each occurrence of the first phrase, the next one of the
    other is taken.
    """

    def begins(block: SlotBlock) -> Array:
        first = block.words[one[0]].slots
        nexts = block.words[other[0]].slots[_begins(block, other)]
        if not len(nexts):
            return np.zeros(len(first), bool)
        behind = first + len(one)
        following = np.searchsorted(nexts, behind)
        is_there = following < len(nexts)
        gaps = nexts[np.minimum(following, len(nexts) - 1)] - behind
        begun: Mask = is_there & (gaps <= distance) & _begins(block, one)
        return begun

    return _counted(row, one[0], begins)[0]


def _begins(block: "SlotBlock", terms: Sequence[str]) -> Mask:
    """Return at which occurrences of the first term a phrase of all `terms` begins."""
    slots = block.words[terms[0]].slots
    begun = np.ones(len(slots), bool)
    for offset, term in enumerate(terms[1:], 1):
        begun &= block.marked(term)[slots + offset]
    return begun


class Span(NamedTuple):
    """A word in a block: the articles that have it, the end of each article's part of `slots`, and its slots."""

    docs: Docs
    ends: Array
    slots: Array


class SlotBlock(NamedTuple):
    """Some articles of a row, in `size` slots from `low` on, and the words in them."""

    size: int
    low: int
    words: Mapping[str, Span]

    def marked(self, term: str) -> Array:
        """Return a mask of the slots that have a word."""
        mask = np.zeros(self.size, bool)
        mask[self.words[term].slots] = True
        return mask

    def holds(self, term: str, times: int, width: int) -> Array:
        """Return a mask of the slots that start a window of `width` in which a word occurs at least `times`."""
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
    """The articles of a segment that have all of some words in a field, in slots, after `margin` empty ones each.

    `places` are those of each term in the lexicon: one, or several for words that are alternatives. `among` are lists
    of articles that limit the row. If most articles of the segment are needed, or it `is_whole`, all are laid out,
    since selecting takes longer.

    A worked example: articles 0 "gas for Minsk" and 1 "a gas deal", with a margin of 2. Each article has the most slots
    that the code of its length allows, here 3, after two empty ones, so that no phrase spans two articles::

        slot     0 1 2   3   4     5 6 7 8   9
        word     . . gas for minsk . . a gas deal
        article  0 0 0   0   0     1 1 1 1   1

    "gas" marks the slots 2 and 8. "gas deal" occurs where a slot of "gas" is followed by one of "deal": 8 and 9.
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
        """Count the occurrences of a word."""
        return self._lists[term].count

    def blocks(self) -> Iterator[SlotBlock]:
        """Yield the row in blocks; unless the row is whole, blocks without one of the words are left out."""
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
    """The positions of one word in some articles: its tf in each, and the steps from position to position."""

    def __init__(self, docs: Docs, tf: Counts, steps: Array) -> None:
        self.docs = docs
        self._tf = tf
        self._steps = steps
        self._ends = np.cumsum(self._tf, dtype=np.int64)
        self._begins: Array | None = None  # offsets into the steps, if articles were selected
        self.count = int(self._ends[-1])

    def pick(self, docs: Docs) -> None:
        """Keep only these articles, all of which have the word."""
        if len(docs) * SEEK < len(self.docs):
            at = np.searchsorted(self.docs, docs)
        else:
            at = np.flatnonzero(np.isin(self.docs, docs, kind="table", assume_unique=True))
        self.docs, self._tf = docs, self._tf[at].astype(np.int64)
        self._begins = self._ends[at] - self._tf
        self._ends = np.cumsum(self._tf)
        self.count = int(self._ends[-1]) if len(docs) else 0

    def read(self, begin: int, end: int, first: Array, low: int) -> Span:
        """Read the word in a range of the articles, with slots from `low` on."""
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
    """Read the positions of a word, or of several words as if they were one."""
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
    """Count, in each article, the occurrences of a word that satisfy a test; return the articles with any."""
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
    """Extend each mark over `width` slots from it on, or before it if `width` is negative."""
    reach = 1
    while reach < abs(width):
        step = min(reach, abs(width) - reach)
        if width > 0:
            mask[step:] |= mask[:-step]
        else:
            mask[:-step] |= mask[step:]
        reach += step


def _common(lists: Sequence[Array], count: int) -> Array:
    """Return the articles that are in all lists."""
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
