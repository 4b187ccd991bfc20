"""XML: news agencies' formats, feeds and exports, told apart by their outermost element; entities are never expanded.

What is not well-formed (a bare ``&``, a name of HTML, a control character, a cut end) is mended, and a remark says so.
"""

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from searchapp.errors import UnreadableFile
from searchapp.sources import feeds, newsml, newsml1, nitf, scanned, xml_records
from searchapp.sources.drafts import Draft, Encoding, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.opening import Opened
from searchapp.sources.xml_repair import divided, mended, salvaged
from searchapp.sources.xml_tree import local_name

_KINDS: dict[str, Callable[[Element], Iterator[Draft | Remark]]] = {
    "nitf": nitf.drafts,
    "newsItem": newsml.drafts,
    "newsMessage": newsml.drafts,
    "packageItem": newsml.drafts,
    "NewsML": newsml1.drafts,
    "NewsItem": newsml1.drafts,
    "rss": feeds.drafts,
    "feed": feeds.drafts,
    "RDF": feeds.drafts,
    "channel": feeds.drafts,
    "alto": scanned.alto,
    "mets": scanned.mets,
    "TEI": scanned.tei,
    "TEI.2": scanned.tei,
    "teiCorpus": scanned.tei,
}
_START = re.compile(r"[\s\ufeff]*<\?xml\b")
_ENCODING = re.compile(r"encoding\s*=\s*[\"']([\w.:-]{1,60})[\"']", re.ASCII)
_HEAD = 1000  # characters in which a declaration ends


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read an ``.xml``, ``.rss`` or ``.atom`` file."""
    data = opened.document()
    head = data[:_HEAD].decode("latin-1").lstrip("\xef\xbb\xbf")
    declared = _ENCODING.search(_declaration(head))
    text, encoding = decode(data, declared[1] if declared else "")
    yield encoding
    parts = divided(text)
    for number, part in enumerate(parts, start=1):
        yield from _document(part, f"document {number}" if len(parts) > 1 else "", opened)


def _document(text: str, where: str, opened: Opened) -> Iterator[Draft | Remark]:
    root, remark = _parse(text[len(_declaration(text)) :].lstrip())
    if remark:
        yield Remark(where, remark, left_out=False)
    kind = local_name(root)
    if kind in _KINDS:
        yield from _KINDS[kind](root)
    elif next(xml_records.inner_kinds(root, _KINDS), None) is not None:
        for inner in xml_records.inner_kinds(root, _KINDS):
            yield from _KINDS[local_name(inner)](inner)
    else:
        yield from xml_records.drafts(root, opened.options.columns)


def _declaration(text: str) -> str:
    """Return the ``<?xml ... ?>`` that a text begins with, and what is before it."""
    if not _START.match(text[:_HEAD]):
        return ""
    end = text.find("?>", 0, _HEAD)
    return text[: end + 2] if end >= 0 else ""


def _parse(text: str) -> tuple[Element, str]:
    """Return the outermost element, and what is to be told of its making.

    Raises:
        UnreadableFile: it is no XML, or defines entities.
    """
    try:
        return fromstring(text), ""
    except DefusedXmlException as error:
        raise UnreadableFile("It defines entities, which can make a small file grow without end.") from error
    except (ParseError, ValueError) as error:
        fault = error
    better = mended(text)
    try:
        return fromstring(better), f"It is not well-formed XML, and was mended: {fault}."
    except DefusedXmlException as error:
        raise UnreadableFile("It defines entities, which can make a small file grow without end.") from error
    except (ParseError, ValueError) as error:
        root = salvaged(better)
        if root is None:
            raise UnreadableFile(f"It is not XML: {fault}.") from error
        return root, f"It is broken or ends early, and what comes after that may be missing: {error}."
