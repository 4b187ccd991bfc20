"""Count facet values that are spellings of one name as one value."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import itemgetter

from searchapp.text import keyword


def merge_facet(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Merge values with the same `keyword` and sum their counts; most first, then in alphabetical order.

    Of several spellings, the one with the highest count stands for all; of equal ones, the first in the alphabet. The
    sums are numbers of articles only if no article counts for two spellings, which `distinct` ensures.
    """
    ordered = most_first(counts.items())
    if len({*map(_key, counts)}) == len(counts):
        return ordered
    written: dict[str, str] = {}
    total: dict[str, int] = {}
    for value, count in ordered:
        key = _key(value)
        written.setdefault(key, value)
        total[key] = total.get(key, 0) + count
    return most_first((written[key], count) for key, count in total.items())


def most_first(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Sort values by count, highest first, then alphabetically."""
    return tuple(sorted(sorted(counts), key=itemgetter(1), reverse=True))


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Leave out values with the same `keyword` as an earlier one, so that an article counts once for each."""
    first: dict[str, str] = {}
    for value in values:
        first.setdefault(_key(value), value)
    return tuple(first.values())


_key = lru_cache(maxsize=1 << 16)(keyword)  # nearly every question has the same values
