"""Bylines: the names in them."""

from functools import lru_cache


@lru_cache(maxsize=1 << 14)
def names(byline: str) -> tuple[str, ...]:
    return (byline.removeprefix("By ").strip(),) if byline else ()


def is_byline(line: str) -> bool:
    return line.startswith("By ")
