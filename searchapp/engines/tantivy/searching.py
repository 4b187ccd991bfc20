"""One commit of the index, open for questions: `compiling` a tree, then `order` of its hits and `counting`."""

from collections.abc import Iterator, Sequence

from tantivy import DocAddress, Order, Query, Schema, Searcher

from searchapp.article import Article
from searchapp.engines import fields
from searchapp.engines.contract import Ask, Budget, FacetName, Hit, Hits, OutOfTime, Sort, TotalIs
from searchapp.engines.scoring import BEST
from searchapp.engines.snapshot import Snapshot
from searchapp.engines.tantivy.compiling import Compiler
from searchapp.engines.tantivy.counting import Counting
from searchapp.engines.tantivy.documents import article_of
from searchapp.engines.tantivy.neighbours import Neighbours
from searchapp.engines.tantivy.order import HitOrder, Scored
from searchapp.engines.tantivy.queries import total
from searchapp.engines.tantivy.vocabulary import Vocabulary
from searchapp.languages import Stems
from searchapp.query.tree import FIELDS, Fuzzy, Node, Wildcard, positive_leaves


class TantivySnapshot(Snapshot):
    """The state of one commit, for any number of threads to read; later commits do not change it."""

    def __init__(self, schema: Schema, searcher: Searcher, articles: int, stems: Stems) -> None:
        self._schema = schema
        self._searcher = searcher
        self._vocabulary = Vocabulary(searcher, articles, stems)
        self._order = HitOrder(schema, searcher)
        self._counting = Counting(schema, searcher, self._vocabulary, self._order)

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
        stories: int | None = None
        unknown: dict[FacetName, int] = {}
        page: Sequence[Scored] = ()
        facets: dict[FacetName, tuple[tuple[str, int], ...]] = dict.fromkeys(ask.facets, ())
        try:
            query = compiler.compile(ask.tree)
            total, page = self._page(query, ask, compiler)
            if ask.facets or ask.stories:
                compiler.check_time()
                facets, unknown, stories = self._counting.facets(ask.facets, query, total, with_stories=ask.stories)
        except OutOfTime:
            is_partial = True
        is_partial |= compiler.is_cut
        hits = tuple(Hit(self._article(address), score) for score, address in page)
        total_is: TotalIs = "at_least" if is_partial else compiler.expander.total_is
        return Hits(total, hits, facets, tuple(compiler.notes), is_partial, total_is, unknown, stories)

    def count(self, tree: Node, budget: Budget) -> int:
        """Count the articles that match."""
        try:
            return self._counting.count(self._compiler(tree, budget).compile(tree))
        except OutOfTime:
            return 0

    def count_stories(self, tree: Node, budget: Budget) -> int | None:
        """Count the stories of the articles that match; None if time runs out."""
        try:
            query = self._compiler(tree, budget).compile(tree)
        except OutOfTime:
            return None
        return self._counting.count(query) - self._counting.repeats(query)

    def matching(self, tree: Node, budget: Budget) -> list[str]:
        """Return the ids of all articles that match, in no order; none if time runs out before they are found.

        They are read from the column of sort keys, which end with the id.
        """
        try:
            query = self._compiler(tree, budget).compile(tree)
        except OutOfTime:
            return []
        total = self._counting.count(query)
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
            return self._counting.count(query), ()
        if ask.sort == "relevance" and any(positive_leaves(ask.tree)):
            neighbours = Neighbours(ask.tree, self._schema, self._vocabulary)
            if neighbours.bonuses and ask.offset < BEST:
                compiler.check_time()
                return self._order.with_neighbours(query, neighbours, ask.offset, end)
            are_few_scores = all(isinstance(leaf, Wildcard | Fuzzy) for leaf in positive_leaves(ask.tree))
            return self._order.best(query, ask.offset, end, are_few_scores=are_few_scores)
        column = {"oldest": "oldest", "added": "last_added"}.get(ask.sort, "newest")
        found = self._searcher.search(query, end - ask.offset, True, column, ask.offset, Order.Asc)
        return total(found), [(0.0, address) for _, address in found.hits]

    def _article(self, address: DocAddress) -> Article:
        return article_of(self._searcher.doc(address))

    def _compiler(self, tree: Node, budget: Budget) -> Compiler:
        return Compiler(tree, self._schema, self._searcher, self._vocabulary, budget)
