"""NewsML 1 (https://iptc.org/standards/newsml-1/): nested components, with news lines and content items."""

from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from searchapp.sources.drafts import Draft
from searchapp.sources.newsml import content_text
from searchapp.sources.xml_tree import attribute, child, every, first_text, line, local_name, outermost


def drafts(root: Element) -> Iterator[Draft]:
    """Read each ``<NewsItem>``; a component with a headline is an article, others belong to the one around them."""
    for item in [root] if local_name(root) == "NewsItem" else outermost(root, ("NewsItem",)):
        of_item = _of_item(item)
        for number, (component, texts) in enumerate(_stories(item)):
            draft = _draft(of_item, component, texts)
            if number:
                draft = replace(draft, own_id=draft.own_id and f"{draft.own_id}#{number}")
            if draft.title or draft.body:
                yield draft


def _stories(item: Element) -> Iterator[tuple[Element, list[str]]]:
    """Yield the components that are articles, each with its texts that belong to no article inside it."""
    stories: list[tuple[Element, list[str]]] = [(item, [])]
    waiting: list[tuple[Element, int]] = [(item, 0)]
    while waiting:
        element, owner = waiting.pop()
        if local_name(element) == "NewsComponent" and element is not item and _has_headline(element):
            stories.append((element, []))
            owner = len(stories) - 1
        if local_name(element) == "DataContent":
            if text := content_text(element):
                stories[owner][1].append(text)
            continue
        inner = [*element]
        if attribute(element, "EquivalentsList") == "yes":
            inner = _without_equivalents(inner)
        waiting += [(one, owner) for one in reversed(inner)]
    return (story for story in stories if story[1] or story[0] is not item)


def _has_headline(component: Element) -> bool:
    lines = child(component, "NewsLines")
    return lines is not None and bool(first_text(lines, "HeadLine"))


def _without_equivalents(elements: list[Element]) -> list[Element]:
    """Keep one of several contents or components that are forms of the same text."""
    forms = [one for one in elements if local_name(one) in ("NewsComponent", "ContentItem", "NewsItem")]
    textual = next((one for one in forms if next(every(one, "DataContent"), None) is not None), None)
    return [one for one in elements if one not in forms or one is textual]


def _of_item(item: Element) -> Draft:
    """Return what an item says of all its stories."""
    return Draft(
        date=first_text(item, "FirstCreated", "DateId", "ThisRevisionCreated", "DateAndTime"),
        source=_source(item),
        language=attribute(item, "lang"),
        own_id=first_text(item, "PublicIdentifier", "NewsItemId"),
    )


def _draft(of_item: Draft, component: Element, texts: list[str]) -> Draft:
    own = [*_own(component)]
    lines = next((one for one in own if local_name(one) == "NewsLines"), component)
    above = [text for text in [first_text(lines, "SubHeadLine")] if text and text not in "\n".join(texts)]
    languages = (attribute(found, "FormalName") for found in own if local_name(found) == "Language")
    return replace(
        of_item,
        title=first_text(lines, "HeadLine") or _first_of(own, "hl1", "headline", "title"),
        byline=first_text(lines, "ByLine") or _first_of(own, "byline"),
        body="\n\n".join([*above, *texts]),
        language=next(filter(None, languages), "") or attribute(component, "lang") or of_item.language,
    )


def _own(component: Element) -> Iterator[Element]:
    """Yield the elements of a component, in order, but for those of the stories inside it."""
    waiting = [component]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += [one for one in reversed(found) if not (local_name(one) == "NewsComponent" and _has_headline(one))]


def _first_of(elements: list[Element], *names: str) -> str:
    return next((text for name in names for one in elements if local_name(one) == name and (text := line(one))), "")


def _source(item: Element) -> str:
    parties = (attribute(found, "FormalName") for name in ("Source", "Provider") for party in outermost(item, (name,))
               for found in every(party, "Party"))  # fmt: skip
    return next(filter(None, parties), "") or first_text(item, "ProviderId")
