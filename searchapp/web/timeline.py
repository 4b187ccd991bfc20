"""The hits over time: a bar for each day, month or year, by what is there; and the stretch that is chosen, enlarged."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from searchapp.answers.periods import days_of, period_of, periods_between
from searchapp.query.tree import Dates
from searchapp.web.formats import day

Unit = Literal["day", "month", "year"]
Count = tuple[str, int]  # a day, month or year, and how many hits it has

MOST_MONTHS_OF_DAYS = 2
MOST_MONTHS = 36
MOST_YEARS = 100
FEWEST = 18
HEIGHT = 40  # of the tallest bar, in the units of the drawing
STEP = 10  # from one bar to the next
_FINENESS: tuple[Unit, ...] = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class PeriodBar:
    """A day, month or year: its first and last day, how many hits, its bar, and the address that filters by it."""

    name: str
    first: str
    last: str
    count: int
    x: int
    height: int
    is_chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All bars from the first to the last; `unplaced` hits have no date, or one that is not known as far."""

    unit: Unit
    bars: tuple[PeriodBar, ...]
    unplaced: int

    @property
    def width(self) -> int:
        """The width of the drawing: few bars do not fill it, since they would be blocks."""
        return max(len(self.bars), FEWEST) * STEP


def draw(
    months: Sequence[Count],
    total: int,
    chosen: Sequence[Dates],
    url: Callable[[str], str],
    days: Callable[[], Sequence[Count]],
) -> list[Timeline]:
    """Draw the counts of the month facet (``2007-08``, or ``2007``) for `total` hits; nothing if none has a date.

    A single stretch of days that is chosen gets a drawing of its own, where it shows more than the first one does.
    `days` counts the hits by day; it is asked only where days are drawn.
    """
    known = [value for value, _ in months]
    if not known:
        return []
    whole = days_of(min(known))[0], days_of(max(known))[1]
    unit = _unit(whole) if any(len(value) == len("2007-08") for value in known) else "year"
    drawn = [_drawn(unit, days() if unit == "day" else months, None, total, chosen, url)]
    if len(chosen) == 1:
        stretch = chosen[0].first or whole[0], chosen[0].last or whole[1]
        finer = _unit(stretch)
        if _FINENESS.index(finer) > _FINENESS.index(unit):
            drawn.append(_drawn(finer, days() if finer == "day" else months, stretch, 0, (), url))
    return [one for one in drawn if any(bar.count for bar in one.bars)]


def _drawn(
    unit: Unit,
    counts: Iterable[Count],
    within: tuple[str, str] | None,
    total: int,
    chosen: Sequence[Dates],
    url: Callable[[str], str],
) -> Timeline:
    by_period: Counter[str] = Counter()
    for value, count in counts:
        if (period := period_of(value, unit)) and (within is None or _overlap(days_of(period), within)):
            by_period[period] += count
    tallest = max(by_period.values(), default=1)
    bars = tuple(
        PeriodBar(
            name=day(period),
            first=(span := days_of(period))[0],
            last=span[1],
            count=(count := by_period[period]),
            x=place * STEP,
            height=-(-count * HEIGHT // tallest),
            is_chosen=any(_overlap(span, (one.first, one.last or "9999")) for one in chosen),
            url=url(period),
        )
        for place, period in enumerate(_stretch(by_period, unit, within))
    )
    return Timeline(unit, bars, max(total - sum(bar.count for bar in bars), 0))


def _unit(stretch: tuple[str, str]) -> Unit:
    """Choose the finest unit that divides a range of days into few enough bars."""
    first, last = (int(end[:4]) * 12 + int(end[5:7]) for end in stretch)
    months = last - first + 1
    return "day" if months <= MOST_MONTHS_OF_DAYS else "month" if months <= MOST_MONTHS else "year"


def _stretch(counts: Counter[str], unit: Unit, within: tuple[str, str] | None) -> list[str]:
    """List the periods from first to last, or only those with hits where the whole stretch is too long."""
    if not counts:
        return []
    first, last = [period_of(end, unit) for end in within] if within else [min(counts), max(counts)]
    periods = periods_between(first, last, unit)
    return periods if len(periods) <= MOST_YEARS or unit != "year" else sorted(counts)[-MOST_YEARS:]


def _overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
