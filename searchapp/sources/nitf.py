"""NITF, the News Industry Text Format (https://iptc.org/standards/nitf/): one article."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from searchapp.sources.drafts import Draft
from searchapp.sources.xml_tree import attribute, every, first_text, line, paragraphs

_BLOCKS = ("p", "hl2", "li", "tr", "pre")


def drafts(root: Element) -> Iterator[Draft]:
    """Read the article of an ``<nitf>`` element."""
    body = next(every(root, "body.content"), None)
    url = next((attribute(found, "ex-ref") for found in every(root, "pubdata")), "")
    yield Draft(
        title=first_text(root, "hl1", "hedline", "title"),
        byline=first_text(root, "byline"),
        body="" if body is None else paragraphs(every(body, *_BLOCKS)) or line(body),
        date=_date(root),
        source=_source(root),
        language=next(
            (attribute(found, "lang") for found in every(root, "nitf", "body") if attribute(found, "lang")), ""
        ),
        url=url,
        own_id=next((attribute(found, "id-string") for found in every(root, "doc-id")), ""),
    )


def _date(root: Element) -> str:
    for name, value in (("date.issue", "norm"), ("pubdata", "date.publication"), ("story.date", "norm")):
        for found in every(root, name):
            if attribute(found, value):
                return attribute(found, value)
    return first_text(root, "story.date")


def _source(root: Element) -> str:
    names = (attribute(found, "name") for found in every(root, "pubdata"))
    return next(filter(None, names), "") or first_text(root, "distributor")
