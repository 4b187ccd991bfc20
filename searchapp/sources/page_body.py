"""The text of a page's article.

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
_PARAGRAPH = 80  # characters from which the text in a page's data may be that of an article
_HTML = re.compile(r"<(?:p|br|div)\b", re.I)
_LONGEST_SAID = 1_000_000


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article, and the way it was found.

    `way` is "data and page" (the two agree), "container", "trafilatura", "data" (the page does not show it all) or
    "none".
    """

    text: str
    way: str


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
        return Body(said, "data")
    if is_sure and outline.weight(kept):
        return _of_blocks(outline, kept, "container")
    found = _trafilatura(page)
    return Body(found, "trafilatura") if found else _of_blocks(outline, kept, "container" if kept else "none")


def _paragraphs(said: str) -> str:
    """Write the text in a page's data as paragraphs: most end them by a line, some are HTML."""
    lines = [said] if _HTML.search(said) else said.splitlines()
    return "\n\n".join(filter(None, (plain(line).strip() for line in lines)))


def _of_blocks(outline: Outline, kept: list[int], way: str) -> Body:
    return Body("\n\n".join(outline.page.blocks[number].text for number in outline.finished(kept)), way)


def _trafilatura(page: str) -> str:
    import trafilatura  # only here, since half of a second goes into loading it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it has to say of a page is said by us
    found = trafilatura.bare_extraction(page, include_comments=False, with_metadata=False)
    return "\n\n".join((getattr(found, "text", "") or "").split("\n"))
