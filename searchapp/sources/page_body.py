"""The text of a page's article, and what of the page is not part of it.

It is what the publisher gives as its text, the container that holds most of the sentences, or what trafilatura finds.

Most pages are clear: one place holds nearly all sentences and is named accordingly, or the text in the page's data is
what readers see. Only for the others trafilatura is asked, which takes as long as all the rest ten times over.
"""

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass

from searchapp.sources import page_bylines
from searchapp.sources.markup import plain
from searchapp.sources.page_outline import Outline, Words, size

_AGREED = 0.8  # of a text that is in another one, for the two to be the same
_PARAGRAPH = 80  # characters from which a block that was left out is worth a remark
_HTML = re.compile(r"<(?:p|br|div)\b", re.I)
_LONGEST_SAID = 1_000_000


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article, the way it was found, and how many of the page's paragraphs are not in it.

    `way` is "data and page" (the two agree), "container", "trafilatura", "data" (the page does not show it all) or
    "none". `paragraphs` counts those of the page without its navigation, forms and the like, `beside` those in them.
    """

    text: str
    way: str
    left_out: tuple[str, ...] = ()
    paragraphs: int = 0


def page_body(page: str, outline: Outline, said: str, authors: Collection[str] = ()) -> Body:
    """Find the text of the article in a page, given its markup.

    `said` is its text in the page's data, `authors` are those who sign it.
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
        return _of_text(outline, said, "data")
    if is_sure and outline.weight(kept):
        return _of_blocks(outline, kept, "container")
    found = _trafilatura(page)
    return (
        _of_text(outline, found, "trafilatura") if found else _of_blocks(outline, kept, "container" if kept else "none")
    )


def _paragraphs(said: str) -> str:
    """Write the text in a page's data as paragraphs: most end them by a line, some are HTML."""
    lines = [said] if _HTML.search(said) else said.splitlines()
    return "\n\n".join(filter(None, (plain(line).strip() for line in lines)))


def _of_blocks(outline: Outline, kept: list[int], way: str) -> Body:
    blocks, finished = outline.page.blocks, outline.finished(kept)
    texts = [blocks[number].text for number in finished]
    once = set(texts)  # what stands on the page again is not left out
    return _body(outline, "\n\n".join(texts), way, {n for n, block in enumerate(blocks) if block.text in once})


def _of_text(outline: Outline, text: str, way: str) -> Body:
    words = Words(text)
    return _body(outline, text, way, {n for n, block in enumerate(outline.page.blocks) if words.hold(block.text)})


def _body(outline: Outline, text: str, way: str, taken: set[int]) -> Body:
    paragraphs, left_out = remaining(outline, taken)
    return Body(text, way, left_out, paragraphs)


def remaining(outline: Outline, taken: Collection[int]) -> tuple[int, tuple[str, ...]]:
    """Count the paragraphs of a page that are no furniture, and return those that are not among the blocks taken."""
    blocks = outline.page.blocks
    paragraphs = [
        number
        for number, block in enumerate(blocks)
        if outline.weights[number] and size(block.text) >= _PARAGRAPH and not outline.is_beside[block.place]
    ]
    return len(paragraphs), tuple(blocks[number].text for number in paragraphs if number not in taken)


def _trafilatura(page: str) -> str:
    import trafilatura  # only here, since half of a second goes into loading it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it has to say of a page is said by us
    found = trafilatura.bare_extraction(page, include_comments=False, with_metadata=False)
    return "\n\n".join((getattr(found, "text", "") or "").split("\n"))
