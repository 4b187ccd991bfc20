"""A query tree as OpenSearch's own query objects, never as a query string."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, assert_never

from searchapp.engines import fields
from searchapp.engines.contract import Budget, OutOfTime
from searchapp.engines.expansion import Expander, literal_note
from searchapp.engines.opensearch.documents import COUNTING, fitting
from searchapp.engines.opensearch.reading import Reading
from searchapp.engines.opensearch.vocabulary import Counted, Pattern, Term, Vocabulary
from searchapp.engines.scoring import DISTANCE, WEIGHTS, WORD_WEIGHTS
from searchapp.query.tree import (
    Amount,
    And,
    AnyOf,
    AtLeast,
    Countable,
    Dates,
    Everything,
    Exact,
    Field,
    Filter,
    Firsts,
    Fuzzy,
    Keyword,
    Leaf,
    LiteralFirst,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Proximity,
    Slot,
    Undated,
    Unknown,
    Wildcard,
    Word,
    fields_of,
    leaves,
)

Query = Mapping[str, Any]
EVERYTHING: Query = {"bool": {"filter": [{"match_all": {}}]}}  # without a score
NOTHING: Query = {"match_none": {}}
_COUNT = "double n = 0; for (def one : params.terms) { n += one.sign * termFreq(one.field, one.term); } return n;"


class Compiler:
    """One query: keeps its budget and its notes."""

    def __init__(self, tree: Node, reading: Reading, vocabulary: Vocabulary, budget: Budget) -> None:
        self._tree = tree
        self._reading = reading
        self._vocabulary = vocabulary
        self._budget = budget
        self.expander = Expander(tree, budget.expansions)
        self.notes = self.expander.notes
        self._like: Mapping[Pattern, Counted] = {}
        self._expanded: dict[Leaf, dict[Field, list[str]]] = {}

    def compile(self) -> Query:
        """Return the query that matches as the tree does and scores as `searchapp.engines.scoring` says.

        Raises:
            OutOfTime: time ran out.
        """
        if self._budget.is_spent:
            raise OutOfTime
        self._vocabulary.learn(self.words(), self._budget.deadline)
        self._like = self._vocabulary.like(
            {pattern for leaf in leaves(self._tree) for pattern in _patterns(leaf)}, self._budget.deadline
        )
        return self._node(self._tree)

    def words(self) -> Iterator[Term]:
        """Yield the words whose document frequencies are needed."""
        return (term for leaf in leaves(self._tree) for term in self._words_of(leaf))

    def _words_of(self, leaf: Leaf) -> Iterator[Term]:
        match leaf:
            case Word(term):
                yield from self._vocabulary.needed(term, has_stems=True)
            case Exact(term):
                yield from self._vocabulary.needed(term, has_stems=False)
            case Phrase(words) | Near(words):
                for word in words:
                    yield from self._vocabulary.needed(word, has_stems=False)
            case Proximity(slots):
                for choice in (choice for slot in slots for choice in slot if isinstance(choice, Exact)):
                    yield from self._vocabulary.needed(choice.term, has_stems=False)
            case Wildcard() | Fuzzy():
                return
            case _:
                assert_never(leaf)

    def _node(self, node: Node) -> Query:
        match node:
            case And(children):
                return self._all(children)
            case Or() | Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
                return any_of(self._alternatives(node))
            case Not():
                return self._all((node,))
            case AnyOf(children, least):
                return {"bool": {"should": [*map(self._node, children)], "minimum_should_match": least}}
            case AtLeast(child, times):
                return {"bool": {"must": [self._node(child)], "filter": [self._so_often(child, times)]}}
            case LiteralFirst(literal, pattern):
                return self._literal_first(literal, pattern)
            case Keyword() | Unknown() | Amount() | Firsts() | Dates() | Undated() | Everything() | Nothing():
                return {"bool": {"filter": [self._filter(node)]}}
            case _:
                assert_never(node)

    def _all(self, children: Sequence[Node]) -> Query:
        return {
            "bool": {
                "must": [self._node(child) for child in children if not isinstance(child, Not)] or [EVERYTHING],
                "must_not": [self._node(child.child) for child in children if isinstance(child, Not)],
            }
        }

    def _so_often(self, leaf: Countable, times: int) -> Query:
        """Return a query, without scores, for a minimum number of occurrences."""
        match leaf:
            case Phrase(words):  # a phrase scores the sum of what its words score
                counting = any_of(_phrase(field, words, COUNTING) for field in fields_of(leaf))
                return {"function_score": {"query": counting, "min_score": times * len(words)}}
            case Word() | Exact():
                terms = [{"field": field, "term": term, "sign": sign} for field, term, sign in self._counted(leaf)]
                script = {"source": _COUNT, "params": {"terms": terms}}
                return {"script_score": {"query": self._node(leaf), "script": script, "min_score": times}}
            case _:
                assert_never(leaf)

    def _counted(self, leaf: Word | Exact) -> Iterator[tuple[str, str, int]]:
        """Yield the terms, with their fields, whose occurrences are added or subtracted."""
        if isinstance(leaf, Exact) or leaf.field == "byline":
            yield from ((field, leaf.term, 1) for field in fields_of(leaf))
            return
        if leaf.field is None:
            yield "byline", leaf.term, 1
        for stem in self._vocabulary.weigh(leaf.term).stems:
            if leaf.field != "title":
                yield fields.TEXT_STEM, stem.term, 1
            if leaf.field is not None:
                yield fields.TITLE_STEM, stem.term, 1 if leaf.field == "title" else -1

    def _literal_first(self, literal: Leaf, pattern: Leaf) -> Query:
        found = self._node(literal)
        asked = {"query": found, "size": 0, "terminate_after": 1, "track_total_hits": True}
        if not self._reading.ask(asked, self._budget.deadline)["hits"]["total"]["value"]:
            return self._node(pattern)
        self.notes.append(literal_note(pattern, literal))
        return found

    def _alternatives(self, node: Node) -> Iterator[Query]:
        """Yield alternatives, none of them an `Or`."""
        match node:
            case Or(children):
                for child in children:
                    yield from self._alternatives(child)
            case Word():
                yield from self._word(node)
            case Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
                for field in fields_of(node):
                    yield from self._parts(node, field)
            case _:
                yield self._node(node)

    def _word(self, leaf: Word) -> Iterator[Query]:
        """Yield what a word looks for: itself, and its stem in each language."""
        weighed = self._vocabulary.weigh(leaf.term)
        for field in fields_of(leaf):
            weight = leaf.boost * WORD_WEIGHTS[field] * (1.0 if field == "byline" else weighed.factor)
            yield from self._term(field, leaf.term, weight)
        if leaf.field == "byline":
            return
        idf = self._vocabulary.stem_idf(weighed)
        for factor, stems in groupby(sorted(weighed.stems, key=lambda stem: stem.factor), lambda stem: stem.factor):
            terms, weight = [stem.term for stem in stems], leaf.boost * factor * idf
            if leaf.field != "title":
                for term in terms:
                    text = _term(fields.TEXT_STEM, term, weight * WORD_WEIGHTS[fields.TEXT_STEM])
                    yield text if leaf.field is None else _without(text, fields.TITLE_ONLY, term)
            if leaf.field != "body":
                yield _constant({"terms": {fields.TITLE_STEM: terms}}, weight * WORD_WEIGHTS[fields.TITLE_STEM])

    def _parts(self, leaf: Exact | Phrase | Near | Wildcard | Fuzzy | Proximity, field: Field) -> Iterator[Query]:
        """Yield what a leaf other than a `Word` looks for in a field; nothing if it cannot occur there."""
        weight = leaf.boost * WEIGHTS[field]
        match leaf:
            case Exact(term):
                yield from self._term(field, term, weight)
            case Phrase(words):
                if all(self._vocabulary.df(field, word) for word in words):
                    yield _phrase(field, words, weight * sum(map(self._vocabulary.idf, words)) / len(words))
            case Near(words, distance):
                if all(self._vocabulary.df(field, word) for word in words):
                    scored = [part for word in words for part in self._term(field, word, weight)]
                    yield {"bool": {"must": scored, "filter": [near(field, words, distance)]}}
            case Wildcard() | Fuzzy():
                if found := self._expand(leaf)[field]:
                    yield _constant({"terms": {field: found}}, weight)
            case Proximity():
                slots = [self._choices(slot, field) for slot in leaf.slots]
                if all(slots):
                    yield _constant(_together(field, slots, leaf), weight)
            case _:
                assert_never(leaf)

    def _term(self, field: Field, term: str, weight: float) -> Iterator[Query]:
        """Yield the query for a word of a field, unless no article has it there."""
        if self._vocabulary.df(field, term):
            yield _term(field, term, weight * self._vocabulary.idf(term))

    def _choices(self, slot: Slot, field: Field) -> list[str]:
        """Return the words of a field that may fill a slot: all of them, since a rare word stands beside it."""
        words = dict[str, None]()
        for choice in slot:
            match choice:
                case Exact(term):
                    words |= {term: None} if self._vocabulary.df(field, term) else {}
                case Wildcard() | Fuzzy():
                    words |= {word: None for word, _ in self._like[field, choice]}
                case _:
                    assert_never(choice)
        return [*words]

    def _expand(self, leaf: Wildcard | Fuzzy) -> dict[Field, list[str]]:
        """Return the words a pattern matches in each field it is searched in."""
        if leaf not in self._expanded:
            like = {field: self._like[field, leaf] for field in fields_of(leaf)}
            self._expanded[leaf] = self.expander.choose_by_field(leaf, like)
        return self._expanded[leaf]

    def _filter(self, node: Filter) -> Query:
        match node:
            case Keyword(field, value):
                return {"prefix": {field: fitting(fields.sought(field, value))}}
            case Unknown(field):
                return _lacking(field)
            case Amount(field):
                return _between(field, *fields.amount_bounds(node))
            case Firsts():
                return {"bool": {"must_not": [{"term": {"is_copy": True}}]}}
            case Dates(first, last):
                earliest, latest = fields.bounds(first, last)
                days = _between("first_day", earliest, fields.LAST_DAY), _between("last_day", 0, latest)
                return {"bool": {"filter": [*days]}}
            case Undated():
                return _lacking("first_day")
            case Everything():
                return {"match_all": {}}
            case Nothing():
                return NOTHING
            case _:
                assert_never(node)


def any_of(queries: Iterable[Query]) -> Query:
    """Return a query that matches if any of some queries does, and nothing if there are none; scores add up."""
    listed = list(queries)
    if not listed:
        return NOTHING
    return listed[0] if len(listed) == 1 else {"bool": {"should": listed, "minimum_should_match": 1}}


def near(field: str, words: Sequence[str], distance: int = DISTANCE) -> Query:
    """Return a query for words within a window of a field, each at its own position."""
    return {"intervals": {field: {"all_of": {"intervals": [*map(_at, words)], "max_gaps": distance}}}}


def _together(field: str, slots: Sequence[Sequence[str]], leaf: Proximity) -> Query:
    """Return a query for words of slots within a window of a field."""
    groups = [_side_by_side(slots[: leaf.left]), _side_by_side(slots[leaf.left :])]
    rules = [_in_order(order, leaf.distance) for order in ([groups] if leaf.is_ordered else [groups, groups[::-1]])]
    return {"intervals": {field: {"any_of": {"intervals": rules}}}}


def _side_by_side(slots: Sequence[Sequence[str]]) -> Query:
    places = [*map(_one_at, slots)]
    return places[0] if len(places) == 1 else _in_order(places, 0)


def _in_order(intervals: Sequence[Query], gaps: int) -> Query:
    return {"all_of": {"intervals": intervals, "max_gaps": gaps, "ordered": True}}


def _one_at(words: Sequence[str]) -> Query:
    return _at(words[0]) if len(words) == 1 else {"any_of": {"intervals": [*map(_at, words)]}}


def _at(word: str) -> Query:
    return {"match": {"query": word}}


def _term(field: str, term: str, boost: float) -> Query:
    return {"term": {field: {"value": term, "boost": boost}}}


def _phrase(field: str, words: Sequence[str], boost: float) -> Query:
    return {"match_phrase": {field: {"query": " ".join(words), "boost": boost}}}


def _constant(query: Query, score: float) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


def _without(query: Query, field: str, term: str) -> Query:
    return {"bool": {"must": [query], "must_not": [{"term": {field: term}}]}}


def _lacking(field: str) -> Query:
    return {"bool": {"must_not": [{"exists": {"field": field}}]}}


def _between(field: str, least: int, most: int) -> Query:
    return {"range": {field: {"gte": least, "lte": most}}}


def _patterns(leaf: Leaf) -> Iterator[Pattern]:
    """Yield the patterns in a leaf, for each field they are searched in."""
    choices = [choice for slot in leaf.slots for choice in slot] if isinstance(leaf, Proximity) else [leaf]
    yield from ((field, one) for one in choices for field in fields_of(leaf) if isinstance(one, Wildcard | Fuzzy))
