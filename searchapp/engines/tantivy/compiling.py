"""A query tree as tantivy's own query objects. Its string parser is never used."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from tantivy import FieldType, Occur, Query, Schema, Searcher

from searchapp.engines import fields
from searchapp.engines.contract import Budget
from searchapp.engines.expansion import choose, share
from searchapp.engines.scoring import WEIGHTS
from searchapp.engines.tantivy.documents import article_of
from searchapp.engines.tantivy.vocabulary import Vocabulary
from searchapp.query.tree import (
    FIELDS,
    And,
    Dates,
    Everything,
    Exact,
    Field,
    Fuzzy,
    Keyword,
    Leaf,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Undated,
    Wildcard,
    Word,
)
from searchapp.text import keyword, terms

_FEW_WORDS = 200  # of which each is looked up sooner than all the words of a field are compared with them


class OutOfTime(Exception):
    """The budget's time is over before the query could be put together."""


class Compiler:
    """One query: keeps its budget and its notes."""

    def __init__(
        self,
        tree: Node,
        schema: Schema,
        searcher: Searcher,
        vocabulary: Vocabulary,
        stem: Callable[[str], str],
        budget: Budget,
    ) -> None:
        self.notes: list[str] = []
        self.is_cut = False  # whether time was over before all texts were read that had to be
        self._negations = 0
        self._schema = schema
        self._searcher = searcher
        self._vocabulary = vocabulary
        self._stem = stem
        self._budget = budget
        self._most_words = share(tree, budget.expansions)
        self._expanded: dict[Leaf, dict[str, list[str]]] = {}

    def compile(self, node: Node) -> Query:
        """Return the query that matches as `node` does and scores as `searchapp.engines.scoring` says.

        Raises:
            OutOfTime: the time was over before.
        """
        self.check_time()
        match node:
            case And(children):
                return self._all(children)
            case Or() | Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy():
                return any_of(self._alternatives(node))
            case Not():
                return self._all((node,))
            case Keyword() | Dates() | Undated() | Everything() | Nothing():
                return Query.const_score_query(self._filter(node), 0.0)

    def check_time(self) -> None:
        """Raise OutOfTime when the time is over."""
        if self._budget.is_spent:
            raise OutOfTime

    def _all(self, children: Sequence[Node]) -> Query:
        clauses = [
            (Occur.MustNot, self._negated(child)) if isinstance(child, Not) else (Occur.Must, self.compile(child))
            for child in children
        ]
        if all(isinstance(child, Not) for child in children):
            clauses.append((Occur.Must, Query.const_score_query(Query.all_query(), 0.0)))
        return Query.boolean_query(clauses)

    def _negated(self, node: Not) -> Query:
        self._negations += 1
        query = self.compile(node.child)
        self._negations -= 1
        return query

    def _alternatives(self, node: Node) -> Iterator[Query]:
        """Yield queries of which one has to match, with no `Or` among them: tantivy adds up one long list soonest."""
        match node:
            case Or(children):
                for child in children:
                    yield from self._alternatives(child)
            case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy():
                for field in _fields(node):
                    yield from self._parts(node, field)
            case _:
                yield self.compile(node)

    def _parts(self, leaf: Leaf, field: Field) -> Iterator[Query]:
        """Yield what a leaf looks for in a field and in its stems; nothing where that cannot be there."""
        weight = leaf.boost * WEIGHTS[field]
        match leaf:
            case Word(term):
                yield from self._term(field, term, weight)
                if field in fields.STEMS:
                    stems = fields.STEMS[field]
                    yield from self._term(stems, self._stem(term), leaf.boost * WEIGHTS[stems])
            case Exact(term):
                yield from self._term(field, term, weight)
            case Phrase(words):
                idfs = [self._vocabulary.idf(field, word) for word in words]
                if all(idfs):
                    phrase = Query.phrase_query(self._schema, field, list(words))
                    ours, theirs = map(sum, zip(*idfs, strict=True))
                    yield Query.boost_query(phrase, weight * ours / theirs)
            case Near(words, distance):
                if all(self._vocabulary.idf(field, word) for word in words):
                    yield self._near(field, words, distance, weight)
            case Wildcard() | Fuzzy():
                if found := self._expand(leaf)[field]:
                    yield Query.const_score_query(self._one_of(field, found), weight)

    def _term(self, field: str, term: str, weight: float) -> Iterator[Query]:
        """Yield the query for a word of a field, unless no article has it there."""
        if idf := self._vocabulary.idf(field, term):
            yield Query.boost_query(Query.term_query(self._schema, field, term, "freq"), weight * idf.ours / idf.theirs)

    def _near(self, field: Field, words: Sequence[str], distance: int, weight: float) -> Query:
        """Return a query for words within a window: pairs of words by tantivy, the rest by reading what it finds.

        Two words at the same offset of a phrase with slop are two words at most that far apart.
        """
        reach = len(words) + distance - 1
        pairs = [
            Query.phrase_query(self._schema, field, [(0, one), (0, other)], slop=reach)
            for one, other in combinations(dict.fromkeys(words), 2)
        ]
        scored = [term for word in words for term in self._term(field, word, weight)]
        narrowed = all_of([*map(_unscored, pairs), *scored])
        if len(words) == 2 and pairs:
            return narrowed
        return all_of([narrowed, self._read(narrowed, field, words, reach)])

    def _read(self, query: Query, field: Field, words: Sequence[str], reach: int) -> Query:
        """Return a query for those of the articles that `query` finds in which the words really stand near.

        When the time is over, those read until then are an answer, but not below a `Not`: there the others would be.
        """
        found = []
        for _, address in self._searcher.search(query, limit=max(1, self._searcher.num_docs), count=False).hits:
            if self._negations:
                self.check_time()
            elif self._budget.is_spent:
                self.is_cut = True
                break
            article = article_of(self._searcher.doc(address))
            if stand_near(terms(getattr(article, field)), words, reach):
                found.append(article.id)
        return _unscored(self._one_of("id", [*map(fields.storable, found)]))

    def _expand(self, leaf: Wildcard | Fuzzy) -> dict[str, list[str]]:
        """Return the words a pattern becomes, for each of the fields it looks into."""
        if leaf not in self._expanded:
            like = {}
            for field in _fields(leaf):
                self.check_time()
                like[field] = self._vocabulary.like(field, leaf)
            df: dict[str, int] = {}
            for word, count in (pair for pairs in like.values() for pair in pairs):
                df[word] = df.get(word, 0) + count
            expansion = choose(leaf, df, self._most_words)
            self.notes.extend(expansion.notes)
            self._expanded[leaf] = {
                field: [word for word, _ in pairs if word in expansion.words] for field, pairs in like.items()
            }
        return self._expanded[leaf]

    def _filter(self, node: Keyword | Dates | Undated | Everything | Nothing) -> Query:
        match node:
            case Keyword(field, value):
                entries = self._searcher.terms_with_prefix(field, keyword(value) + fields.SEPARATOR)
                return self._one_of(field, [entry for entry, _ in entries])
            case Dates(first, last):
                earliest, latest = fields.bounds(first, last)
                return all_of([self._days("first_day", earliest, fields.LAST_DAY), self._days("last_day", 0, latest)])
            case Undated():
                return self.of_day(0)
            case Everything():
                return Query.all_query()
            case Nothing():
                return Query.empty_query()

    def _one_of(self, field: str, words: Sequence[str]) -> Query:
        """Return a query for the articles that have one of some words, for which tantivy has two ways."""
        if len(words) > _FEW_WORDS:
            return Query.term_set_query(self._schema, field, list(words))  # walks through all the words of the field
        return any_of(Query.term_query(self._schema, field, word, "basic") for word in words)

    def of_day(self, day: int) -> Query:
        """Return a query for the articles whose first day is `day`, or not known if that is 0; it has no score."""
        if day:
            return _unscored(self._days("first_day", day, day))
        is_dated = Query.exists_query("first_day")
        return _unscored(Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, is_dated)]))

    def _days(self, field: str, earliest: int, latest: int) -> Query:
        return Query.range_query(self._schema, field, FieldType.Unsigned, earliest, latest)


def any_of(queries: Iterable[Query]) -> Query:
    """Return the query that matches where one of some matches, nowhere if there are none; scores add up."""
    listed = list(queries)
    if not listed:
        return Query.empty_query()
    return listed[0] if len(listed) == 1 else Query.boolean_query([(Occur.Should, query) for query in listed])


def all_of(queries: Sequence[Query]) -> Query:
    """Return the query that matches where each of some matches; scores add up."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def stand_near(text: Sequence[str], words: Sequence[str], reach: int) -> bool:
    """Say whether a window of ``reach + 1`` places of `text` holds all `words`, each at a place of its own."""
    missing = {word: words.count(word) for word in words}
    still = len(words)
    start = 0
    for end, word in enumerate(text):
        if word in missing:
            still -= missing[word] > 0
            missing[word] -= 1
        if end - start > reach:
            left = text[start]
            start += 1
            if left in missing:
                missing[left] += 1
                still += missing[left] > 0
        if not still:
            return True
    return False


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def _fields(leaf: Leaf) -> Sequence[Field]:
    return FIELDS if leaf.field is None else (leaf.field,)
