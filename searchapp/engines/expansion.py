"""Which words a pattern becomes, when it could become more than a query may have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import AnyStr, Generic

from searchapp.query.tree import And, Exact, Fuzzy, Leaf, Near, Node, Not, Or, Phrase, Wildcard, Word


@dataclass(frozen=True, slots=True)
class Expansion(Generic[AnyStr]):
    """The words chosen, and a note to the user where some were left out."""

    words: frozenset[AnyStr]
    notes: tuple[str, ...] = ()


def share(tree: Node, words: int) -> int:
    """Return how many words each pattern of a tree may become, of those that all may become together."""
    patterns = {leaf for leaf in _leaves(tree) if isinstance(leaf, Wildcard | Fuzzy)}
    return words // max(1, len(patterns))


def choose(leaf: Leaf, df: Mapping[AnyStr, int], most: int) -> Expansion[AnyStr]:
    """Choose at most `most` of the words a pattern matches, given the articles each is in.

    Words in most articles come first; those in equally many in the order of their letters.
    """
    if len(df) <= most:
        return Expansion(frozenset(df))
    words = sorted(df, key=lambda word: (-df[word], word))[:most]
    return Expansion(
        frozenset(words),
        (f"{_written(leaf)} was expanded to {most:,} of {len(df):,} words; more may match than was found.",),
    )


def _leaves(node: Node) -> Iterator[Leaf]:
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _leaves(child)
        case Not(child):
            yield from _leaves(child)
        case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy():
            yield node


def _written(leaf: Leaf) -> str:
    match leaf:
        case Wildcard(pattern):
            return pattern
        case Fuzzy(term, edits):
            return f"{term}~{edits}"
        case _:
            raise AssertionError(f"{leaf} is not a pattern")
