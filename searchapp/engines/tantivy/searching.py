"""One commit of the index, open for questions: from a tree to a page of hits, counts and facets."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest
from itertools import islice
from typing import TypeVar

from tantivy import DocAddress, Occur, Order, Query, Schema, Searcher, SearchResult

from searchapp.article import Article
from searchapp.engines import fields
from searchapp.engines.contract import Ask, Budget, FacetName, Hit, Hits, OutOfTime, Sort, TotalIs
from searchapp.engines.facets import merge_facet, most_first
from searchapp.engines.scoring import BEST, in_reach
from searchapp.engines.snapshot import Snapshot
from searchapp.engines.tantivy.compiling import Compiler, all_of
from searchapp.engines.tantivy.documents import CHECKSUM, article_of, newest
from searchapp.engines.tantivy.neighbours import Neighbours
from searchapp.engines.tantivy.vocabulary import Vocabulary
from searchapp.languages import Stems
from searchapp.query.tree import FIELDS, Everything, Node, positive_leaves

T = TypeVar("T")
Scored = tuple[float, DocAddress]
Dated = tuple[int, Scored]  # with the first day, 0 if unknown
PutInOrder = Callable[[Sequence[T], int, int], Sequence[T]]


class TantivySnapshot(Snapshot):
    """The state of one commit, for any number of threads to read; later commits do not change it."""

    def __init__(self, schema: Schema, searcher: Searcher, articles: int, stems: Stems) -> None:
        self._schema = schema
        self._searcher = searcher
        self._vocabulary = Vocabulary(searcher, articles, stems)

    def __len__(self) -> int:
        return self._searcher.num_docs

    def has(self, article_id: str) -> bool:
        """Tell whether there is an article with that id, or was until recently."""
        return self._searcher.doc_freq("id", fields.storable(article_id)) > 0

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""
        hits = self._searcher.search(
            Query.term_query(self._schema, "id", fields.storable(article_id)), 1, count=False
        ).hits
        return self._article(hits[0][1]) if hits else None

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles."""
        return (
            fields.restored(article_id)
            for article_id, _ in self._searcher.terms_with_prefix("id", "", Query.all_query())
        )

    def search(self, ask: Ask) -> Hits:
        """Answer a question."""
        compiler = self._compiler(ask.tree, ask.budget)
        total, is_partial = 0, False
        unknown: dict[FacetName, int] = {}
        page: Sequence[Scored] = ()
        facets: dict[FacetName, tuple[tuple[str, int], ...]] = dict.fromkeys(ask.facets, ())
        try:
            query = compiler.compile(ask.tree)
            total, page = self._page(query, ask, compiler)
            if ask.facets:
                compiler.check_time()
                facets = self._facets(ask.facets, query)
                unknown = {name: self._without_value(name, query) for name in ask.facets}
        except OutOfTime:
            is_partial = True
        is_partial |= compiler.is_cut
        hits = tuple(Hit(self._article(address), score) for score, address in page)
        total_is: TotalIs = "at_least" if is_partial else compiler.expander.total_is
        return Hits(total, hits, facets, tuple(compiler.notes), is_partial, total_is, unknown)

    def count(self, tree: Node, budget: Budget) -> int:
        """Count the articles that match."""
        try:
            return self._count(self._compiler(tree, budget).compile(tree))
        except OutOfTime:
            return 0

    def count_stories(self, tree: Node, budget: Budget) -> int | None:
        """Count the stories of the articles that match; None if time runs out."""
        try:
            query = self._compiler(tree, budget).compile(tree)
        except OutOfTime:
            return None
        total, printings = self._printings(query)
        return total - sum(printings) + len(printings)

    def matching(self, tree: Node, budget: Budget) -> list[str]:
        """Return the ids of all articles that match, in no order; none if time runs out before they are found.

        They are read from the column of sort keys, which end with the id.
        """
        try:
            query = self._compiler(tree, budget).compile(tree)
        except OutOfTime:
            return []
        total = self._count(query)
        if not total:
            return []
        hits = self._searcher.search(query, total, False, "newest", 0, Order.Asc).hits
        return [fields.restored(str(key).partition(" ")[2]) for key, _ in hits]

    def each(self, tree: Node, sort: Sort) -> Iterator[Article]:
        """Yield all articles that match, in order: they are sorted once, and read one by one.

        Page by page, tantivy would start over for each, in quadratic time.
        """
        ask = Ask(tree, sort, limit=len(self))
        compiler = self._compiler(tree, ask.budget)
        _, found = self._page(compiler.compile(tree), ask, compiler)
        return (self._article(address) for _, address in found)

    def completions(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return words that start with a prefix, with the number of articles that have them, most first."""
        most: dict[str, int] = {}
        for field in FIELDS:
            for word, count in self._vocabulary.starting_with(field, prefix):
                most[word] = most.get(word, 0) + count
        return self.most_frequent(most, limit)

    def near(self, term: str, edits: int) -> dict[str, tuple[int, int]]:
        """Return the words within `edits` typing errors, with the number of errors and a bound for their articles."""
        return self._vocabulary.near(term, edits)

    def _page(self, query: Query, ask: Ask, compiler: Compiler) -> tuple[int, Sequence[Scored]]:
        end = min(ask.offset + ask.limit, len(self))  # tantivy reserves memory for all hits that it is asked for
        if ask.offset >= end:
            return self._count(query), ()
        if ask.sort == "relevance" and any(positive_leaves(ask.tree)):
            neighbours = Neighbours(ask.tree, self._schema, self._vocabulary)
            if neighbours.bonuses and ask.offset < BEST:
                compiler.check_time()
                return self._with_neighbours(query, neighbours, ask.offset, end)
            return self._best(query, ask.offset, end)
        column = {"oldest": "oldest", "added": "last_added"}.get(ask.sort, "newest")
        found = self._searcher.search(query, end - ask.offset, True, column, ask.offset, Order.Asc)
        return _total(found), [(0.0, address) for _, address in found.hits]

    def _best(self, query: Query, offset: int, end: int) -> tuple[int, Sequence[Scored]]:
        """Return the hits with the highest scores; of equal scores, the newest."""
        total, hits = self._highest(query, end)
        return total, self._in_order(query, hits, offset, end)

    def _with_neighbours(
        self, query: Query, neighbours: Neighbours, offset: int, end: int
    ) -> tuple[int, Sequence[Scored]]:
        """Return the same, with the `BEST` ranked again by what neighbours add.

        Those too far down to reach the page are left out.
        """

        def within_reach(hits: Sequence[Scored]) -> int:
            return in_reach([score for score, _ in hits], end, neighbours.bonuses)

        total, hits = self._highest(query, max(end, BEST), lambda hits: within_reach(hits) < BEST)
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
        self, query: Query, end: int, are_enough: Callable[[Sequence[Scored]], bool] = lambda _: False
    ) -> tuple[int, Sequence[Scored]]:
        """Return the `end` hits with the highest scores, and all that equal the last, unless the first `are_enough`.

        tantivy returns hits of equal score in the order of the index. So it is asked for more hits than the page has,
        until the last group of equals is complete.
        """
        most, more = end + 1, 10
        while True:
            found = self._searcher.search(query, most)
            hits = found.hits
            if len(hits) < most or not _are_equal(hits[end - 1], hits[-1]) or are_enough(hits):
                break
            most, more = min(more * most, _total(found) + 1), 10 * more  # either a few are equal, or nearly all
        return _total(found), hits

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
            return sorted(equals, key=lambda pair: newest(self._article(pair[1][1])))[start:end]
        wanted = {(address.segment_ord, address.doc): (day, (score, address)) for day, (score, address) in equals}
        of_that_day = all_of([query, self._compiler(Everything(), Budget()).of_day(equals[0][0])])
        ordered = (wanted.get((address.segment_ord, address.doc)) for address in self._walk(of_that_day, 4 * end))
        return [*islice(filter(None, ordered), start, end)]

    def _walk(self, query: Query, limit: int) -> Iterator[DocAddress]:
        """Yield all hits, newest first, in growing batches, since reading a hit's sort key takes long."""
        offset = 0
        while hits := self._searcher.search(query, min(limit, len(self)), False, "newest", offset, Order.Asc).hits:
            yield from (address for _, address in hits)
            offset, limit = offset + len(hits), 4 * limit

    def _facets(self, names: Sequence[FacetName], query: Query) -> dict[FacetName, tuple[tuple[str, int], ...]]:
        """Count the values of several facets: days in one pass, all others in another."""
        others = self._values([name for name in names if name != "day"], query)
        return {name: self._days(query) if name == "day" else others[name] for name in names}

    def _without_value(self, name: FacetName, query: Query) -> int:
        column = "first_day" if name in {"month", "day"} else name
        clauses = [(Occur.Must, query), (Occur.MustNot, Query.exists_query(column))]
        return self._count(Query.boolean_query(clauses))

    def _printings(self, query: Query) -> tuple[int, Sequence[int]]:
        """Count all articles, and those of each story with copies, exactly, unlike tantivy's cardinality."""
        stories = self._vocabulary.size("first")
        if not 0 < stories <= MOST_BUCKETS:
            counted = self._searcher.terms_with_prefix("first", "", query) if stories else ()
            return self._count(query), [count for _, count in counted]
        asked = {"all": {"value_count": {"field": CHECKSUM}}, "of": {"terms": {"field": "first", "size": stories}}}
        found = self._searcher.aggregate(query, asked)
        return int(found["all"]["value"]), [bucket["doc_count"] for bucket in found["of"]["buckets"]]

    def _values(self, names: Sequence[FacetName], query: Query) -> dict[FacetName, tuple[tuple[str, int], ...]]:
        if not names:
            return {}
        sizes = {name: self._vocabulary.size(name) for name in names}
        few = [name for name in names if sizes[name] <= MOST_BUCKETS // len(names)]
        counts = {name: {"terms": {"field": name, "size": sizes[name] or 1}} for name in few}
        found = self._searcher.aggregate(query, counts) if few else {}
        counted: dict[FacetName, list[tuple[str, int]]] = {
            name: [(bucket["key"], bucket["doc_count"]) for bucket in found[name]["buckets"]] for name in few
        }
        return {
            name: _merged(name, counted[name] if name in counted else self._searcher.terms_with_prefix(name, "", query))
            for name in names
        }

    def _days(self, query: Query) -> tuple[tuple[str, int], ...]:
        """Count dates, each as far as it is known."""
        if _DATES_OF_A_MONTH * self._vocabulary.size("month") > MOST_BUCKETS:
            return self._days_one_by_one(query)
        last = {"terms": {"field": "last_day", "size": _LAST_DAYS}}
        days = {"terms": {"field": "first_day", "size": MOST_BUCKETS}, "aggs": {"last": last}}
        counted = {
            fields.known_date(int(first["key"]), int(one["key"])): one["doc_count"]
            for first in self._searcher.aggregate(query, {"days": days})["days"]["buckets"]
            for one in first["last"]["buckets"]
        }
        return most_first(counted.items())

    def _days_one_by_one(self, query: Query) -> tuple[tuple[str, int], ...]:
        """Count dates if they are too many for one table: 60,000 of them cover 80 years."""
        addresses = [*self._walk(query, len(self))]
        columns = (self._searcher.fast_field_values(name, addresses) for name in ("first_day", "last_day"))
        dates = Counter(pair for pair in zip(*columns, strict=True) if pair[0])
        return most_first((fields.known_date(int(first), int(last)), count) for (first, last), count in dates.items())

    def _count(self, query: Query) -> int:
        return _total(self._searcher.search(query, 1, True, "first_day"))

    def _article(self, address: DocAddress) -> Article:
        return article_of(self._searcher.doc(address))

    def _compiler(self, tree: Node, budget: Budget) -> Compiler:
        return Compiler(tree, self._schema, self._searcher, self._vocabulary, budget)


MOST_BUCKETS = 60_000  # tantivy fails at 65,000
_LAST_DAYS = 3  # possible last days for one first day: the day itself, the end of its month, the end of its year
_DATES_OF_A_MONTH = 2 * (31 + 2)  # buckets at most: its days, the month, the year, and the last day of each
_PRECISION = 5e-6  # relative, of a score
_FEW = 100  # up to so many equals, reading all their articles is faster than a sorted query


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


def _merged(name: FacetName, counted: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    if name == "month":
        return most_first(counted)
    return merge_facet({fields.written(entry): count for entry, count in counted})


def _total(found: SearchResult) -> int:
    count: int = found.count  # type: ignore[attr-defined]  # missing from the stubs of 0.27
    return count


def _are_equal(one: Scored, other: Scored) -> bool:
    """Compare scores within their precision: sums of 32-bit floats depend on the order of addition."""
    return one[0] - other[0] <= _PRECISION * one[0]


def _worst_last(hit: Scored) -> float:
    return -hit[0]


def _are_of_one_day(one: Dated, other: Dated) -> bool:
    return one[0] == other[0]
