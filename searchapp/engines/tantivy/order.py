"""The order of hits: by score, then newest first, then by id, which tantivy cannot do in one query."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest
from itertools import islice
from typing import TypeVar

from tantivy import DocAddress, Order, Query, Schema, Searcher

from searchapp.engines.scoring import BEST, in_reach
from searchapp.engines.tantivy.documents import article_of, newest
from searchapp.engines.tantivy.neighbours import Neighbours
from searchapp.engines.tantivy.queries import all_of, of_day, total

T = TypeVar("T")
Scored = tuple[float, DocAddress]
Dated = tuple[int, Scored]  # with the first day, 0 if unknown
PutInOrder = Callable[[Sequence[T], int, int], Sequence[T]]
_PRECISION = 5e-6  # relative, of a score
_FEW = 100  # up to so many equals, reading all their articles is faster than a sorted query


class HitOrder:
    """Sorts the hits of one commit."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def best(
        self, query: Query, offset: int, end: int, *, are_few_scores: bool = False
    ) -> tuple[int, Sequence[Scored]]:
        """Return the hits with the highest scores; of equal scores, the newest. Few scores mean that most are equal."""
        total, hits = self._highest(query, end, first=(10 if are_few_scores else 1) * (end + 1))
        return total, self._in_order(query, hits, offset, end)

    def with_neighbours(
        self, query: Query, neighbours: Neighbours, offset: int, end: int
    ) -> tuple[int, Sequence[Scored]]:
        """Return the same, with the `BEST` ranked again by what neighbours add.

        Those too far down to reach the page are left out.
        """

        def within_reach(hits: Sequence[Scored]) -> int:
            return in_reach([score for score, _ in hits], end, neighbours.bonuses)

        total, hits = self._highest(query, max(end, BEST), are_enough=lambda hits: within_reach(hits) < BEST)
        count = within_reach(hits)
        best = hits[:count] if count < BEST else self._in_order(query, hits, 0, BEST, is_whole=False)
        added = neighbours.added(self._searcher, [address for _, address in best]) if best else {}
        best = [(score + added.get((at.segment_ord, at.doc), 0.0), at) for score, at in best] if added else best
        page = self._in_order(query, sorted(best, key=_worst_last), offset, min(end, BEST))
        return total, page + self._in_order(query, hits, BEST, end) if end > BEST else page

    def _in_order(
        self, query: Query, hits: Sequence[Scored], start: int, end: int, *, is_whole: bool = True
    ) -> list[Scored]:
        """Return places `start` to `end` of hits by descending score, of equal scores the newest first.

        Unless `is_whole`, only groups of equals that cross the ends of this range are sorted.
        """

        def newest_first(equals: Sequence[Scored], first: int, last: int) -> Sequence[Scored]:
            if not is_whole and last - first == len(equals):
                return equals
            return self._newest_first(query, equals, first, last)

        return _cut(hits, _are_equal, start, end, newest_first)

    def _highest(
        self,
        query: Query,
        end: int,
        *,
        first: int = 0,
        are_enough: Callable[[Sequence[Scored]], bool] = lambda _: False,
    ) -> tuple[int, Sequence[Scored]]:
        """Return the `end` hits with the highest scores, and all that equal the last, unless the first `are_enough`.

        tantivy returns hits of equal score in the order of the index. So it is asked for more hits than the page has,
        until the last group of equals is complete, `first` at first: to search once more is cheaper than many hits.
        """
        most = max(first, end + 1)
        while True:
            found = self._searcher.search(query, most)
            hits = found.hits
            if len(hits) < most or not _are_equal(hits[end - 1], hits[-1]) or are_enough(hits):
                break
            most = min(10 * most, total(found) + 1)
        return total(found), hits

    def _newest_first(self, query: Query, equals: Sequence[Scored], start: int, end: int) -> Sequence[Scored]:
        """Return places `start` to `end` of hits of equal score, newest first."""
        values = self._searcher.fast_field_values("first_day", [address for _, address in equals])
        days = [int(day or 0) for day in values]
        last = nlargest(end, days)[-1]
        dated = sorted((pair for pair in zip(days, equals, strict=True) if pair[0] >= last), key=lambda pair: -pair[0])
        page = _cut(dated, _are_of_one_day, start, end, lambda *group: self._in_order_of_ids(query, *group))
        return [hit for _, hit in page]

    def _in_order_of_ids(self, query: Query, equals: Sequence[Dated], start: int, end: int) -> Sequence[Dated]:
        """Return places `start` to `end` of hits of equal score and day, latest first, then by id."""
        if len(equals) <= _FEW:
            return sorted(equals, key=lambda pair: newest(article_of(self._searcher.doc(pair[1][1]))))[start:end]
        wanted = {(address.segment_ord, address.doc): (day, (score, address)) for day, (score, address) in equals}
        of_that_day = all_of([query, of_day(self._schema, equals[0][0])])
        ordered = (wanted.get((address.segment_ord, address.doc)) for address in self.walk(of_that_day, 4 * end))
        return [*islice(filter(None, ordered), start, end)]

    def walk(self, query: Query, limit: int) -> Iterator[DocAddress]:
        """Yield all hits, newest first, in growing batches, since reading a hit's sort key takes long."""
        offset = 0
        while hits := self._searcher.search(
            query, min(limit, self._searcher.num_docs), False, "newest", offset, Order.Asc
        ).hits:
            yield from (address for _, address in hits)
            offset, limit = offset + len(hits), 4 * limit


def _cut(
    items: Sequence[T], are_equal: Callable[[T, T], bool], start: int, end: int, put_in_order: PutInOrder[T]
) -> list[T]:
    """Return places `start` to `end` of sorted items, with each group of equals sorted."""
    page: list[T] = []
    for first, last in _groups(items, are_equal):
        if first >= end:
            break
        low, high = max(start, first), min(end, last)
        if low < high:
            page += put_in_order(items[first:last], low - first, high - first) if last - first > 1 else items[low:high]
    return page


def _groups(items: Sequence[T], are_equal: Callable[[T, T], bool]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each group of items that equal the group's first."""
    last = 0
    while last < len(items):
        first, last = last, last + 1
        if last < len(items) and are_equal(items[first], items[last]):
            one = items[first]
            last = bisect_left(items, True, last, key=lambda item: not are_equal(one, item))
        yield first, last


def _are_equal(one: Scored, other: Scored) -> bool:
    """Compare scores within their precision: sums of 32-bit floats depend on the order of addition."""
    return one[0] - other[0] <= _PRECISION * one[0]


def _worst_last(hit: Scored) -> float:
    return -hit[0]


def _are_of_one_day(one: Dated, other: Dated) -> bool:
    return one[0] == other[0]
