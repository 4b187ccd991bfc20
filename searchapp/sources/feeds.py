"""RSS (0.9 to 2.0) and Atom files: each item is an article. Other vocabularies (Media RSS, iTunes) are ignored."""

from collections.abc import Iterator
from functools import partial
from xml.etree.ElementTree import Element

from searchapp.sentences import recorded
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.guarding import guarded
from searchapp.sources.markup import plain, plain_line
from searchapp.sources.xml_tree import (
    attribute,
    blocks,
    child,
    every,
    first_text,
    line,
    local_name,
    namespace,
    outermost,
)

_TEXTS = ("encoded", "content", "description", "summary")
_DATES = ("pubDate", "published", "issued", "date", "created", "updated")
_ITEMS = ("item", "entry")
# The namespaces of RSS (which may have none) and Atom, and of the two vocabularies that belong to feeds.
_CORE = ("rss", "atom", "purl.org/rss/1.0/", "netscape.com/rdf/simple")
_BESIDE = ("purl.org/rss/1.0/modules/content", "purl.org/dc/")
_OTHERS = ("modules/", "search.yahoo.com", "itunes", "media", "feedburner", "slash")


def drafts(root: Element) -> Iterator[Draft | Remark]:
    """Read each ``<item>`` or ``<entry>``."""
    channel = child(root, "channel")
    channel = root if channel is None else channel
    source = _text(channel, "title")
    language = _text(channel, "language") or attribute(root, "lang")
    authors = _authors(channel)
    for number, item in enumerate(outermost(root, _ITEMS), start=1):
        where = recorded("item {number}", number=number)
        yield from guarded(partial(_drafts, item, source, language, authors), where)
        if inner := sum(1 for _ in every(item, *_ITEMS)) - 1:
            yield Remark(
                recorded("item {number}", number=number),
                recorded("holds {number} more items, which are not read", number=inner),
            )


def _drafts(item: Element, source: str, language: str, authors: tuple[str, ...]) -> Iterator[Draft]:
    names = _authors(item) or authors
    origin = child(item, "source")
    named = "" if origin is None else first_text(origin, "title") or line(origin)
    yield Draft(
        title=plain_line(_text(item, "title")),
        byline=", ".join(names),
        body=_body(item),
        date=_text(item, *_DATES),
        source=plain_line(named or source),
        language=language or attribute(item, "lang"),
        url=_link(item),
        own_id=_text(item, "guid", "id") or attribute(item, "about"),
        names=names if len(names) > 1 else (),
    )


def _children(parent: Element, name: str) -> Iterator[Element]:
    for one in parent:
        if local_name(one) != name:
            continue
        space = namespace(one).lower()
        is_core = not space or (any(known in space for known in _CORE) and not any(other in space for other in _OTHERS))
        if is_core or any(known in space for known in _BESIDE):
            yield one


def _text(parent: Element, *names: str) -> str:
    """Return the text of the first child with one of these names that has text."""
    found = (line(one) for name in names for one in _children(parent, name))
    return next(filter(None, found), "")


def _body(item: Element) -> str:
    for name in _TEXTS:
        for one in _children(item, name):
            text = "\n\n".join(blocks(one)) if len(one) else (one.text or "").strip()
            is_plain = attribute(one, "type") in ("text", "text/plain")
            if text := text if len(one) or is_plain else plain(text):
                return text
    return ""


def _authors(parent: Element) -> tuple[str, ...]:
    found = (_author(one) for name in ("author", "creator") for one in _children(parent, name))
    return tuple(dict.fromkeys(filter(None, found)))


def _author(element: Element) -> str:
    """Read an author: Atom's ``<name>``, a plain name, or RSS's ``mail@example.org (Name)``."""
    written = first_text(element, "name") or (line(element) if not len(element) else "")
    address, _, name = written.rstrip(")").partition(" (")
    return name if name and "@" in address else written


def _link(item: Element) -> str:
    for one in item:
        is_own = local_name(one) == "link" and attribute(one, "rel") in ("", "alternate")
        if is_own and (found := line(one) or attribute(one, "href")):
            return found
    return ""
