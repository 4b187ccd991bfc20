"""The API for programs, version 1: the same answers as the pages, as JSON. `openapi` describes it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from searchapp.answers.changes import compare_version, edits
from searchapp.answers.copies import compare, printings
from searchapp.answers.export import notes, whole
from searchapp.answers.library import article
from searchapp.answers.query_string import PARAMETERS
from searchapp.answers.request import Request
from searchapp.answers.search import Results, mark, search
from searchapp.answers.similar import similar
from searchapp.answers.suggestions import suggest
from searchapp.article import Article
from searchapp.engines import FACETS, FacetName
from searchapp.errors import BadRequest
from searchapp.render.citations import FORMATS, SUFFIXES, WRITERS
from searchapp.render.copies import copies_values, difference_values, edits_values
from searchapp.render.csv_lines import csv_lines
from searchapp.render.json_values import article_values, coverage_values, fragment_values, json_lines, results_values
from searchapp.render.plain_text import plain
from searchapp.web.admission import budget, exports
from searchapp.web.caching import by_version, unkept
from searchapp.web.cursors import Cursor, read_cursor, write_cursor
from searchapp.web.open_index import library
from searchapp.web.openapi import describe
from searchapp.web.request_args import read_number, read_request, read_status, takes
from searchapp.web.sending import begun, marked_csv, noted, streamed

MOST_SUGGESTIONS = 20
MOST_SIMILAR = 50
MOST_FILES = 1_000
_REMARKS = 100  # of a file that are listed

_OF_FACETS = ("query", "filters", "total", "total_is", "facets", "notes", "is_partial")


# What writes a whole result, its media type, and how the file ends.
EXPORTS: dict[str, tuple[Callable[[Iterable[Article]], Iterator[str]], str, str]] = {
    "csv": (lambda articles: marked_csv(csv_lines(articles)), "text/csv", "csv"),
    "jsonl": (json_lines, "application/jsonl", "jsonl"),
    **{form: (write, FORMATS[form], SUFFIXES[form]) for form, write in WRITERS.items()},
}

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/search")
@by_version
@takes(*PARAMETERS, "cursor", "facets")
def search_articles() -> Response:
    """Answer a search."""
    version = library().version
    results = search(library(), _asked(version), budget())
    following = _next(results, version)
    values = {**_results_values(results), "version": version, "next": following}
    return _answer(values, results)


@api.get("/facets")
@by_version
@takes(*PARAMETERS, "cursor", "facets")
def count_facets() -> Response:
    """Count the facets of a search, without its hits."""
    results = search(library(), replace(_asked(library().version), page=1, size=1), budget())
    values = results_values(results)
    return _answer({name: values[name] for name in _OF_FACETS}, results)


@api.get("/articles/<article_id>")
@by_version
@takes("q")
def read_article(article_id: str) -> Response:
    """Return one article, and where the words of ``q`` match in it."""
    found = article(library(), article_id)
    values = {**article_values(found), **_addresses(found)}
    if words := request.args.get("q", ""):
        marked = mark(library(), found, words)
        fragments = {"title": marked.title, "byline": marked.byline, "body": marked.fragments[0]}
        values["marked"] = {name: fragment_values(fragment) for name, fragment in fragments.items()}
    return jsonify(values)


@api.get("/articles/<article_id>/similar")
@by_version
@takes("limit")
def list_similar(article_id: str) -> Response:
    """List articles like one."""
    found = article(library(), article_id)
    others = similar(library(), found, _read_limit(5, MOST_SIMILAR))
    return jsonify({"articles": [_listed(other) for other in others]})


@api.get("/articles/<article_id>/copies")
@by_version
def list_copies(article_id: str) -> Response:
    """List all printings of an article's story, the first one first."""
    found = printings(library(), article(library(), article_id))
    values = copies_values(found)
    for one, listed in zip(found, values["printings"], strict=True):
        listed.update(_addresses(one))
    return jsonify(values)


@api.get("/articles/<article_id>/diff/<other_id>")
@by_version
def tell_difference(article_id: str, other_id: str) -> Response:
    """Say which words of two articles differ."""
    difference = compare(article(library(), article_id), article(library(), other_id))
    return jsonify(difference_values(difference))


@api.get("/articles/<article_id>/versions")
@by_version
def list_versions(article_id: str) -> Response:
    """List the changes of an article whose former texts are kept, the latest first."""
    found = article(library(), article_id)
    return jsonify(edits_values(found, edits(library(), found)))


