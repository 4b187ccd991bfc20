"""Queries over time, side by side: articles, their share of all articles, or mentions per million words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from searchapp.answers.highlight import Highlighters
from searchapp.answers.library import Library
from searchapp.answers.mentions import ArticlesToRead, articles_to_read, count_mentions, count_words
from searchapp.answers.notes import notes_of
from searchapp.answers.periods import Counts, Unit, count_periods, fitting, period_of, periods_between, range_of
from searchapp.answers.request import Asked, Authors, FilterName, Request, read, within_days
from searchapp.catalog import Coverage
from searchapp.engines import Ask, Budget, Hits
from searchapp.errors import BadRequest
from searchapp.query import Query, bounds
from searchapp.sentences import marked, sentence

Measure = Literal["share", "count", "mentions"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
MOST_QUERIES = 6
_UNITS: dict[Unit, str] = {
    "day": marked("day"),
    "week": marked("week"),
    "month": marked("month"),
    "year": marked("year"),
}
MOST_READ = 50_000  # articles read to count mentions, by default
_MARGIN = 4  # where n periods have matches, one more than n/4 is drawn before them, and as many behind
_LITTLE = 4  # where so little of the whole time would be drawn (a fourth), the rest is left out


@dataclass(frozen=True, slots=True)
class Series:
    """One query over time: `counts` and `mentions` are parallel to `Trends.periods`.

    Of the rest of `total`, `unplaced` articles have too vague a date, and `undated` ones have none. `mentions` are
    empty unless they were requested.
    """

    query: Query
    total: int
    counts: tuple[int, ...]
    unplaced: int
    undated: int
    mentions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Trends:
    """Series over the same periods, without gaps; `articles` is the number of all articles in each period.

    `words` is the number of words read of each period, if mentions were requested. `sampled` is the number of articles
    read, if these were not all.
    """

    unit: Unit
    measure: Measure
    filters: tuple[tuple[FilterName, str], ...]
    periods: tuple[str, ...]
    articles: tuple[int, ...]
    total: int
    unplaced: int
    undated: int
    series: tuple[Series, ...]
    coverage: Coverage
    words: tuple[int, ...] = ()
    sampled: int = 0
    notes: tuple[str, ...] = ()
    is_partial: bool = False

    def values(self, series: Series) -> tuple[float | None, ...]:
        """Return the values of a series to draw: articles, percent, or mentions per million words; None for no data."""
        match self.measure:
            case "count":
                return tuple(float(count) for count in series.counts)
            case "share":
                return _ratios(series.counts, self.articles, 100)
            case "mentions":
                return _ratios(series.mentions, self.words, 1_000_000)


def trends(
    library: Library,
    queries: Sequence[str],
    filters: tuple[tuple[FilterName, str], ...] = (),
    unit: Unit = "month",
    measure: Measure = "share",
    *,
    authors: Authors = "any",
    most_read: int = MOST_READ,
    seconds: float = float("inf"),
) -> Trends:
    """Count up to six queries by period, with the same filters.

    The share is of all articles of a period that pass the filters, as in Media Cloud. If `seconds` are over before, the
    result `is_partial`.

    Raises:
        BadRequest: there are no queries or too many, or a filter has no such value.
    """
    if not 1 <= len(queries) <= MOST_QUERIES:
        raise BadRequest(
            sentence("1 to {most} queries can be compared, not {number}.", most=MOST_QUERIES, number=len(queries))
        )
    asked = [read(Request(words, filters, authors=authors)) for words in queries]
    budget = Budget.of(seconds)
    everything = library.engine.search(Ask(asked[0].filters, limit=0, facets=("day",), budget=budget))
    found = [library.engine.search(Ask(one.tree, limit=0, facets=("day",), budget=budget)) for one in asked]
    counted = _counted(library, asked, everything, found, unit, measure, filters, budget)
    return _with_mentions(library, counted, asked, most_read, budget) if measure == "mentions" else counted


def near_matches(answer: Trends) -> Trends:
    """Leave out, for a drawing, most of a long time in which nothing is found, and say so.

    One article with a wrong year makes that time as long.
    """
    columns = zip(*(series.counts for series in answer.series), strict=True)
    places = [place for place, counts in enumerate(columns) if any(counts)]
    if not places:
        return answer
    margin = 1 + (places[-1] - places[0]) // _MARGIN
    part = slice(max(0, places[0] - margin), places[-1] + margin + 1)
    near = answer.periods[part]
    if len(near) * _LITTLE >= len(answer.periods):
        return answer
    note = sentence(
        "Shown from {first} to {last}: the articles are of {begin} to {end}, but nothing else is found.",
        first=near[0],
        last=near[-1],
        begin=answer.periods[0],
        end=answer.periods[-1],
    )
    series = [replace(one, counts=one.counts[part], mentions=one.mentions[part]) for one in answer.series]
    return replace(
        answer,
        periods=near,
        articles=answer.articles[part],
        total=answer.total - sum(answer.articles) + sum(answer.articles[part]),
        series=tuple(series),
        words=answer.words[part],
        notes=(*answer.notes, note),
    )


def in_period(request: Request, period: str) -> Request:
    """Narrow a request to a period."""
    return within_days(request, range_of(period))


def _counted(
    library: Library,
    asked: Sequence[Asked],
    everything: Hits,
    found: Sequence[Hits],
    wanted: Unit,
    measure: Measure,
    filters: tuple[tuple[FilterName, str], ...],
    budget: Budget,
) -> Trends:
    unit = fitting(everything.facets["day"], wanted)
    whole = _by_period(everything, unit)
    periods = _stretch(whole, unit)
    read_as = [note for one, hits in zip(asked, found, strict=True) for note in notes_of(library, one, budget, hits)]
    is_partial = any(hits.is_partial for hits in (everything, *found))
    return Trends(
        unit=unit,
        measure=measure,
        filters=filters,
        periods=periods,
        articles=_in(periods, whole),
        total=everything.total,
        unplaced=whole.unplaced,
        undated=whole.undated,
        series=tuple(_series(one.query, hits, periods, unit) for one, hits in zip(asked, found, strict=True)),
        coverage=library.catalog.coverage(),
        notes=tuple(dict.fromkeys((*read_as, *_notes(wanted, unit, is_partial=is_partial)))),
        is_partial=is_partial,
    )


def _series(query: Query, hits: Hits, periods: Sequence[str], unit: Unit) -> Series:
    counts = _by_period(hits, unit)
    return Series(query, hits.total, _in(periods, counts), counts.unplaced, counts.undated)


def _by_period(hits: Hits, unit: Unit) -> Counts:
    return count_periods(hits.facets["day"], hits.total, unit)


def _stretch(whole: Counts, unit: Unit) -> tuple[str, ...]:
    if not whole.by_period:
        return ()
    return tuple(periods_between(min(whole.by_period), max(whole.by_period), unit))


def _in(periods: Sequence[str], counts: Counts) -> tuple[int, ...]:
    return tuple(counts.by_period.get(period, 0) for period in periods)


def _notes(wanted: Unit, unit: Unit, *, is_partial: bool) -> Iterator[str]:
    if unit != wanted:
        yield sentence(
            "Counted by {unit}: by {wanted} there would be too many to draw.",
            unit=sentence(_UNITS[unit]),
            wanted=sentence(_UNITS[wanted]),
        )
    if is_partial:
        yield bounds.SECONDS.sentence()


def _with_mentions(library: Library, counted: Trends, asked: Sequence[Asked], most: int, budget: Budget) -> Trends:
    reading = articles_to_read(library, asked[0].filters, most, 0, budget)
    words, mentions = _count(library, counted.unit, asked, reading)
    return _replaced(counted, words, mentions, reading)


def _count(
    library: Library, unit: Unit, asked: Sequence[Asked], reading: ArticlesToRead
) -> tuple[Counter[str], list[Counter[str]]]:
    """Count the words of each period, and the mentions of each query there in the articles that it finds."""
    ids = [frozenset(library.engine.matching(one.tree, Budget())) for one in asked]
    highlighters = [Highlighters(one.tree, library.stems) for one in asked]
    words, mentions = Counter[str](), [Counter[str]() for _ in asked]
    for article in reading.articles:
        period = period_of(article.date, unit)
        words[period] += count_words(article)
        for found, marking, counter in zip(ids, highlighters, mentions, strict=True):
            if article.id in found:
                counter[period] += count_mentions(marking.for_article(article), article)
    return words, mentions


def _replaced(counted: Trends, words: Counter[str], mentions: list[Counter[str]], reading: ArticlesToRead) -> Trends:
    series = tuple(
        replace(one, mentions=tuple(counter[period] for period in counted.periods))
        for one, counter in zip(counted.series, mentions, strict=True)
    )
    return replace(
        counted,
        series=series,
        words=tuple(words[period] for period in counted.periods),
        sampled=reading.sampled,
        notes=(*counted.notes, *reading.notes(0)),
        is_partial=counted.is_partial or reading.is_cut,
    )


def _ratios(counts: Sequence[int], wholes: Sequence[int], times: int) -> tuple[float | None, ...]:
    return tuple(times * count / whole if whole else None for count, whole in zip(counts, wholes, strict=True))
