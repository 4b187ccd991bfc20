"""A query tree over the arrays of a segment: which articles match, and how they score.

Every node gives a mask over all articles of the segment, and scores where it ranks. Whoosh's matchers walk posting by
posting in Python; doing the same to whole arrays is what keeps a three-word query at milliseconds (see benchmarks/).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from searchapp.engines import Budget, scoring
from searchapp.engines.distance import alignment_distances
from searchapp.engines.expansion import Expansion, choose, share
from searchapp.engines.fields import SEPARATOR, STEMS, bounds
from searchapp.engines.scoring import K1, LENGTHS, B
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array
from searchapp.engines.whoosh.lexicon import Lexicon, to_text
from searchapp.engines.whoosh.segment import Segment
from searchapp.query.tree import (
    And,
    Dates,
    Everything,
    Exact,
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
from searchapp.text import keyword


class OutOfTime(Exception):
    """The budget's time is over in the middle of a segment."""


class Matched(NamedTuple):
    """What a node matches in one segment: a mask over its articles, and their scores (None where it only filters)."""

    mask: Array
    scores: Array | None


class Statistics:
    """What scoring has to know of all segments together; the same for every query of one commit."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.articles = sum(segment.file.count for segment in segments)
        self._length_factors = {
            field: self._factors(sum(segment.file.words[field] for segment in segments)) for field in fields.LENGTHS
        }

    def length_factors(self, field: str) -> Array:
        """Return, for each byte that stands for a length, what BM25 adds to tf below the line."""
        return self._length_factors[field]

    def _factors(self, words: int) -> Array:
        average = words / self.articles if words else 1.0
        return K1 * (1 - B + B * np.array(LENGTHS) / average)


class Run:
    """One query over all segments: looks up its words once, and keeps its budget and its notes.

    Without `is_scoring`, nothing is scored: where only the number or the dates of what matches count.
    """

    def __init__(
        self,
        tree: Node,
        segments: Sequence[Segment],
        statistics: Statistics,
        stem: Callable[[str], str],
        budget: Budget,
        *,
        is_scoring: bool,
    ) -> None:
        self.segments = segments
        self.notes: list[str] = []
        self.is_out_of_time = False
        self._is_scoring = is_scoring
        self._statistics = statistics
        self._stem = stem
        self._budget = budget
        self._most_words = share(tree, budget.expansions)
        self._places: dict[tuple[int, str, str], int] = {}
        self._expanded: dict[Leaf, dict[tuple[int, str], list[int]]] = {}

    def match(self, node: Node, index: int) -> Matched:
        """Match a tree against the segment at `index`.

        Raises:
            OutOfTime: the budget's time was over before the whole tree was looked at.
        """
        if self._budget.is_spent:
            raise OutOfTime
        match node:
            case And(children):
                return self._all(children, index)
            case Or(children):
                return self._any(children, index)
            case Not(child):
                return Matched(~self.match(child, index).mask, None)
            case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy():
                return self._leaf(node, index)
            case Keyword() | Dates() | Undated() | Everything() | Nothing():
                return Matched(_filter(node, self.segments[index]), None)

    def _all(self, children: Sequence[Node], index: int) -> Matched:
        first, *others = (self.match(child, index) for child in children)
        mask, scores = first
        for other in others:
            mask = mask & other.mask
            scores = _sum(scores, other.scores)
        return Matched(mask, None if scores is None else np.where(mask, scores, 0.0))

    def _any(self, children: Sequence[Node], index: int) -> Matched:
        mask, scores = self.match(children[0], index)
        for child in children[1:]:
            other = self.match(child, index)
            mask = mask | other.mask
            scores = _sum(scores, other.scores)
        return Matched(mask, scores)

    def _leaf(self, leaf: Leaf, index: int) -> Matched:
        segment = self.segments[index]
        count = segment.file.count
        matched = Matched(np.zeros(count, bool), np.zeros(count) if self._is_scoring else None)
        for field in fields.TEXT if leaf.field is None else (leaf.field,):
            match leaf:
                case Word(term):
                    self._add_term(matched, leaf, index, field, term)
                    if field in STEMS:
                        self._add_term(matched, leaf, index, STEMS[field], self._stem(term))
                case Exact(term):
                    self._add_term(matched, leaf, index, field, term)
                case Phrase(terms):
                    self._add_phrase(matched, leaf, index, field, terms)
                case Near(terms, distance):
                    self._add_near(matched, leaf, index, field, terms, distance)
                case Wildcard() | Fuzzy():
                    self._add_constant(matched, leaf, index, field)
        return matched

    def _add_term(self, matched: Matched, leaf: Leaf, index: int, field: str, term: str) -> None:
        reader = self.segments[index].file.fields[field]
        place = self._place(index, field, term)
        if place >= 0:
            self._add(matched, leaf, index, field, reader.docs(place), reader.tf(place), (term,))

    def _add_phrase(self, matched: Matched, leaf: Leaf, index: int, field: str, terms: Sequence[str]) -> None:
        places = self._standing(index, field, terms)
        if places is None:
            return
        starts = [places[term] - offset for offset, term in enumerate(terms)]
        starts.sort(key=len)
        found = starts[0]
        for others in starts[1:]:
            found = found[_is_in(found, others)]
        docs, tf = np.unique(found >> _POSITION_BITS, return_counts=True)
        self._add(matched, leaf, index, field, docs, tf, terms)

    def _add_near(
        self, matched: Matched, leaf: Leaf, index: int, field: str, terms: Sequence[str], distance: int
    ) -> None:
        places = self._standing(index, field, terms)
        if places is None:
            return
        windows = np.concatenate(list(places.values()))
        last = windows + len(terms) + distance - 1
        holds_all = np.ones(len(windows), bool)
        for term, standing in places.items():
            nth = np.searchsorted(standing, windows) + terms.count(term) - 1
            holds_all &= (nth < len(standing)) & (standing[np.minimum(nth, len(standing) - 1)] <= last)
        near = np.zeros(len(matched.mask), bool)
        near[windows[holds_all] >> _POSITION_BITS] = True
        for term in terms:
            reader = self.segments[index].file.fields[field]
            place = self._place(index, field, term)
            docs = reader.docs(place)
            kept = near[docs]
            self._add(matched, leaf, index, field, docs[kept], reader.tf(place)[kept], (term,))

    def _add_constant(self, matched: Matched, leaf: Leaf, index: int, field: str) -> None:
        reader = self.segments[index].file.fields[field]
        found = np.zeros(len(matched.mask), bool)
        for count, place in enumerate(self._expand(leaf).get((index, field), ())):
            if count % 256 == 0 and self._budget.is_spent:
                raise OutOfTime
            found[reader.docs(place)] = True
        matched.mask[found] = True
        if matched.scores is not None:
            matched.scores[found] += leaf.boost * scoring.WEIGHTS[field]

    def _add(
        self, matched: Matched, leaf: Leaf, index: int, field: str, docs: Array, tf: Array, terms: Sequence[str]
    ) -> None:
        """Let articles match in which `terms` stand `tf` times, and score them unless nobody asks for an order."""
        matched.mask[docs] = True
        if matched.scores is None:
            return
        factors = self._statistics.length_factors(field)[self.segments[index].file.lengths[field][docs]]
        weight = leaf.boost * scoring.WEIGHTS[field] * sum(self._idf(field, term) for term in terms) * (K1 + 1)
        matched.scores[docs] += weight * (tf / (tf + factors))

    def _idf(self, field: str, term: str) -> float:
        return scoring.idf(self._statistics.articles, max(self._df(one, term) for one in scoring.IDF_FIELDS[field]))

    def _df(self, field: str, term: str) -> int:
        df = 0
        for index, segment in enumerate(self.segments):
            place = self._place(index, field, term)
            df += int(segment.file.fields[field].df[place]) if place >= 0 else 0
        return df

    def _place(self, index: int, field: str, term: str) -> int:
        """Return the place of a term in a segment's lexicon, or -1; looked up once a query."""
        key = index, field, term
        if key not in self._places:
            self._places[key] = self.segments[index].file.fields[field].lexicon.find(term)
        return self._places[key]

    def _standing(self, index: int, field: str, terms: Sequence[str]) -> dict[str, Array] | None:
        """Return where each of the terms stands, as article and position in one number; None where one is missing.

        Only articles that hold all of them are looked at.
        """
        file = self.segments[index].file
        reader = file.fields[field]
        places = {term: self._place(index, field, term) for term in terms}
        if min(places.values()) < 0:
            return None
        docs = {term: reader.docs(place) for term, place in places.items()}
        common = np.bincount(np.concatenate(list(docs.values())), minlength=file.count) == len(places)
        standing = {}
        for term, place in places.items():
            tf = reader.tf(place)
            kept = np.repeat(common[docs[term]], tf)
            article = np.repeat(docs[term], tf)[kept]
            standing[term] = (article << _POSITION_BITS) + reader.positions(place, tf)[kept]
        return standing

    def _expand(self, leaf: Leaf) -> dict[tuple[int, str], list[int]]:
        """Return the places of the words a pattern becomes, for each segment (by index) and field."""
        if leaf not in self._expanded:
            self._expanded[leaf] = self._expand_anew(leaf)
        return self._expanded[leaf]

    def _expand_anew(self, leaf: Leaf) -> dict[tuple[int, str], list[int]]:
        found: dict[tuple[int, str], list[tuple[bytes, int]]] = {}
        df: Counter[bytes] = Counter()
        for index, segment in enumerate(self.segments):
            for field in fields.TEXT if leaf.field is None else (leaf.field,):
                if self._budget.is_spent:
                    raise OutOfTime
                reader = segment.file.fields[field]
                found[index, field] = [(reader.lexicon[place], place) for place in _likely(reader.lexicon, leaf)]
                for word, place in found[index, field]:
                    df[word] += int(reader.df[place])
        if isinstance(leaf, Fuzzy):
            near = within(leaf.term, leaf.edits, list(df))
            df = Counter({word: df[word] for word in near})
        expansion: Expansion[bytes] = choose(leaf, df, self._most_words)
        self.notes.extend(expansion.notes)
        return {key: [place for word, place in words if word in expansion.words] for key, words in found.items()}


