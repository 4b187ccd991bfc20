"""The leaves of a query tree as inverted lists: the articles of a segment that have a word, phrase or pattern."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import assert_never

import numpy as np

from searchapp.engines import scoring
from searchapp.engines.contract import Budget
from searchapp.engines.fields import TEXT_STEM, TITLE_STEM
from searchapp.engines.scoring import K1
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, Docs
from searchapp.engines.whoosh.patterns import Patterns
from searchapp.engines.whoosh.positions import PositionRow, find_near, find_ordered, find_phrase
from searchapp.engines.whoosh.postings import Postings, joined
from searchapp.engines.whoosh.query_terms import QueryTerms
from searchapp.engines.whoosh.ranking import ScorePart
from searchapp.engines.whoosh.segment import Segment
from searchapp.query.tree import Exact, Fuzzy, Leaf, Near, Phrase, Proximity, Wildcard, Word, fields_of


class LeafLists:
    """Finds the lists of a leaf; a phrase is looked up once per query.

    Every method raises `OutOfTime` if time runs out.
    """

    def __init__(self, segments: Sequence[Segment], terms: QueryTerms, patterns: Patterns, budget: Budget) -> None:
        self._segments = segments
        self._terms = terms
        self._patterns = patterns
        self._budget = budget
        self._phrases: dict[tuple[int, str, tuple[str, ...]], Postings | None] = {}

    def parts(self, leaf: Leaf, index: int, is_scored: bool) -> Iterator[ScorePart]:
        """Yield a leaf's lists, with their weights if `is_scored`."""
        if isinstance(leaf, Word):
            yield from self._word(leaf, index, is_scored)
            return
        for field in fields_of(leaf):
            yield from self._parts_in(leaf, index, field, is_scored)

    def _word(self, leaf: Word, index: int, is_scored: bool) -> Iterator[ScorePart]:
        """Yield a word's lists: except in the byline, an article with the exact form has a stem of it, too."""
        weighed = self._terms.weigh(leaf.term)
        for factor in dict.fromkeys(factor for _, factor in weighed.stems):
            stems = [stem.term for stem in weighed.stems if stem.factor == factor]
            yield from self._stemmed(leaf, index, stems, factor, is_scored)
        for field in fields_of(leaf):
            is_within = field != "byline"
            if (is_scored or not is_within) and (found := self._terms.postings(index, field, leaf.term)):
                weight = scoring.WORD_WEIGHTS[field] * self._terms.idf(leaf.term) * (K1 + 1)
                yield ScorePart(field, leaf.boost * weight * (weighed.factor if is_within else 1.0), found, is_within)

    def _stemmed(
        self, leaf: Word, index: int, terms: Sequence[str], factor: float, is_scored: bool
    ) -> Iterator[ScorePart]:
        """Yield the lists of some of a word's stems, which have no article in common."""
        weight = leaf.boost * factor * self._terms.stem_idf(leaf.term)
        title = self._any_of(index, TITLE_STEM, terms) if leaf.field != "byline" else None
        text = self._any_of(index, TEXT_STEM, terms) if leaf.field in (None, "body") else None
        if text and title and leaf.field == "body":
            body = text.without(title)
            text = Postings(body.docs, text.tf_in(body.docs), body.count) if is_scored else body
        if text:
            yield ScorePart(TEXT_STEM, weight * scoring.WORD_WEIGHTS[TEXT_STEM] * (K1 + 1), text)
        if title and leaf.field != "body":
            found = Postings(title.docs, None, title.count) if is_scored else title
            yield ScorePart(TITLE_STEM, weight * scoring.WORD_WEIGHTS[TITLE_STEM], found, leaf.field is None)

    def _any_of(self, index: int, field: str, terms: Sequence[str]) -> Postings | None:
        found = [postings for term in terms if (postings := self._terms.postings(index, field, term))]
        return joined(found) if found else None

    def _parts_in(
        self, leaf: Exact | Phrase | Near | Wildcard | Fuzzy | Proximity, index: int, field: str, is_scored: bool
    ) -> Iterator[ScorePart]:
        """Yield the lists of a leaf other than a `Word` in one field."""

        def part(field: str, terms: Sequence[str], found: Postings) -> ScorePart:
            return ScorePart(field, self._weight(leaf, field, terms) if is_scored else 0.0, found)

        count = self._segments[index].file.count
        match leaf:
            case Exact(term):
                if found := self._terms.postings(index, field, term):
                    yield part(field, (term,), found)
            case Phrase(terms):
                if found := self._phrase(index, field, terms):
                    yield part(field, terms, found)
            case Near(terms, distance):
                width = len(terms) + distance
                if row := self._row(index, field, terms, width):
                    near = find_near(row, terms, width)
                    for term in terms:
                        yield part(field, (term,), self._among(index, field, term, near))
            case Proximity():
                yield part(field, (), Postings(self._docs_of_slots(leaf, index, field), None, count))
            case Wildcard() | Fuzzy():
                yield part(field, (), Postings(self._docs_of_any(leaf, index, field), None, count))
            case _:
                assert_never(leaf)

    def _weight(self, leaf: Leaf, field: str, terms: Sequence[str]) -> float:
        weight = leaf.boost * scoring.WEIGHTS[field]
        return weight * sum(self._terms.idf(term) for term in terms) * (K1 + 1) if terms else weight

    def _phrase(self, index: int, field: str, terms: tuple[str, ...]) -> Postings | None:
        """Find a phrase, once per query."""
        key = index, field, terms
        if key not in self._phrases:
            self._phrases[key] = self._find_phrase(*key)
        return self._phrases[key]

    def _find_phrase(self, index: int, field: str, terms: tuple[str, ...]) -> Postings | None:
        file = self._segments[index].file
        pairs = [pair for pair in pairwise(terms) if field == fields.PAIRED and file.paired_words.issuperset(pair)]
        places = [file.word_pairs.lexicon.find(" ".join(pair)) for pair in pairs]
        # A pair of common words without a list is adjacent nowhere, so the phrase does not occur either.
        if -1 in places:
            return None
        if places and len(terms) == 2:
            return Postings(file.word_pairs.docs(places[0]), file.word_pairs.tf(places[0]), file.count)
        row = self._row(index, field, terms, len(terms), [*map(file.word_pairs.docs, places)])
        return Postings(*find_phrase(row, terms), file.count) if row else None

    def _row(
        self, index: int, field: str, terms: Sequence[str], margin: int, among: Sequence[Array] = ()
    ) -> PositionRow | None:
        """Lay out the articles that have all terms; None if a term is missing."""
        places = {term: [self._terms.place(index, field, term)] for term in terms}
        return None if [-1] in places.values() else self._row_of(index, field, places, margin, among)

    def _row_of(
        self, index: int, field: str, places: Mapping[str, Sequence[int]], margin: int, among: Sequence[Array] = ()
    ) -> PositionRow:
        file = self._segments[index].file
        clock = self._budget.look_at_the_clock
        return PositionRow(file.fields[field], file.lengths[field], places, margin, among, look_at_the_clock=clock)

    def _docs_of_slots(self, leaf: Proximity, index: int, field: str) -> Docs:
        """Return the articles in which words of all slots occur together. Equal slots have one name."""
        names = [f"{leaf.slots.index(slot)}" for slot in leaf.slots]
        places = {name: self._patterns.places_in_slot(leaf.slots[int(name)], index, field) for name in names}
        if not all(places.values()):
            return np.zeros(0, np.int64)
        row = self._row_of(index, field, places, len(names) + leaf.distance)
        one, other = names[: leaf.left], names[leaf.left :]
        docs = find_ordered(row, one, other, leaf.distance)
        return docs if leaf.is_ordered else np.union1d(docs, find_ordered(row, other, one, leaf.distance))

    def _among(self, index: int, field: str, term: str, docs: Docs) -> Postings:
        """Return the occurrences of a term in articles that all have it."""
        file = self._segments[index].file
        reader, place = file.fields[field], self._terms.place(index, field, term)
        return Postings(docs, reader.tf(place)[np.searchsorted(reader.docs(place), docs)], file.count)

    def _docs_of_any(self, leaf: Wildcard | Fuzzy, index: int, field: str) -> Docs:
        """Return the articles that have any of the words that a pattern expands to."""
        reader = self._segments[index].file.fields[field]
        found = np.zeros(self._segments[index].file.count, bool)
        for count, place in enumerate(self._patterns.places(leaf, index, field)):
            # Checking the clock costs as much as a short list, and a pattern may expand to a thousand words.
            if count % 256 == 0:
                self._budget.look_at_the_clock()
            found[reader.docs(place)] = True
        return np.flatnonzero(found)
