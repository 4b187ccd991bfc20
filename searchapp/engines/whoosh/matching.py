"""Evaluate a query tree over the arrays of a segment: which articles match, and the parts of their scores.

Every node yields a mask over all articles of the segment and, if it ranks, its weighted lists. Whoosh's matchers walk
posting by posting in Python; operating on whole arrays keeps a three-word query within milliseconds (see benchmarks/).
Scores are not computed here: `ranking` does that for the articles that can be on the page.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import chain
from operator import and_, or_
from typing import NamedTuple, assert_never

import numpy as np

from searchapp.engines import scoring
from searchapp.engines.contract import Budget
from searchapp.engines.expansion import literal_note
from searchapp.engines.scoring import Pair
from searchapp.engines.whoosh.arrays import Array, Mask
from searchapp.engines.whoosh.filtering import passing
from searchapp.engines.whoosh.leaves import LeafLists
from searchapp.engines.whoosh.neighbours import are_near, slots_of
from searchapp.engines.whoosh.patterns import Patterns
from searchapp.engines.whoosh.query_terms import QueryTerms
from searchapp.engines.whoosh.ranking import Sum
from searchapp.engines.whoosh.segment import Segment
from searchapp.query.tree import (
    Amount,
    And,
    AnyOf,
    AtLeast,
    Countable,
    Dates,
    Everything,
    Exact,
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
    Undated,
    Unknown,
    Wildcard,
    Word,
)


class Matched(NamedTuple):
    """The matches of a node in one segment: a mask over its articles, and their scoring (None if it only filters)."""

    mask: Mask
    sum: Sum | None


class Matching:
    """One query over all segments, with its budget and its notes; its words are looked up in `terms`.

    Without `is_scoring`, there are no scores, for when only the number or the dates of the matches are needed.
    """

    def __init__(
        self,
        tree: Node,
        segments: Sequence[Segment],
        terms: QueryTerms,
        budget: Budget,
        *,
        is_scoring: bool,
    ) -> None:
        self.segments = segments
        self.is_out_of_time = False
        self._is_scoring = is_scoring
        self._budget = budget
        self._terms = terms
        self._patterns = Patterns(tree, segments, budget)
        self._leaves = LeafLists(segments, self._terms, self._patterns, budget)
        self._chosen: dict[LiteralFirst, Leaf] = {}
        self.expander = self._patterns.expander
        self.notes = self.expander.notes

    def match(self, node: Node, index: int) -> Matched:
        """Match a tree against the segment at `index`.

        Raises:
            OutOfTime: time ran out before the whole tree was matched.
        """
        return self._match(node, index, self._is_scoring)

    def neighbours(self, tree: Node) -> Mapping[Pair, float]:
        """Return the pairs of neighbours of the tree, and what each adds to a score."""
        return scoring.neighbours(tree, lambda word: self._terms.weigh(word).factor < 1, self._terms.idf)

    def added(self, bonuses: Mapping[Pair, float], index: int, docs: Array) -> Array:
        """Return what neighbours add to articles of the segment at `index`, given by ascending numbers.

        Raises:
            OutOfTime: time ran out.
        """
        self._budget.look_at_the_clock()
        reader = self.segments[index].file.fields["body"]
        slots: dict[str, Array] = {}
        for term in dict.fromkeys(chain.from_iterable(bonuses)):
            if found := self._terms.postings(index, "body", term):
                slots[term] = slots_of(found, reader.steps(self._terms.place(index, "body", term)), docs)
        added = np.zeros(len(docs))
        for (one, other), bonus in bonuses.items():
            if one in slots and other in slots:
                added += bonus * are_near(slots[one], slots[other], len(docs))
        return added

    def occurrences(self, leaf: Countable, index: int) -> Array:
        """Return the occurrences of a word or phrase in each article of the segment at `index`.

        Raises:
            OutOfTime: time ran out.
        """
        self._budget.look_at_the_clock()
        often = np.zeros(self.segments[index].file.count, np.int64)
        for part in self._leaves.parts(leaf, index, False):
            if not part.is_within and part.found.tf is not None:
                often[part.found.docs] += part.found.tf
        return often

    def _match(self, node: Node, index: int, is_scored: bool) -> Matched:
        self._budget.look_at_the_clock()
        match node:
            case And(children):
                return self._all(children, index, is_scored)
            case Or(children):
                return self._any(children, index, is_scored)
            case Not(child):
                # Excluded articles have no score, so the lists need no weights; the caller masks removed articles.
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
                return Matched(passing(node, self.segments[index]), None)
            case _:
                assert_never(node)

    def _all(self, children: Sequence[Node], index: int, is_scored: bool) -> Matched:
        matched = [self._match(child, index, is_scored) for child in children]
        # Its parts count only where all of it matches, even if this AND is below an OR: hence the gate.
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
        """Return the name if any article has it, otherwise the pattern; the same for all segments."""
        if node not in self._chosen:
            is_there = any(self._is_in(node.literal, index) for index in range(len(self.segments)))
            self._chosen[node] = node.literal if is_there else node.pattern
            if is_there:
                self.notes.append(literal_note(node.pattern, node.literal))
        return self._chosen[node]

    def _is_in(self, leaf: Leaf, index: int) -> bool:
        mask, live = self._leaf(leaf, index, False).mask, self.segments[index].live
        return bool(np.any(mask if live is None else mask & live))

    def _leaf(self, leaf: Leaf, index: int, is_scored: bool) -> Matched:
        mask = np.zeros(self.segments[index].file.count, bool)
        parts = [*self._leaves.parts(leaf, index, is_scored)]
        # A list within another one adds to scores but matches no further articles, so the mask does not need it.
        for part in parts:
            if not part.is_within:
                part.found.mark(mask)
        return Matched(mask, Sum(parts) if is_scored else None)


def _sum(matched: Sequence[Matched], gate: Mask | None = None) -> Sum | None:
    sums = [one.sum for one in matched if one.sum is not None]
    return Sum(sums, gate) if sums else None
