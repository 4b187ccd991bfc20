"""Repair XML that is not well-formed: concatenated files, forbidden characters, a missing end."""

import re
from html.entities import html5
from xml.etree.ElementTree import Element

from lxml import etree

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{0,31});)?")
_OWN = frozenset(("amp", "lt", "gt", "quot", "apos"))
_DECLARATION = re.compile(r"<\?xml\s")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_DEEPEST = 250  # levels that libxml2 parses after a fault


def divided(text: str) -> list[str]:
    """Divide concatenated files, each of which has its own declaration."""
    starts = [found.start() for found in _DECLARATION.finditer(text)]
    if len(starts) < 2:
        return [text]
    ends = [*starts[1:], len(text)]
    parts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    return parts if all(_CDATA not in part or _CDATA_END in part for part in parts) else [text]


def mended(text: str) -> str:
    """Replace what XML forbids: control characters, HTML's named entities, a bare ``&``."""
    text = _CONTROLS.sub(" ", text)
    pieces, at = [], 0
    while (start := text.find(_CDATA, at)) >= 0 and (end := text.find(_CDATA_END, start)) >= 0:
        pieces += [_REFERENCE.sub(_reference, text[at:start]), text[start : end + len(_CDATA_END)]]
        at = end + len(_CDATA_END)
    return "".join([*pieces, _REFERENCE.sub(_reference, text[at:])])


def salvaged(text: str) -> Element | None:
    """Return what a lenient parser gets from XML that breaks off or overlaps elements; None if it gets nothing."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None or not isinstance(root.tag, str) or not any(text.strip() for text in root.itertext()):
        return None
    return root  # type: ignore[no-any-return]  # it has all that we use of the standard library's Element


def _reference(found: re.Match[str]) -> str:
    number, name = found.groups()
    if number:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        is_character = (
            code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
        )
        return found[0] if is_character else " "
    if name in _OWN:
        return found[0]
    if name and (meant := html5.get(f"{name};")):
        return meant.replace("&", "&amp;").replace("<", "&lt;")
    return f"&amp;{found[0][1:]}"
