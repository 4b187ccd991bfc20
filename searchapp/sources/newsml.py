"""NewsML-G2 (https://iptc.org/standards/newsml-g2/): one news item, or a message that carries many."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from searchapp.sentences import recorded
from searchapp.sources import nitf
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.markup import plain
from searchapp.sources.xml_tree import attribute, blocks, every, first_text, line, local_name, outermost

_OTHER_ITEMS = ("packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")


def drafts(root: Element) -> Iterator[Draft | Remark]:
    """Read each ``<newsItem>`` that has a headline or a text; other items get a remark."""
    items = [root] if local_name(root) == "newsItem" else [*outermost(root, ("newsItem",))]
    for number, item in enumerate(items, start=1):
        draft = _draft(item)
        if draft.title or draft.body:
            yield draft
        if not draft.body and (elsewhere := [attribute(found, "href") for found in every(item, "remoteContent")]):
            what = recorded("its text is not in this file, but in {place}", place=repr(elsewhere[0][:100]))
            yield Remark(recorded("item {number}", number=number), what, left_out=False)
    for other in [root] if local_name(root) in _OTHER_ITEMS else outermost(root, _OTHER_ITEMS):
        yield Remark(f"a {local_name(other)}", "contains no article of its own", left_out=False)


def content_text(content: Element) -> str:
    """Return the text of an element that holds XHTML, NITF or plain text, which may be escaped markup."""
    if not len(content):
        return plain((content.text or "").strip())
    if inner := next(every(content, "nitf", "body.content"), None):
        return nitf.body_text(inner)
    return "\n\n".join(blocks(content))


def _draft(item: Element) -> Draft:
    metas = [*outermost(item, ("contentMeta",))]
    names = tuple(filter(None, (_name(creator) for meta in metas for creator in outermost(meta, ("creator",)))))
    byline = next((text for meta in metas for text in [first_text(meta, "by", "byline")] if text), "")
    title = next((text for meta in metas for text in [first_text(meta, "headline")] if text), "")
    languages = (attribute(found, "tag") for meta in metas for found in every(meta, "language"))
    inner = next(every(item, "nitf"), None)
    if inner is not None and not byline:
        byline, persons = nitf.byline_of(inner)
        names = persons or names
    return Draft(
        title=title or first_text(item, "headline", "title", "hl1"),
        byline=byline or ", ".join(names),
        body=_body(item, title),
        date=first_text(item, "contentCreated", "firstCreated", "versionCreated"),
        source=next((name for found in outermost(item, ("infoSource", "provider")) if (name := _name(found))), ""),
        language=next(filter(None, languages), "") or attribute(item, "lang"),
        own_id=attribute(item, "guid"),
        names=() if byline and not (inner is not None and names) else names,
    )


def _body(item: Element, title: str) -> str:
    """Read the text; of several contents, which are forms of the same text, the longest is taken."""
    texts = [content_text(content) for content in outermost(item, ("inlineXML", "inlineData"))]
    text = max(texts, key=len, default="")
    first, _, rest = text.partition("\n\n")
    return rest if title and " ".join(first.split()) == title else text


def _name(party: Element) -> str:
    return first_text(party, "name") or attribute(party, "literal") or (line(party) if not len(party) else "")
