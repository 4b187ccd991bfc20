"""The pages that count, compare and quote: trends, coverage, concordance, words, parts, a list, a sample."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for

from searchapp.answers.concordance import LINE_ORDERS
from searchapp.answers.coverage import CoverageByDay
from searchapp.answers.lists import MOST_LINES, ListTable, Pair, read_list, written
from searchapp.answers.periods import UNITS
from searchapp.answers.request import Request, grouped, unpaged, within_days
from searchapp.answers.sample import Sample, precision
from searchapp.answers.trends import MEASURES, MOST_QUERIES, in_period, near_matches
from searchapp.errors import BadRequest
from searchapp.render import tables
from searchapp.render.csv_lines import table_lines
from searchapp.render.html import html_each
from searchapp.sentences import marked as _
from searchapp.sentences import sentence
from searchapp.web import chart, figures_args
from searchapp.web.bylines import direction_of_texts
from searchapp.web.caching import by_version, unkept
from searchapp.web.figures_api import list_as
from searchapp.web.figures_args import LARGEST_FORM, MOST_LIST, decoded
from searchapp.web.links import article_url, search_url
from searchapp.web.markup import markup
from searchapp.web.openapi import LIST_FORMS
from searchapp.web.request_args import read_choice, read_request, takes
from searchapp.web.results_view import page_numbers
from searchapp.web.safety import with_drawn_pictures
from searchapp.web.sending import sent_csv

JUDGEMENTS = {"r": _("relevant"), "n": _("not relevant"), "u": _("unsure")}
UNIT_NAMES = (_("day"), _("week"), _("month"), _("year"))  # as `UNITS` has them
_SHOWN_PAIRS = 40
MEASURE_NAMES = {
    "share": _("percent of all articles"),
    "count": _("articles"),
    "mentions": _("mentions per million words"),
}

figures = Blueprint("figures", __name__)


@figures.get("/trends")
@by_version
@takes(*figures_args.TRENDS_NAMES)
def trends_page() -> Response:
    """Draw the counts of up to six queries over time."""
    queries = [words for words in request.args.getlist("q") if words.strip()]
    asked = unpaged(read_request(request.args, ()))
    answer = near_matches(figures_args.asked_trends()) if queries else None

    def period_url(words: str, period: str) -> str:
        return search_url(in_period(replace(asked, words=words), period))

    response = make_response(
        render_template(
            "trends.html",
            asked=asked,
            queries=[*queries, *[""] * MOST_QUERIES][:MOST_QUERIES],
            answer=answer,
            chart=chart.draw(answer, period_url) if answer else None,
            units=UNITS,
            unit=read_choice(request.args, "by", UNITS, "month"),
            measures=MEASURE_NAMES,
            measure=read_choice(request.args, "measure", MEASURES),
            period_name=chart.period_name,
            period_url=period_url,
            value_text=lambda value: "" if value is None else chart.shown(value),
            files=_files("trends"),
        )
    )
    return with_drawn_pictures(unkept(response) if answer and answer.is_partial else response)


@figures.get("/coverage")
@by_version
@takes(*figures_args.COVERAGE_NAMES)
def coverage_page() -> Response:
    """Show how many articles there are at all, by month and by day, and the gaps."""
    answer, asked = figures_args.asked_coverage(), unpaged(read_request(request.args, ()))
    return make_response(
        render_template(
            "coverage.html",
            asked=asked,
            answer=answer,
            days_url=lambda days: search_url(within_days(asked, days)),
            year_url=lambda year: f"{_url('figures.coverage_page', year=year)}#days",
            years=sorted({month[:4] for month, count in answer.months.items() if count}),
            month_names=chart.period_name,
            level=_level(max(answer.months.values(), default=0)),
            calendar=_calendar(answer, request.args.get("year", "")),
            files=_files("coverage"),
        )
    )


@figures.get("/concordance")
@by_version
@takes(*figures_args.CONCORDANCE_NAMES)
def concordance_page() -> Response:
    """Show every match in a line of its own."""
    answer = figures_args.asked_concordance()
    directions = [direction_of_texts(line.left, line.match, line.right) for line in answer.lines]
    response = make_response(
        render_template(
            "concordance.html",
            asked=answer.request,
            answer=answer,
            directions=directions,
            direction_of_most="rtl" if 2 * directions.count("rtl") > len(directions) else "ltr",
            orders=LINE_ORDERS,
            pages=page_numbers(answer.request.page, answer.pages),
            url_of_page=lambda page: _url("figures.concordance_page", page=page),
            line_url=lambda line: f"{article_url(line.id, unpaged(answer.request), 1)}",
            export=f"{url_for('figures_api.export_lines')}?{_query(page=None, size=None)}",
            values=f"{url_for('figures_api.list_lines')}?{_query()}",
        )
    )
    return unkept(response) if answer.is_partial else response


@figures.get("/collocates")
@by_version
@takes(*figures_args.COLLOCATES_NAMES)
def collocates_page() -> Response:
    """List the words near the matches."""
    answer = figures_args.asked_collocates()
    return _words_page("collocates.html", answer.request, answer, "collocates")


@figures.get("/keywords")
@by_version
@takes(*figures_args.KEYWORDS_NAMES)
def keywords_page() -> Response:
    """List the words that are typical of the articles found."""
    answer = figures_args.asked_keywords()
    against = request.args.get("against", "")
    return _words_page("keywords.html", answer.request, answer, "keywords", against)


@figures.get("/parts")
@by_version
@takes(*figures_args.PARTS_NAMES)
def parts_page() -> Response:
    """Show what each part of a query contributes."""
    answer = figures_args.asked_parts()

    def narrowed(words: str) -> Request:
        return replace(unpaged(answer.request), words=words)

    page = render_template(
        "parts.html", asked=unpaged(answer.request), answer=answer, narrowed=narrowed, files=_files("parts")
    )
    response = make_response(page)
    return unkept(response) if answer.is_partial else response


@figures.get("/sample")
@by_version
@takes(*figures_args.SAMPLE_NAMES)
def sample_page() -> Response:
    """Draw a sample, let it be judged, and say how precise the query is."""
    answer = figures_args.asked_sample()
    judged = {found.article.id: request.args.get(f"j.{found.article.id}", "") for found in answer.found}
    written = html_each([part for found in answer.found for part in (found.title, *found.fragments[:1])])
    texts = iter(map(markup, written))
    shown = [(found.article, next(texts), [next(texts) for _ in found.fragments[:1]]) for found in answer.found]
    if request.args.get("format") == "csv":
        return _judged_csv(answer, judged)
    counts = {kind: sum(one == kind for one in judged.values()) for kind in JUDGEMENTS}
    page = render_template(
        "sample.html",
        asked=unpaged(answer.request),
        answer=answer,
        shown=shown,
        judged=judged,
        judgements=JUDGEMENTS,
        counts=counts,
        precision=precision(counts["r"], counts["r"] + counts["n"]),
        files=_files("sample"),
        csv=_url("figures.sample_page", format="csv"),
    )
    return make_response(page)


@figures.get("/list")
@by_version
@takes(*figures_args.LIST_NAMES)
def list_page() -> Response:
    """Show the form for a list."""
    return make_response(_list_page(None, "", are_names=True))


@figures.post("/list")
@takes(*figures_args.LIST_NAMES)
def counted_list_page() -> Response:
    """Count a list that was pasted or uploaded. It is read in memory and kept nowhere.

    Raises:
        BadRequest: the list is too long, or cannot be read.
    """
    if (request.content_length or 0) > LARGEST_FORM:
        raise BadRequest(sentence("A list can have up to {most} bytes.", most=MOST_LIST))
    form = read_choice(request.args, "format", ("html", *LIST_FORMS))
    text, are_names = _sent_list(), bool(request.form.get("names"))
    answer = figures_args.asked_list(text, is_csv=False, are_names=are_names)
    if form != "html":
        return unkept(list_as(answer, form))
    return unkept(make_response(_list_page(answer, text, are_names=are_names)))


def _sent_list() -> str:
    """Return the list that was uploaded, or else the one that was pasted, as lines that can be sent again."""
    uploaded = request.files.get("file")
    if not (uploaded and uploaded.filename and (sent := uploaded.read())):
        return request.form.get("list", "")
    text = decoded(sent)
    return written(read_list(text, is_csv=True)) if uploaded.filename.lower().endswith(".csv") else text


def _list_page(answer: ListTable | None, text: str, *, are_names: bool) -> str:
    asked = unpaged(read_request(request.args, ()))
    return render_template(
        "list.html",
        asked=asked,
        answer=answer,
        text=text,
        are_names=are_names,
        most=MOST_LINES,
        pairs=_pairs(answer) if answer else [],
        row_request=lambda row: replace(asked, words=row.entry.words),
        file_url=lambda form: _url("figures.counted_list_page", format=form),
    )


def _pairs(answer: ListTable) -> list[tuple[str, str, int, Request]]:
    """Return the pairs that occur together most, each with the search for both."""
    labels = [row.entry.label for row in answer.rows]
    shown = answer.together[:_SHOWN_PAIRS]
    return [(labels[pair.first], labels[pair.second], pair.articles, _both(answer, pair)) for pair in shown]


def _both(answer: ListTable, pair: Pair) -> Request:
    first, second = answer.rows[pair.first].entry.words, answer.rows[pair.second].entry.words
    return Request(f"{grouped(first)} {grouped(second)}", answer.filters)


def _words_page(template: str, asked: Request, answer: Any, name: str, against: str = "") -> Response:
    here, there = grouped(asked.words), grouped(against)

    def with_word(word: str) -> Request:
        return replace(unpaged(asked), words=f"{here} ={word}".lstrip())

    def without_words(word: str) -> Request:
        return replace(unpaged(asked), words=f"{there} ={word} -{here}".lstrip())

    calls = {"with_word": with_word, "without_words": without_words}
    return make_response(render_template(template, asked=unpaged(asked), answer=answer, files=_files(name), **calls))


def _judged_csv(answer: Sample, judged: dict[str, str]) -> Response:
    table = tables.sample_table(answer)
    rows = [[*row[:-1], JUDGEMENTS.get(judged[str(row[0])], "")] for row in table.rows]
    return sent_csv(table_lines(table.heading, rows), "judged.csv")


def _level(most: int) -> Any:
    def level(count: int) -> int:
        """Return how dark a day or month is shown: 0 if there is nothing, else 1 to 4."""
        return min(-(-4 * count // most), 4) if count and most else 0

    return level


def _calendar(answer: CoverageByDay, wanted: str) -> dict[str, Any] | None:
    """Return the days of one year: the one asked for, else the last one of which days are known."""
    years = sorted({day[:4] for day in answer.days})
    if not years:
        return None
    year = wanted if wanted in years else years[-1]
    days = {day: count for day, count in answer.days.items() if day.startswith(year)}
    return {"year": year, "years": years, "days": days, "level": _level(max(days.values()))}


def _files(name: str) -> dict[str, str]:
    """Return the addresses of the same answer for programs and spreadsheets."""
    endpoint = {
        "trends": "count_trends",
        "coverage": "count_coverage",
        "collocates": "list_collocates",
        "keywords": "list_keywords",
        "parts": "count_parts",
        "sample": "draw_sample",
    }[name]
    address = url_for(f"figures_api.{endpoint}")
    return {"CSV": f"{address}?{_query(format='csv')}", "JSON": f"{address}?{_query(format=None)}"}


def _url(endpoint: str, **changes: object) -> str:
    return f"{url_for(endpoint)}?{_query(**changes)}"


def _query(**changes: object) -> str:
    """Write the arguments of this address, some of them changed or, where None, left out."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in changes]
    return urlencode([*kept, *((name, str(value)) for name, value in changes.items() if value is not None)])
