"""The edit distances between a word and many others."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

Counts: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]


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
