"""Days, weeks, months and years as periods for counting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, get_args

Unit = Literal["day", "week", "month", "year"]
UNITS: tuple[Unit, ...] = get_args(Unit)
MOST = 2_000  # periods in one answer

_LONGEST_MONTH = 31
_SHORTEST = {"day": len("2007-08-14"), "week": len("2007-08-14"), "month": len("2007-08"), "year": len("2007")}


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of articles in each period; `unplaced` have too vague a date, `undated` have none."""

    by_period: Mapping[str, int]
    unplaced: int
    undated: int


def period_of(day: str, unit: Unit) -> str:
    """Return the period of an ISO day, month or year: ``2007-08-14``, ``2007-W33``, ``2007-08``, ``2007``.

    Weeks are those of ISO 8601, which start on Monday. The result is "" if the date is too vague.
    """
    if len(day) < _SHORTEST[unit]:
        return ""
    if unit == "week":
        year, week, _ = date.fromisoformat(day).isocalendar()
        return f"{year:04}-W{week:02}"
    return day[: _SHORTEST[unit]]


@lru_cache(maxsize=1 << 12)
def days_of(period: str) -> tuple[str, str]:
    """Return the first and the last day of a period, as ISO days."""
    if "W" in period:
        monday = date.fromisocalendar(int(period[:4]), int(period[6:]), 1)
        last = date.max if monday > date.max - timedelta(6) else monday + timedelta(6)
        return monday.isoformat(), last.isoformat()
    first = date.fromisoformat((period + "-01-01")[:10])
    if len(period) == len("2007-08-14"):
        return period, period
    if len(period) == len("2007"):
        return first.isoformat(), f"{period}-12-31"
    return first.isoformat(), f"{period}-{_length_of_month(first):02}"


def range_of(period: str) -> str:
    """Write a period as a value of the filter ``date``."""
    first, last = days_of(period)
    return f"{first}..{last}" if "W" in period else period


def periods_between(first: str, last: str, unit: Unit) -> list[str]:
    """List the periods from one to another, without gaps; at most `MOST` + 1."""
    found, period = [first], first
    while period < last and len(found) <= MOST:
        end = date.fromisoformat(days_of(period)[1])
        if end == date.max:
            break
        period = period_of((end + timedelta(1)).isoformat(), unit)
        found.append(period)
    return found


def count_periods(dates: Sequence[tuple[str, int]], total: int, unit: Unit) -> Counts:
    """Sum counts of dates by period; `total` is the number of all articles, dated or not."""
    by_period: dict[str, int] = {}
    for day, count in dates:
        period = period_of(day, unit)
        by_period[period] = by_period.get(period, 0) + count
    unplaced = by_period.pop("", 0)
    return Counts(by_period, unplaced, total - unplaced - sum(by_period.values()))


def fitting(dates: Sequence[tuple[str, int]], unit: Unit) -> Unit:
    """Return a unit, or the next larger one with which the dates span at most `MOST` periods."""
    for larger in UNITS[UNITS.index(unit) :]:
        placed = sorted(filter(None, (period_of(day, larger) for day, _ in dates)))
        if not placed or len(periods_between(placed[0], placed[-1], larger)) <= MOST:
            return larger
    return "year"


def _length_of_month(first: date) -> int:
    return max(n for n in range(28, _LONGEST_MONTH + 1) if (first + timedelta(n - 1)).month == first.month)
