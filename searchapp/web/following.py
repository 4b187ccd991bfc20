"""The page of the saved searches: what is new for each, and how its answer differs from the one that was kept.

Nothing is written here. What a person has seen is kept in their browser (`static/saved.js`), by the numbers of changes
that the API tells.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for

from searchapp.answers.lists import Entry
from searchapp.answers.request import Request, lately
from searchapp.answers.saved import Comparison, compare_saved, count_saved, saved_searches
from searchapp.catalog.kept import is_kept
from searchapp.errors import BadRequest, NotFound
from searchapp.render.differences import comparison_values
from searchapp.render.figures_json import figures_values
from searchapp.sentences import sentence
from searchapp.web.admission import budget
from searchapp.web.caching import unkept
from searchapp.web.differences_view import listed
from searchapp.web.formats import day, moment
from searchapp.web.links import search_url
from searchapp.web.open_index import library
from searchapp.web.request_args import read_number, takes

_ON_A_PAGE = 100  # saved searches

following = Blueprint("following", __name__)


@following.get("/saved")
@takes("since", "page")
def saved_page() -> Response:
    """List the saved searches, each with what it finds, and what is new for it since a day."""
    since, page = request.args.get("since", "") or _yesterday(), read_number(request.args, "page", 1)
    answer = count_saved(library(), since, budget(), (page - 1) * _ON_A_PAGE, _ON_A_PAGE)
    index = library().catalog.folder
    return unkept(
        make_response(
            render_template(
                "saved.html",
                asked=Request(),
                answer=answer,
                since=since,
                since_text=day(since) if len(since) <= len("2026-11-24") else moment(since),
                page=page,
                pages=-(-answer.saved // _ON_A_PAGE),
                found_url=lambda words: search_url(Request(words, sort="added")),
                new_url=lambda words, moment=since: search_url(lately(Request(words), moment)),
                is_kept=lambda name: is_kept(index, name),
                numbers=url_for("following.saved_numbers", page=page),
            )
        )
    )


@following.get("/saved/compare")
@takes("name", "until")
def comparison_page() -> Response:
    """Show article by article how the answer of a saved search differs from the one that was kept.

    Raises:
        NotFound: there is no such search, or nothing was kept of it by then.
    """
    comparison = _compared()
    page = render_template(
        "comparison.html",
        asked=Request(),
        comparison=comparison,
        differences=listed(comparison.differences.kinds),
        until=request.args.get("until", ""),
        found_url=search_url(Request(comparison.entry.words, sort="added")),
    )
    return unkept(make_response(page))


@following.get("/api/v1/saved/compare")
@takes("name", "until")
def saved_comparison() -> Response:
    """Return article by article how the answer of a saved search differs from the one that was kept.

    Raises:
        NotFound: there is no such search, or nothing was kept of it by then.
    """
    return unkept(jsonify(comparison_values(library(), _compared())))


@following.get("/api/v1/saved")
@takes("since", "page")
def saved_numbers() -> Response:
    """Count for each saved search the changes that it finds after the one with a number, which `last` told before."""
    since = read_number(request.args, "since", 0, least=0)
    first = (read_number(request.args, "page", 1) - 1) * _ON_A_PAGE
    answer = count_saved(library(), since, budget(), first, _ON_A_PAGE)
    rows = [
        {"name": one.entry.label, "query": one.entry.words, "total": one.total, "new": list(one.new)}
        for one in answer.rows
    ]
    values: dict[str, Any] = {
        "saved": figures_values(rows),
        "count": answer.saved,
        "last": answer.last,
        "as_of": answer.coverage.as_of,
        "is_partial": answer.is_partial,
    }
    return unkept(jsonify(values))


def _compared() -> Comparison:
    name = request.args.get("name", "")
    comparison = compare_saved(library(), _named(name), request.args.get("until", ""), budget())
    if not comparison:
        raise NotFound(
            sentence(
                "Of a saved search {name}, no answer was kept by then. See /saved for all of them.",
                name=repr(name[:100]),
            )
        )
    return comparison


def _named(name: str) -> Entry:
    """Find a saved search. If there is none, the answer is 404, not 400."""
    try:
        return saved_searches(library().catalog.folder).named(name).entry
    except BadRequest as fault:
        raise NotFound(
            sentence("There is no saved search {name}. See /saved for all of them.", name=repr(name[:100]))
        ) from fault


def _yesterday() -> str:
    return (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
