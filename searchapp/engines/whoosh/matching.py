"""A query tree over the arrays of a segment: which articles match, and what their scores are made of.

Every node gives a mask over all articles of the segment, and where it ranks, the lists that count. Whoosh's matchers
walk posting by posting in Python; doing the same to whole arrays is what keeps a three-word query at milliseconds (see
benchmarks/). No score is worked out here: `ranking` does that for the articles that can be on the page.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial, reduce
from itertools import pairwise
from operator import and_, or_
from typing import NamedTuple, assert_never

import numpy as np

from searchapp.engines import scoring
from searchapp.engines.contract import Budget, OutOfTime
from searchapp.engines.distance import alignment_distances
from searchapp.engines.expansion import Expander, literal_note
from searchapp.engines.fields import TEXT_STEM, TITLE_STEM, amount_bounds, bounds, sought
from searchapp.engines.scoring import K1, Pair, Weighed
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, Docs, Mask
from searchapp.engines.whoosh.lexicon import Lexicon, to_text
from searchapp.engines.whoosh.neighbours import are_near, slots_of
from searchapp.engines.whoosh.positions import PositionRow, find_near, find_ordered, find_phrase
from searchapp.engines.whoosh.postings import Postings, joined
from searchapp.engines.whoosh.ranking import ScorePart, Statistics, Sum
from searchapp.engines.whoosh.segment import Segment
from searchapp.languages import Stems
from searchapp.query.tree import (
    Amount,
    And,
    AnyOf,
    AtLeast,
    Countable,
    Dates,
    Everything,
    Exact,
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
)
from searchapp.query.unparse import render


class Matched(NamedTuple):
    """What a node matches in one segment: a mask over its articles, and how they score (None where it only filters)."""

    mask: Mask
    sum: Sum | None


class Matching:
    """One query over all segments: looks up its words once, and keeps its budget and its notes.

    Without `is_scoring`, nothing is scored: where only the number or the dates of what matches count.
    """

    def __init__(
        self,
        tree: Node,
        segments: Sequence[Segment],
        statistics: Statistics,
        stems: Stems,
        codes: Collection[str],
        budget: Budget,
        *,
        is_scoring: bool,
    ) -> None:
        self.segments = segments
        self.is_out_of_time = False
        self._is_scoring = is_scoring
        self._statistics = statistics
        self._stems = stems
        self._codes = codes  # of the stemmers for the languages there are
        self._budget = budget
        self.expander = Expander(tree, budget.expansions)
        self.notes = self.expander.notes
        self._places: dict[tuple[int, str, str], int] = {}
        self._idfs: dict[str, float] = {}
        self._weighed: dict[str, Weighed] = {}
        self._expanded: dict[Leaf, dict[tuple[int, str], list[int]]] = {}
        self._chosen: dict[LiteralFirst, Leaf] = {}
        self._phrases: dict[tuple[int, str, tuple[str, ...]], Postings | None] = {}

    def match(self, node: Node, index: int) -> Matched:
        """Match a tree against the segment at `index`.

        Raises:
            OutOfTime: the budget's time was over before the whole tree was looked at.
        """
        return self._match(node, index, self._is_scoring)

    def neighbours(self, tree: Node) -> Mapping[Pair, float]:
        """Return the pairs of neighbours of the tree, and what each adds."""
        return scoring.neighbours(tree, lambda word: self._weigh(word).factor < 1, self._idf)

    def added(self, bonuses: Mapping[Pair, float], index: int, docs: Array) -> Array:
        """Return what neighbours add to some articles of the segment at `index`, given by their ascending numbers.

        Raises:
            OutOfTime: the budget's time was over before.
        """
        reader = self.segments[index].file.fields["body"]
        slots: dict[str, Array] = {}
        added = np.zeros(len(docs))
        for pair, bonus in bonuses.items():
            self._look_at_the_clock()
            places = {term: self._place(index, "body", term) for term in pair}
            if -1 not in places.values():
                slots |= {term: slots_of(reader, places[term], docs) for term in pair if term not in slots}
                added += bonus * are_near(slots[pair[0]], slots[pair[1]], len(docs))
        return added

    def occurrences(self, leaf: Countable, index: int) -> Array:
        """Return how often a word or phrase stands in each article of the segment at `index`.

        Raises:
            OutOfTime: the budget's time was over before.
        """
        self._look_at_the_clock()
        often = np.zeros(self.segments[index].file.count, np.int64)
        for part in self._parts(leaf, index, False):
            if not part.is_within and part.found.tf is not None:
                often[part.found.docs] += part.found.tf
        return often

    def _match(self, node: Node, index: int, is_scored: bool) -> Matched:
        self._look_at_the_clock()
        match node:
            case And(children):
                return self._all(children, index, is_scored)
            case Or(children):
                return self._any(children, index, is_scored)
            case Not(child):
                # What is left out adds nothing, so its lists need no weights; removed articles are masked by who asks.
                return Matched(~self._match(child, index, False).mask, None)
            case AnyOf(children, least):
                return self._some(children, least, index, is_scored)
            case AtLeast():
                return self._at_least(node, index, is_scored)
            case LiteralFirst():
                return self._leaf(self._choose(node), index, is_scored)
            case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
                return self._leaf(node, index, is_scored)
            case Keyword() | Unknown() | Amount() | Firsts() | Dates() | Undated() | Everything() | Nothing():
                return Matched(_filter(node, self.segments[index]), None)
            case _:
                assert_never(node)

    def _all(self, children: Sequence[Node], index: int, is_scored: bool) -> Matched:
        matched = [self._match(child, index, is_scored) for child in children]
        # Its parts count only where all of it matches, also where this AND stands below an OR: hence the gate.
        mask = reduce(and_, (one.mask for one in matched))
        return Matched(mask, _sum(matched, gate=mask))

    def _any(self, children: Sequence[Node], index: int, is_scored: bool) -> Matched:
        matched = [self._match(child, index, is_scored) for child in children]
        return Matched(reduce(or_, (one.mask for one in matched)), _sum(matched))

    def _some(self, children: Sequence[Node], least: int, index: int, is_scored: bool) -> Matched:
        matched = [self._match(child, index, is_scored) for child in children]
        mask = np.sum([one.mask for one in matched], axis=0) >= least
        return Matched(mask, _sum(matched, gate=mask))

    def _at_least(self, node: AtLeast, index: int, is_scored: bool) -> Matched:
        mask = self.occurrences(node.child, index) >= node.times
        return Matched(mask, _sum([self._leaf(node.child, index, is_scored)], gate=mask))

    def _choose(self, node: LiteralFirst) -> Leaf:
        """Return the name where any article has it, or else the pattern; the same in all segments."""
        if node not in self._chosen:
            is_there = any(self._is_in(node.literal, index) for index in range(len(self.segments)))
            self._chosen[node] = node.literal if is_there else node.pattern
            if is_there:
                self.notes.append(literal_note(render(node.pattern).lstrip("="), render(node.literal)))
        return self._chosen[node]

    def _is_in(self, leaf: Leaf, index: int) -> bool:
        mask, live = self._leaf(leaf, index, False).mask, self.segments[index].live
        return bool(np.any(mask if live is None else mask & live))

    def _leaf(self, leaf: Leaf, index: int, is_scored: bool) -> Matched:
        mask = np.zeros(self.segments[index].file.count, bool)
        parts = [*self._parts(leaf, index, is_scored)]
        # A list within another adds to scores, but no articles: reading it for the mask would be work for nothing.
        for part in parts:
            if not part.is_within:
                part.found.mark(mask)
        return Matched(mask, Sum(parts) if is_scored else None)

    def _parts(self, leaf: Leaf, index: int, is_scored: bool) -> Iterator[ScorePart]:
        """Yield a leaf's lists; what each counts only where that is asked for."""
        if isinstance(leaf, Word):
            yield from self._word(leaf, index, is_scored)
            return
        for field in _fields(leaf):
            yield from self._parts_in(leaf, index, field, is_scored)

    def _word(self, leaf: Word, index: int, is_scored: bool) -> Iterator[ScorePart]:
        """Yield a word's lists: an article that holds it exactly holds a stem of it, too, but for the byline."""
        weighed = self._weigh(leaf.term)
        for factor in dict.fromkeys(factor for _, factor in weighed.stems):
            stems = [stem.term for stem in weighed.stems if stem.factor == factor]
            yield from self._stemmed(leaf, index, stems, factor, is_scored)
        for field in _fields(leaf):
            is_within = field != "byline"
            if (is_scored or not is_within) and (found := self._postings(index, field, leaf.term)):
                weight = scoring.WORD_WEIGHTS[field] * self._idf(leaf.term) * (K1 + 1)
                yield ScorePart(field, leaf.boost * weight * (weighed.factor if is_within else 1.0), found, is_within)

    def _stemmed(
        self, leaf: Word, index: int, terms: Sequence[str], factor: float, is_scored: bool
    ) -> Iterator[ScorePart]:
        """Yield the lists of some of a word's stems, which no article shares."""
        weight = leaf.boost * factor * scoring.idf(self._statistics.articles, self._weigh(leaf.term).df)
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
        found = [postings for term in terms if (postings := self._postings(index, field, term))]
        return joined(found) if found else None

    def _parts_in(
        self, leaf: Exact | Phrase | Near | Wildcard | Fuzzy | Proximity, index: int, field: str, is_scored: bool
    ) -> Iterator[ScorePart]:
        """Yield the lists of a leaf other than a `Word` in one field."""

        def part(field: str, terms: Sequence[str], found: Postings) -> ScorePart:
            return ScorePart(field, self._weight(leaf, field, terms) if is_scored else 0.0, found)

        count = self.segments[index].file.count
        match leaf:
            case Exact(term):
                if found := self._postings(index, field, term):
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
        return weight * sum(self._idf(term) for term in terms) * (K1 + 1) if terms else weight

    def _postings(self, index: int, field: str, term: str) -> Postings | None:
        file = self.segments[index].file
        place = self._place(index, field, term)
        if place < 0:
            return None
        return Postings(file.fields[field].docs(place), file.fields[field].tf(place), file.count)

    def _phrase(self, index: int, field: str, terms: tuple[str, ...]) -> Postings | None:
        """Find a phrase, once for all that is asked of it."""
        key = index, field, terms
        if key not in self._phrases:
            self._phrases[key] = self._find_phrase(*key)
        return self._phrases[key]

    def _find_phrase(self, index: int, field: str, terms: tuple[str, ...]) -> Postings | None:
        file = self.segments[index].file
        pairs = [pair for pair in pairwise(terms) if field == fields.PAIRED and file.paired_words.issuperset(pair)]
        places = [file.word_pairs.lexicon.find(" ".join(pair)) for pair in pairs]
        # A pair of common words without a list stands side by side nowhere, and so the phrase does not, either.
        if -1 in places:
            return None
        if places and len(terms) == 2:
            return Postings(file.word_pairs.docs(places[0]), file.word_pairs.tf(places[0]), file.count)
        row = self._row(index, field, terms, len(terms), [*map(file.word_pairs.docs, places)])
        return Postings(*find_phrase(row, terms), file.count) if row else None

    def _row(
        self, index: int, field: str, terms: Sequence[str], margin: int, among: Sequence[Array] = ()
    ) -> PositionRow | None:
        """Lay out the articles that hold all terms; None where one is missing."""
        places = {term: [self._place(index, field, term)] for term in terms}
        return None if [-1] in places.values() else self._row_of(index, field, places, margin, among)

    def _row_of(
        self, index: int, field: str, places: Mapping[str, Sequence[int]], margin: int, among: Sequence[Array] = ()
    ) -> PositionRow:
        file = self.segments[index].file
        return PositionRow(
            file.fields[field], file.lengths[field], places, margin, among, look_at_the_clock=self._look_at_the_clock
        )

    def _docs_of_slots(self, leaf: Proximity, index: int, field: str) -> Docs:
        """Return the articles in which words of all slots stand together."""
        names = [f"{leaf.slots.index(slot)}" for slot in leaf.slots]
        places = {name: self._places_of(leaf.slots[int(name)], index, field) for name in names}
        if not all(places.values()):
            return np.zeros(0, np.int64)
        width = len(names) + leaf.distance
        row = self._row_of(index, field, places, width)
        docs = find_ordered(row, names, width)
        return docs if leaf.is_ordered else np.union1d(docs, find_ordered(row, names[::-1], width))

    def _places_of(self, slot: Slot, index: int, field: str) -> list[int]:
        """Return the places of the words that may stand in a slot: all of them, since what stands beside it is rare."""
        lexicon = self.segments[index].file.fields[field].lexicon
        places = set[int]()
        for choice in slot:
            self._look_at_the_clock()
            match choice:
                case Exact(term):
                    places.add(self._place(index, field, term))
                case Wildcard(pattern):
                    places.update(lexicon.like(pattern))
                case Fuzzy(term, edits):
                    likely = {lexicon[place]: place for place in lexicon.starting_like(term, edits)}
                    places.update(likely[word] for word in within(term, edits, list(likely)))
                case _:
                    assert_never(choice)
        return sorted(places - {-1})

    def _among(self, index: int, field: str, term: str, docs: Docs) -> Postings:
        """Return how often a term stands in articles that all hold it."""
        file = self.segments[index].file
        reader, place = file.fields[field], self._place(index, field, term)
        return Postings(docs, reader.tf(place)[np.searchsorted(reader.docs(place), docs)], file.count)

    def _docs_of_any(self, leaf: Wildcard | Fuzzy, index: int, field: str) -> Docs:
        """Return the articles that hold any of the words that a pattern becomes."""
        reader = self.segments[index].file.fields[field]
        found = np.zeros(self.segments[index].file.count, bool)
        for count, place in enumerate(self._expand(leaf).get((index, field), ())):
            # The clock costs as much as a short list, and a pattern may become a thousand words.
            if count % 256 == 0:
                self._look_at_the_clock()
            found[reader.docs(place)] = True
        return np.flatnonzero(found)

    def _idf(self, term: str) -> float:
        """Return how much a word as it stands counts."""
        if term not in self._idfs:
            df = max(self._df(field, term) for field in fields.TEXT)
            self._idfs[term] = scoring.idf(self._statistics.articles, df)
        return self._idfs[term]

    def _weigh(self, word: str) -> Weighed:
        if word not in self._weighed:
            self._weighed[word] = scoring.weigh(word, self._stems, self._codes, partial(self._df, TEXT_STEM))
        return self._weighed[word]

    def _df(self, field: str, term: str) -> int:
        return sum(self._df_in(index, field, term) for index in range(len(self.segments)))

    def _df_in(self, index: int, field: str, term: str) -> int:
        place = self._place(index, field, term)
        return int(self.segments[index].file.fields[field].df[place]) if place >= 0 else 0

    def _place(self, index: int, field: str, term: str) -> int:
        """Return the place of a term in a segment's lexicon, or -1; looked up once a query."""
        key = index, field, term
        if key not in self._places:
            self._places[key] = self.segments[index].file.fields[field].lexicon.find(term)
        return self._places[key]

    def _look_at_the_clock(self) -> None:
        if self._budget.is_spent:
            raise OutOfTime

    def _expand(self, leaf: Wildcard | Fuzzy) -> dict[tuple[int, str], list[int]]:
        """Return the places of the words a pattern becomes, for each segment (by index) and field."""
        if leaf not in self._expanded:
            self._expanded[leaf] = self._expand_anew(leaf)
        return self._expanded[leaf]

    def _expand_anew(self, leaf: Wildcard | Fuzzy) -> dict[tuple[int, str], list[int]]:
        found: dict[tuple[int, str], list[tuple[bytes, int]]] = {}
        df: Counter[bytes] = Counter()
        for index, segment in enumerate(self.segments):
            for field in _fields(leaf):
                self._look_at_the_clock()
                reader = segment.file.fields[field]
                found[index, field] = [(reader.lexicon[place], place) for place in _likely(reader.lexicon, leaf)]
                for word, place in found[index, field]:
                    df[word] += int(reader.df[place])
        if isinstance(leaf, Fuzzy):
            near = within(leaf.term, leaf.edits, list(df))
            df = Counter({word: df[word] for word in near})
        chosen = self.expander.choose(leaf, df)
        return {key: [place for word, place in words if word in chosen] for key, words in found.items()}


