"""Answers as tables, each a heading and rows, for CSV, the shell and frames."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from searchapp.answers.collocates import Collocates
from searchapp.answers.concordance import Line
from searchapp.answers.coverage import CoverageByDay
from searchapp.answers.keywords import KeyWords
from searchapp.answers.lists import ListTable, compared
from searchapp.answers.parts import Parts
from searchapp.answers.sample import Sample
from searchapp.answers.search import Results
from searchapp.answers.searched import Searched
from searchapp.answers.trends import Series, Trends
from searchapp.article import Article
from searchapp.render.json_values import COLUMNS

Cell = str | float

LINE_COLUMNS = (
    *("id", "date", "source", "byline", "title", "field", "left", "match", "right", "sentence", "start", "end"),
)
ARTICLE_COLUMNS = (*COLUMNS, "authors")
SAMPLE_COLUMNS = ("id", "date", "source", "byline", "title", "url", "judgement")


class Table(NamedTuple):
    """Names of columns, and rows of as many cells."""

    heading: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def table_of(answer: Any) -> Table:
    """Return the table of an answer, of the lines of a concordance, or of articles or a page of them."""
    for kind, write in _TABLES.items():
        if isinstance(answer, kind):
            return write(answer)
    items: list[Any] = [found.article for found in answer.hits] if isinstance(answer, Results) else [*answer]
    if isinstance(answer, Results) or (items and isinstance(items[0], Article)):
        return Table(ARTICLE_COLUMNS, [[_cell(getattr(one, column)) for column in ARTICLE_COLUMNS] for one in items])
    return concordance_table(items)


def trends_table(answer: Trends) -> Table:
    """A row for each period and query, and rows for articles without a date or with too vague a date."""
    heading = ("period", "query", "articles", "all_articles", "share_percent", "mentions", "words", "per_million_words")
    return Table(heading, _trend_rows(answer))


def coverage_table(answer: CoverageByDay) -> Table:
    """A row for each day with articles, and one for each kind of vaguer date."""
    others = (("month only", answer.only_month), ("year only", answer.only_year), ("no date", answer.undated))
    return Table(("day", "articles"), [*answer.days.items(), *others])


def concordance_table(lines: Iterable[Line]) -> Table:
    """A row for each match; start and end count characters of the field from 0."""
    return Table(LINE_COLUMNS, ([getattr(line, column) for column in LINE_COLUMNS] for line in lines))


def collocates_table(answer: Collocates) -> Table:
    """A row for each word; `near` and `elsewhere` count words."""
    heading = ("word", "near", "elsewhere", "articles", "log_likelihood", "log_ratio")
    rows = [
        (one.word, one.near, one.elsewhere, one.articles, round(one.log_likelihood, 2), round(one.log_ratio, 3))
        for one in answer.collocates
    ]
    return Table(heading, rows)


def keywords_table(answer: KeyWords) -> Table:
    """A row for each word; the counts are of articles."""
    heading = ("word", "here", "there", "log_likelihood", "log_ratio")
    rows = [
        (one.word, one.here, one.there, round(one.log_likelihood, 2), round(one.log_ratio, 3))
        for one in answer.keywords
    ]
    return Table(heading, rows)


def list_table(answer: ListTable) -> Table:
    """A row for each line of the list."""
    heading = ("line", "label", "query", "articles", "mentions", "first_day", "last_day", "top_source")
    rows = [
        (
            *(one.entry.number, one.entry.label, one.entry.words, one.articles, one.mentions),
            *(one.first_day, one.last_day, one.top_source),
        )
        for one in answer.rows
    ]
    return Table(heading, rows)


def together_table(answer: ListTable) -> Table:
    """A row for each pair of lines that are found in the same articles."""
    labels = [row.entry.label for row in answer.rows]
    rows = [(labels[pair.first], labels[pair.second], pair.articles) for pair in answer.together]
    return Table(("first", "second", "articles"), rows)


def matrix_table(answer: ListTable) -> Table:
    """A row and a column for each line of a list: the articles of both; on the diagonal, those of the line alone.

    For a long list, it has only the lines that were compared.
    """
    shared = {(pair.first, pair.second): pair.articles for pair in answer.together}
    places = compared([row.articles for row in answer.rows])

    def cells(place: int) -> Iterator[Cell]:
        yield answer.rows[place].entry.label
        for other in places:
            both = shared.get((min(place, other), max(place, other)), 0)
            yield both if place != other else answer.rows[place].articles

    return Table(("", *(answer.rows[place].entry.label for place in places)), ([*cells(place)] for place in places))


def parts_table(answer: Parts) -> Table:
    """A row for each part of a query."""
    heading = ("part", "kind", "alone", "without", "difference", "query_of_the_difference")
    rows = [
        (one.text, one.kind, one.alone, one.without, one.difference, one.words_difference)
        for one in answer.contributions
    ]
    return Table(heading, rows)


def sample_table(answer: Sample) -> Table:
    """A row for each article drawn, with an empty cell for its judgement."""
    articles = (found.article for found in answer.found)
    rows = [(one.id, one.date, one.source, one.byline, one.title, one.url, "") for one in articles]
    return Table(SAMPLE_COLUMNS, rows)


def searched_table(answer: Searched) -> Table:
    """A row for each count: its kind, its name, and the number of files and articles."""
    return Table(("kind", "name", "files", "left_out", "articles", "duplicates"), _searched_rows(answer))


def _searched_rows(answer: Searched) -> Iterator[Sequence[Cell]]:
    whole = answer.coverage
    yield "all", f"as of {whole.as_of}", whole.files, whole.left_out, whole.articles, answer.duplicates
    for kind, counts in (("folder", answer.folders), ("format", answer.formats)):
        for one in counts:
            yield kind, one.name, one.files, one.left_out, one.articles, one.duplicates
    for status, reason, files in answer.reasons:
        yield f"status {status}", reason, files, "", "", ""
    for reason, count in answer.remarks:
        yield "remark", reason, count, "", "", ""
    for language, articles in answer.languages:
        yield "language", language or "unknown", "", "", articles, ""
    for kind, name, articles in (
        ("date", "no date", answer.undated),
        ("date", "month only", answer.only_month),
        ("date", "year only", answer.only_year),
        ("author", "no author", answer.unsigned),
        ("copies", "articles without their copies", answer.stories),
    ):
        yield kind, name, "", "", articles, ""
    for run in answer.missing:
        days = f"{run.first} to {run.last} ({run.days:,} days)" if run.days > 1 else run.first
        yield "no articles", days, "", "", "", ""


def _trend_rows(answer: Trends) -> Iterator[Sequence[Cell]]:
    for series in answer.series:
        name = series.query.text
        for place, period in enumerate(answer.periods):
            count, articles = series.counts[place], answer.articles[place]
            share = round(100 * count / articles, 4) if articles else ""
            yield period, name, count, articles, share, *_mentioned(answer, series, place)
        yield f"not known by {answer.unit}", name, series.unplaced, answer.unplaced, "", "", "", ""
        yield "no date", name, series.undated, answer.undated, "", "", "", ""


def _mentioned(answer: Trends, series: Series, place: int) -> tuple[Cell, Cell, Cell]:
    """Return mentions, words and mentions per million words of a period, if they were counted."""
    if not answer.words:
        return "", "", ""
    mentions, words = series.mentions[place], answer.words[place]
    return mentions, words, round(1_000_000 * mentions / words, 2) if words else ""


def _cell(value: Any) -> Cell:
    return "; ".join(value) if isinstance(value, tuple) else value


_TABLES: dict[type, Callable[[Any], Table]] = {
    Trends: trends_table,
    CoverageByDay: coverage_table,
    Collocates: collocates_table,
    KeyWords: keywords_table,
    ListTable: list_table,
    Parts: parts_table,
    Sample: sample_table,
    Searched: searched_table,
}
