"""Pages that hold several whole stories: where each begins and ends.

A story is an `article` element, or one of several sibling elements of one kind, with a heading and at least two
paragraphs of its own. The entries of a live blog, under one headline, are one article.
"""

from bisect import bisect
from collections.abc import Sequence

from searchapp.sources import dates, page_bylines
from searchapp.sources.drafts import Draft
from searchapp.sources.page_blocks import Page
from searchapp.sources.page_outline import Outline
from searchapp.sources.page_words import squeezed

_PARAGRAPHS, _SIZE = 2, 200  # the least number of paragraphs and characters of a story
_OTHER_PARAGRAPHS, _OTHER_SIZE = 3, 500  # the same next to a page's own article, where teasers are long
_ABOVE, _LONGEST_DAY = 5, 60
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_LIKE = frozenset(("div", "section", "li"))


def story_places(page: Page, weighed: Sequence[int], own: frozenset[str], is_article: bool) -> tuple[int, ...]:
    """Return the places of a page's stories in order, given the weights of its blocks; none unless there are several.

    `own` are the names of the paper, squeezed; `is_article` tells that the metadata call the page one article.
    """
    stories = _Stories(page, weighed)
    least = (_OTHER_PARAGRAPHS, _OTHER_SIZE) if is_article else (_PARAGRAPHS, _SIZE)
    places = stories.whole(stories.articles(), least)
    if len(places) < 2 and not is_article:
        places = stories.whole(stories.alike(), least)
    if len(places) < 2 or stories.has_headline_above(places, own):
        return ()
    return places


def story(outline: Outline, place: int) -> Draft:
    """Read one of several stories of a page."""
    blocks = outline.page.blocks
    inside = outline.inside(place)
    heading = next(number for number in inside if blocks[number].tag in _HEADINGS)
    kept = outline.finished([number for number in outline.within(place) if number != heading], has_lead=False)
    above = [blocks[number] for number in inside[: inside.index(heading) + _ABOVE]]
    signed = next(filter(None, map(page_bylines.signed, above)), page_bylines.PageSignature())
    kept = page_bylines.without(blocks, kept, signed.names)
    times = outline.page.times
    first, end = (bisect(times, number, key=lambda at: at[0]) for number in (inside.start - 1, inside.stop - 1))
    told = [
        *(element.get("datetime") for _, element in times[first:end]),
        *(block.text for block in above if len(block.text) <= _LONGEST_DAY),
    ]
    return Draft(
        title=blocks[heading].text,
        byline=signed.text,
        names=signed.names,
        body="\n\n".join(blocks[number].text for number in kept),
        date=next((written for written in told if written and dates.read(written)), ""),
    )


class _Stories:
    """For each place, the number of sentences and the heading that it holds."""

    def __init__(self, page: Page, sizes: Sequence[int]) -> None:
        self._page = page
        count = len(page.tags)
        self._size, self._paragraphs, self._heading = [0] * count, [0] * count, [-1] * count
        for number, block in enumerate(page.blocks):
            self._size[block.place] += sizes[number]
            self._paragraphs[block.place] += sizes[number] > 0
            if block.tag in _HEADINGS:
                self._heading[block.place] = number
        for place in range(count - 1, 0, -1):
            parent = page.parents[place]
            self._size[parent] += self._size[place]
            self._paragraphs[parent] += self._paragraphs[place]
            if self._heading[place] >= 0:
                first = self._heading[parent]
                self._heading[parent] = self._heading[place] if first < 0 else min(first, self._heading[place])

    def articles(self) -> list[int]:
        """Return the `article` elements that are not inside another one."""
        return self._outermost([place for place, tag in enumerate(self._page.tags) if tag == "article"])

    def alike(self) -> list[int]:
        """Return the siblings of one element name and class that hold the most text."""
        groups: dict[tuple[int, str, str], list[int]] = {}
        for place, (parent, tag, marks) in enumerate(
            zip(self._page.parents, self._page.tags, self._page.marks, strict=True)
        ):
            if tag in _LIKE and self._heading[place] >= 0:
                groups.setdefault((parent, tag, marks.partition(" ")[0]), []).append(place)
        several = [places for places in groups.values() if len(places) > 1]
        return max(several, key=lambda places: sum(self._size[place] for place in places), default=[])

    def whole(self, places: Sequence[int], least: tuple[int, int]) -> tuple[int, ...]:
        """Return the places that hold a whole story."""
        return tuple(
            place
            for place in places
            if self._heading[place] >= 0 and self._paragraphs[place] >= least[0] and self._size[place] >= least[1]
        )

    def has_headline_above(self, places: Sequence[int], own: frozenset[str]) -> bool:
        """Tell whether a headline other than the paper's name stands above all stories."""
        first = self._heading[places[0]]
        return any(
            block.tag == "h1" and squeezed(block.text) not in own
            for number, block in enumerate(self._page.blocks)
            if number < first
        )

    def _outermost(self, places: Sequence[int]) -> list[int]:
        found: list[int] = []
        inside = [False] * len(self._page.tags)
        marked = set(places)
        for place in range(1, len(inside)):
            inside[place] = inside[self._page.parents[place]]
            if place in marked and not inside[place]:
                found.append(place)
                inside[place] = True
        return found
