"""Web pages: the article within, by trafilatura, and by what the page says of itself where that is better."""

import logging
import re
from collections.abc import Iterator

import trafilatura
from lxml.html import HtmlElement

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import Draft, Encoding, Problem
from searchapp.sources.encodings import decode
from searchapp.sources.markup import page_text
from searchapp.sources.opening import Opened
from searchapp.sources.page_facts import PageFacts, page_facts

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it has to say of a page is said by us
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_DEEPEST = 250  # libxml2 leaves out what is nested deeper than 256


def read(opened: Opened) -> Iterator[Draft | Problem | Encoding]:
    """Read an ``.html`` file as one article."""
    data = opened.article()
    declared = _DECLARED.search(data[:4096])
    text, encoding = decode(data, declared[1].decode("ascii") if declared else "")
    yield encoding
    text = _XML_DECLARATION.sub("", text.replace("\0", ""), count=1)
    tree = trafilatura.load_html(text)
    if tree is None or _depth(tree) >= _DEEPEST:
        facts, body = PageFacts(), ""
    else:
        facts, body = page_facts(tree), _body(text)
    if not body:
        body = page_text(text)
        yield Problem("", "the article cannot be told from the rest of the page: all of it is taken", left_out=False)
    if not (body or facts.title):
        raise UnreadableFile("It holds no text.")
    yield Draft(
        title=facts.title or body.partition("\n")[0],
        byline=facts.byline,
        body=body,
        date=facts.date,
        source=facts.source,
        language=facts.language,
        url=facts.url,
        names=facts.names,
    )


def _body(text: str) -> str:
    found = trafilatura.bare_extraction(text, include_comments=False, with_metadata=False)
    found_text = getattr(found, "text", "") or ""
    return "\n\n".join(found_text.split("\n"))


def _depth(tree: HtmlElement) -> int:
    """Measure how deep a tree is nested, without recursion."""
    deepest, level = 0, [tree]
    while level and deepest < _DEEPEST:
        deepest, level = deepest + 1, [child for element in level for child in element]
    return deepest
