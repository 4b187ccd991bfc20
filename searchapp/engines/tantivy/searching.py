"""One commit of the index, open for questions: from a tree to a page of hits, counts and facets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from tantivy import DocAddress, Order, Query, Schema, Searcher, SearchResult

from searchapp.article import Article
from searchapp.engines import Ask, Budget, FacetName, Hit, Hits, fields
from searchapp.engines.facets import merge_facet
from searchapp.engines.tantivy.compiling import Compiler, OutOfTime
from searchapp.engines.tantivy.documents import article_of, newest
from searchapp.engines.tantivy.vocabulary import Vocabulary
from searchapp.query.tree import FIELDS, Exact, Node, positive_leaves

Scored = tuple[float, DocAddress]


class Snapshot:
    """What a commit left, for any number of threads to read; later commits do not change it."""

    def __init__(self, schema: Schema, searcher: Searcher, stem: Callable[[str], str]) -> None:
        self._schema = schema
        self._searcher = searcher
        self._stem = stem
        self._vocabulary = Vocabulary(searcher)

    def __len__(self) -> int:
        return self._searcher.num_docs

    def has(self, article_id: str) -> bool:
        """Say whether there is, or was until lately, an article of that id."""
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
        compiler = self._compiler(ask.budget)
        total, is_partial = 0, False
        page: Sequence[Scored] = ()
        facets: dict[FacetName, tuple[tuple[str, int], ...]] = dict.fromkeys(ask.facets, ())
        try:
            query = compiler.compile(ask.tree)
            total, page = self._page(query, ask)
            for name in ask.facets:
                compiler.check_time()
                facets[name] = self._facet(name, query)
        except OutOfTime:
            is_partial = True
        hits = tuple(Hit(self._article(address), score) for score, address in page)
        return Hits(total, hits, facets, tuple(compiler.notes), is_partial)

    def count(self, tree: Node, budget: Budget) -> int:
        """Count the articles that match."""
        try:
            return self._count(self._compiler(budget).compile(tree))
        except OutOfTime:
            return 0

    def completions(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return words that start with a prefix, with the articles they are in, most first."""
        most: dict[str, int] = {}
        for field in FIELDS:
            for word, count in self._vocabulary.starting_with(field, prefix):
                most[word] = most.get(word, 0) + count
        return self._most_frequent(most, limit)

    def spellings(self, term: str, limit: int) -> list[tuple[str, int]]:
        """Return other words up to two typing errors away, nearest first, then those in most articles."""
        near = self._vocabulary.near(term, 2)
        found: list[tuple[str, int]] = []
        for errors in (1, 2):
            most = {word: count for word, (distance, count) in near.items() if distance == errors}
            found += self._most_frequent(most, limit - len(found))
        return found

    def _page(self, query: Query, ask: Ask) -> tuple[int, Sequence[Scored]]:
        end = min(ask.offset + ask.limit, len(self))  # tantivy sets memory aside for all hits it is asked for
        if ask.offset >= end:
            return self._count(query), ()
        if ask.sort == "relevance" and any(positive_leaves(ask.tree)):
            return self._best(query, ask.offset, end)
        column = "oldest" if ask.sort == "oldest" else "newest"
        found = self._searcher.search(query, end - ask.offset, True, column, ask.offset, Order.Asc)
        return _total(found), [(0.0, address) for _, address in found.hits]

    def _best(self, query: Query, offset: int, end: int) -> tuple[int, Sequence[Scored]]:
        """Return the hits of highest score; of equal score the newest.

        tantivy leaves hits of equal score as they lie in the index. So it is asked for more than the page has until the
        last group of equals is whole; groups that reach into the page are then put in order.
        """
        most = end + 1
        while True:
            found = self._searcher.search(query, most)
            hits = found.hits
            if len(hits) < most or _rank(hits[end - 1]) != _rank(hits[-1]):
                break
            most = min(4 * most, _total(found) + 1)
        page: list[Scored] = []
        start = 0
        for _, equals in groupby(hits, _rank):
            group = list(equals)
            if start + len(group) > offset and start < end:
                ordered = self._newest_first(query, group, min(end - start, len(group)))
                page += ordered[max(0, offset - start) : end - start]
            start += len(group)
        return _total(found), page

    def _newest_first(self, query: Query, equals: Sequence[Scored], most: int) -> Sequence[Scored]:
        """Put hits of equal score in order, at least the first `most` of them."""
        if len(equals) == 1:
            return equals
        if len(equals) <= _FEW:
            return sorted(equals, key=lambda hit: newest(self._article(hit[1])))
        waiting = {(address.segment_ord, address.doc): (score, address) for score, address in equals}
        ordered: list[Scored] = []
        for address in self._in_order(query, "newest"):
            hit = waiting.pop((address.segment_ord, address.doc), None)
            ordered += [hit] if hit else []
            if len(ordered) >= most:
                break
        return ordered

    def _in_order(self, query: Query, column: str) -> Iterator[DocAddress]:
        """Yield all hits in the order of a column, at first few at a time."""
        offset, limit = 0, min(1000, len(self))
        while hits := self._searcher.search(query, limit, False, column, offset, Order.Asc).hits:
            yield from (address for _, address in hits)
            offset, limit = offset + limit, min(4 * limit, len(self))

    def _facet(self, name: FacetName, query: Query) -> tuple[tuple[str, int], ...]:
        found = self._searcher.terms_with_prefix(name, "", query)
        if name == "month":
            return tuple(found)
        return merge_facet({fields.written(entry): count for entry, count in found})

    def _most_frequent(self, most: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
        """Return the `limit` words that are in most articles, given at most how many each is in."""
        counted: list[tuple[str, int]] = []
        for word in sorted(most, key=lambda word: (-most[word], word)):
            if len(counted) >= limit and (not limit or counted[limit - 1][1] > most[word]):
                break
            count = self._count(self._compiler(Budget()).compile(Exact(word)))
            counted = sorted([*counted, (word, count)] if count else counted, key=lambda pair: (-pair[1], pair[0]))
        return counted[:limit]

    def _count(self, query: Query) -> int:
        return _total(self._searcher.search(query, 1, True, "first_day"))

    def _article(self, address: DocAddress) -> Article:
        return article_of(self._searcher.doc(address))

    def _compiler(self, budget: Budget) -> Compiler:
        return Compiler(self._schema, self._searcher, self._vocabulary, self._stem, budget)


_FEW = 100  # equals up to which reading them is quicker than asking for all hits in order


def _total(found: SearchResult) -> int:
    count: int = found.count  # type: ignore[attr-defined]  # missing from the stubs of 0.27
    return count


def _rank(hit: Scored) -> str:
    """Return a score as far as it can be relied on: sums of 32-bit floats differ in the last place by their order."""
    return f"{hit[0]:.5e}"