def within(term: str, edits: int, words: Sequence[bytes]) -> dict[bytes, int]:
    """Return those of `words` that are at most `edits` typing errors from `term`, each with how many."""
    apart = alignment_distances(term, [*map(to_text, words)]).tolist()
    return {word: errors for word, errors in zip(words, apart, strict=True) if errors <= edits}


def _likely(lexicon: Lexicon, leaf: Leaf) -> list[int]:
    """Return the places of the words that a pattern matches; of a fuzzy one, those that it may match."""
    match leaf:
        case Wildcard(pattern):
            return lexicon.like(pattern)
        case Fuzzy(term, edits):
            return lexicon.starting_like(term, edits)
        case _:
            raise AssertionError(f"{leaf} is not a pattern")


_POSITION_BITS = 32


def _filter(node: Keyword | Dates | Undated | Everything | Nothing, segment: Segment) -> Array:
    match node:
        case Keyword(field, value):
            mask = np.zeros(segment.file.count, bool)
            reader = segment.file.fields[field]
            for place in reader.lexicon.starting_with(keyword(value) + SEPARATOR):
                mask[reader.docs(place)] = True
            return mask
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


def _sum(one: Array | None, other: Array | None) -> Array | None:
    return other if one is None else one if other is None else one + other


def _is_in(values: Array, others: Array) -> Array:
    """Say for each of `values` whether it is among `others`; both ascend."""
    if not len(others):
        return np.zeros(len(values), bool)
    places = np.minimum(np.searchsorted(others, values), len(others) - 1)
    return np.asarray(others[places] == values)