@api.get("/articles/<article_id>/versions/<int:number>")
@by_version
@takes("to")
def tell_change(article_id: str, number: int) -> Response:
    """Say which words of a former text of an article differ from its text now, or from another former one."""
    difference = compare_version(library(), article(library(), article_id), number, read_number(request.args, "to", 0))
    return jsonify(difference_values(difference))


@api.get("/suggest")
@by_version
@takes("q", "limit")
def suggest_words() -> Response:
    """Complete what is being typed."""
    return jsonify({"suggestions": list(_suggestions())})


@api.get("/suggest/browser")
@by_version
@takes("q", "limit")
def browser_suggestions() -> Response:
    """Complete what is being typed into a browser's own search bar, in the format of OpenSearch."""
    values = [request.args.get("q", ""), [suggestion["words"] for suggestion in _suggestions()]]
    return Response(jsonify(values).get_data(), mimetype="application/x-suggestions+json")


@api.get("/stats")
@by_version
def tell_stats() -> Response:
    """Return what the index contains."""
    return jsonify(
        {
            **coverage_values(library().catalog.coverage()),
            "full_stories": library().catalog.full_stories(),
            "engine": library().catalog.engine,
            "language": library().catalog.language,
            "stemmed": library().stemmed_languages(),
            "version": library().version,
        }
    )


@api.get("/files")
@by_version
@takes("limit", "status", "reason", "after")
def list_files() -> Response:
    """List files and the status of each."""
    limit = _read_limit(100, MOST_FILES)
    reason, after = request.args.get("reason", ""), request.args.get("after", "")
    listed = library().catalog.files(read_status(request.args), reason, limit, after, _REMARKS)
    return jsonify({"files": [asdict(file) for file in listed.files], "after": listed.after or None})


@api.get("/export")
@exports
@takes(*PARAMETERS, "format")
def export() -> Response:
    """Send everything that a search finds, as one stream.

    Raises:
        BadRequest: there is no such format.
    """
    form = request.args.get("format", "")
    if form not in EXPORTS:
        raise BadRequest(f"format has to be one of {', '.join(EXPORTS)}.")
    write, mimetype, suffix = EXPORTS[form]
    asked = read_request(request.args, ())
    remarks = notes(library(), asked)
    response = streamed(write(begun(whole(library(), asked))), mimetype, f"articles.{suffix}")
    return unkept(noted(response, remarks))


@api.get("/openapi.json")
def describe_api() -> Response:
    """Return the description of the API in OpenAPI."""
    return jsonify(describe(url_for("pages.search_page").rstrip("/")))


def _asked(version: str) -> Request:
    asked = read_request(request.args, _read_facets())
    if not (text := request.args.get("cursor", "")):
        return asked
    cursor = read_cursor(text, version)
    return replace(asked, page=cursor.page, size=cursor.size)


def _read_facets() -> tuple[FacetName, ...]:
    names = request.args.get("facets", ",".join(FACETS)).split(",")
    if unknown := [name for name in names if name and name not in FACETS]:
        raise BadRequest(f"There is no facet {unknown[0][:20]!r}. Choose from: {', '.join(FACETS)}.")
    return tuple(facet for facet in FACETS if facet in names)


def _read_limit(default: int, most: int) -> int:
    return min(read_number(request.args, "limit", default), most)


def _next(results: Results, version: str) -> str | None:
    asked = results.request
    return write_cursor(Cursor(version, asked.page + 1, asked.size)) if asked.page < results.pages else None


def _results_values(results: Results) -> dict[str, Any]:
    values = results_values(results)
    for hit, found in zip(values["hits"], results.hits, strict=True):
        hit.update(_addresses(found.article))
    return values


def _answer(values: dict[str, Any], results: Results) -> Response:
    response = jsonify(values)
    return unkept(response) if results.is_partial else response


def _addresses(found: Article) -> dict[str, str]:
    """Return the addresses of an article's page and of the whole article."""
    return {
        "page_url": url_for("pages.article_page", article_id=found.id),
        "api_url": url_for("api.read_article", article_id=found.id),
    }


def _listed(other: Article) -> dict[str, Any]:
    values = article_values(other)
    del values["body"]
    return {**values, **_addresses(other)}


def _suggestions() -> Iterator[dict[str, Any]]:
    limit = _read_limit(8, MOST_SUGGESTIONS)
    for suggestion in suggest(library(), request.args.get("q", ""), limit):
        page_url = url_for("pages.article_page", article_id=suggestion.id) if suggestion.id else None
        yield {
            "kind": suggestion.kind,
            "text": plain(suggestion.text),
            "words": plain(suggestion.words),
            "count": suggestion.count,
            "page_url": page_url,
        }
