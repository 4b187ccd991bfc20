"""Help for a query that found nothing: the words it may have meant, and the part that empties it.

Everything said here has been counted in the index: no suggestion finds nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from searchapp.engines import Budget, Engine
from searchapp.engines.distance import alignment_distances
from searchapp.query import unparse
from searchapp.query.tree import (
    And,
    Everything,
    Exact,
    Fuzzy,
    Leaf,
    Near,
    Node,
    Or,
    Phrase,
    Proximity,
    Wildcard,
    Word,
    join,
    map_leaves,
    positive_leaves,
)

_MOST_CLAUSES = 12  # parts of a query that are counted one by one
_SHORT = 5  # letters
_MOST_SPELLINGS = 3  # words tried in the place of one that is nowhere


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a query that found nothing: how many articles it finds alone, and what the query finds without it.

    `filter` is set where the part is a filter of the request rather than words of the query.
    """

    text: str
    count: int
    text_without: str
    count_without: int
    filter: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query that can be left out: its node, how to write it, and the filter it stands for, if any."""

    node: Node
    text: str
    filter: tuple[str, str] | None = None


def suggest(engine: Engine, tree: Node, filters: Node, budget: Budget) -> str | None:
    """Return the query with words that are nowhere replaced by ones like them, if that finds something."""
    better = tree
    for leaf in dict.fromkeys(positive_leaves(tree)):
        for term in _terms(leaf):
            if budget.is_spent:
                return None
            if engine.count(Exact(term), budget) == 0:
                better = _with_best_spelling(engine, better, term, filters, budget)
    found = better != tree and engine.count(join([better, filters]), budget)
    return unparse.render(better) if found else None


def autopsy(engine: Engine, parts: list[Part], budget: Budget) -> tuple[Clause, ...]:
    """Count each part alone, and the others without it. Of a single part, count what asks for a little less."""
    if len(parts) == 1:
        return tuple(_opened(engine, parts[0], budget))
    clauses = []
    for part in parts[:_MOST_CLAUSES]:
        others = [other for other in parts if other is not part]
        without = join([other.node for other in others])
        if budget.is_spent:
            break
        clauses.append(
            Clause(
                text=part.text,
                count=engine.count(part.node, budget),
                text_without=unparse.render(join([other.node for other in others if other.filter is None])),
                count_without=engine.count(without, budget),
                filter=part.filter,
            )
        )
    return tuple(clauses)


def parts_of(tree: Node) -> list[Part]:
    """Take a query apart where a part can be left out."""
    children = tree.children if isinstance(tree, And) else (tree,)
    return [Part(child, unparse.render(child)) for child in children if not isinstance(child, Everything)]


def _with_best_spelling(engine: Engine, tree: Node, term: str, filters: Node, budget: Budget) -> Node:
    likely = [other for other, _ in engine.spellings(term, _MOST_SPELLINGS) if _is_like(term, other)]
    tried = [_replaced(tree, term, other) for other in likely]
    counted = [(engine.count(join([other, filters]), budget), other) for other in tried]
    best = max(counted, key=lambda pair: pair[0], default=(0, tree))
    # Where none finds anything yet, another word may be wrong as well: the nearest stands in.
    return best[1] if best[0] or not tried else tried[0]


def _is_like(term: str, other: str) -> bool:
    """Say whether a word may have been meant by another: two errors make another word of a short one."""
    return len(term) > _SHORT or alignment_distances(term, [other])[0] <= 1


def _opened(engine: Engine, part: Part, budget: Budget) -> Iterator[Clause]:
    """Yield what is found in the place of a single part when it asks for a little less."""
    for wider in _wider(part.node):
        found = engine.count(wider, budget)
        if found:
            yield Clause(part.text, 0, unparse.render(wider), found)


def _wider(node: Node) -> Iterator[Node]:
    match node:
        case Phrase(terms, field, boost) | Near(terms, _, field, boost) if len(set(terms)) > 1:
            yield And(tuple(Word(term, field, boost) for term in dict.fromkeys(terms)))
        case Exact(term, field, boost):
            yield Word(term, field, boost)
    match node:
        case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity() if node.field:
            yield replace(node, field=None)


def _terms(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Word(term) | Exact(term):
            return (term,)
        case Phrase(terms) | Near(terms):
            return terms
        case _:
            return ()


def _replaced(node: Node, term: str, other: str) -> Node:
    return _without_repeats(map_leaves(node, lambda leaf: _with_word(leaf, term, other)))


def _with_word(leaf: Leaf, term: str, other: str) -> Leaf:
    match leaf:
        case Word() | Exact() if leaf.term == term:
            return replace(leaf, term=other)
        case Phrase() | Near():
            return replace(leaf, terms=tuple(other if one == term else one for one in leaf.terms))
        case _:
            return leaf


def _without_repeats(node: Node) -> Node:
    match node:
        case And(children) | Or(children):
            different = tuple(dict.fromkeys(map(_without_repeats, children)))
            return different[0] if len(different) == 1 else type(node)(different)
        case _:
            return node
