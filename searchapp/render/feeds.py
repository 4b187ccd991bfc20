"""Searches as feeds, for readers of news: Atom (RFC 4287, paged by RFC 5005, section 3) and JSON Feed 1.1.

lxml writes the XML. feedgen could, too, but its last release was in 2023, and it does not support pages.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from searchapp.answers.search import Found, Results
from searchapp.article import Article
from searchapp.render.plain_text import plain

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml"
JSON_FEED_TYPE = "application/feed+json"
ENTRIES = 50  # on a page, or in a file
_NO_MOMENT = "1970-01-01T00:00:00Z"  # for an article or an index without a moment


@dataclass(frozen=True, slots=True)
class Addresses:
    """URLs: of a page of the feed by number, of the page with the search, and of an article's page.

    The last two are empty if there is no such page.
    """

    of_page: Callable[[int], str]
    of_search: str
    of_article: Callable[[Article], str]


def atom_feed(results: Results, addresses: Addresses) -> bytes:
    """Write a page of results as an Atom feed."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(feed, "id", _feed_id(results))
    _add(feed, "title", _feed_title(results))
    _add(feed, "subtitle", _subtitle(results))
    _add(feed, "updated", _updated(results))
    _add(_add(feed, "author"), "name", "searchapp")
    if addresses.of_search:
        _add(feed, "link", rel="alternate", type="text/html", href=addresses.of_search)
    for rel, page in _pages(results):
        _add(feed, "link", rel=rel, type=ATOM_TYPE, href=addresses.of_page(page))
    for found in results.hits:
        _add_entry(feed, found, addresses)
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return written


def json_feed(results: Results, addresses: Addresses) -> dict[str, Any]:
    """Return a page of results as the object of a JSON Feed."""
    pages = dict(_pages(results))
    values: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _feed_title(results),
        "description": _subtitle(results),
        **({"home_page_url": addresses.of_search} if addresses.of_search else {}),
        "feed_url": addresses.of_page(pages["self"]),
        "items": [_item(found, addresses) for found in results.hits],
    }
    return {**values, "next_url": addresses.of_page(pages["next"])} if "next" in pages else values


def _pages(results: Results) -> Iterator[tuple[str, int]]:
    page, last = results.request.page, max(results.pages, 1)
    yield "self", page
    if last > 1:
        yield "first", 1
        yield "last", last
    if page > 1:
        yield "previous", page - 1
    if page < last:
        yield "next", page + 1


def _add_entry(feed: etree._Element, found: Found, addresses: Addresses) -> None:
    article = found.article
    entry = _add(feed, "entry")
    _add(entry, "id", _entry_id(found))
    _add(entry, "title", _title(found))
    _add(entry, "published", article.added or _NO_MOMENT)
    _add(entry, "updated", article.edited or article.added or _NO_MOMENT)
    for name in article.authors:
        _add(_add(entry, "author"), "name", name)
    if address := addresses.of_article(article):
        _add(entry, "link", rel="alternate", type="text/html", href=address)
    _add(entry, "summary" if address else "content", _snippet(found))  # one without a link needs content


def _item(found: Found, addresses: Addresses) -> dict[str, Any]:
    article = found.article
    return {
        "id": _entry_id(found),
        **({"url": address} if (address := addresses.of_article(article)) else {}),
        "title": _title(found),
        "content_text": _snippet(found),
        "date_published": article.added or _NO_MOMENT,
        "date_modified": article.edited or article.added or _NO_MOMENT,
        "authors": [{"name": plain(name)} for name in article.authors],
    }


def _feed_id(results: Results) -> str:
    """Return an id that depends only on the search, not on the server's address."""
    asked = results.request
    return f"urn:uuid:{uuid5(NAMESPACE_URL, repr((asked.words, asked.filters, asked.authors)))}"


def _entry_id(found: Found) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'searchapp article {found.article.id}')}"


def _feed_title(results: Results) -> str:
    named = [f"{name.replace('_', ' ')}: {value}" for name, value in results.request.filters]
    return plain(" · ".join(filter(None, (results.request.words.strip(), *named)))) or "All articles"


def _subtitle(results: Results) -> str:
    return plain(" ".join((results.sentence, *results.notes)))


def _title(found: Found) -> str:
    return plain(found.article.title) or "Without a title"


def _snippet(found: Found) -> str:
    """Return source, date and snippets as text, which the feed's markup escapes."""
    article = found.article
    about = " · ".join(filter(None, (article.source, article.date)))
    pieces = [
        f"{'… ' if one.is_cut_before else ''}{one.text}{' …' if one.is_cut_after else ''}" for one in found.fragments
    ]
    return plain("\n".join(filter(None, (about, *pieces))))


def _updated(results: Results) -> str:
    moments = [found.article.edited or found.article.added for found in results.hits]
    return max(filter(None, moments), default="") or results.coverage.as_of or _NO_MOMENT


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = plain(text).replace("\ufffe", "\ufffd") or None
    return element
