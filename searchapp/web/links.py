"""A `Request` written as an address, and the requests that are one step from it."""

from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlencode

from flask import g, url_for

from searchapp.answers.request import Authors, FilterName, Request
from searchapp.engines import FacetName, Sort
from searchapp.web.request_args import SIZE


def arguments(request: Request) -> str:
    """Write a request the way `asking.read_request` reads it; what is left to its default is left out."""
    pairs: list[tuple[str, str]] = [("q", request.words), *request.filters]
    if request.sort != "relevance":
        pairs.append(("sort", request.sort))
    if request.authors != "any":
        pairs.append(("authors", request.authors))
    if request.size != SIZE:
        pairs.append(("size", str(request.size)))
    if request.page > 1:
        pairs.append(("page", str(request.page)))
    return "&".join(_written(*pair) for pair in pairs)


def search_url(asked: Request) -> str:
    """Write the address of a page of results."""
    if "search_path" not in g:
        g.search_path = url_for("pages.search_page")
    return f"{g.search_path}?{arguments(asked)}"


def article_url(article_id: str, asked: Request, hit: int) -> str:
    """Write the address of an article that a request found as its hit of a number, counted from 1."""
    return f"{url_for('pages.article_page', article_id=article_id)}?{arguments(asked)}&hit={hit}"


def other_url(endpoint: str, asked: Request) -> str:
    """Write the address of another kind of answer to the same request."""
    return f"{url_for(endpoint)}?{arguments(replace(asked, sort='relevance', page=1, size=SIZE))}"


def certificate_url(asked: Request) -> str:
    """Write the address of the certificate of a whole answer."""
    return f"{url_for('certificates.certificate_page')}?{arguments(replace(asked, page=1, size=SIZE))}"


def feed_url(asked: Request, kind: str = "atom") -> str:
    """Write the address of a search as a feed."""
    endpoint = "feeds.as_json" if kind == "json" else "feeds.atom"
    return f"{url_for(endpoint)}?{arguments(replace(asked, sort='relevance', page=1, size=SIZE))}"


def export_url(asked: Request, form: str) -> str:
    """Write the address of the whole answer as a file."""
    return f"{url_for('api.export')}?{arguments(replace(asked, page=1))}&format={form}"


def values_url(asked: Request, facet: FacetName) -> str:
    """Write the address of the page with all values of a facet."""
    return f"{url_for('pages.values_page', facet=facet)}?{arguments(replace(asked, page=1))}"


def with_words(request: Request, words: str) -> Request:
    """Ask for other words, with the same filters."""
    return replace(request, words=words, page=1)


def with_filter(request: Request, name: FilterName, value: str) -> Request:
    """Narrow a request."""
    return replace(request, filters=(*request.filters, (name, value)), page=1)


def without(request: Request, name: FilterName, value: str) -> Request:
    """Take one filter away."""
    return replace(request, filters=tuple(pair for pair in request.filters if pair != (name, value)), page=1)


def with_range(request: Request, days: str) -> Request:
    """Narrow a request to a day, a month or a range of days."""
    return with_filter(request, "date", days)


def without_words(request: Request) -> Request:
    """Keep the filters alone."""
    return replace(request, words="", page=1)


def unfiltered(request: Request) -> Request:
    """Take all filters away."""
    return replace(request, filters=(), page=1)


def sorted_by(request: Request, sort: Sort) -> Request:
    """Ask for another order."""
    return replace(request, sort=sort, page=1)


def of_authors(request: Request, authors: Authors) -> Request:
    """Ask for articles by any of the authors that are chosen, or by all of them together."""
    return replace(request, authors=authors, page=1)


def on_page(request: Request, page: int) -> Request:
    """Ask for another page."""
    return replace(request, page=page)


@lru_cache(maxsize=1 << 10)
def _written(name: str, value: str) -> str:
    """Write one argument. A page has fifty addresses, and the words in all of them."""
    return urlencode([(name, value)])
