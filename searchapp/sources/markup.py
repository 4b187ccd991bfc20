"""Turn text that may contain markup (a feed's summary, a column of a table) into plain text.

libxml2 parses it as a stream: no tree is built, so deep nesting does no harm, and the time is linear in the length of
the text, whatever it contains. The parser of the standard library is quadratic on ``<a <a <a``.
"""

import re
from collections.abc import Mapping
from html import unescape

from lxml import etree

# A closing tag or a line break of HTML; `<AAPL.O>` and `a < b` are text.
_TELLING = re.compile(
    r"</(?:p|div|span|a|b|i|em|strong|h[1-6]|ul|ol|li|table|blockquote|figure|body|html)\s*>|<(?:br|p)\s*/?>", re.I
)
_SPACE = re.compile(r"\s+")
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "tfoot",
    "thead", "tr", "ul",
))  # fmt: skip
CELLS = frozenset(("td", "th"))
HIDDEN = frozenset(("script", "style", "template", "title"))


def plain(text: str) -> str:
    """Return `text` without its tags if it is HTML, unchanged otherwise; blocks become paragraphs."""
    return page_text(text) if "<" in text and _TELLING.search(text) else text


def page_text(text: str) -> str:
    """Return all visible text of a page, however deeply its elements are nested.

    Blocks are separated by an empty line, cells of a table by a tab; `<br>` and the lines of `<pre>` end a line.
    """
    return "\n\n".join(text_blocks(text))


def text_blocks(text: str) -> list[str]:
    """Return the visible text of a page as blocks (paragraphs, headings, items, rows) in order, none empty."""
    collected = _Text()
    parser = etree.HTMLParser(target=collected, encoding="utf-8", huge_tree=True)
    parser.feed(b"<body>" + text.encode("utf-8", "replace"))  # without any element, the parser does not call `close`
    parser.close()
    blocks = ("".join(pieces).strip(" \n") for pieces in collected.blocks)
    return [block for block in blocks if block.strip()]


def plain_line(text: str) -> str:
    """Return `text` as one line, without tags and with character references resolved."""
    return " ".join(unescape(plain(text)).split())


class _Text:
    """Collects visible text as a list of pieces for each block."""

    def __init__(self) -> None:
        self.blocks: list[list[str]] = [[]]
        self._hidden = ""
        self._kept = 0  # nesting depth of `pre`

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002
        self._hidden = self._hidden or (tag if tag in HIDDEN else "")
        self._kept += tag == "pre"
        self._break(tag)
        if tag == "br" or (tag in CELLS and self.blocks[-1]):
            self.blocks[-1].append("\n" if tag == "br" else "\t")

    def end(self, tag: str) -> None:
        self._hidden = "" if tag == self._hidden else self._hidden
        self._kept -= tag == "pre"
        self._break(tag)

    def data(self, data: str) -> None:
        if not self._hidden:
            self.blocks[-1].append(data if self._kept > 0 else _SPACE.sub(" ", data))

    def close(self) -> None:
        """Finish; lxml requires this method of a parser target."""

    def _break(self, tag: str) -> None:
        if tag in BLOCKS:
            self.blocks.append([])
