"""Counts over the articles that a query finds: their number, facets, dates and stories."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from tantivy import FieldType, Occur, Query, Schema, Searcher

from searchapp.engines import fields
from searchapp.engines.contract import FacetName
from searchapp.engines.facets import merge_facet, most_first
from searchapp.engines.tantivy.documents import KEYWORDS, NUMBERS, column
from searchapp.engines.tantivy.order import HitOrder
from searchapp.engines.tantivy.queries import all_of, total
from searchapp.engines.tantivy.vocabulary import Vocabulary

Facets = dict[FacetName, tuple[tuple[str, int], ...]]
Table = dict[str, Any]  # values with the number of articles found that have them, most first, as tantivy lists them
_COLUMNS: dict[str, str] = {**{name: column(name) for name in KEYWORDS}, "month": "month"}
_STORIES = column("first")
_NO_VALUE = 0  # in place of the number of a value
_MOST_BUCKETS = 60_000  # tantivy fails at 65,000
_LAST_DAYS = 3  # possible last days for one first day: the day itself, the end of its month, the end of its year
_DATES_OF_A_MONTH = 2 * (31 + 2)  # buckets at most: its days, the month, the year, and the last day of each


class Tally(NamedTuple):
    """What is counted in the articles found: `unknown` has those without a value, by facet; `stories` if asked."""

    facets: Facets
    unknown: dict[FacetName, int]
    stories: int | None


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

    def facets(self, names: Sequence[FacetName], query: Query, found: int, *, with_stories: bool = False) -> Tally:
        """Count the values of several facets, the articles without one of the `found`, and the stories if asked for.

        Days are counted in one pass, and all others in another; the stories, too, if they are sure to fit in its table.
        """
        counted = [name for name in names if name != "day"]
        most = self._most_buckets // (len(counted) + with_stories or 1)
        tables = {_COLUMNS[name]: self._table(_COLUMNS[name], most) for name in counted}
        if "author" in counted:
            tables[_COLUMNS["author"]]["terms"]["missing"] = _NO_VALUE
        with_them = with_stories and found <= 3 * most  # then no more than `most` of them have three or more
        tables |= {_STORIES: self._table(_STORIES, most, least=2)} if with_them else {}
        listed = self._searcher.aggregate(query, tables) if tables else {}
        facets = {
            name: self._days(query) if name == "day" else self._facet(name, query, listed[_COLUMNS[name]])
            for name in names
        }
        unknown = {name: found - sum(count for _, count in facets[name]) for name in names}  # each has one at most
        if "author" in counted:
            unknown["author"] = self._without_author(query, listed[_COLUMNS["author"]])
        if not with_stories:
            return Tally(facets, unknown, None)
        repeats = self._repeats(query, listed[_STORIES]) if with_them else self.repeats(query)
        return Tally(facets, unknown, found - repeats)

    def repeats(self, query: Query) -> int:
        """Count the articles beyond the first one of each story, exactly, unlike tantivy's cardinality."""
        table = self._table(_STORIES, self._most_buckets, least=2)
        return self._repeats(query, self._searcher.aggregate(query, {_STORIES: table})[_STORIES])

    def _without_author(self, query: Query, listed: Table) -> int:
        counts = [count for key, count in _buckets(listed) if key == _NO_VALUE]
        if counts or not listed["sum_other_doc_count"]:
            return sum(counts)
        signed = Query.exists_query(_COLUMNS["author"])
        return self.count(Query.boolean_query([(Occur.Must, query), (Occur.MustNot, signed)]))

    def _repeats(self, query: Query, listed: Table, low: int = 0, high: int = NUMBERS) -> int:
        """Count them in the stories from `low` to `high`, given those with several of the articles found, most first.

        Stories that the list leaves out have two each if the last one listed has two. Otherwise each half is listed.
        """
        counts: list[int] = [count for _, count in _buckets(listed)]
        others: int = listed["sum_other_doc_count"]
        if others and counts[-1] > 2:
            return sum(self._repeats(query, *half) for half in self._halves(_STORIES, query, low, high, least=2))
        return sum(counts) - len(counts) + others // 2

    def _facet(self, name: FacetName, query: Query, listed: Table) -> tuple[tuple[str, int], ...]:
        if name == "month":
            is_whole = not listed["sum_other_doc_count"]
            return most_first(_buckets(listed) if is_whole else self._searcher.terms_with_prefix(name, "", query))
        values = self._vocabulary.numbered(name)
        found = self._values(_COLUMNS[name], query, listed)
        return merge_facet({values[key]: count for key, count in found if key != _NO_VALUE})

    def _values(
        self, column: str, query: Query, listed: Table, low: int = 0, high: int = NUMBERS
    ) -> Iterable[tuple[int, int]]:
        """Count the values from `low` to `high`, given a list of them: each half by itself if it leaves some out.

        An article may have several, of which some lie elsewhere. A value by itself is the commonest of its articles.
        """
        if not listed["sum_other_doc_count"] or high - low == 1:
            return ((key, count) for key, count in _buckets(listed) if low <= key < high)
        return chain.from_iterable(
            self._values(column, query, *half) for half in self._halves(column, query, low, high)
        )

    def _halves(
        self, column: str, query: Query, low: int, high: int, *, least: int = 1
    ) -> Iterator[tuple[Table, int, int]]:
        """List the values of the articles found that have one from `low` to `high`, each half of these by itself."""
        middle = (low + high) // 2
        for first, end in ((low, middle), (middle, high)):
            with_one = all_of([query, Query.range_query(self._schema, column, FieldType.Unsigned, first, end - 1)])
            table = self._table(column, self._most_buckets, least)
            yield self._searcher.aggregate(with_one, {column: table})[column], first, end

    def _table(self, column: str, most: int, least: int = 1) -> dict[str, Any]:
        """Return the aggregation that lists up to `most` values that `least` of the articles found have."""
        in_a_segment = max(most, self._searcher.num_docs)  # all: with fewer, counts would not be exact
        return {"terms": {"field": column, "size": most, "segment_size": in_a_segment, "min_doc_count": least}}

    def _days(self, query: Query) -> tuple[tuple[str, int], ...]:
        """Count dates, each as far as it is known."""
        if _DATES_OF_A_MONTH * self._vocabulary.months > self._most_buckets:
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


def _buckets(listed: Table) -> list[tuple[Any, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in listed["buckets"]]
