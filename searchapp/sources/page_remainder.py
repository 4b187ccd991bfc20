"""What a page shows that is not part of its article: every visible word is in the article, or counted in what is told.

A remark is for what may be missing from the article: a paragraph of several sentences, or very many paragraphs.
Captions, teasers and footers are on every page: they are counted in a note.

Only navigation is not counted: menus, dialogs, and short lines that are nothing but a link.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from searchapp.sources import dates, page_bylines
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.page_blocks import Block, Page
from searchapp.sources.page_outline import SENTENCE, Outline, Words, size, squeezed

_PARAGRAPH = 80  # characters from which a text is called a paragraph
_SEVERAL = re.compile(r"[.!?…][\"'”’»)\]]*\s+\S|[。！？][」』”]*\S|[।۔؟]\s*\S")  # a sentence ends, and another begins
_MANY = 0.5  # of the length of the articles: paragraphs of one sentence that are so many may be the article
_MENUS = frozenset(("nav", "menu", "search", "dialog"))
_LINK = 0.9  # share of a text in links, from which on it is nothing else
_LONGEST = 1_000_000  # characters of an article in which paragraphs are searched for piece by piece
_LONGEST_LINE = 150  # of a line that signs an article or gives its day
_FEW = 20
_EXAMPLE = 60  # characters that are shown


def remarks(outline: Outline, drafts: Sequence[Draft]) -> Iterator[Remark]:
    """Say what of a page is in none of its articles: paragraphs that may belong to one, and in a note all the rest."""
    taken = _Taken(drafts)
    blocks = outline.page.blocks
    paragraphs = [number for number in range(len(blocks)) if _is_paragraph(outline, number)]
    left_out = [blocks[number].text for number in paragraphs if not taken.holds(blocks[number])]
    main, in_menu = set(paragraphs), _in_menus(outline.page)
    others = [
        block.text
        for number, block in enumerate(blocks)
        if number not in main and not in_menu[block.place] and not _is_link(outline, block) and not taken.holds(block)
    ]
    several = [text for text in left_out if _SEVERAL.search(text)]
    if several or sum(map(size, left_out)) >= _MANY * sum(size(draft.body) for draft in drafts):
        yield Remark("", _of_paragraphs(len(paragraphs), left_out, several), left_out=False)
    else:
        others += left_out
    if others:
        yield Remark("", _of_others(others), left_out=False, is_note=True)


def _of_paragraphs(number: int, left_out: Sequence[str], several: Sequence[str]) -> str:
    are = "is" if len(left_out) == 1 else "are"
    example = max(several or left_out, key=len)[:_EXAMPLE]
    return (
        f"{len(left_out):,} of {number:,} paragraphs of the page {are} not part of what was taken for the article, "
        f"such as {example!r}"
    )


def _of_others(texts: Sequence[str]) -> str:
    are = "1 short or marginal text is" if len(texts) == 1 else f"{len(texts):,} short or marginal texts are"
    return f"{are} beside the article (captions, teasers, footers), such as {max(texts, key=len)[:_EXAMPLE]!r}"


def _is_paragraph(outline: Outline, number: int) -> bool:
    block = outline.page.blocks[number]
    return bool(outline.weights[number]) and size(block.text) >= _PARAGRAPH and not outline.is_beside[block.place]


def _in_menus(page: Page) -> list[bool]:
    """Tell of each place whether it is in a menu or the like."""
    inside = [False] * len(page.tags)
    for place in range(1, len(inside)):
        inside[place] = page.tags[place] in _MENUS or inside[page.parents[place]]
    return inside


def _is_link(outline: Outline, block: Block) -> bool:
    is_short = size(block.text) < SENTENCE and not block.is_heading
    is_text = block.tag in ("p", "blockquote") and not outline.is_beside[block.place]
    return is_short and not is_text and block.linked >= _LINK * len(block.text)


class _Taken:
    """What was taken from a page for its articles."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._drafts = drafts
        self._paragraphs = {paragraph for draft in drafts for paragraph in draft.body.split("\n\n")}

    def holds(self, block: Block) -> bool:
        """Tell whether a text of the page is in an article: as a paragraph, within one, as a title, name or day."""
        return block.text in self._paragraphs or self._words.cover(block.text) or self._is_told(block)

    @cached_property
    def _words(self) -> Words:
        return Words("\n".join(self._texts()))

    def _texts(self) -> Iterable[str]:
        for draft in self._drafts:
            yield from (draft.title, draft.source, *draft.names, draft.byline)
            if len(draft.body) <= _LONGEST:
                yield draft.body

    def _is_told(self, block: Block) -> bool:
        """Tell whether a line has nothing but the names and the day of an article in it."""
        if len(block.text) > _LONGEST_LINE or not self._may_be_told(block.text):
            return False
        rest = page_bylines.without_names(block.text, self._names_in(block)).strip(" ,|·-–—•")
        return not squeezed(rest) or dates.is_date_line(rest)

    def _may_be_told(self, text: str) -> bool:
        """Tell quickly whether a line has a name in it, a number as days have, or next to nothing."""
        return (
            len(self._names) > _FEW
            or any(name in text for name in self._names)
            or any(map(str.isdigit, text))
            or not squeezed(text)
        )

    def _names_in(self, block: Block) -> Iterable[str]:
        """Return the names to be searched for in a line; of many, those that it is signed with."""
        if len(self._names) <= _FEW:
            return self._names
        signed = page_bylines.signed(block)
        return self._names.intersection((signed.text, *signed.names)) if signed else ()

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for draft in self._drafts for name in (draft.byline, *draft.names) if name)
