"""A web page as blocks of visible text in order, each with its place in the tree, collected in one walk.

A *place* is a block element (`div`, `p`, `li`), identified by its number in document order; place 0 is the page. What
else is needed of the tree (links, class names, times) is recorded on the way, since each further walk through a page of
some thousand elements costs as much as parsing it.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from lxml import etree

from searchapp.sources.markup import BLOCKS, CELLS
from searchapp.sources.page_words import size

_LONGEST_TEXT = 9_000_000  # bytes: libxml2 reads a longer text only with its option for huge documents
DEEPEST = 250  # libxml2 drops what is nested deeper than 256
Element: TypeAlias = etree._Element
UNSEEN = frozenset((
    "script", "style", "template", "title", "noscript", "svg", "iframe", "object", "select", "option",
    "datalist", "audio", "video", "canvas", "map", "math", "button", "textarea", "amp-analytics",
    "img", "input", "link", "meta", "source", "wbr", "hr",  # these hold none, and are a seventh of all elements
))  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MARKING = frozenset(("class", "id", "itemprop", "rel", "role", "data-testid", "data-component", "data-qa"))
_LONGEST_CLASS = 500
_LONGEST_ID = 30  # a longer id is usually built from a headline
_MAY_NAME = frozenset(
    ("a", "address", "cite", "div", "em", "h3", "h4", "h5", "h6", "li", "p", "section", "span", "strong", "b")
)
_AUTHOR = re.compile(r"by-?line|author|autor|redakteur|writer|reporter|journalist|creator|auteur|firma\b", re.I)
_AUTHOR_WORDS = (
    "line", "author", "autor", "redakteur", "writer", "reporter", "journalist", "creator", "auteur", "firma",
)  # fmt: skip
_NOT_ITS_AUTHOR = re.compile(
    r"comment|related|teaser|avatar|image|figure|bio\b|social|caption|credit|popular|recommend|contact|newsletter|button"
    r"|share|follow|photo|desc|-date|date-|time|tooltip|icon|linklist|topic",
    re.I,
)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|in|ki)?|auteurs?|autori?|by|people|staff|editors?|profiles?|redaktion|journalists?|journalistes?"
    r"|firmas?|writers?|contributors?|reporters?|penulis|yazar(?:lar)?|skribent)/[\w.%-]{3,80}/?(?:\.html?)?(?:$|[?#])",
    re.I,
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LINE_END, _CELL_END = "\0", "\1"  # placeholders until the block ends; pages contain neither


class Block(NamedTuple):
    """A run of visible text, in lines only where `<br>` or `<pre>` ends them. `linked` counts characters in links.

    `size` is its length as `page_words.size` has it; `is_heading` tells that it is an `h1` to `h6` element.
    """

    text: str
    tag: str
    place: int
    linked: int
    size: int
    is_heading: bool


@dataclass
class Page:
    """The blocks of a page and their places; the lists indexed by place all have the same length."""

    blocks: list[Block] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [0])
    tags: list[str] = field(default_factory=lambda: ["html"])
    marks: list[str] = field(default_factory=lambda: [""])  # class names, id, itemprop and role
    bylines: list[tuple[int, Element]] = field(default_factory=list)  # candidates, by number of block
    times: list[tuple[int, Element]] = field(default_factory=list)
    is_too_deep: bool = False

    def open_place(self, tag: str, marks: str, parent: int) -> int:
        """Add a place, and return its number."""
        self.parents.append(parent)
        self.tags.append(tag)
        self.marks.append(marks)
        return len(self.tags) - 1

    def add(self, pieces: list[str], place: int, linked: int) -> None:
        """Add what was collected in a place as blocks; `linked` of its characters are in links."""
        text, tag = "".join(pieces), self.tags[place]
        is_heading = tag in _HEADINGS
        for part in _parts(text, tag):
            share = min(linked * len(part) // len(text), len(part)) if linked else 0
            self.blocks.append(Block(part, tag, place, share, size(part), is_heading))


def parse(text: str) -> Element | None:
    """Parse a page; None if there is nothing to parse.

    The elements are plain lxml ones: those of `lxml.html` take half as long again to walk through.
    """
    data = text.encode("utf-8", "replace")
    is_huge = len(data) > _LONGEST_TEXT  # otherwise libxml2 silently drops what comes after a longer text
    parser = etree.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", huge_tree=is_huge,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # an empty page
        return None


def page_blocks(tree: Element) -> Page:
    """Collect the blocks of a page in one walk.

    Two fifths of the time of a page go into this loop, so it calls as little as possible.
    """
    page = Page()
    pieces: list[str] = []  # of the block being collected
    open_places, linked = [0], 0
    depth, deepest, in_link, is_skipped = 0, 0, 0, False
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        is_block = tag in BLOCKS
        if is_block and pieces:
            page.add(pieces, open_places[-1], linked)
            pieces, linked = [], 0
        if event == "end":
            depth -= 1
            if is_skipped:
                is_skipped = False
            elif tag == "a":
                in_link -= 1
            elif is_block:
                open_places.pop()
            text = element.tail
        else:
            depth += 1
            if depth > deepest:
                deepest = depth
            marks, is_skipped = ("", True) if tag in UNSEEN else _attributes(element)
            if is_skipped:
                walk.skip_subtree()
                continue
            if is_block:
                open_places.append(page.open_place(tag, marks, open_places[-1]))
            elif tag == "a":
                in_link += 1
            elif tag == "br":
                pieces.append(_LINE_END)
            elif tag in CELLS:
                if pieces:
                    pieces.append(_CELL_END)
            elif tag == "time":
                page.times.append((len(page.blocks), element))
            if (marks and tag in _MAY_NAME and names_author(marks)) or (tag == "a" and _is_author_link(element)):
                page.bylines.append((len(page.blocks), element))
            text = element.text
        if text and (pieces or not text.isspace()):  # most text between blocks is space
            pieces.append(text)
            if in_link:
                linked += len(text)
    if pieces:
        page.add(pieces, open_places[-1], linked)
    page.is_too_deep = deepest >= DEEPEST
    return page


@lru_cache(maxsize=1 << 14)
def names_author(marks: str) -> bool:
    """Tell whether the class names of an element suggest that it names an author."""
    lowered = marks.lower()
    if not any(word in lowered for word in _AUTHOR_WORDS):  # the expression takes twenty times as long
        return False
    return bool(_AUTHOR.search(marks)) and not _NOT_ITS_AUTHOR.search(marks)


def _is_author_link(link: Element) -> bool:
    return bool(_AUTHOR_PAGE.search(link.get("href") or ""))


def _parts(text: str, tag: str) -> list[str]:
    """Split a block into lines at each `<br>`; an empty line begins another block."""
    if text.isspace():
        return []
    if tag == "pre":
        return [text.replace(_LINE_END, "\n").replace(_CELL_END, "\t").strip("\n")]
    if _LINE_END not in text:
        return list(filter(None, [" ".join(text.split()).replace(_CELL_END, "\t").strip()]))
    lines = "\n".join(" ".join(line.split()) for line in text.split(_LINE_END)).replace(_CELL_END, "\t")
    return [part for part in map(str.strip, lines.split("\n\n")) if part]


def _attributes(element: Element) -> tuple[str, bool]:
    """Return the class names, id, itemprop and role of an element, and whether it is hidden."""
    if not (items := element.items()):
        return "", False
    found, is_hidden = [], False
    for name, value in items:
        if name == "class":
            found.append(value[:_LONGEST_CLASS])
        elif name in _MARKING and (name != "id" or len(value) < _LONGEST_ID):
            found.append(value)
        elif name == "hidden" or (name == "style" and _HIDDEN_STYLE.search(value)):
            is_hidden = True
    return " ".join(found) if found else "", is_hidden
