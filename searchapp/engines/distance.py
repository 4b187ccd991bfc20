"""The edit distances between a word and many others, and which of very many can be near it at all.

numpy is imported when it is first needed: a plain search that finds something has no such question.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

Counts: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
Array: TypeAlias = "np.ndarray[Any, Any]"

_AT_ONCE = 1 << 16  # words
_BLOCK = 1 << 10  # words whose tables fit into the processor's cache


def alignment_distances(term: str, words: Sequence[str]) -> Counts:
    """Return the number of typing errors between `term` and each of `words`, computed for all words at once.

    The usual dynamic programming table (Damerau 1964, as optimal string alignment) has one row per letter of `term`;
    each step computes one row of the tables of all words.
    """
    import numpy as np

    if len(words) > _BLOCK:
        blocks = [words[first : first + _BLOCK] for first in range(0, len(words), _BLOCK)]
        return np.concatenate([alignment_distances(term, block) for block in blocks])
    if not words:
        return np.zeros(0, np.int64)
    one = np.int16(1)
    longest = max(1, *map(len, words))
    letters = np.array(words, dtype=f"<U{longest}").view(np.uint32).reshape(len(words), longest).T
    above = before = np.repeat(np.arange(longest + 1, dtype=np.int16)[:, None], len(words), axis=1)
    was_letter = np.zeros(letters.shape, bool)
    for row, letter in enumerate(term, start=1):
        is_letter = letters == ord(letter)
        now = np.full_like(above, row)
        np.minimum(above[:-1] + ~is_letter, above[1:] + one, out=now[1:])
        swapped = is_letter[:-1] & was_letter[1:]
        now[2:] = np.where(swapped, np.minimum(now[2:], before[:-2] + one), now[2:])
        for column in range(1, longest + 1):
            np.minimum(now[column], now[column - 1] + one, out=now[column])
        before, above, was_letter = above, now, is_letter
    lengths = np.array([len(word) for word in words])
    apart: Counts = above[lengths, np.arange(len(words))].astype(np.int64)
    return apart


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
