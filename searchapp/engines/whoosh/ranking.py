"""Score matching articles exactly, but only those that can still be on the page.

A query's score is a sum of parts, one for each weighted inverted list, see `searchapp.engines.scoring`. Most articles
of a long list cannot be on the page, and need no exact score. `Ranking.likely` leaves them out: it sums the heaviest
lists roughly for all articles at once, finds a lower bound for the last article of the page, and keeps the articles
that the remaining lists could still lift that high, since a list adds at most its weight. This is the idea of MaxScore
(Turtle and Flood 1995, "Query Evaluation: Strategies and Optimizations") on whole arrays. Ties with the last article of
the page are always kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from searchapp.engines.scoring import K1, LENGTHS, B
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, Docs, Mask, Scores
from searchapp.engines.whoosh.postings import SEEK, Postings
from searchapp.engines.whoosh.segment import Segment, SegmentFile

_FEW = 1_000  # so few articles are scored exactly faster than they are thinned out
_GROUPS = 16  # groups per article of a page, whose maxima give nearly the same bound as all scores
_ROUNDING = 1e-4  # far more than the rounding errors of 32-bit floats in a sum of some hundred parts


class Statistics:
    """The statistics of all segments together that scoring needs; the same for every query of one commit."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.articles = sum(segment.file.count for segment in segments)
        self._factors = {
            field: self._factors_of(sum(segment.file.words[field] for segment in segments)) for field in fields.LENGTHS
        }
        self._columns: dict[tuple[SegmentFile, str], Array] = {}

    def factors(self, file: SegmentFile, field: str, docs: Docs) -> Scores:
        """Return the term that BM25 adds to tf in the denominator, for these articles, by the length of the field."""
        factors: Array = self._factors[field][file.lengths[field][docs]]
        return factors

    def rough_factors(self, file: SegmentFile, field: str) -> Scores:
        """Return the same for all articles of a segment, as 32-bit floats."""
        key = file, field
        if key not in self._columns:
            self._columns[key] = self._factors[field].astype(np.float32)[file.lengths[field]]
        return self._columns[key]

    def _factors_of(self, words: int) -> Scores:
        average = words / self.articles if words else 1.0
        return K1 * (1 - B + B * np.array(LENGTHS) / average)


@dataclass(frozen=True, slots=True, eq=False)
class ScorePart:
    """One list's part of the scores: at most `weight`, and exactly that if `found` has no tf."""

    field: str
    weight: float
    found: Postings
    is_within: bool = False  # whether another part of the same leaf has all of these articles


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """Parts that are summed in this order; outside the mask `gate` they are 0."""

    parts: Sequence["ScorePart | Sum"]
    gate: Array | None = None


class Ranking:
    """Scores articles of one segment."""

    def __init__(self, file: SegmentFile, statistics: Statistics) -> None:
        self._file = file
        self._statistics = statistics

    def scores(self, total: Sum, numbers: Docs) -> Scores:
        """Return the exact scores of articles, given by ascending numbers."""
        scores = np.zeros(len(numbers))
        for part in total.parts:
            scores += self.scores(part, numbers) if isinstance(part, Sum) else self._added(part, numbers)
        return scores if total.gate is None else np.where(total.gate[numbers], scores, 0.0)

    def likely(self, total: Sum, mask: Mask, most: int, floor: float) -> Docs:
        """Return the articles of a mask that can be among the `most` best and score at least `floor`, and some others.

        A worked example: `gas OR the`, a page of ten, lists of weight 6 (gas, in 300 articles) and 1 (the, in 9,000).
        The heavier list is summed first, for all articles. Say the tenth best of these sums is 4.2. Every article on
        the page scores at least 4.2, and "the" adds at most 1; so an article below 3.2 cannot be on it, and the 9,000
        that have only "the" are excluded before their list is read. The remaining articles are scored exactly.
        """
        parts = list(_gated(total))
        matching = int(np.count_nonzero(mask))
        if matching <= max(most, _FEW) or any(part.weight <= 0 for part, _ in parts):
            return np.flatnonzero(mask)
        leading = sorted(parts, key=lambda pair: -pair[0].weight)
        still_to_come = sum(part.weight for part, _ in leading)  # the most that the remaining lists can add
        unread = sum(len(part.found.docs) for part, _ in leading)
        rough = np.zeros(len(mask), np.float32)
        for part, gate in leading:
            self._add_roughly(rough, part, gate)
            still_to_come = max(0.0, still_to_come - part.weight)
            unread -= len(part.found.docs)
            if not unread or unread > matching // 2:
                needed = max(floor, _least(rough * mask, most)) * (1 - _ROUNDING) - still_to_come
                if needed > 0:
                    mask = mask & (rough >= needed)
                    matching = int(np.count_nonzero(mask))
            if matching * SEEK < unread or matching <= _FEW:
                break
        return np.flatnonzero(mask)

    def _added(self, part: ScorePart, numbers: Docs) -> Scores:
        tf = part.found.tf_in(numbers)
        if part.found.tf is None:
            return part.weight * tf
        holds = np.flatnonzero(tf)
        added = np.zeros(len(numbers))
        factors = self._statistics.factors(self._file, part.field, numbers[holds])
        added[holds] = part.weight * (tf[holds] / (tf[holds] + factors))
        return added

    def _add_roughly(self, rough: Scores, part: ScorePart, gate: Mask | None) -> None:
        weight, docs, tf = np.float32(part.weight), part.found.docs, part.found.tf
        if tf is None:
            rough[docs] += weight if gate is None else weight * gate[docs]
            return
        factors = self._statistics.rough_factors(self._file, part.field)
        if part.found.are_many:
            column = part.found.column
            added = weight * (column / (column + factors))
            rough += added if gate is None else added * gate
        else:
            added = weight * (tf / (tf + factors[docs]))
            rough[docs] += added if gate is None else added * gate[docs]


def _gated(total: Sum, outer: Mask | None = None) -> Iterator[tuple[ScorePart, Array | None]]:
    """Yield all parts, each with the mask outside of which it is 0, disregarding the gate of `total`."""
    for part in total.parts:
        if isinstance(part, ScorePart):
            yield part, outer
        elif part.gate is None or outer is None:
            yield from _gated(part, outer if part.gate is None else part.gate)
        else:
            yield from _gated(part, outer & part.gate)


def _least(values: Array, most: int) -> float:
    """Return a number that at least `most` of `values` reach, near the largest such number, without sorting all."""
    width = max(1, len(values) // (most * _GROUPS))
    groups = values[: len(values) // width * width].reshape(width, -1).max(axis=0)
    return float(np.partition(groups, len(groups) - most)[len(groups) - most])
