"""Look up elements in XML regardless of namespace, and read their text: every word once and in order."""

from collections.abc import Container, Iterator
from xml.etree.ElementTree import Element

_BLOCKS = frozenset((
    "p", "hl1", "hl2", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "bq", "block",
    "blockquote", "table", "caption", "thead", "tbody", "tfoot", "tr", "pre", "div", "section", "article", "aside",
    "figure", "figcaption", "header", "footer", "main", "body", "body.content", "body.head", "body.end", "abstract",
    "tagline", "media", "media-caption", "media-producer", "nitf-table", "fn", "hr", "note", "credit", "lq",
    "paragraph", "para", "hedline", "dateline", "byline", "subheadline", "address", "details", "summary", "center",
    "form", "fieldset",
))  # fmt: skip
_CELLS = frozenset(("td", "th", "nitf-col"))
_PARTS = frozenset(("byttl", "person", "org"))  # parts of a byline that are not lines of their own
_HIDDEN = frozenset(("script", "style", "head", "media-reference", "media-metadata", "nitf-table-metadata"))


def local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def namespace(element: Element) -> str:
    """Return the namespace of an element's name."""
    return element.tag.rpartition("}")[0].lstrip("{") if isinstance(element.tag, str) else ""


def every(element: Element, *names: str) -> Iterator[Element]:
    """Yield all descendants with these names, in document order."""
    return (found for found in element.iter() if local_name(found) in names)


def outermost(element: Element, names: Container[str], *, skipping: Container[str] = ()) -> Iterator[Element]:
    """Yield the descendants with these names that are inside no other such element, nor inside one to be skipped."""
    waiting = [element]
    while waiting:
        found = waiting.pop()
        if found is not element and local_name(found) in names:
            yield found
        elif found is element or local_name(found) not in skipping:
            waiting += reversed(found)


def child(element: Element, *names: str) -> Element | None:
    """Return the first child with the first of these names that occurs."""
    return next((one for name in names for one in element if local_name(one) == name), None)


def first_text(element: Element, *names: str) -> str:
    """Return the text of the first element that has one, of the first name for which there is any."""
    # An element without text has none inside another of its name: to look at the outermost keeps this linear.
    found = ([element] if local_name(element) == name else outermost(element, (name,)) for name in names)
    return next((text for some in found for one in some if (text := line(one))), "")


def line(element: Element) -> str:
    """Return all text in an element as one line; blocks and line breaks separate words."""
    return " ".join(" ".join(blocks(element)).split())


def attribute(element: Element, name: str) -> str:
    """Return an attribute, with or without a namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def blocks(element: Element, *, skipping: Container[str] = _HIDDEN) -> list[str]:
    """Return the text of an element as blocks, none empty.

    Each text is taken once, in document order, however blocks are nested; a tab separates cells.
    """
    found: list[list[str]] = [[]]
    waiting: list[tuple[Element, bool]] = [(element, False)]
    while waiting:
        one, is_over = waiting.pop()
        name = local_name(one)
        if name in _BLOCKS:
            found.append([])
        if not is_over:
            waiting.append((one, True))
            if one is element or name not in skipping:
                _begin(one, name, found)
                waiting += [(inner, False) for inner in reversed(one)]
        elif one is not element and one.tail:
            found[-1].append(_spaced(one.tail))
    texts = ("".join(pieces).strip(" \n\t") for pieces in found)
    return [text for text in texts if text]


def _begin(element: Element, name: str, found: list[list[str]]) -> None:
    if name == "br":
        found[-1].append("\n")
    elif name in _CELLS and found[-1]:
        found[-1].append("\t")
    elif name in _PARTS and "".join(found[-1]).strip() and not found[-1][-1][-1:].isspace():
        found[-1].append(" ")
    if name and element.text:
        found[-1].append(element.text if name == "pre" else _spaced(element.text))


def _spaced(text: str) -> str:
    """Collapse white space into single spaces, at either end, too."""
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{words}{' ' * text[-1].isspace()}"
