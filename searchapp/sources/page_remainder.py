"""What a page shows outside its article: every visible word is in the article, or counted in a remark or a note.

A remark covers what may be missing from the article: a paragraph of several sentences, or very many paragraphs.
Captions, teasers and footers are on every page: a note counts them.

Only navigation is not counted: menus, dialogs, and short lines that are one link.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from searchapp.sentences import marked, recorded
from searchapp.sources import dates, page_bylines
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.page_blocks import Block, Page
from searchapp.sources.page_outline import SENTENCE, Outline
from searchapp.sources.page_words import Words, size, squeezed

_PARAGRAPH = 80  # characters from which a text counts as a paragraph
_SEVERAL = re.compile(r"[.!?…][\"'”’»)\]]*\s+\S|[。！？][」』”]*\S|[।۔؟]\s*\S")  # one sentence ends and another begins
_MANY = 0.5  # of the length of the articles: so much text in paragraphs of one sentence may be the article itself
_MENUS = frozenset(("nav", "menu", "search", "dialog"))
_LINK = 0.9  # share of a text in links, from which on it counts as one link
_LONGEST = 1_000_000  # characters of an article in which paragraphs are looked up piece by piece
_LONGEST_LINE = 150  # characters of a line that signs an article or gives its date
_FEW = 20
_EXAMPLE = 60  # characters of an example in a remark
_ONE_PARAGRAPH = marked(
    "1 of {total} paragraphs of the page is not part of what was taken for the article, such as {example}"
)
_PARAGRAPHS = marked(
    "{number} of {total} paragraphs of the page are not part of what was taken for the article, such as {example}"
)
_ONE_BESIDE = marked("1 short or marginal text is beside the article (captions, teasers, footers), such as {example}")
_BESIDE = marked(
    "{number} short or marginal texts are beside the article (captions, teasers, footers), such as {example}"
)


def remarks(outline: Outline, drafts: Sequence[Draft]) -> Iterator[Remark]:
    """Report the text of a page that is in none of its articles: a remark on likely paragraphs, a note on the rest."""
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
    example = repr(max(several or left_out, key=len)[:_EXAMPLE])
    template = _ONE_PARAGRAPH if len(left_out) == 1 else _PARAGRAPHS
    return recorded(template, number=len(left_out), total=number, example=example)


def _of_others(texts: Sequence[str]) -> str:
    example = repr(max(texts, key=len)[:_EXAMPLE])
    return recorded(_ONE_BESIDE if len(texts) == 1 else _BESIDE, number=len(texts), example=example)


def _is_paragraph(outline: Outline, number: int) -> bool:
    block = outline.page.blocks[number]
    return bool(outline.weights[number]) and block.size >= _PARAGRAPH and not outline.is_beside[block.place]


def _in_menus(page: Page) -> list[bool]:
    """Return, for each place, whether it is in a menu or the like."""
    inside = [False] * len(page.tags)
    for place in range(1, len(inside)):
        inside[place] = page.tags[place] in _MENUS or inside[page.parents[place]]
    return inside


def _is_link(outline: Outline, block: Block) -> bool:
    is_short = block.size < SENTENCE and not block.is_heading
    is_text = block.tag in ("p", "blockquote") and not outline.is_beside[block.place]
    return is_short and not is_text and block.linked >= _LINK * len(block.text)


class _Taken:
    """The text, titles, names and dates that a page's articles have taken from it."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._drafts = drafts
        self._paragraphs = {paragraph for draft in drafts for paragraph in draft.body.split("\n\n")}

    def holds(self, block: Block) -> bool:
        """Tell whether a block is in an article: as a paragraph or part of one, or as its title, name or date."""
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
        """Tell whether a line consists of the names and the date of an article."""
        if len(block.text) > _LONGEST_LINE or not self._may_be_told(block.text):
            return False
        rest = page_bylines.without_names(block.text, self._names_in(block)).strip(" ,|·-–—•")
        return not squeezed(rest) or dates.is_date_line(rest)

    def _may_be_told(self, text: str) -> bool:
        """Tell quickly whether a line may be one: it has a name or a number in it, or hardly any text."""
        return (
            len(self._names) > _FEW
            or any(name in text for name in self._names)
            or any(map(str.isdigit, text))
            or not squeezed(text)
        )

    def _names_in(self, block: Block) -> Iterable[str]:
        """Return the names to search for in a line; if there are many, only those that it is signed with."""
        if len(self._names) <= _FEW:
            return self._names
        signed = page_bylines.signed(block)
        return self._names.intersection((signed.text, *signed.names)) if signed else ()

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for draft in self._drafts for name in (draft.byline, *draft.names) if name)
