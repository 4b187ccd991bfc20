"""Help for a query that found nothing: what each part of it finds, counted in the index."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from searchapp.engines import Budget, Engine
from searchapp.query import unparse
from searchapp.query.tree import (
    And,
    Everything,
    Exact,
    Fuzzy,
    Near,
    Node,
    Phrase,
    Proximity,
    Wildcard,
    Word,
    join,
)
from searchapp.query.typed import as_typed

_MOST_CLAUSES = 12  # parts of a query that are counted one by one


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


def autopsy(engine: Engine, parts: list[Part], budget: Budget) -> tuple[Clause, ...]:
    """Count each part alone, and the others without it. For a single part, count slightly wider queries."""
    parts = list({(part.node, part.filter): part for part in parts}.values())
    if len(parts) == 1:
        return tuple(_opened(engine, parts[0], budget))
    left_out = parts[:_MOST_CLAUSES]
    kept = [[other for other in parts if other is not part] for part in left_out]
    trees = [tree for part, others in zip(left_out, kept, strict=True) for tree in (part.node, _joined(others))]
    counts = engine.counts(trees, budget)
    return tuple(
        Clause(
            text=part.text,
            count=count,
            text_without=unparse.render(_joined([other for other in others if other.filter is None])),
            count_without=count_without,
            filter=part.filter,
        )
        for part, others, count, count_without in zip(left_out, kept, counts[::2], counts[1::2], strict=False)
    )


def parts_of(tree: Node, typed: Mapping[str, str]) -> list[Part]:
    """Split a query into the parts that can be left out; each is written with its words as typed."""
    children = tree.children if isinstance(tree, And) else (tree,)
    return [
        Part(child, as_typed(unparse.render(child), typed)) for child in children if not isinstance(child, Everything)
    ]


def _joined(parts: Sequence[Part]) -> Node:
    return join([part.node for part in parts])


def _opened(engine: Engine, part: Part, budget: Budget) -> Iterator[Clause]:
    """Yield what slightly wider queries find in place of a single part."""
    queries = [*_wider(part.node)]
    for wider, found in zip(queries, engine.counts(queries, budget), strict=False):
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
