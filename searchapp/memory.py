"""Give freed memory back to the system, which the C library would keep for later use by the same process."""

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Give back what was freed, where the C library can do that (glibc)."""
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library; Windows
        return None
    return trim
