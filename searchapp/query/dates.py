"""Dates as a query writes them: whole years, months and days, and ranges of them, to calendar days and back."""

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache

from searchapp.query.tree import Dates
from searchapp.sentences import Translate, filled, marked, untranslated
from searchapp.text import plain_digits

_PARTIAL = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})(?:\2([0-9]{1,2}))?)?")
_DAY_RUN_ON = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEARS = re.compile(r"([0-9]{4})[-/]([0-9]{4})")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{4})")  # with a day before it, nobody knows which is the month

_MONTHS = (
    marked("January"), marked("February"), marked("March"), marked("April"), marked("May"), marked("June"),
    marked("July"), marked("August"), marked("September"), marked("October"), marked("November"), marked("December"),
)  # fmt: skip


def read_range(value: str) -> Dates | None:
    """Read ``2025``, ``2025-01``, ``2025-01-17``, ``2024..2025``, ``2024..`` or ``..2025``; None for anything else.

    ``20250117`` is a day, and ``2024-2025`` is a range.
    """
    plain = plain_digits(value)
    years = _YEARS.fullmatch(plain)
    if years and years.group(1) <= years.group(2):
        plain = "..".join(years.groups())
    first, dots, last = plain.partition("..")
    starts, ends = _span(first), _span(last if dots else first)
    if (first and not starts) or (last and not ends) or not (starts or ends):
        return None
    return Dates(starts[0] if starts else "", ends[1] if ends else "")


def read_side(name: str, value: str) -> Dates | None:
    """Read what follows ``since``, ``until``, ``before`` or ``after``: a day, or a month or year that is meant whole.

    The first two include it; ``before`` ends on the day before it began, ``after`` begins on the day after it ended.
    """
    if not (span := _span(plain_digits(value))):
        return None
    first, last = map(date.fromisoformat, span)
    try:
        match name:
            case "since":
                return Dates(first=span[0])
            case "until":
                return Dates(last=span[1])
            case "before":
                return Dates(last=(first - timedelta(1)).isoformat())
            case _:
                return Dates(first=(last + timedelta(1)).isoformat())
    except OverflowError:  # before the first of all days, or after the last
        return None


def read_signed(value: str) -> Dates | None:
    """Read ``>2025-01``, ``>=2025-01``, ``<2025`` or ``<=2025``, as numbers are compared."""
    sign = value[: len(value) - len(value.lstrip("<>="))]
    names = {">": "after", ">=": "since", "<": "before", "<=": "until"}
    return read_side(names[sign], value[len(sign) :]) if sign in names else None


def write_range(dates: Dates) -> str:
    """Write a range the shortest way `read_range` reads back: whole years or months where it consists of them."""
    for length in (4, 7, 10):
        first, last = dates.first[:length], dates.last[:length]
        if read_range(f"{first}..{last}") == dates:
            break
    return first if first == last else f"{first}..{last}"


def spell_range(dates: Dates, translate: Translate = untranslated) -> str:
    """Write a range in words: ``January 2025``, ``2024 to 2025``, ``17 January 2025 or later``."""
    if not dates.last:  # the day itself, since it has to be clear whether it is included
        return filled(translate(marked("{day} or later")), {"day": _spelled(dates.first, translate)})
    if not dates.first:
        return filled(translate(marked("{day} or earlier")), {"day": _spelled(dates.last, translate)})
    first, dots, last = write_range(dates).partition("..")
    ends = {"first": _spelled(first, translate), "last": _spelled(last, translate)}
    return filled(translate(marked("{first} to {last}")), ends) if dots else ends["first"]


def _spelled(partial: str, translate: Translate) -> str:
    year, *rest = partial.split("-")
    if not rest:
        return year
    month = f"{translate(_MONTHS[int(rest[0]) - 1])} {year}"
    return filled(translate(marked("{day} {month}")), {"day": str(int(rest[1])), "month": month}) if rest[1:] else month


@lru_cache(maxsize=1 << 10)
def _span(partial: str) -> tuple[str, str] | None:
    """Return the first and the last day of a year, month or day."""
    year_first = _MONTH_FIRST.sub(r"\2-\1", partial) if _MONTH_FIRST.fullmatch(partial) else partial
    if _DAY_RUN_ON.fullmatch(partial):
        year_first = _DAY_RUN_ON.sub(r"\1-\2-\3", partial)
    if not (found := _PARTIAL.fullmatch(year_first)):
        return None
    year, month, day = (int(number) if number else None for number in found.group(1, 3, 4))
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    last_month = month or 12
    last = date(first.year, last_month, day or calendar.monthrange(first.year, last_month)[1])
    return first.isoformat(), last.isoformat()
