"""Counts over the articles that a query finds: their number, facets, dates and stories."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tantivy import FieldType, Occur, Query, Schema, Searcher

from searchapp.engines import fields
from searchapp.engines.contract import FacetName
from searchapp.engines.facets import merge_facet, most_first
from searchapp.engines.tantivy.documents import STORIES, STORY
from searchapp.engines.tantivy.order import HitOrder
from searchapp.engines.tantivy.queries import all_of, total
from searchapp.engines.tantivy.vocabulary import Vocabulary

Facets = dict[FacetName, tuple[tuple[str, int], ...]]
_MOST_BUCKETS = 60_000  # tantivy fails at 65,000
_LAST_DAYS = 3  # possible last days for one first day: the day itself, the end of its month, the end of its year
_DATES_OF_A_MONTH = 2 * (31 + 2)  # buckets at most: its days, the month, the year, and the last day of each


class Counting:
    """Counts in one commit, with aggregations of at most so many buckets."""

    def __init__(
        self,
        schema: Schema,
        searcher: Searcher,
        vocabulary: Vocabulary,
        order: HitOrder,
        most_buckets: int = _MOST_BUCKETS,
    ) -> None:
        self._schema = schema
        self._searcher = searcher
        self._vocabulary = vocabulary
        self._order = order
        self._most_buckets = most_buckets

    def count(self, query: Query) -> int:
        """Count the articles."""
        return total(self._searcher.search(query, 1, True, "first_day"))

    def facets(self, names: Sequence[FacetName], query: Query, *, with_repeats: bool = False) -> tuple[Facets, int]:
        """Count the values of several facets: days in one pass, all others in another, with `repeats` if asked for."""
        counted, repeats = self._counted([name for name in names if name != "day"], query, with_repeats)
        facets = {name: self._days(query) if name == "day" else _merged(name, counted[name]) for name in names}
        return facets, repeats

    def without_value(self, name: FacetName, query: Query, found: int, counts: Sequence[tuple[str, int]]) -> int:
        """Count the articles without a value of a facet, given how many are `found`, and the `counts` of its values."""
        if name != "author":
            return found - sum(count for _, count in counts)  # each has one value at most
        return self.count(Query.boolean_query([(Occur.Must, query), (Occur.MustNot, Query.exists_query(name))]))

    def repeats(self, query: Query, low: int = 0, high: int = STORIES) -> int:
        """Count the articles beyond the first one of each story, exactly, unlike tantivy's cardinality.

        If they are too many for one table, each half of the stories from `low` to `high` is counted by itself.
        """
        if high - low < STORIES:
            of_these = Query.range_query(self._schema, STORY, FieldType.Unsigned, low, high - 1)
            query = all_of([query, of_these])
        repeats = _repeats(self._searcher.aggregate(query, {STORY: self._stories(self._most_buckets)})[STORY])
        return self._repeats_of_many(query, low, high) if repeats is None else repeats

    def _repeats_of_many(self, query: Query, low: int, high: int) -> int:
        middle = (low + high) // 2
        return self.repeats(query, low, middle) + self.repeats(query, middle, high)

    def _stories(self, most: int) -> dict[str, Any]:
        """Return the aggregation that lists stories with several of the articles found, most first."""
        size = {"size": most, "segment_size": self._searcher.num_docs or 1}  # a segment's own list is whole
        return {"terms": {"field": STORY, "min_doc_count": 2, **size}}

    def _counted(
        self, names: Sequence[str], query: Query, with_repeats: bool
    ) -> tuple[dict[str, Sequence[tuple[str, int]]], int]:
        if not names and not with_repeats:
            return {}, 0
        sizes = {name: self._vocabulary.size(name) for name in names}
        most = self._most_buckets // (len(names) + with_repeats)
        few = [name for name in names if sizes[name] <= most]
        many = {name: self._counted_of_many(name, sizes[name], query) for name in names if name not in few}
        asked = {name: {"terms": {"field": name, "size": sizes[name] or 1}} for name in few}
        asked |= {STORY: self._stories(most)} if with_repeats else {}
        found = self._searcher.aggregate(query, asked) if asked else {}
        repeats = _repeats(found[STORY]) if with_repeats else 0
        counts = many | {name: _buckets(found[name]) for name in few}
        return counts, self._repeats_of_many(query, 0, STORIES) if repeats is None else repeats

    def _counted_of_many(self, name: str, size: int, query: Query) -> Sequence[tuple[str, int]]:
        """Count values of which there are too many for one table, unless few articles are found.

        Otherwise each value of the index is looked at: a quarter of a second where there are 100,000.
        """
        if not size or name == "author":  # of which an article may have several
            return self._searcher.terms_with_prefix(name, "", query) if size else ()
        most = self.count(Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.exists_query(name))]))
        if most > self._most_buckets:
            return self._searcher.terms_with_prefix(name, "", query)
        return _buckets(self._searcher.aggregate(query, {name: {"terms": {"field": name, "size": most or 1}}})[name])

    def _days(self, query: Query) -> tuple[tuple[str, int], ...]:
        """Count dates, each as far as it is known."""
        if _DATES_OF_A_MONTH * self._vocabulary.size("month") > self._most_buckets:
            return self._days_one_by_one(query)
        last = {"terms": {"field": "last_day", "size": _LAST_DAYS}}
        days = {"terms": {"field": "first_day", "size": self._most_buckets}, "aggs": {"last": last}}
        counted = {
            fields.known_date(int(first["key"]), int(one["key"])): one["doc_count"]
            for first in self._searcher.aggregate(query, {"days": days})["days"]["buckets"]
            for one in first["last"]["buckets"]
        }
        return most_first(counted.items())

    def _days_one_by_one(self, query: Query) -> tuple[tuple[str, int], ...]:
        """Count dates if they are too many for one table: 60,000 of them cover 80 years."""
        addresses = [*self._order.walk(query, self._searcher.num_docs)]
        columns = (self._searcher.fast_field_values(name, addresses) for name in ("first_day", "last_day"))
        dates = Counter(pair for pair in zip(*columns, strict=True) if pair[0])
        return most_first((fields.known_date(int(first), int(last)), count) for (first, last), count in dates.items())


def _buckets(counted: dict[str, Any]) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in counted["buckets"]]


def _repeats(listed: dict[str, Any]) -> int | None:
    """Return how many articles the stories of a list have beyond the first; None if it leaves some out.

    Those left out have the least articles: two each, if the last one listed has two.
    """
    counts: list[int] = [bucket["doc_count"] for bucket in listed["buckets"]]
    others: int = listed["sum_other_doc_count"]
    if others and counts[-1] > 2:
        return None
    return sum(counts) - len(counts) + others // 2


def _merged(name: FacetName, counted: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    if name == "month":
        return most_first(counted)
    return merge_facet({_written(entry): count for entry, count in counted})


_written = lru_cache(maxsize=1 << 16)(fields.written)  # nearly every question has the same values
