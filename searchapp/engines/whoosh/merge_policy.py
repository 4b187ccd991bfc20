"""When to merge segments: often enough to search fast, but without rewriting an article again and again."""

from collections.abc import Sequence

_FACTOR = 4  # segments of about one size are merged into one; an article is rewritten log4(articles) times
_LARGEST = 1_000_000  # articles; such a segment is not merged, since a query's memory grows with the largest segment
_SMALLEST = 2_000  # articles; all smaller segments count as one size


def to_merge(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Choose segments to merge, by index, given (articles, removed articles) of each; none if none need it."""
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
