"""Counts over the articles that a query finds: their number, facets, dates and stories."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tantivy import Occur, Query, Searcher

from searchapp.engines import fields
from searchapp.engines.contract import FacetName
from searchapp.engines.facets import merge_facet, most_first
from searchapp.engines.tantivy.documents import CHECKSUM
from searchapp.engines.tantivy.order import HitOrder
from searchapp.engines.tantivy.queries import total
from searchapp.engines.tantivy.vocabulary import Vocabulary

Facets = dict[FacetName, tuple[tuple[str, int], ...]]
_MOST_BUCKETS = 60_000  # tantivy fails at 65,000
_LAST_DAYS = 3  # possible last days for one first day: the day itself, the end of its month, the end of its year
_DATES_OF_A_MONTH = 2 * (31 + 2)  # buckets at most: its days, the month, the year, and the last day of each


class Counting:
    """Counts in one commit, with aggregations of at most so many buckets."""

    def __init__(
        self, searcher: Searcher, vocabulary: Vocabulary, order: HitOrder, most_buckets: int = _MOST_BUCKETS
    ) -> None:
        self._searcher = searcher
        self._vocabulary = vocabulary
        self._order = order
        self._most_buckets = most_buckets

    def count(self, query: Query) -> int:
        """Count the articles."""
        return total(self._searcher.search(query, 1, True, "first_day"))

    def facets(
        self, names: Sequence[FacetName], query: Query, *, with_printings: bool = False
    ) -> tuple[Facets, Sequence[int]]:
        """Count the values of several facets: days in one pass, all others in another.

        Count in the latter the articles of each story with copies, too, if asked for.
        """
        counted = self._counted([*(name for name in names if name != "day"), *["first"] * with_printings], query)
        printings = [count for _, count in counted.pop("first", ())]
        return {name: self._days(query) if name == "day" else _merged(name, counted[name]) for name in names}, printings

    def without_value(self, name: FacetName, query: Query, found: int, counts: Sequence[tuple[str, int]]) -> int:
        """Count the articles without a value of a facet, given how many are `found`, and the `counts` of its values."""
        if name != "author":
            return found - sum(count for _, count in counts)  # each has one value at most
        return self.count(Query.boolean_query([(Occur.Must, query), (Occur.MustNot, Query.exists_query(name))]))

    def printings(self, query: Query) -> tuple[int, Sequence[int]]:
        """Count all articles, and those of each story with copies, exactly, unlike tantivy's cardinality."""
        stories = self._vocabulary.size("first")
        if not 0 < stories <= self._most_buckets:
            return self.count(query), [count for _, count in self._counted_of_many("first", stories, query)]
        asked = {"all": {"value_count": {"field": CHECKSUM}}, "of": {"terms": {"field": "first", "size": stories}}}
        found = self._searcher.aggregate(query, asked)
        return int(found["all"]["value"]), [bucket["doc_count"] for bucket in found["of"]["buckets"]]

    def _counted(self, names: Sequence[str], query: Query) -> dict[str, Sequence[tuple[str, int]]]:
        if not names:
            return {}
        sizes = {name: self._vocabulary.size(name) for name in names}
        few = [name for name in names if sizes[name] <= self._most_buckets // len(names)]
        many = {name: self._counted_of_many(name, sizes[name], query) for name in names if name not in few}
        counts = {name: {"terms": {"field": name, "size": sizes[name] or 1}} for name in few}
        found = self._searcher.aggregate(query, counts) if few else {}
        return many | {name: _buckets(found[name]) for name in few}

    def _counted_of_many(self, name: str, size: int, query: Query) -> Sequence[tuple[str, int]]:
        """Count values of which there are too many for one table, unless few articles are found.

        Otherwise each value of the index is looked at: a quarter of a second where 100,000 stories have copies.
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


def _merged(name: FacetName, counted: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    if name == "month":
        return most_first(counted)
    return merge_facet({_written(entry): count for entry, count in counted})


_written = lru_cache(maxsize=1 << 16)(fields.written)  # nearly every question has the same values
