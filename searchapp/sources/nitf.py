"""NITF, the News Industry Text Format (https://iptc.org/standards/nitf/): one article, or several in a wrapper."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from searchapp.sentences import recorded
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.xml_tree import attribute, blocks, child, every, first_text, line, local_name, outermost

_DATES = (("date.issue", "norm"), ("pubdata", "date.publication"), ("date.release", "norm"), ("story.date", "norm"))
_SHOWN = 60

_AROUND = ("head", "body.head", "body.end", "hedline", "byline", "note", "script", "style")


def drafts(root: Element) -> Iterator[Draft | Remark]:
    """Read the article of an ``<nitf>`` element, or of each ``<nitf>`` inside another element."""
    for item in [root] if local_name(root) == "nitf" else outermost(root, ("nitf",)):
        yield from _notes(item)
        yield _draft(item)


def body_text(item: Element) -> str:
    """Return the text: the head of the body, its content and its end, without notes from the desk."""
    body = child(item, "body") if local_name(item) != "body" else item
    body = item if body is None else body
    contents = [*outermost(body, ("body.content",), skipping=("note",))]
    text = [one for content in contents for one in blocks(content)]
    if not contents:
        text = blocks(body, skipping=_AROUND)
    head, end = child(body, "body.head"), child(body, "body.end")
    above = [*_above(head)] if head is not None else []
    below = blocks(end) if end is not None else []
    whole = "\n".join(text)
    return "\n\n".join([*(one for one in above if one not in whole), *text, *below])


def byline_of(item: Element) -> tuple[str, tuple[str, ...]]:
    """Return the byline as one line, and the persons marked in it."""
    found = next(outermost(item, ("byline",), skipping=("note",)), None)
    if found is None:
        return "", ()
    persons = tuple(line(person) for person in every(found, "person"))
    for title in every(found, "byttl"):
        title.text = f", {(title.text or '').lstrip(' ,')}" if line(title) else title.text
    return line(found).replace(" ,", ","), tuple(filter(None, persons))


def _draft(item: Element) -> Draft:
    byline, persons = byline_of(item)
    return Draft(
        title=_title(item),
        byline=byline,
        body=body_text(item),
        date=_date(item),
        source=_source(item),
        language=next((found for each in every(item, "nitf", "body") if (found := attribute(each, "lang"))), ""),
        url=next((attribute(found, "ex-ref") for found in every(item, "pubdata")), ""),
        own_id=next((attribute(found, "id-string") for found in every(item, "doc-id")), ""),
        names=persons,
    )


def _title(item: Element) -> str:
    hedline = next(every(item, "hedline"), None)
    if hedline is not None:
        return first_text(hedline, "hl1") or line(hedline)
    return first_text(item, "hl1", "title")


def _above(head: Element) -> Iterator[str]:
    for part in outermost(head, ("hl2", "abstract", "dateline"), skipping=("note",)):
        yield from blocks(part, skipping=("story.date",))


def _notes(item: Element) -> Iterator[Remark]:
    for note in outermost(item, ("note",)):
        if text := line(note):
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            yield Remark(
                recorded("a note from the desk"),
                recorded("is not part of the article: {text}", text=repr(shown)),
                left_out=False,
            )


def _date(item: Element) -> str:
    for name, value in _DATES:
        for found in every(item, name):
            if attribute(found, value):
                return attribute(found, value)
    return first_text(item, "story.date")


def _source(item: Element) -> str:
    names = (attribute(found, "name") for found in every(item, "pubdata"))
    return next(filter(None, names), "") or first_text(item, "distributor")
