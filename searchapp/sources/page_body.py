"""Find the text of a page's article.

It is the text in the page's metadata, the container that holds most of the sentences, or what trafilatura finds.

Most pages are clear: one place holds nearly all sentences and has a fitting name, or the text in the metadata is the
one that readers see. Only the others go to trafilatura, which takes ten times as long as everything else together.
"""

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass

from searchapp.sources import page_bylines
from searchapp.sources.markup import plain
from searchapp.sources.page_outline import Outline
from searchapp.sources.page_words import Words, size

_AGREED = 0.8  # share of a text that is in another one if the two are the same
_PARAGRAPH = 80  # characters that the text in a page's metadata has at least if it may be an article's
_HTML = re.compile(r"<(?:p|br|div)\b", re.I)
_LONGEST_SAID = 1_000_000


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article, and the way in which it was found.

    `way` is "data and page" (the metadata and the page agree), "container", "trafilatura", "data" (the page does not
    show all of it) or "none".
    """

    text: str
    way: str


def page_body(page: str, outline: Outline, said: str, authors: Collection[str] = ()) -> Body:
    """Find the text of the article in a page, given its markup.

    `said` is its text in the page's metadata, `authors` are the names that sign it.
    """
    place, is_sure = outline.container()
    kept = page_bylines.without(outline.page.blocks, outline.within(place), authors)
    said = _paragraphs(said) if len(said) < _LONGEST_SAID else ""
    words = Words(said)
    shared = [number for number in kept if words.hold(outline.page.blocks[number].text)]
    if shared and outline.weight(shared) >= _AGREED * max(outline.weight(kept), size(said)):
        agreed = [n for n in kept if n in set(shared) or n < shared[0] or not outline.weights[n]]
        return _of_blocks(outline, agreed, "data and page")
    is_part = size(said) > _PARAGRAPH and outline.weight(shared) >= _AGREED * outline.weight(kept)
    if is_part or 2 * outline.weight(kept) < size(said):
        return Body(said, "data")
    if is_sure and (outline.weight(kept) or (place and kept)):  # also a text without a long sentence
        return _of_blocks(outline, kept, "container")
    found = _without_title(_trafilatura(page), outline)
    return Body(found, "trafilatura") if found else _of_blocks(outline, kept, "container" if kept else "none")


def _paragraphs(said: str) -> str:
    """Write the text in a page's metadata as paragraphs: most separate them by line breaks, some are HTML."""
    lines = [said] if _HTML.search(said) else said.splitlines()
    return "\n\n".join(filter(None, (plain(line).strip() for line in lines)))


def _of_blocks(outline: Outline, kept: list[int], way: str) -> Body:
    return Body("\n\n".join(outline.page.blocks[number].text for number in outline.finished(kept)), way)


def _without_title(text: str, outline: Outline) -> str:
    first, _, rest = text.partition("\n\n")
    return rest if outline.is_title(first) else text


def _trafilatura(page: str) -> str:
    import trafilatura  # imported only here, since loading it takes half a second

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # our own remarks cover what it logs
    found = trafilatura.bare_extraction(page, include_comments=False, with_metadata=False)
    return "\n\n".join((getattr(found, "text", "") or "").split("\n"))
