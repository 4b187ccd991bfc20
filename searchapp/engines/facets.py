"""Facet values that are one name written in several ways, counted as one."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from searchapp.text import keyword


def merge_facet(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Merge values that are one `keyword` and sum their counts; most first, then in the order of their letters.

    Of several ways to write a value the one with the highest count stands for all; of equals the first in the alphabet.
    The sums are numbers of articles only if no article counts for two ways of writing: `distinct` sees to that.
    """
    written: dict[str, str] = {}
    total: dict[str, int] = {}
    for value, count in sorted(counts.items(), key=_most_first):
        key = _key(value)
        written.setdefault(key, value)
        total[key] = total.get(key, 0) + count
    return tuple(sorted(((written[key], count) for key, count in total.items()), key=_most_first))


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Leave out values that are, as a `keyword`, the same as one before; an article counts once for each."""
    first: dict[str, str] = {}
    for value in values:
        first.setdefault(_key(value), value)
    return tuple(first.values())


_key = lru_cache(maxsize=1 << 16)(keyword)  # the same values come with nearly every question


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    value, count = pair
    return -count, value
