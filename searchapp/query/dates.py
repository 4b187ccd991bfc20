"""Dates as a query writes them: whole years, months and days, and ranges of them, to calendar days and back."""

import calendar
import re
from datetime import date

from searchapp.query.tree import Dates

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def read_range(value: str) -> Dates | None:
    """Read ``2025``, ``2025-01``, ``2025-01-17``, ``2024..2025``, ``2024..`` or ``..2025``; None for anything else."""
    first, dots, last = value.partition("..")
    starts, ends = _span(first), _span(last if dots else first)
    if (first and not starts) or (last and not ends) or not (starts or ends):
        return None
    return Dates(starts[0] if starts else "", ends[1] if ends else "")


def write_range(dates: Dates) -> str:
    """Write a range the shortest way `read_range` reads back: whole years or months where it consists of them."""
    for length in (4, 7, 10):
        first, last = dates.first[:length], dates.last[:length]
        if read_range(f"{first}..{last}") == dates:
            break
    return first if first == last else f"{first}..{last}"


def spell_range(dates: Dates) -> str:
    """Write a range in words: ``January 2025``, ``2024 to 2025``, ``17 January 2025 or later``."""
    first, dots, last = write_range(dates).partition("..")
    if not dots:
        return _spelled(first)
    if not (first and last):
        return f"{_spelled(first or last)} or {'later' if first else 'earlier'}"
    return f"{_spelled(first)} to {_spelled(last)}"


def _spelled(partial: str) -> str:
    year, *rest = partial.split("-")
    month = [_MONTHS[int(rest[0]) - 1]] if rest else []
    return " ".join([*(str(int(day)) for day in rest[1:]), *month, year])


def _span(partial: str) -> tuple[str, str] | None:
    """Return the first and the last day of a year, month or day."""
    if not (found := _PARTIAL.fullmatch(partial)):
        return None
    year, month, day = (int(number) if number else None for number in found.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    last_month = month or 12
    last = date(first.year, last_month, day or calendar.monthrange(first.year, last_month)[1])
    return first.isoformat(), last.isoformat()
