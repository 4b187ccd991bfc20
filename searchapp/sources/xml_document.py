"""XML: news agencies' formats and feeds, told apart by their outermost element; entities are never expanded."""

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from searchapp.errors import UnreadableFile
from searchapp.sources import feeds, newsml, nitf
from searchapp.sources.drafts import Draft, Encoding
from searchapp.sources.encodings import decode
from searchapp.sources.opening import Opened
from searchapp.sources.xml_tree import local_name

_KINDS: dict[str, Callable[[Element], Iterator[Draft]]] = {
    "nitf": nitf.drafts,
    "newsItem": newsml.drafts,
    "newsMessage": newsml.drafts,
    "rss": feeds.drafts,
    "feed": feeds.drafts,
    "RDF": feeds.drafts,
}
_DECLARATION = re.compile(r"\s*<\?xml[^>]*?(?:encoding\s*=\s*[\"']([\w.:-]+)[\"'])?[^>]*\?>", re.ASCII)


def read(opened: Opened) -> Iterator[Draft | Encoding]:
    """Read an ``.xml``, ``.rss`` or ``.atom`` file."""
    data = opened.document()
    declared = _DECLARATION.match(data[:200].decode("latin-1"))
    text, encoding = decode(data, (declared[1] or "") if declared else "")
    yield encoding
    root = _parse(_DECLARATION.sub("", text, count=1))
    kind = local_name(root)
    if kind not in _KINDS:
        raise UnreadableFile(f"It is XML of another kind (<{kind[:40]}>) than NITF, NewsML-G2, RSS or Atom.")
    yield from _KINDS[kind](root)


def _parse(text: str) -> Element:
    try:
        root: Element = fromstring(text)
    except DefusedXmlException as error:
        raise UnreadableFile("It defines entities, which can make a small file grow without end.") from error
    except (ParseError, ValueError) as error:
        raise UnreadableFile(f"It is not XML: {error}.") from error
    return root
