"""The edit distances between a word and many others, and which of very many can be near it at all.

What computes them is imported when it is first needed: a plain search that finds something has no such question.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

Array: TypeAlias = "np.ndarray[Any, Any]"

_AT_ONCE = 1 << 16  # words


def within(term: str, most: int, words: Iterable[str]) -> dict[str, int]:
    """Return those of `words` that are at most `most` typing errors away from `term`, each with its number of errors.

    An error is an extra, missing or wrong letter, or two neighbours exchanged (Damerau 1964); no letter is part of two
    errors (optimal string alignment).
    """
    from rapidfuzz.distance import OSA

    distances = ((word, OSA.distance(term, word, score_cutoff=most)) for word in words)
    return {word: errors for word, errors in distances if errors <= most}


def letter_sets(data: Array, ends: Array) -> Array:
    """Return the set of the letters of each word, as 64 bits: that of a letter is named by its last byte.

    `data` are the bytes of all words in UTF-8, one byte apart; `ends` tell where each ends in them.
    """
    import numpy as np

    sets, bit = np.zeros(len(ends), np.uint64), np.uint64(1)
    for first in range(0, len(ends), _AT_ONCE):
        begin = int(ends[first - 1]) + 1 if first else 0
        last = ends[first : first + _AT_ONCE].astype(np.int64) - begin
        part = data[begin : begin + int(last[-1])]
        bits = np.zeros(len(part) + 1, np.uint64)
        bits[:-1] = bit << (part & 63).astype(np.uint64)
        bits[:-2][(part[1:] & 0xC0) == 0x80] = 0  # another byte of the same letter follows
        bits[last] = 0
        sets[first : first + _AT_ONCE] = np.bitwise_or.reduceat(bits, np.append(0, last[:-1] + 1))
    return sets


def resembling(term: str, edits: int, lengths: Array, sets: Array) -> list[int]:
    """Return the numbers of the words that can be within `edits` typing errors of a word, by their letters alone.

    One error takes at most one letter out of a word's set and brings one in, or changes its length and one letter. Some
    words in a hundred are left.
    """
    import numpy as np

    apart = np.abs(lengths - len(term)) + np.bitwise_count(sets ^ np.uint64(_letter_set(term)))
    found: list[int] = np.flatnonzero(apart <= 2 * edits).tolist()
    return found


def _letter_set(term: str) -> int:
    return reduce(or_, (1 << (letter.encode("utf-8", "surrogatepass")[-1] & 63) for letter in term), 0)
