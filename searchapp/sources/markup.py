"""Markup in a text that should have none (a feed's summary, a column of a table) to plain text."""

import re
from html import unescape
from html.parser import HTMLParser

# A closing tag or a line break that HTML knows; `<AAPL.O>` and `a < b` are text.
_TELLING = re.compile(
    r"</(?:p|div|span|a|b|i|em|strong|h[1-6]|ul|ol|li|table|blockquote|figure)\s*>|<(?:br|p)\s*/?>", re.I
)
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
))  # fmt: skip
_HIDDEN = frozenset(("script", "style", "template", "title"))


def plain(text: str) -> str:
    """Return `text` without its tags if it is HTML, as it is otherwise; blocks become paragraphs."""
    return page_text(text) if "<" in text and _TELLING.search(text) else text


def page_text(text: str) -> str:
    """Return all that is to be read of a page, however deep its elements are nested."""
    parser = _Text()
    parser.feed(text)
    parser.close()
    return "".join(parser.pieces).strip()


def plain_line(text: str) -> str:
    """Return `text` as one line, without tags and with its character references resolved."""
    return " ".join(unescape(plain(text)).split())


class _Text(HTMLParser):
    """Collects what is to be read; a stack is not kept, so no depth of nesting hurts."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._hidden = self._hidden or (tag if tag in _HIDDEN else "")
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._hidden = "" if tag == self._hidden else self._hidden
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n\n")
        elif tag == "br":
            self.pieces.append("\n")
