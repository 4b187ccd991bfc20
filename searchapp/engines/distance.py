"""The edit distances between a word and many others, and which of very many can be near it at all."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

import numpy as np

Counts: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
Array: TypeAlias = np.ndarray[Any, Any]

_BIT = np.uint64(1)
_AT_ONCE = 1 << 16  # words


def alignment_distances(term: str, words: Sequence[str]) -> Counts:
    """Return the number of typing errors between `term` and each of `words`, computed for all words at once.

    The usual dynamic programming table (Damerau 1964, as optimal string alignment) has one row per letter of `term`;
    each step computes one column of the tables of all words.
    """
    if not words:
        return np.zeros(0, np.int64)
    longest = max(1, *map(len, words))
    letters = np.array(words, dtype=f"<U{longest}").view(np.uint32).reshape(len(words), longest).T
    before = np.zeros((longest + 1, len(words)), np.int16)
    above = np.repeat(np.arange(longest + 1, dtype=np.int16)[:, None], len(words), axis=1)
    for row, letter in enumerate(term, start=1):
        now = np.empty_like(above)
        now[0] = row
        for column in range(1, longest + 1):
            wrong = above[column - 1] + (letters[column - 1] != ord(letter))
            now[column] = np.minimum(wrong, np.minimum(above[column], now[column - 1]) + 1)
            if row > 1 and column > 1:
                swapped = (letters[column - 2] == ord(letter)) & (letters[column - 1] == ord(term[row - 2]))
                now[column] = np.where(swapped, np.minimum(now[column], before[column - 2] + 1), now[column])
        before, above = above, now
    lengths = np.array([len(word) for word in words])
    apart: Counts = above[lengths, np.arange(len(words))].astype(np.int64)
    return apart


def letter_sets(data: Array, ends: Array) -> Array:
    """Return the set of the letters of each word, as 64 bits: that of a letter is named by its last byte.

    `data` are the bytes of all words in UTF-8, one byte apart; `ends` tell where each ends in them.
    """
    sets = np.zeros(len(ends), np.uint64)
    for first in range(0, len(ends), _AT_ONCE):
        begin = int(ends[first - 1]) + 1 if first else 0
        last = ends[first : first + _AT_ONCE].astype(np.int64) - begin
        part = data[begin : begin + int(last[-1])]
        bits = np.zeros(len(part) + 1, np.uint64)
        bits[:-1] = _BIT << (part & 63).astype(np.uint64)
        bits[:-2][(part[1:] & 0xC0) == 0x80] = 0  # another byte of the same letter follows
        bits[last] = 0
        sets[first : first + _AT_ONCE] = np.bitwise_or.reduceat(bits, np.append(0, last[:-1] + 1))
    return sets


def resembling(term: str, edits: int, lengths: Array, sets: Array) -> list[int]:
    """Return the numbers of the words that can be within `edits` typing errors of a word, by their letters alone.

    One error takes at most one letter out of a word's set and brings one in, or changes its length and one letter. Some
    words in a hundred are left.
    """
    apart = np.abs(lengths - len(term)) + np.bitwise_count(sets ^ np.uint64(_letter_set(term)))
    found: list[int] = np.flatnonzero(apart <= 2 * edits).tolist()
    return found


def _letter_set(term: str) -> int:
    return reduce(or_, (1 << (letter.encode("utf-8", "surrogatepass")[-1] & 63) for letter in term), 0)
