"""A query tree as tantivy's own query objects. Its string parser is never used."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from math import prod
from typing import assert_never

from tantivy import FieldType, Occur, Query, Schema, Searcher

from searchapp.article import Article
from searchapp.engines import fields
from searchapp.engines.contract import Budget
from searchapp.engines.expansion import Expander, literal_note
from searchapp.engines.scoring import WEIGHTS, WORD_WEIGHTS, Stem
from searchapp.engines.tantivy.documents import article_of, column
from searchapp.engines.tantivy.queries import all_of, any_of, lacking, of_day, unscored
from searchapp.engines.tantivy.vocabulary import Counted, Vocabulary
from searchapp.engines.tantivy.windows import Group, occurrences, stand_in_order, stand_near
from searchapp.query.tree import (
    Amount,
    And,
    AnyOf,
    AtLeast,
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
)
from searchapp.text import terms

_FEW_WORDS = 200  # of which each is looked up sooner than all the words of a field are compared with them


class Compiler:
    """One query: keeps its budget and its notes."""

    def __init__(
        self,
        tree: Node,
        schema: Schema,
        searcher: Searcher,
        vocabulary: Vocabulary,
        budget: Budget,
    ) -> None:
        self.is_cut = False  # whether time was over before all texts were read that had to be
        self._negations = 0
        self._schema = schema
        self._searcher = searcher
        self._vocabulary = vocabulary
        self._budget = budget
        self.expander = Expander(tree, budget.expansions)
        self.notes = self.expander.notes
        self._expanded: dict[Leaf, dict[Field, list[str]]] = {}

    def compile(self, node: Node) -> Query:
        """Return the query that matches as `node` does and scores as `searchapp.engines.scoring` says.

        Raises:
            OutOfTime: time ran out.
        """
        self.check_time()
        match node:
            case And(children):
                return self._all(children)
            case Or() | Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
                return any_of(self._alternatives(node))
            case Not():
                return self._all((node,))
            case AnyOf(children, least):
                alternatives = [(Occur.Should, self.compile(child)) for child in children]
                return Query.boolean_query(alternatives, minimum_number_should_match=least)
            case AtLeast():
                return self._at_least(node)
            case LiteralFirst(literal, pattern):
                return self._literal_first(literal, pattern)
            case Keyword() | Unknown() | Amount() | Firsts() | Dates() | Undated() | Everything() | Nothing():
                return Query.const_score_query(self._filter(node), 0.0)
            case _:
                assert_never(node)

    def check_time(self) -> None:
        """Raise OutOfTime when time runs out."""
        self._budget.look_at_the_clock()

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

    def _at_least(self, node: AtLeast) -> Query:
        """Return a query for frequent occurrences, which are counted in the texts, since tantivy-py returns no tf."""
        found, stems = self.compile(node.child), self._vocabulary.stems

        def is_frequent(article: Article) -> bool:
            return occurrences(node.child, article, stems.of(article.language)) >= node.times

        return all_of([found, self._read(found, is_frequent)])

    def _literal_first(self, literal: Leaf, pattern: Leaf) -> Query:
        found = self.compile(literal)
        if not self._searcher.search(found, 1, count=False).hits:
            return self.compile(pattern)
        self.notes.append(literal_note(pattern, literal))
        return found

    def _alternatives(self, node: Node) -> Iterator[Query]:
        """Yield queries of which one has to match, with no `Or` among them: tantivy adds up one long list soonest."""
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
                yield self.compile(node)

    def _word(self, leaf: Word) -> Iterator[Query]:
        """Yield what a word looks for: itself, and its stem in each language."""
        weighed, _ = self._vocabulary.weigh(leaf.term)
        for field in fields_of(leaf):
            weight = leaf.boost * WORD_WEIGHTS[field] * (1.0 if field == "byline" else weighed.factor)
            yield from self._term(field, leaf.term, weight)
        if leaf.field != "byline":
            for stem in weighed.stems:
                yield from self._stem(leaf, stem)

    def _stem(self, leaf: Word, stem: Stem) -> Iterator[Query]:
        idf = self._vocabulary.weigh(leaf.term)[1][stem.term]
        weight = leaf.boost * stem.factor * idf.ours
        if leaf.field != "title":
            found = Query.term_query(self._schema, fields.TEXT_STEM, stem.term, "freq")
            text = Query.boost_query(found, weight * WORD_WEIGHTS[fields.TEXT_STEM] / idf.theirs)
            yield text if leaf.field is None else self._without(text, fields.TITLE_ONLY, stem.term)
        if leaf.field != "body" and self._searcher.doc_freq(fields.TITLE_STEM, stem.term):
            found = Query.term_query(self._schema, fields.TITLE_STEM, stem.term, "basic")
            yield Query.const_score_query(found, weight * WORD_WEIGHTS[fields.TITLE_STEM])

    def _without(self, query: Query, field: str, term: str) -> Query:
        left_out = Query.term_query(self._schema, field, term, "basic")
        return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, left_out)])

    def _parts(self, leaf: Exact | Phrase | Near | Wildcard | Fuzzy | Proximity, field: Field) -> Iterator[Query]:
        """Yield what a leaf other than a `Word` looks for in a field; nothing where that cannot be there."""
        weight = leaf.boost * WEIGHTS[field]
        match leaf:
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
            case Proximity():
                slots = [self._words_of(slot, field) for slot in leaf.slots]
                if all(slots):
                    yield Query.const_score_query(self._together(leaf, field, slots), weight)
            case _:
                assert_never(leaf)

    def _term(self, field: Field, term: str, weight: float) -> Iterator[Query]:
        """Yield the query for a word of a field, unless no article has it there."""
        if idf := self._vocabulary.idf(field, term):
            yield Query.boost_query(Query.term_query(self._schema, field, term, "freq"), weight * idf.ours / idf.theirs)

    def _near(self, field: Field, words: Sequence[str], distance: int, weight: float) -> Query:
        """Return a query for words within a window: pairs of words by tantivy, the rest by reading what it finds."""
        reach = len(words) + distance - 1
        pairs = [self._pair(field, pair, reach - 1) for pair in combinations(dict.fromkeys(words), 2)]
        scored = [term for word in words for term in self._term(field, word, weight)]
        narrowed = all_of([*map(unscored, pairs), *scored])
        if len(words) == 2 and pairs:
            return narrowed
        read = self._read(narrowed, lambda article: stand_near(terms(getattr(article, field)), words, reach))
        return all_of([narrowed, read])

    def _words_of(self, slot: Slot, field: Field) -> frozenset[str]:
        """Return the words of a field that may stand in a slot: all of them, since what stands beside it is rare."""
        words = set[str]()
        for choice in slot:
            self.check_time()
            match choice:
                case Exact(term):
                    words |= {term} if self._vocabulary.idf(field, term) else set()
                case Wildcard() | Fuzzy():
                    words.update(word for word, _ in self._vocabulary.like(field, choice))
                case _:
                    assert_never(choice)
        return frozenset(words)

    def _together(self, leaf: Proximity, field: Field, slots: Sequence[frozenset[str]]) -> Query:
        """Return a query for words within a window: by phrases where they are few, or else by reading articles."""
        choices = prod(map(len, slots))
        if len(slots) == 2 and not leaf.is_ordered and choices <= _FEW_WORDS and slots[0].isdisjoint(slots[1]):
            return any_of(self._pair(field, pair, leaf.distance) for pair in product(*slots))
        groups = slots[: leaf.left], slots[leaf.left :]
        orders = [groups] if leaf.is_ordered else [groups, groups[::-1]]
        if choices * len(orders) * (leaf.distance + 1) <= _FEW_WORDS:
            return any_of(self._apart(field, order, gap) for order in orders for gap in range(leaf.distance + 1))
        words = [self._one_of(field, sorted(slot)) for slot in dict.fromkeys(slots)]
        few = [group for group in groups if len(group) > 1 and prod(map(len, group)) <= _FEW_WORDS]
        phrases = [self._apart(field, (group[:1], group[1:]), 0) for group in few]

        def is_found(article: Article) -> bool:
            text = terms(getattr(article, field))
            return any(stand_in_order(text, *order, leaf.distance) for order in orders)

        return self._read(all_of([*words, *phrases]), is_found)

    def _pair(self, field: Field, words: Sequence[str], distance: int) -> Query:
        """Return a query for two words near each other.

        At the same offset of a phrase with slop, words may be that far apart in either order.
        """
        return Query.phrase_query(self._schema, field, [(0, word) for word in words], slop=distance + 1)

    def _apart(self, field: Field, groups: tuple[Group, Group], gap: int) -> Query:
        """Return a query for two groups of slots with exactly so many words between them."""
        one, other = groups
        places = [*range(len(one)), *range(len(one) + gap, len(one) + gap + len(other))]
        return any_of(
            Query.phrase_query(self._schema, field, [*zip(places, words, strict=True)])
            for words in product(*one, *other)
        )

    def _read(self, query: Query, is_found: Callable[[Article], bool]) -> Query:
        """Return a query for those of the articles that `query` finds which also pass a test of what is in them.

        When time runs out, those read until then are an answer, but not below a `Not`: there the others would be.
        """
        found = []
        for _, address in self._searcher.search(query, limit=max(1, self._searcher.num_docs), count=False).hits:
            if self._negations:
                self.check_time()
            elif self._budget.is_spent:
                self.is_cut = True
                break
            article = article_of(self._searcher.doc(address))
            if is_found(article):
                found.append(article.id)
        return unscored(self._one_of("id", [*map(fields.storable, found)]))

    def _expand(self, leaf: Wildcard | Fuzzy) -> dict[Field, list[str]]:
        """Return the words a pattern becomes, for each of the fields it looks into."""
        if leaf not in self._expanded:
            like: dict[Field, Counted] = {}
            for field in fields_of(leaf):
                self.check_time()
                like[field] = self._vocabulary.like(field, leaf)
            self._expanded[leaf] = self.expander.choose_by_field(leaf, like)
        return self._expanded[leaf]

    def _filter(self, node: Filter) -> Query:
        match node:
            case Keyword(field, value):
                entries = self._searcher.terms_with_prefix(field, fields.sought(field, value))
                return self._one_of(field, [entry for entry, _ in entries])
            case Unknown(field):
                return lacking(Query.exists_query(column(field)))
            case Amount(field):
                return self._between(field, *fields.amount_bounds(node))
            case Firsts():
                copies = Query.term_query(self._schema, "is_copy", 1, "basic")
                return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, copies)])
            case Dates(first, last):
                earliest, latest = fields.bounds(first, last)
                return all_of(
                    [self._between("first_day", earliest, fields.LAST_DAY), self._between("last_day", 0, latest)]
                )
            case Undated():
                return of_day(self._schema, 0)
            case Everything():
                return Query.all_query()
            case Nothing():
                return Query.empty_query()
            case _:
                assert_never(node)

    def _one_of(self, field: str, words: Sequence[str]) -> Query:
        """Return a query for the articles that have one of some words, for which tantivy has two ways."""
        if len(words) > _FEW_WORDS:
            return Query.term_set_query(self._schema, field, list(words))  # walks through all the words of the field
        return any_of(Query.term_query(self._schema, field, word, "basic") for word in words)

    def _between(self, field: str, least: int, most: int) -> Query:
        return Query.range_query(self._schema, field, FieldType.Unsigned, least, most)
