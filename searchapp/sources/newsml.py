"""NewsML-G2 (https://iptc.org/standards/newsml-g2/): one news item, or a message that carries many."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from searchapp.sources.drafts import Draft
from searchapp.sources.xml_tree import attribute, every, first_text, line, paragraphs

_BLOCKS = ("p", "h2", "h3", "h4", "li", "tr", "pre", "hl2")


def drafts(root: Element) -> Iterator[Draft]:
    """Read each ``<newsItem>`` that has a headline or a text."""
    for item in every(root, "newsItem"):
        draft = _draft(item)
        if draft.title or draft.body:
            yield draft


def _draft(item: Element) -> Draft:
    names = tuple(
        filter(None, (_name(creator) for meta in every(item, "contentMeta") for creator in every(meta, "creator")))
    )
    byline = first_text(item, "by", "byline")
    languages = (attribute(found, "tag") for meta in every(item, "contentMeta") for found in every(meta, "language"))
    return Draft(
        title=first_text(item, "headline", "title", "hl1"),
        byline=byline or ", ".join(names),
        body=_body(item),
        date=first_text(item, "contentCreated", "firstCreated", "versionCreated"),
        source=next((name for found in every(item, "infoSource", "provider") if (name := _name(found))), ""),
        language=next(filter(None, languages), "") or attribute(item, "lang"),
        own_id=attribute(item, "guid"),
        names=() if byline else names,
    )


def _body(item: Element) -> str:
    """Read the text: XHTML or NITF within ``inlineXML``, or plain ``inlineData``."""
    for content in every(item, "inlineXML"):
        inner = next((found for name in ("body.content", "body") for found in every(content, name)), content)
        if text := paragraphs(every(inner, *_BLOCKS)) or line(inner):
            return text
    return "\n\n".join("".join(found.itertext()) for found in every(item, "inlineData"))


def _name(party: Element) -> str:
    return first_text(party, "name") or attribute(party, "literal")
