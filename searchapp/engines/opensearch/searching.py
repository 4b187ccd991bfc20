"""One commit of the index, open for searches: from a tree to a page of hits, counts and facets."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

from searchapp.article import Article
from searchapp.engines import fields
from searchapp.engines.contract import Ask, Budget, FacetName, Hit, Hits, OutOfTime, Sort, TotalIs
from searchapp.engines.facets import merge_facet, most_first
from searchapp.engines.opensearch.compiling import Compiler, Query
from searchapp.engines.opensearch.documents import article_of
from searchapp.engines.opensearch.order import SORTS, Key, Walk
from searchapp.engines.opensearch.reading import Reading
from searchapp.engines.opensearch.vocabulary import Assumed, Vocabulary
from searchapp.engines.snapshot import Snapshot
from searchapp.languages import Stems
from searchapp.parts import in_parts
from searchapp.query.tree import Countable, Node, positive_leaves

_IDS = 10_000  # ids, or values of a facet, that are asked for at once: the most that a cluster gives
_ARTICLES = 200  # articles that are asked for at once
_BUCKETS = 60_000  # values of all facets together, of one request: a cluster refuses 65,536
_COMPLETING = 2.0  # seconds
_SEVERAL: frozenset[FacetName] = frozenset({"author"})  # facets of which an article may have more than one value


class OpenSearchSnapshot(Snapshot):
    """The state of a commit, read by any number of threads; later commits do not change it."""

    def __init__(self, reading: Reading, stems: Stems) -> None:
        self.reading = reading
        codes = {stems.code(fields.written(entry)) for entry in reading.languages} | {stems.code("")}
        self._vocabulary = Vocabulary(reading, len(self), codes, stems)
        self._assumed = Assumed(self._vocabulary)

    def __len__(self) -> int:
        return self.reading.commit.articles

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""
        return self._articles([article_id], None).get(article_id)

    def articles(self, ids: Iterable[str]) -> Iterator[Article]:
        """Yield articles by their ids, in that order; ids that are not there are left out."""
        for some in in_parts(ids, _ARTICLES):
            found = self._articles(some, None)
            yield from (found[article_id] for article_id in some if article_id in found)

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles."""
        return self._ids({"match_all": {}}, None)

    def search(self, ask: Ask) -> Hits:
        """Answer a question."""
        compiler = self._compiler(ask.tree, ask.budget)
        total, is_partial = 0, False
        hits: tuple[Hit, ...] = ()
        facets: dict[FacetName, tuple[tuple[str, int], ...]] = dict.fromkeys(ask.facets, ())
        unknown: dict[FacetName, int] = {}
        stories: int | None = None
        printings: Mapping[str, tuple[Article, ...]] = {}
        try:
            query = compiler.compile()
            walk = self._walk(ask, query, ask.offset + ask.limit + 1, _counting(ask))
            found = self._page(walk, ask)
            total, stories = walk.total, _stories(walk) if ask.stories else None
            if ask.facets:
                facets, unknown = self._facets(ask, query, walk)
            articles, printings = self._shown(found, ask)
            hits = tuple(Hit(articles[key.id], key.score) for key in found)
        except OutOfTime:
            is_partial = True
        total_is: TotalIs = "at_least" if is_partial else compiler.expander.total_is
        notes = tuple(compiler.notes)
        return Hits(total, hits, facets, notes, is_partial, total_is, unknown, stories, printings)

    def count(self, tree: Node, budget: Budget) -> int:
        """Count the articles that match."""
        return next(iter(self.counts((tree,), budget)), 0)

    def counts(self, trees: Sequence[Node], budget: Budget) -> Sequence[int]:
        """Count the articles that match each of several trees, by one request or two; none when time runs out."""
        compilers = [self._counter(tree, budget) for tree in trees]
        try:
            self._assumed.learn((word for compiler in compilers for word in compiler.words()), budget.deadline)
            queries = [compiler.compile() for compiler in compilers]
            bodies = [{"query": query, "size": 0, "track_total_hits": True} for query in queries]
            return [answer["hits"]["total"]["value"] for answer in self.reading.ask_each(bodies, budget.deadline)]
        except OutOfTime:
            return []

    def count_stories(self, tree: Node, budget: Budget) -> int | None:
        """Count the stories that the articles that match tell: copies of one story once; None when time runs out."""
        try:
            query = self._counter(tree, budget).compile()
            stories, alone = self._all_values("first", query, budget)
            return len(stories) + alone
        except OutOfTime:
            return None

    def matching(self, tree: Node, budget: Budget) -> list[str]:
        """Return the ids of all articles that match, in no order; those found so far, when time runs out."""
        found: list[str] = []
        try:
            found.extend(self._ids(self._counter(tree, budget).compile(), budget.deadline))
        except OutOfTime:
            return found
        return found

    def each(self, tree: Node, sort: Sort) -> Iterator[Article]:
        """Yield all articles that match, in order, without bound.

        Where a node is lost on the way, the walk begins anew in the same commit, and leaves out what was yielded.
        """
        ask = Ask(tree, sort)
        query = self._compiler(tree, ask.budget).compile()
        done = set[str]()
        while True:
            reopened = self.reading.reopened
            for some in in_parts(self._walk(ask, query, _IDS, {}).keys(), _ARTICLES):
                fresh = [key.id for key in some if key.id not in done]
                articles = self._articles(fresh, None)
                yield from (articles[article_id] for article_id in fresh)
                done.update(fresh)
            if self.reading.reopened == reopened or sort != "relevance":
                return

    def occurrences(self, leaf: Countable, among: Node, budget: Budget) -> int | None:
        """Return None: it takes the texts to know."""
        del leaf, among, budget
        return None

    def completions(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return words that start with a prefix and how many articles have them, most frequent first."""
        try:
            most = self._vocabulary.starting_with(prefix, 1_000 + 10 * limit, time.monotonic() + _COMPLETING)
            return self.most_frequent(most, limit)
        except OutOfTime:  # somebody is typing: what comes too late is of no use
            return []

    def near(self, term: str, edits: int) -> Mapping[str, tuple[int, int]]:
        """Return the words at most `edits` typing errors away: how many, and at most how many articles they are in."""
        try:
            return self._vocabulary.near(term, edits, time.monotonic() + _COMPLETING)
        except OutOfTime:
            return {}

    def most_frequent(self, most: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
        """Return the `limit` words that are in most articles, given at most how many each is in.

        Many are counted by one request.
        """
        counted: list[tuple[str, int]] = []
        for some in in_parts(sorted(most, key=lambda word: (-most[word], word)), 2 * limit + 50):
            if len(counted) >= limit and (not limit or counted[limit - 1][1] > most[some[0]]):
                break
            found = self._vocabulary.articles_with(some, time.monotonic() + _COMPLETING)
            counted = [*most_first([*counted, *((word, count) for word, count in found.items() if count)])]
        return counted[:limit]

    def _page(self, walk: Walk, ask: Ask) -> list[Key]:
        """Return the keys of a page; the walk also counts where there are none."""
        if ask.limit and ask.offset < len(self):
            return [*islice(walk.keys(), ask.offset, ask.offset + ask.limit)]
        walk.count()
        return []

    def _walk(self, ask: Ask, query: Query, at_once: int, counting: Mapping[str, Any]) -> Walk:
        sort = "newest" if ask.sort == "relevance" and not any(positive_leaves(ask.tree)) else ask.sort
        with_stories = bool(ask.printings) and at_once <= _ARTICLES
        return Walk(
            self.reading,
            self._vocabulary,
            ask.tree,
            query,
            sort,
            ask.budget,
            at_once,
            counting,
            with_stories=with_stories,
        )

    def _shown(self, keys: Sequence[Key], ask: Ask) -> tuple[dict[str, Article], dict[str, tuple[Article, ...]]]:
        """Return the articles of a page by id, and all printings of its smaller stories by their `first`."""
        copies = {key.first: key.copies for key in keys if 0 < key.copies <= ask.printings}
        size = len(keys) + sum(copies.values())
        if not copies or size > _ARTICLES:
            return self._articles([key.id for key in keys], ask.budget.deadline), {}
        either = [{"terms": {"id": [fields.storable(key.id) for key in keys]}}, {"terms": {"first": [*copies]}}]
        found = self._found({"bool": {"should": either}}, size, ask.budget.deadline)
        stories: dict[str, list[Article]] = {}
        for article in found.values():
            stories.setdefault(article.first, []).append(article)
        whole = {first: tuple(some) for first, some in stories.items() if first and len(some) == some[0].copies + 1}
        missing = [key.id for key in keys if key.id not in found]  # where a story has more printings than it says
        return found | self._articles(missing, ask.budget.deadline), whole

    def _articles(self, ids: Sequence[str], until: float | None) -> dict[str, Article]:
        return self._found({"terms": {"id": [*map(fields.storable, ids)]}}, len(ids), until) if ids else {}

    def _found(self, query: Query, size: int, until: float | None) -> dict[str, Article]:
        """Return the first articles that match, oldest first, by their ids."""
        asked = {"query": {"bool": {"filter": [query]}}, "size": size, "track_total_hits": False}
        hits = self.reading.ask({**asked, "sort": SORTS["oldest"]}, until)["hits"]["hits"]
        articles = (article_of(hit["_source"]) for hit in hits)
        return {article.id: article for article in articles}

    def _ids(self, query: Query, until: float | None) -> Iterator[str]:
        asked = {"query": query, "size": _IDS, "track_total_hits": False, "sort": [{"id": "asc"}]}
        asked["stored_fields"] = "_none_"
        after: dict[str, Any] = {}
        while hits := self.reading.ask({**asked, **after}, until)["hits"]["hits"]:
            yield from (fields.restored(hit["sort"][0]) for hit in hits)
            if len(hits) < _IDS:
                return
            after = {"search_after": hits[-1]["sort"]}

    def _facets(
        self, ask: Ask, query: Query, walk: Walk
    ) -> tuple[dict[FacetName, tuple[tuple[str, int], ...]], dict[FacetName, int]]:
        values = {}
        for name in ask.facets:
            is_whole = not walk.counted[name]["sum_other_doc_count"]
            values[name] = _pairs(walk.counted[name]) if is_whole else self._all_values(name, query, ask.budget)[0]
        unknown = {name: _unknown(name, values[name], walk) for name in ask.facets}
        return {name: _merged(name, pairs) for name, pairs in values.items()}, unknown

    def _all_values(
        self, name: FacetName | Literal["first"], query: Query, budget: Budget
    ) -> tuple[list[tuple[str, int]], int]:
        """Count the values of a field, of which there may be more than one request can return.

        The other number is that of the articles without a value, where no article has several.
        """
        found: list[tuple[str, int]] = []
        after: dict[str, Any] = {}
        while True:
            asked = {"query": query, "size": 0, "track_total_hits": True, "aggs": _values_of(name, after)}
            answer = self.reading.ask(asked, budget.deadline)
            counted = answer["aggregations"]["all"]
            found += ((bucket["key"]["value"], bucket["doc_count"]) for bucket in counted["buckets"])
            if len(counted["buckets"]) < _IDS:
                return found, answer["hits"]["total"]["value"] - sum(count for _, count in found)
            after = {"after": counted["after_key"]}

    def _compiler(self, tree: Node, budget: Budget) -> Compiler:
        return Compiler(tree, self.reading, self._vocabulary, budget)

    def _counter(self, tree: Node, budget: Budget) -> Compiler:
        """Return the compiler of a query without scores."""
        return Compiler(tree, self.reading, self._assumed, budget)


def _counting(ask: Ask) -> dict[str, Any]:
    """Return the aggregations that count the values of facets and stories."""
    names = ask.facets
    counting: dict[str, Any] = {f"no {name}": {"missing": {"field": name}} for name in names if name in _SEVERAL}
    counting.update((name, {"terms": {"field": name, "size": _BUCKETS // len(names)}}) for name in names)
    return {**counting, **_values_of("first", {})} if ask.stories else counting


def _values_of(name: FacetName | Literal["first"], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the aggregation that counts all values of a field, some at a time."""
    source = {"size": _IDS, "sources": [{"value": {"terms": {"field": name}}}]}
    return {"all": {"composite": {**source, **after}}}


def _unknown(name: FacetName, values: Iterable[tuple[str, int]], walk: Walk) -> int:
    """Return the number of articles without a value: to ask for it costs as much as to count the values."""
    if name in _SEVERAL:
        return int(walk.counted[f"no {name}"]["doc_count"])
    return walk.total - sum(count for _, count in values)


def _stories(walk: Walk) -> int | None:
    """Return the number of stories, if one request told all of them; an article without copies is one by itself."""
    several = walk.counted["all"]["buckets"]
    told = sum(bucket["doc_count"] for bucket in several)
    return len(several) + walk.total - told if len(several) < _IDS else None


def _pairs(counted: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in counted["buckets"]]


def _merged(name: FacetName, counted: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    if name in ("month", "day"):
        return most_first(counted)
    return merge_facet({fields.written(entry): count for entry, count in counted})
