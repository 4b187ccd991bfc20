"""When segments are merged: few enough to search fast, without writing an article over and over."""

from collections.abc import Sequence

_FACTOR = 4  # segments of about one size that are merged into one; an article is written log4(articles) times
_LARGEST = 1_000_000  # articles; such a segment is left alone, for the memory a query needs for each
_SMALLEST = 2_000  # articles; segments below are of one size


def to_merge(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Choose segments by index, given (articles, removed articles) of each; none where all is well."""
    for index, (count, removed) in enumerate(sizes):
        if removed > max(count // 4, _SMALLEST // 4):  # removed articles still count in scores
            return [index]
    tiers: dict[int, list[int]] = {}
    for index, (count, _) in enumerate(sizes):
        if count * 2 <= _LARGEST:
            tiers.setdefault(_tier(count), []).append(index)
    return next((indexes for _, indexes in sorted(tiers.items()) if len(indexes) >= _FACTOR), [])


def _tier(count: int) -> int:
    tier, limit = 0, _SMALLEST
    while count > limit:
        tier, limit = tier + 1, limit * _FACTOR
    return tier
