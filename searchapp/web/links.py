"""The addresses of pages, feeds and files that answer a `Request`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import request, url_for

from searchapp.answers.query_string import one_filter_more, to_query_string
from searchapp.answers.request import SIZE, FilterName, Request, lately, unpaged
from searchapp.engines import FacetName


def path_to(endpoint: str, **values: Any) -> str:
    """Write the path of a page; those without values are remembered, since a page of results has fifty of them."""
    return url_for(endpoint, **values) if values else _path_to(endpoint, request.script_root)


@lru_cache(maxsize=1 << 8)
def _path_to(endpoint: str, root: str) -> str:
    del root  # the path before all others, which a proxy may set
    return url_for(endpoint)


def search_url(asked: Request) -> str:
    """Write the address of a page of results."""
    return f"{path_to('pages.search_page')}?{to_query_string(asked)}"


def narrowing(asked: Request) -> Callable[[FilterName, str], str]:
    """Return what writes the address of a page of results with one filter more."""
    path, query = path_to("pages.search_page"), one_filter_more(asked)
    return lambda name, value: f"{path}?{query(name, value)}"


def article_address(article_id: str) -> str:
    """Write the full address of an article's page, with the server's name, to be printed."""
    return f"{_before_id(request.script_root, request.scheme, request.host)}{article_id}"


def article_url(article_id: str, asked: Request, hit: int) -> str:
    """Write the address of an article that is the hit with a number, counted from 1, of a request."""
    return f"{_before_id(request.script_root)}{article_id}?{to_query_string(asked)}&hit={hit}"


@lru_cache(maxsize=1 << 8)
def _before_id(root: str, *server: str) -> str:
    """Write the address of an article's page up to the id, which is made of hexadecimal digits."""
    del root
    return url_for("pages.article_page", article_id="0", _external=bool(server)).removesuffix("0")


def other_url(endpoint: str, asked: Request) -> str:
    """Write the address of another kind of answer to the same request."""
    return f"{path_to(endpoint)}?{_unpaged(asked)}"


def certificate_url(asked: Request) -> str:
    """Write the address of the certificate of a whole answer."""
    return f"{path_to('certificates.certificate_page')}?{to_query_string(replace(asked, page=1, size=SIZE))}"


def feed_url(asked: Request, kind: str = "atom") -> str:
    """Write the address of a search as a feed."""
    endpoint = "feeds.as_json" if kind == "json" else "feeds.atom"
    return f"{path_to(endpoint)}?{_unpaged(asked)}"


def lately_url(asked: Request) -> str:
    """Write the address of what a search finds among the articles that were added or edited since yesterday."""
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    return search_url(lately(asked, yesterday))


def export_url(asked: Request, form: str) -> str:
    """Write the address of the whole answer as a file."""
    return f"{path_to('api.export')}?{_first_page(asked)}&format={form}"


def values_url(asked: Request, facet: FacetName) -> str:
    """Write the address of the page with all values of a facet."""
    return f"{url_for('pages.values_page', facet=facet)}?{_first_page(asked)}"


@lru_cache(maxsize=16)
def _unpaged(asked: Request) -> str:
    """Write a request for other kinds of answers; remembered, since a page links to ten of them."""
    return to_query_string(unpaged(asked))


@lru_cache(maxsize=16)
def _first_page(asked: Request) -> str:
    return to_query_string(replace(asked, page=1))
