"""A line chart: its coordinates are computed here, and the template draws it as SVG, without any script."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from searchapp.answers.trends import Series, Trends
from searchapp.web.formats import day, decimal, number
from searchapp.web.wording import gettext

WIDTH, HEIGHT = 720, 300  # of the drawing, in its own units
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 34  # what is kept free for the axes
BARS = 26  # height of the bars of all articles, below the axis
MOST_POINTS = 150  # that are drawn as points; more would touch each other

_TICKS = 4
_LABELS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a series: its place, its text, and the address of its articles."""

    x: float
    y: float
    name: str
    value: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series as it is drawn: `paths` are broken where no article is known at all."""

    number: int
    name: str
    series: Series
    paths: tuple[str, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A number or a period at an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class TotalBar:
    """How many articles there are at all in a period, as a bar below the axis."""

    x: float
    width: float
    height: float
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn."""

    drawn: tuple[Drawn, ...]
    scale: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    bars: tuple[TotalBar, ...]
    has_points: bool


def draw(answer: Trends, url: Callable[[str, str], str]) -> Chart | None:
    """Draw trends, if there are any; `url` gives the address for a query's text and a range of days."""
    if not answer.periods:
        return None
    values = [answer.values(series) for series in answer.series]
    top = nice_top(max((value for row in values for value in row if value is not None), default=0))
    across = [_x(place, len(answer.periods)) for place in range(len(answer.periods))]
    return Chart(
        drawn=tuple(
            _drawn(number, answer, series, row, across, top, url)
            for number, (series, row) in enumerate(zip(answer.series, values, strict=True))
        ),
        scale=tuple(Mark(_y(top * tick / _TICKS, top), shown(top * tick / _TICKS)) for tick in range(_TICKS + 1)),
        labels=tuple(_labels(answer.periods, across)),
        bars=tuple(_bars(answer, across)),
        has_points=len(answer.periods) <= MOST_POINTS,
    )


def nice_top(most: float) -> float:
    """Return the end of a scale from 0 on: 1, 2, 4 or 5 times a power of ten, not below the highest value."""
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 4, 5, 10) if step * power >= most)


def shown(value: float) -> str:
    """Write a value with as many digits as it needs, as is usual in the language of the page."""
    return number(round(value)) if value >= 100 or value == int(value) else decimal(float(f"{value:.3g}"))


def _drawn(
    number: int,
    answer: Trends,
    series: Series,
    values: Sequence[float | None],
    across: Sequence[float],
    top: float,
    url: Callable[[str, str], str],
) -> Drawn:
    points = tuple(
        Point(x, _y(value, top), period_name(period), shown(value), count, url(series.query.text, period))
        for period, value, count, x in zip(answer.periods, values, series.counts, across, strict=True)
        if value is not None
    )
    return Drawn(number, series.query.text, series, tuple(_paths(values, across, top)), points)


def _paths(values: Sequence[float | None], across: Sequence[float], top: float) -> list[str]:
    """Return the points of each unbroken line; one alone is drawn as a short line."""
    paths: list[str] = []
    run: list[str] = []
    for value, x in [*zip(values, across, strict=True), (None, 0.0)]:
        if value is not None:
            run.append(f"{x:.1f},{_y(value, top):.1f}")
        elif run:
            paths.append(" ".join(run))
            run = []
    return paths


def _x(place: int, periods: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (place + 0.5) / periods


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - BARS - (HEIGHT - BOTTOM - BARS - TOP) * value / top, 1)


def _labels(periods: Sequence[str], across: Sequence[float]) -> list[Mark]:
    step = -(-len(periods) // _LABELS)
    return [Mark(round(across[place], 1), periods[place]) for place in range(0, len(periods), step)]


def _bars(answer: Trends, across: Sequence[float]) -> list[TotalBar]:
    most = max(answer.articles, default=0) or 1
    width = max((WIDTH - LEFT - RIGHT) / len(across) - 1, 0.5)
    return [
        TotalBar(
            round(x - width / 2, 1), round(width, 1), round((BARS - 6) * count / most, 1), period_name(period), count
        )
        for period, count, x in zip(answer.periods, answer.articles, across, strict=True)
    ]


def period_name(period: str) -> str:
    """Write a period in the language of the page."""
    if "W" not in period:
        return day(period)
    return gettext("week %(week)s of %(year)s") % {"week": period[6:].lstrip("0"), "year": period[:4]}
