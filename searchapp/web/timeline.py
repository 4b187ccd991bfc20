"""The hits over time: a bar for each month, or for each year where the months are too many to draw."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from searchapp.web.formats import day

MOST_MONTHS = 36
MOST_YEARS = 100
FEWEST = 18
HEIGHT = 40  # of the tallest bar, in the units of the drawing
STEP = 10  # from one bar to the next


@dataclass(frozen=True, slots=True)
class Bar:
    """A month or a year: how many hits, where its bar stands and how high it is, and the address that filters by it."""

    name: str
    count: int
    x: int
    height: int
    is_chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All bars from the first to the last; `unplaced` hits have no date, or only a year among months."""

    unit: str
    bars: tuple[Bar, ...]
    unplaced: int

    @property
    def width(self) -> int:
        """The width of the drawing: few bars do not fill it, since they would be blocks."""
        return max(len(self.bars), FEWEST) * STEP


def draw(
    counts: Sequence[tuple[str, int]], total: int, chosen: Collection[str], url: Callable[[str], str]
) -> Timeline | None:
    """Draw the counts of the month facet (``2007-08``, or ``2007``) for `total` hits; None where none has a date."""
    months = {value: count for value, count in counts if len(value) == 7}
    stretch = _months(min(months), max(months)) if months else []
    unit = "month" if 0 < len(stretch) <= MOST_MONTHS else "year"
    if unit == "year":
        months = dict(_by_year(counts))
        stretch = _years(months)
    if not months:
        return None
    tallest = max(months.values())
    bars = tuple(
        Bar(
            name=day(value),
            count=(count := months.get(value, 0)),
            x=place * STEP,
            height=-(-count * HEIGHT // tallest),
            is_chosen=value in chosen,
            url=url(value),
        )
        for place, value in enumerate(stretch)
    )
    return Timeline(unit, bars, max(total - sum(bar.count for bar in bars), 0))


def _months(first: str, last: str) -> list[str]:
    """List the months from first to last; one too many at most, since more are not drawn."""
    start, end = _number(first), _number(last)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, min(end, start + MOST_MONTHS) + 1)]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _by_year(counts: Sequence[tuple[str, int]]) -> Counter[str]:
    years: Counter[str] = Counter()
    for value, count in counts:
        years[value[:4]] += count
    return years


def _years(counts: dict[str, int]) -> list[str]:
    """List the years from first to last, or only those with hits where the whole stretch is too long."""
    if not counts:
        return []
    first, last = int(min(counts)), int(max(counts))
    if last - first < MOST_YEARS:
        return [f"{year:04}" for year in range(first, last + 1)]
    return sorted(counts)[-MOST_YEARS:]
