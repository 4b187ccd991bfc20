"""Sources, languages and authors in a query that no article has, and the nearest existing ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, get_args

from searchapp.engines import Ask, Budget, Engine
from searchapp.engines.distance import within
from searchapp.query.notes import in_quotes, listed
from searchapp.query.tree import And, Everything, Keyword, Node, children
from searchapp.sentences import Told, joined, marked, sentence
from searchapp.text import keyword

_Facet = Literal["source", "language", "author"]
_FACETS: tuple[_Facet, ...] = get_args(_Facet)
_UNKNOWN: dict[_Facet, str] = {
    "source": marked("No article has the source “{value}”."),
    "language": marked("No article has the language “{value}”."),
    "author": marked("No article has the author “{value}”."),
}
_NEAREST = marked("{said} The nearest, with their articles: {values}.")
_OTHERS = marked("{said} There are, with their articles: {values}.")
_SHOWN = 3
_MOST_LISTED = 6  # where none is near
_MOST = 4  # notes
_LETTERS_AN_ERROR = 4  # of a value are allowed one typing error
_SHORTEST_PART = 3  # letters of a value that is part of another

Counted = Sequence[tuple[str, int]]


def notes_on_values(engine: Engine, tree: Node, total: int, typed: Mapping[str, str], budget: Budget) -> Iterator[str]:
    """Yield a sentence for each value of a tree that no article has; `total` is the number of articles that it finds.

    If it finds some, values that all of these must have are not counted again.
    """
    for facet, value in list(dict.fromkeys(_in_doubt(tree, is_found=total > 0)))[:_MOST]:
        if budget.is_spent:
            return
        if not engine.count(Keyword(facet, value), budget):
            yield _sentence(facet, typed.get(value, value), keyword(value), _values(engine, facet, budget))


def respelt(engine: Engine, node: Keyword, budget: Budget) -> Keyword:
    """Return the nearest value to one that no article has, or the node itself if there is none."""
    facet = _facet_of(node)
    if facet is None or engine.count(node, budget):
        return node
    found = _nearest(keyword(node.value), _values(engine, facet, budget))
    return Keyword(facet, keyword(found[0][0])) if found else node


def _in_doubt(node: Node, *, is_found: bool) -> Iterator[tuple[_Facet, str]]:
    """Yield the values that may not exist in the index."""
    for child in node.children if isinstance(node, And) else (node,):
        if isinstance(child, Keyword):
            if not is_found and (facet := _facet_of(child)):
                yield facet, child.value
        else:
            for below in children(child):
                yield from _in_doubt(below, is_found=False)


def _facet_of(node: Keyword) -> _Facet | None:
    return next((facet for facet in _FACETS if facet == node.field), None)


def _values(engine: Engine, facet: _Facet, budget: Budget) -> Counted:
    return engine.search(Ask(Everything(), limit=0, facets=(facet,), budget=budget)).facets.get(facet, ())


def _nearest(wanted: str, values: Counted) -> Counted:
    """Return the values that are similar to a folded one or contain it, nearest first."""
    keys = [keyword(value) for value, _ in values]
    most = len(wanted) // _LETTERS_AN_ERROR
    ranked = []
    near = within(wanted, most, keys)
    for pair, key in zip(values, keys, strict=True):
        is_part = len(wanted) >= _SHORTEST_PART and wanted in key
        if key in near or is_part:
            ranked.append((key not in near, near.get(key, 0), -pair[1], pair))
    return [pair for *_, pair in sorted(ranked)[:_SHOWN]]


def _sentence(facet: _Facet, value: str, wanted: str, values: Counted) -> Told:
    said = sentence(_UNKNOWN[facet], value=value)
    if not values:
        return said
    near = _nearest(wanted, values)
    shown = [
        sentence("{value} ({number})", value=in_quotes(other), number=count)
        for other, count in near or values[:_MOST_LISTED]
    ]
    if near:
        return sentence(_NEAREST, said=said, values=joined(*shown, sign=", "))
    return sentence(_OTHERS, said=said, values=listed(shown, len(values) - _MOST_LISTED))
