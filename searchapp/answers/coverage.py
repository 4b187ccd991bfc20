"""All articles by day, so that "no stories" can be told from "no data"."""

from collections.abc import Mapping
from dataclasses import dataclass

from searchapp.answers.library import Library
from searchapp.answers.notes import notes_of
from searchapp.answers.periods import count_periods, periods_between
from searchapp.answers.request import Authors, FilterName, Request, read
from searchapp.catalog import Coverage
from searchapp.engines import Ask, Budget
from searchapp.query import bounds
from searchapp.query.tree import Unknown, join


@dataclass(frozen=True, slots=True)
class Gap:
    """Consecutive months without any article, between the first and the last month that have some, ends included."""

    first: str
    last: str
    months: int


@dataclass(frozen=True, slots=True)
class CoverageByDay:
    """The number of articles of each day and month, and of those whose date or author is unknown.

    `days` and `months` are ascending; `months` has no gaps. `only_month` and `only_year` count articles dated no more
    precisely; an article dated by month counts in `months`.
    """

    filters: tuple[tuple[FilterName, str], ...]
    total: int
    days: Mapping[str, int]
    months: Mapping[str, int]
    gaps: tuple[Gap, ...]
    only_month: int
    only_year: int
    undated: int
    unsigned: int
    coverage: Coverage
    notes: tuple[str, ...] = ()
    is_partial: bool = False


def coverage_by_day(
    library: Library, filters: tuple[tuple[FilterName, str], ...] = (), authors: Authors = "any"
) -> CoverageByDay:
    """Count all articles that pass the filters by their days.

    Raises:
        BadRequest: a filter has no such value.
    """
    asked = read(Request("", filters, authors=authors))
    budget = Budget.of(bounds.SECONDS.limit)
    found = library.engine.search(Ask(asked.tree, limit=0, facets=("day",), budget=budget))
    dates = sorted(found.facets["day"])
    months = count_periods(dates, found.total, "month").by_period
    whole = (
        {month: months.get(month, 0) for month in periods_between(min(months), max(months), "month")} if months else {}
    )
    return CoverageByDay(
        filters=filters,
        total=found.total,
        days={day: count for day, count in dates if len(day) == len("2007-08-14")},
        months=whole,
        gaps=tuple(_gaps(whole)),
        only_month=sum(count for day, count in dates if len(day) == len("2007-08")),
        only_year=sum(count for day, count in dates if len(day) == len("2007")),
        undated=found.total - sum(count for _, count in dates),
        unsigned=library.engine.count(join([asked.tree, Unknown("author")]), budget),
        coverage=library.catalog.coverage(),
        notes=(*notes_of(library, asked, budget, found), *((bounds.SECONDS.sentence(),) if found.is_partial else ())),
        is_partial=found.is_partial,
    )


def _gaps(months: Mapping[str, int]) -> list[Gap]:
    gaps: list[Gap] = []
    run: list[str] = []
    for month, count in months.items():
        if not count:
            run.append(month)
        elif run:
            gaps.append(Gap(run[0], run[-1], len(run)))
            run = []
    return gaps
