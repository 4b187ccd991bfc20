"""Count what was searched, for a report: folders, formats, reasons, remarks, languages, days, copies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from searchapp.answers.coverage import CoverageByDay, coverage_by_day
from searchapp.answers.library import Library
from searchapp.catalog import Coverage, FileCount
from searchapp.engines import Ask, Budget, FacetName
from searchapp.query import bounds
from searchapp.query.tree import Everything, Firsts

MOST_REASONS = 1_000  # kinds of remarks


@dataclass(frozen=True, slots=True)
class MissingDays:
    """Consecutive days without any article, between the first and the last day that have some, ends included."""

    first: str
    last: str
    days: int


@dataclass(frozen=True, slots=True)
class Searched:
    """The contents of an index.

    `folders` goes two levels deep, `formats` by suffix; `reasons` are (status, reason, files), and `remarks` (reason,
    count). `languages` counts articles; "" stands for none. `missing` are all days without an article, the longest
    range first. `stories` is the number of articles that are not copies of an earlier one, `duplicates` the number of
    records in files with the same text, source, date and URL as another, which are searched once.
    """

    coverage: Coverage
    folders: tuple[FileCount, ...]
    formats: tuple[FileCount, ...]
    reasons: tuple[tuple[str, str, int], ...]
    remarks: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    first_day: str
    last_day: str
    missing: tuple[MissingDays, ...]
    undated: int
    only_month: int
    only_year: int
    unsigned: int
    stories: int
    duplicates: int
    is_partial: bool = False

    @property
    def missing_days(self) -> int:
        """The number of days without an article between the first and the last."""
        return sum(run.days for run in self.missing)


def searched(library: Library) -> Searched:
    """Count the contents of an index; if `is_partial`, there was no time for all of them."""
    catalog, budget = library.catalog, Budget.of(bounds.SECONDS.limit)
    by_day = coverage_by_day(library)
    languages = library.engine.search(Ask(Everything(), limit=0, facets=("language",), budget=budget))
    stories = library.engine.count(Firsts(), budget)
    folders, formats = catalog.file_counts()
    return Searched(
        coverage=by_day.coverage,
        folders=folders,
        formats=formats,
        reasons=tuple(catalog.reasons()),
        remarks=tuple(catalog.remark_reasons(MOST_REASONS)),
        languages=(*languages.facets["language"], *_unknown(languages.unknown)),
        first_day=min(by_day.days, default=""),
        last_day=max(by_day.days, default=""),
        missing=tuple(sorted(_missing(by_day), key=lambda run: (-run.days, run.first))),
        undated=by_day.undated,
        only_month=by_day.only_month,
        only_year=by_day.only_year,
        unsigned=by_day.unsigned,
        stories=stories,
        duplicates=sum(folder.duplicates for folder in folders),
        is_partial=by_day.is_partial or budget.is_spent,
    )


def _unknown(unknown: Mapping[FacetName, int]) -> Sequence[tuple[str, int]]:
    lacking = unknown.get("language", 0)
    return [("", lacking)] if lacking else []


def _missing(by_day: CoverageByDay) -> Iterator[MissingDays]:
    days = [date.fromisoformat(day) for day in sorted(by_day.days)]
    for before, after in pairwise(days):
        first, last = before + timedelta(days=1), after - timedelta(days=1)
        if first <= last:
            yield MissingDays(first.isoformat(), last.isoformat(), (last - first).days + 1)