def within(term: str, edits: int, words: Sequence[bytes]) -> dict[bytes, int]:
    """Return those of `words` that are at most `edits` typing errors from `term`, each with how many."""
    apart = alignment_distances(term, [*map(to_text, words)]).tolist()
    return {word: errors for word, errors in zip(words, apart, strict=True) if errors <= edits}


def _fields(leaf: Leaf) -> Sequence[str]:
    return fields.TEXT if leaf.field is None else (leaf.field,)


def _likely(lexicon: Lexicon, leaf: Wildcard | Fuzzy) -> list[int]:
    """Return the places of the words that a pattern matches; of a fuzzy one, those that it may match."""
    match leaf:
        case Wildcard(pattern):
            return lexicon.like(pattern)
        case Fuzzy(term, edits):
            return lexicon.starting_like(term, edits)
        case _:
            assert_never(leaf)


def _filter(node: Filter, segment: Segment) -> Mask:
    match node:
        case Keyword(field, value):
            mask = np.zeros(segment.file.count, bool)
            reader = segment.file.fields[field]
            for place in reader.lexicon.starting_with(sought(field, value)):
                mask[reader.docs(place)] = True
            return mask
        case Unknown(field):
            mask = np.ones(segment.file.count, bool)
            mask[segment.file.fields[field].all_postings[1]] = False
            return mask
        case Amount(field):
            least, most = amount_bounds(node)
            amounts = segment.file.arrays[field]
            return np.asarray((amounts >= least) & (amounts <= most))
        case Firsts():
            return np.asarray(segment.file.arrays["is_copy"] == 0)
        case Dates(first, last):
            earliest, latest = bounds(first, last)
            first_days = segment.file.days
            return np.asarray((first_days > 0) & (first_days >= earliest) & (segment.file.arrays["last_day"] <= latest))
        case Undated():
            return np.asarray(segment.file.days == 0)
        case Everything():
            return np.ones(segment.file.count, bool)
        case Nothing():
            return np.zeros(segment.file.count, bool)
        case _:
            assert_never(node)


def _sum(matched: Sequence[Matched], gate: Mask | None = None) -> Sum | None:
    sums = [one.sum for one in matched if one.sum is not None]
    return Sum(sums, gate) if sums else None
