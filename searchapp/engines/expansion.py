"""Which words a pattern becomes, when it could become more than a query may have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import AnyStr, Generic

from searchapp.query.tree import Fuzzy, Leaf, Wildcard


@dataclass(frozen=True, slots=True)
class Expansion(Generic[AnyStr]):
    """The words chosen, and a note to the user where some were left out."""

    words: frozenset[AnyStr]
    notes: tuple[str, ...] = ()


def choose(leaf: Leaf, df: Mapping[AnyStr, int], most: int) -> Expansion[AnyStr]:
    """Choose at most `most` of the words a pattern matches, given the articles each is in.

    Words in most articles come first; those in equally many in the order of their letters.
    """
    if len(df) <= most:
        return Expansion(frozenset(df))
    words = sorted(df, key=lambda word: (-df[word], word))[:most]
    return Expansion(frozenset(words), (f"{_written(leaf)} was expanded to {most:,} of {len(df):,} words.",))


def _written(leaf: Leaf) -> str:
    match leaf:
        case Wildcard(pattern):
            return pattern
        case Fuzzy(term, edits):
            return f"{term}~{edits}"
        case _:
            raise AssertionError(f"{leaf} is not a pattern")
