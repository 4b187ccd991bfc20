"""Web pages: the article within, by trafilatura, and by what the page says of itself where that is better."""

import logging
import re
from collections.abc import Iterator

import trafilatura
from lxml.html import HtmlElement

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import Draft, Encoding, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.markup import page_text
from searchapp.sources.opening import Opened
from searchapp.sources.page_facts import PageFacts, page_facts

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it has to say of a page is said by us
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_PICTURE = re.compile(rb"data:[\w.+-]+/[\w.+-]+;base64,[\w+/=%]+")
_HEAD = 4096  # bytes in which an encoding may be declared; the standard says 1024, papers put it later
_DEEPEST = 250  # libxml2 leaves out what is nested deeper than 256


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read an ``.html`` file as one article."""
    data = opened.document()
    if len(data) > opened.options.article_limit:
        data = _PICTURE.sub(b"", data)  # pages saved as one file carry their pictures within
    if len(data) > opened.options.article_limit:
        raise UnreadableFile(f"It is too large for an article: more than {opened.options.article_limit >> 20} MB.")
    yield from read_page(data)


def read_page(data: bytes, declared: str = "") -> Iterator[Draft | Remark | Encoding]:
    """Read the bytes of a page, also of one within a mail, a book or a web archive.

    `declared` is the encoding that its envelope says it is in, which counts more than what the page says.

    Raises:
        UnreadableFile: it holds no text.
    """
    text, encoding = decode(data, declared or _declared(data))
    yield encoding
    text = text.replace("\0", "")
    if declaration := _XML_DECLARATION.match(text):
        text = text[declaration.end() :]
    tree = trafilatura.load_html(text)
    if tree is None or _depth(tree) >= _DEEPEST:
        facts, body = PageFacts(), ""
    else:
        facts, body = page_facts(tree), _body(text)
    if not body:
        body = page_text(text)
        yield Remark("", "the article cannot be told from the rest of the page: all of it is taken", left_out=False)
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


def _declared(data: bytes) -> str:
    """Return the encoding that a page says it is in; what is commented out says nothing."""
    found = _DECLARED.search(_COMMENT.sub(b"", data[:_HEAD]))
    return found[1].decode("ascii") if found else ""


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
