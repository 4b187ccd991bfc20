"""RSS (0.9 to 2.0) and Atom files: each item an article."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from searchapp.sources.drafts import Draft
from searchapp.sources.markup import plain, plain_line
from searchapp.sources.xml_tree import attribute, every, first_text, line, local_name

_TEXTS = ("encoded", "content", "description", "summary")
_DATES = ("pubDate", "published", "issued", "date", "updated")


def drafts(root: Element) -> Iterator[Draft]:
    """Read each ``<item>`` or ``<entry>``."""
    source = next((line(found) for found in every(root, "title")), "")
    languages = [line(found) for found in every(root, "language")] + [attribute(root, "lang"), ""]
    for item in every(root, "item", "entry"):
        yield _draft(item, source, languages[0])


def _draft(item: Element, source: str, language: str) -> Draft:
    names = tuple(dict.fromkeys(_author(found) for found in item if local_name(found) in ("author", "creator")))
    return Draft(
        title=plain_line(_child(item, "title")),
        byline=", ".join(names),
        body=_body(item),
        date=_child(item, *_DATES),
        source=source,
        language=language,
        url=_link(item),
        own_id=_child(item, "guid", "id") or attribute(item, "about"),
        names=names if len(names) > 1 else (),
    )


def _child(item: Element, *names: str) -> str:
    """Return the text of a direct child, so that an image's title is not taken for the item's."""
    found = (line(child) for name in names for child in item if local_name(child) == name)
    return next(filter(None, found), "")


def _body(item: Element) -> str:
    for name in _TEXTS:
        for child in item:
            if local_name(child) == name and (text := "".join(child.itertext()).strip()):
                return plain(text)
    return ""


def _author(element: Element) -> str:
    """Read ``<name>`` of Atom, a name, or the ``mail@example.org (Name)`` of RSS."""
    written = first_text(element, "name") or line(element)
    address, _, name = written.rstrip(")").partition(" (")
    return name if name and "@" in address else written


def _link(item: Element) -> str:
    for child in item:
        if local_name(child) == "link" and attribute(child, "rel") in ("", "alternate"):
            return line(child) or attribute(child, "href")
    return ""
