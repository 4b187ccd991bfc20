"""Feeds of searches: what a search finds, latest additions first, as Atom and as JSON Feed."""

import json
from dataclasses import replace

from flask import Blueprint, Response, request, url_for

from searchapp.answers.query_string import PARAMETERS, to_query_string
from searchapp.answers.request import SIZE, SORTS, Request
from searchapp.answers.search import Results, search
from searchapp.render.feeds import ATOM_TYPE, ENTRIES, JSON_FEED_TYPE, Addresses, atom_feed, json_feed
from searchapp.web.admission import budget
from searchapp.web.caching import by_version, unkept
from searchapp.web.open_index import library
from searchapp.web.request_args import read_request, takes

feeds = Blueprint("feeds", __name__)


@feeds.get("/feed.atom")
@by_version
@takes(*PARAMETERS)
def atom() -> Response:
    """Answer a search as an Atom feed."""
    results = _results()
    return _answer(results, atom_feed(results, _addresses(results.request, "feeds.atom")), ATOM_TYPE)


@feeds.get("/feed.json")
@by_version
@takes(*PARAMETERS)
def as_json() -> Response:
    """Answer a search as a JSON Feed."""
    results = _results()
    values = json_feed(results, _addresses(results.request, "feeds.as_json"))
    return _answer(results, json.dumps(values, ensure_ascii=False).encode("utf-8", "replace"), JSON_FEED_TYPE)


def _results() -> Results:
    asked = read_request(request.args, (), size=ENTRIES)
    return search(library(), replace(asked, sort="added"), budget())


def _addresses(asked: Request, endpoint: str) -> Addresses:
    def of_page(page: int) -> str:
        kept = replace(asked, sort=SORTS[0], page=page)  # a feed has one order, so its addresses name none
        return f"{url_for(endpoint, _external=True)}?{to_query_string(kept, ENTRIES)}"

    found = to_query_string(replace(asked, page=1, size=SIZE))
    return Addresses(
        of_page=of_page,
        of_search=f"{url_for('pages.search_page', _external=True)}?{found}",
        of_article=lambda article: url_for("pages.article_page", article_id=article.id, _external=True),
    )


def _answer(results: Results, written: bytes, kind: str) -> Response:
    response = Response(written, mimetype=kind)
    return unkept(response) if results.is_partial else response
