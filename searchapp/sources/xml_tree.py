"""Looking things up in XML, whatever the namespace."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element


def local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def every(element: Element, *names: str) -> Iterator[Element]:
    """Give all elements of these names below an element, in order."""
    return (found for found in element.iter() if local_name(found) in names)


def first_text(element: Element, *names: str) -> str:
    """Return the text of the first element that has one, of the first name for which there is any."""
    return next((text for name in names for found in every(element, name) if (text := line(found))), "")


def line(element: Element) -> str:
    """Return all text in an element as one line."""
    return " ".join("".join(element.itertext()).split())


def attribute(element: Element, name: str) -> str:
    """Return an attribute, with or without a namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def paragraphs(elements: Iterator[Element]) -> str:
    """Return the text of each element as a paragraph."""
    return "\n\n".join(filter(None, map(line, elements)))
