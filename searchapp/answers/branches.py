"""Which branches of a query an article matches: only their words are marked in it.

`(bridge AND tunnel) OR council` finds an article for its council; a bridge in it is not a match.
"""

from collections import Counter
from collections.abc import Mapping

from searchapp.article import Article
from searchapp.engines.fields import bounds, days
from searchapp.query.tree import (
    And,
    AnyOf,
    AtLeast,
    Dates,
    Exact,
    Filter,
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
    children,
)
from searchapp.text import keyword

Counts = Mapping[Leaf, int]  # the occurrences of leaves in an article


def has_branches(tree: Node) -> bool:
    """Tell whether a leaf of a tree can occur in an article that is found without it."""
    match tree:
        case Or(below) | AnyOf(below):
            return not all(isinstance(child, Leaf) for child in below)
        case AtLeast() | LiteralFirst():
            return True
        case _:
            return any(map(has_branches, children(tree)))


def matching(tree: Node, article: Article, counts: Counter[Leaf]) -> Node:
    """Return the part of a tree that an article matches; all of the tree if the article does not match it."""
    return _pruned(tree, article, counts) if _holds(tree, article, counts) else tree


def _holds(node: Node, article: Article, counts: Counts) -> bool:
    match node:
        case And(below):
            return all(_holds(child, article, counts) for child in below)
        case Or(below):
            return any(_holds(child, article, counts) for child in below)
        case AnyOf(below, least):
            return sum(_holds(child, article, counts) for child in below) >= least
        case Not(child):
            return not _holds(child, article, counts)
        case AtLeast(child, times):
            return counts[child] >= times
        case LiteralFirst(literal, pattern):
            return counts[literal] > 0 or counts[pattern] > 0
        case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
            return counts[node] > 0
        case _:
            return _passes(node, article)


def _pruned(node: Node, article: Article, counts: Counts) -> Node:
    """Remove, from a node that matches, the branches that do not."""
    match node:
        case And(below):
            return And(tuple(_pruned(child, article, counts) for child in below))
        case Or(below) | AnyOf(below):
            held = (child for child in below if _holds(child, article, counts))
            return Or(tuple(_pruned(child, article, counts) for child in held))
        case LiteralFirst(literal, pattern):
            return literal if counts[literal] else pattern
        case _:
            return node


def _passes(node: Filter, article: Article) -> bool:
    """Tell whether an article passes a filter; True for filters that only the engine can evaluate."""
    match node:
        case Keyword(field, value):
            return keyword(value) in map(keyword, _values(article, field))
        case Unknown(field):
            return not _values(article, field)
        case Dates(first, last):
            known, (earliest, latest) = days(article.date), bounds(first, last)
            return earliest <= known[0] and known[1] <= latest and known[0] > 0
        case Undated():
            return not article.date
        case Nothing():
            return False
        case _:
            return True


def _values(article: Article, field: str) -> list[str]:
    match field:
        case "author":
            return [*article.authors]
        case "source":
            return [article.source] if article.source else []
        case _:
            return [article.language] if article.language else []
