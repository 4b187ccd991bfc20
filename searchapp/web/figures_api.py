"""The part of the API that counts, compares and quotes. The rest is in `api`; `openapi` describes both."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, jsonify, request

from searchapp.answers.concordance import LINE_ORDERS, all_lines
from searchapp.answers.library import article, opened
from searchapp.answers.lists import ListTable
from searchapp.errors import BadRequest
from searchapp.render import tables
from searchapp.render.citations import FORMATS, STYLES, SUFFIXES, WRITERS, citation
from searchapp.render.csv_lines import table_lines
from searchapp.render.figures_json import figures_values
from searchapp.render.networks import gexf, graphml
from searchapp.render.tables import Table
from searchapp.sentences import sentence
from searchapp.web import figures_args
from searchapp.web.admission import exports
from searchapp.web.caching import by_version, unkept
from searchapp.web.figures_args import MOST_LIST, decoded, read_words
from searchapp.web.open_index import library
from searchapp.web.openapi import ANSWER_FORMS, LIST_FORMS
from searchapp.web.request_args import read_choice, read_request, takes
from searchapp.web.sending import begun, marked_csv, noted, sent_csv, sent_file, streamed

figures_api = Blueprint("figures_api", __name__, url_prefix="/api/v1")


@figures_api.get("/trends")
@by_version
@takes(*figures_args.TRENDS_NAMES)
def count_trends() -> Response:
    """Count up to six queries over time."""
    answer = figures_args.asked_trends()
    return _answer(answer, tables.trends_table(answer), "trends")


@figures_api.get("/coverage")
@by_version
@takes(*figures_args.COVERAGE_NAMES)
def count_coverage() -> Response:
    """Count all articles by day."""
    answer = figures_args.asked_coverage()
    return _answer(answer, tables.coverage_table(answer), "coverage")


@figures_api.get("/concordance")
@by_version
@takes(*figures_args.CONCORDANCE_NAMES)
def list_lines() -> Response:
    """Find a page of the lines of a concordance."""
    answer = figures_args.asked_concordance()
    return _answer(answer, tables.concordance_table(answer.lines), "concordance")


@figures_api.get("/concordance/export")
@exports
@takes(*figures_args.CONCORDANCE_NAMES)
def export_lines() -> Response:
    """Send all lines of a concordance as CSV, as one stream."""
    read_choice(request.args, "format", ("csv",))
    asked, words = read_request(request.args, ()), read_words()
    order = read_choice(request.args, "order", LINE_ORDERS)
    folder = library().catalog.folder

    def lines() -> Iterator[str]:
        with opened(folder) as frozen:  # one commit is read, whatever is committed meanwhile
            yield from table_lines(*tables.concordance_table(all_lines(frozen, asked, order, words)))

    return streamed(marked_csv(begun(lines())), "text/csv", "concordance.csv")


@figures_api.get("/collocates")
@by_version
@takes(*figures_args.COLLOCATES_NAMES)
def list_collocates() -> Response:
    """Find the words near the matches."""
    answer = figures_args.asked_collocates()
    return _answer(answer, tables.collocates_table(answer), "collocates")


@figures_api.get("/keywords")
@by_version
@takes(*figures_args.KEYWORDS_NAMES)
def list_keywords() -> Response:
    """Find the words that are typical of the articles found."""
    answer = figures_args.asked_keywords()
    return _answer(answer, tables.keywords_table(answer), "keywords")


@figures_api.get("/parts")
@by_version
@takes(*figures_args.PARTS_NAMES)
def count_parts() -> Response:
    """Count what each part of a query contributes."""
    answer = figures_args.asked_parts()
    return _answer(answer, tables.parts_table(answer), "parts")


@figures_api.get("/sample")
@by_version
@takes(*figures_args.SAMPLE_NAMES)
def draw_sample() -> Response:
    """Draw a sample."""
    answer = figures_args.asked_sample()
    return _answer(answer, tables.sample_table(answer), "sample")


@figures_api.post("/list")
@takes(*figures_args.LIST_NAMES)
def count_list() -> Response:
    """Count each line of a list, which is the body of the request.

    Raises:
        BadRequest: the list is too long, or cannot be read.
    """
    if (request.content_length or 0) > MOST_LIST:
        raise BadRequest(sentence("A list can have up to {most} bytes.", most=MOST_LIST))
    form = read_choice(request.args, "format", LIST_FORMS)
    are_names = read_choice(request.args, "names", ("no", "yes")) == "yes"
    is_csv = request.mimetype == "text/csv"
    answer = figures_args.asked_list(decoded(request.get_data()), is_csv=is_csv, are_names=are_names)
    return unkept(list_as(answer, form))


def list_as(answer: ListTable, form: str) -> Response:
    """Answer with a list that was counted, in one of its forms: a table, pairs, a matrix, a network."""
    return jsonify(figures_values(answer)) if form == "json" else noted(_list_file(answer, form), answer.notes)


def _list_file(answer: ListTable, form: str) -> Response:
    match form:
        case "graphml":
            return sent_file(graphml(answer), "application/xml", "list.graphml")
        case "gexf":
            return sent_file(gexf(answer), "application/xml", "list.gexf")
        case "together":
            return sent_csv(table_lines(*tables.together_table(answer)), "together.csv")
        case "matrix":
            return sent_csv(table_lines(*tables.matrix_table(answer)), "matrix.csv")
        case _:
            return sent_csv(table_lines(*tables.list_table(answer)), "list.csv")


@figures_api.get("/articles/<article_id>/citation")
@by_version
@takes("format")
def cite_article(article_id: str) -> Response:
    """Cite one article, in every style as JSON or as a file for a reference manager."""
    found = article(library(), article_id)
    form = read_choice(request.args, "format", ("json", *WRITERS))
    if form == "json":
        return jsonify({style: citation(found, style) for style in STYLES})
    return sent_file(WRITERS[form]([found]), FORMATS[form], f"{found.id[:40]}.{SUFFIXES[form]}")


def _answer(answer: Any, table: Table, name: str) -> Response:
    if read_choice(request.args, "format", ANSWER_FORMS) == "csv":
        response = noted(sent_csv(table_lines(*table), f"{name}.csv"), answer.notes)
    else:
        response = jsonify(figures_values(answer))
    return unkept(response) if getattr(answer, "is_partial", False) else response
