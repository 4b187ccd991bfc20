"""Pack lists of whole numbers, many lists end to end, each in as few bytes per number as its largest needs.

`counts` gives the length of each list. Ascending lists are stored as differences, so that most numbers fit in a byte.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from searchapp.engines.whoosh.arrays import Array, ArrayFile, Counts, Offsets

MOST_OCCURRENCES = (1 << 32) - 1  # occurrences in a field of a segment: the start of a list is stored in four bytes

_WIDTHS = (1, 2, 4)
DType = np.dtype[Any]
_DTYPES: dict[int, DType] = {1: np.dtype("<u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}
_WIDE: DType = np.dtype(np.int64)


def narrowed(name: str, values: Array, dtype: DType) -> Array:
    """Convert whole numbers to an unsigned `dtype`.

    Raises:
        OverflowError: one of them does not fit; astype would wrap it silently.
    """
    most = np.iinfo(dtype).max
    for number in (int(values.min()), int(values.max())) if len(values) else ():
        if not 0 <= number <= most:
            raise OverflowError(f"{name}: {number:,} is not from 0 to {most:,}, which is what a segment can keep")
    return values.astype(dtype, copy=False)


def starts_of(counts: Counts) -> Offsets:
    """Return the start of each list, for lists of these lengths end to end."""
    return np.cumsum(counts, dtype=np.int64) - counts


def differences(values: Array, counts: Counts) -> Array:
    """Turn each ascending list into its first number and the differences after it."""
    steps = np.diff(values, prepend=values.dtype.type(0))
    starts = starts_of(counts)[counts > 0]
    steps[starts] = values[starts]
    return steps


def sums(steps: Array, counts: Counts) -> Array:
    """Undo `differences`. Sums have the type of `steps`; those that run over several lists may wrap, and unwrap."""
    values = np.cumsum(steps, dtype=steps.dtype)
    starts = starts_of(counts)[counts > 0]
    before = values[starts] - steps[starts]
    values -= np.repeat(before, counts[counts > 0])
    return values


def gathered(starts: Offsets, counts: Counts) -> Array:
    """Return the indexes of lists with these `starts` and lengths (`counts`), one after another."""
    return np.repeat(starts - starts_of(counts), counts) + np.arange(int(counts.sum()))


def pack(
    append: Callable[[str, Array], None], name: str, values: Array, counts: Counts, placed: dict[str, int]
) -> None:
    """Append lists under names that start with `name`; `placed` counts the numbers per stream from call to call.

    Raises:
        OverflowError: a number is negative or needs more than four bytes, or so does the start of a list.
    """
    values = narrowed(name, values, _DTYPES[4])
    largest = np.zeros(len(counts), np.int64)
    filled = counts > 0
    largest[filled] = np.maximum.reduceat(values, starts_of(counts)[filled]) if filled.any() else 0
    width = np.where(largest < 1 << 8, 1, np.where(largest < 1 << 16, 2, 4)).astype(np.uint8)
    places = np.zeros(len(counts), np.int64)
    for bytes_each in _WIDTHS:
        chosen = width == bytes_each
        stream = f"{name}.{bytes_each}"
        places[chosen] = placed.get(stream, 0) + starts_of(counts[chosen])
        placed[stream] = placed.get(stream, 0) + int(counts[chosen].sum())
        append(stream, values[np.repeat(chosen, counts)].astype(_DTYPES[bytes_each]))
    append(f"{name}.width", width)
    append(f"{name}.place", narrowed(f"{name}.place", places, np.dtype("<u4")))


class Packed:
    """Reads what `pack` wrote."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file = file
        self._name = name
        self._streams = {width: file.part(f"{name}.{width}") for width in _WIDTHS}

    @cached_property
    def _width(self) -> Array:
        return self._file[f"{self._name}.width"]

    @cached_property
    def _place(self) -> Array:
        return self._file[f"{self._name}.place"]

    def one(self, index: int, count: int) -> Array:
        """Return the list at `index`, which has `count` numbers."""
        place = int(self._place[index])
        return self._streams[int(self._width[index])][place : place + count]

    def several(self, first: int, counts: Counts, dtype: DType = _WIDE) -> Array:
        """Return the lists from `first` on, one for each of `counts`, end to end."""
        width = self._width[first : first + len(counts)]
        place = self._place[first : first + len(counts)]
        values = np.empty(int(counts.sum()), dtype)
        for bytes_each in _WIDTHS:
            chosen = width == bytes_each
            if chosen.any():
                begin = int(place[chosen][0])
                stream = self._streams[bytes_each][begin : begin + int(counts[chosen].sum())]
                values[np.repeat(chosen, counts)] = stream
        return values
