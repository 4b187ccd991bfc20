"""The nearest articles to a query whose words no article has all of, such as a question or a pasted sentence."""

from collections.abc import Callable
from dataclasses import dataclass

from searchapp.engines import Ask, Budget, Engine, Hit
from searchapp.query.tree import And, AnyOf, Leaf, Node, join
from searchapp.query.unparse import render

_FEWEST = 3  # words
_SHOWN = 5  # articles


@dataclass(frozen=True, slots=True)
class Nearly:
    """The number of articles that have most of `words` words: (number of words, articles), most words first.

    `text` is the query that finds all these articles, and `hits` are the best of them. They do not count as found.
    """

    words: int
    counts: tuple[tuple[int, int], ...]
    text: str
    hits: tuple[Hit, ...]


def nearly(engine: Engine, tree: Node, filters: Node, budget: Budget) -> Nearly | None:
    """Find articles that lack only a few words of a query; None if it has few words, or no article has two of them."""
    if not isinstance(tree, And):
        return None
    words = tuple(dict.fromkeys(child for child in tree.children if isinstance(child, Leaf)))
    others = [child for child in tree.children if not isinstance(child, Leaf)]
    if len(words) < _FEWEST:
        return None

    def asked(least: int) -> Node:
        return join([AnyOf(words, least), *others, filters])

    found: dict[int, int] = {}  # articles, by how many of the words they have at least

    def is_found(least: int) -> bool:
        found[least] = 0 if budget.is_spent else engine.count(asked(least), budget)
        return found[least] > 0

    most = _most(len(words), is_found)
    if most < 2:
        return None
    least = max(most - 1, 2)
    best = engine.search(Ask(asked(least), limit=_SHOWN, budget=budget))
    if budget.is_spent:
        return None
    counts = {most: found[most]} if least == most else {most: found[most], least: best.total - found[most]}
    kept = tuple((number, count) for number, count in counts.items() if count)
    return Nearly(len(words), kept, render(join([AnyOf(words, least), *others])), best.hits)


def _most(words: int, is_found: Callable[[int], bool]) -> int:
    """Return the largest number below `words` for which there are articles, by bisection; 1 for none above that."""
    low, high = 1, words - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if is_found(middle) else (low, middle - 1)
    return low
