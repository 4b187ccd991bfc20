"""From bytes to the root element of XML; XML that is not well-formed is repaired, and that is reported."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from searchapp.errors import UnreadableFile
from searchapp.sentences import marked, recorded
from searchapp.sources.drafts import Encoding
from searchapp.sources.encodings import decode
from searchapp.sources.xml_repair import mended, salvaged

_START = re.compile(r"[\s\ufeff]*<\?xml\b")
_ENCODING = re.compile(r"encoding\s*=\s*[\"']([\w.:-]{1,60})[\"']", re.ASCII)
_TYPE = re.compile(r"^\s*<!DOCTYPE[^<>\[]{0,500}>")
_HEAD = 1000  # characters in which a declaration ends
_BROKEN = marked("It is broken or incomplete, and text after that point may be missing: {fault}.")


def decoded(data: bytes) -> tuple[str, Encoding]:
    """Decode an XML file, in the encoding that it declares unless that is wrong."""
    declared = _ENCODING.search(_declaration(data[:_HEAD].decode("latin-1").lstrip("\xef\xbb\xbf")))
    return decode(data, declared[1] if declared else "")


def parsed(text: str) -> tuple[Element, str]:
    """Return the root element, and a sentence about repairs, if there were any.

    Raises:
        UnreadableFile: it is not XML, or defines entities.
    """
    text = text[len(_declaration(text)) :].lstrip()
    try:
        return fromstring(text), ""
    except DefusedXmlException as error:
        raise UnreadableFile("It defines entities, which can make a small file grow without limit.") from error
    except (ParseError, ValueError) as error:
        fault = error
    better = mended(text)
    try:
        return fromstring(better), recorded("It is not well-formed XML, and was repaired: {fault}.", fault=str(fault))
    except DefusedXmlException as error:
        raise UnreadableFile("It defines entities, which can make a small file grow without limit.") from error
    except (ParseError, ValueError) as error:
        if (several := _together(better)) is not None:
            return several, ""
        root = salvaged(better)
        if root is None:
            raise UnreadableFile(recorded("It is not XML: {fault}.", fault=str(fault))) from error
        return root, recorded(_BROKEN, fault=str(error))


def _together(text: str) -> Element | None:
    """Wrap consecutive root elements, as in TREC collections, in one element; None if there are none."""
    if not text.lstrip().startswith("<"):
        return None
    try:
        root: Element = fromstring(f"<collection>{_TYPE.sub('', text, count=1)}</collection>")
    except (DefusedXmlException, ParseError, ValueError):
        return None
    return root


def _declaration(text: str) -> str:
    """Return the ``<?xml ... ?>`` at the start of a text, with what precedes it."""
    if not _START.match(text[:_HEAD]):
        return ""
    end = text.find("?>", 0, _HEAD)
    return text[: end + 2] if end >= 0 else ""
