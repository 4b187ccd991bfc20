"""The places of a page: how much text each holds, which hold the article, and which are furniture around it.

No rule is specific to a site. Places are judged by their content (sentences, links) and by class names that are common
everywhere.
"""

from collections.abc import Iterable, Sequence

from searchapp.sources.page_blocks import Block, Page
from searchapp.sources.page_furniture import ALWAYS, WHOLE, is_body, is_comments, is_furniture
from searchapp.sources.page_words import squeezed

SENTENCE = 40  # characters from which a block counts as sentences
_LINKED, _LITTLE_LINKED, _ALL_LINKED, _LEAST_LINKED = 0.5, 0.3, 0.8, 0.15  # shares of a block's text that is in links
_MOSTLY = 0.7
_CARD, _CARDS, _CARD_DEPTH = 500, 3, 3  # a teaser has at most 500 characters, a third of the text and three levels
_MOST, _NEARLY_ALL_OF_BODY, _NEARLY_ALL = 0.8, 0.97, 0.85  # shares of a place's text in one of its children
_GOOD_PART = 0.4
_TEXT_TAGS = frozenset(("p", "li", "blockquote", "dd", "dt", "tr", "td", "th", "pre"))
_PAGE = frozenset(("html", "body"))


def weights(page: Page) -> list[int]:
    """Return the weight of each block of a page: its characters if they form sentences, else 0."""
    return [_weight(block) for block in page.blocks]


class Outline:
    """A page with a weight for each block (its characters if they form sentences, else 0) and the sum per place."""

    def __init__(
        self,
        page: Page,
        titles: Iterable[str] = (),
        stories: Iterable[int] = (),
        weighed: Sequence[int] | None = None,
    ) -> None:
        self.page = page
        self.weights = weights(page) if weighed is None else weighed
        self._spans = self._find_spans()
        self._titles = {squeezed(title) for title in titles if title}
        whole = self._sums(self.weights)
        furniture = [
            is_furniture(tag, marks) and (2 * whole[place] < whole[0] or tag in ALWAYS or is_comments(marks))
            for place, (tag, marks) in enumerate(zip(page.tags, page.marks, strict=True))
        ]
        self._mark_cards(furniture, whole)
        for place in stories:  # each is a whole story, whatever its class name
            furniture[place] = False
        self.is_beside = [False] * len(page.tags)
        for place in range(1, len(page.tags)):
            self.is_beside[place] = furniture[place] or self.is_beside[page.parents[place]]
        pairs = zip(page.blocks, self.weights, strict=True)
        self.sums = self._sums([0 if self.is_beside[block.place] else weight for block, weight in pairs])

    def container(self) -> tuple[int, bool]:
        """Find the place that holds the article, and tell whether it is a reliable choice.

        The search goes down from the page as long as one child holds nearly all of its parent's text.
        """
        page, sums = self.page, self.sums
        best = [0] * len(sums)  # the heaviest child of each place
        for place in range(len(sums) - 1, 0, -1):
            parent = page.parents[place]
            if sums[place] and (not best[parent] or sums[place] >= sums[best[parent]]):
                best[parent] = place
        place = self._article()
        while best[place] and sums[best[place]] >= self._least(place) * sums[place]:
            place = best[place]
        if page.tags[place] in _TEXT_TAGS:  # the one sentence of a short text, whose other parts are beside it
            place = page.parents[place]
        if page.tags[place] not in _PAGE:
            return place, True
        bodies = [p for p, marks in enumerate(page.marks) if sums[p] and page.tags[p] not in _PAGE and is_body(marks)]
        return place, max(map(sums.__getitem__, bodies), default=sums[0]) >= _NEARLY_ALL * sums[place]

    def _article(self) -> int:
        """Return the `article` element that contains the headline, if it holds enough of the page's text; else 0."""
        for block in self.page.blocks:
            if block.is_heading and self.is_title(block.text):
                place = block.place
                while place and self.page.tags[place] != "article":
                    place = self.page.parents[place]
                if place and self.sums[place] >= _GOOD_PART * self.sums[0]:
                    return place
        return 0

    def is_title(self, text: str) -> bool:
        """Tell whether a text is one of the page's titles."""
        return squeezed(text) in self._titles

    def within(self, place: int) -> list[int]:
        """Return the numbers of the blocks in a place that belong to its text, without lists of links and headlines."""
        kept = [number for number in self.inside(place) if self._is_text(number)]
        if self.weight(n for n in kept if self.page.blocks[n].tag == "p") > _MOSTLY * self.weight(kept):
            # Text in a bare `div` between paragraphs is a credit, a label or an advertisement.
            kept = [n for n in kept if self.page.blocks[n].tag in _TEXT_TAGS or self.page.blocks[n].is_heading]
        lists = self._link_lists(kept)
        return [n for n in kept if self._list(n) not in lists]

    def inside(self, place: int) -> range:
        """Return the numbers of all blocks in a place, which are consecutive."""
        first, last = self._spans[place]
        return range(first, last + 1)

    def finished(self, kept: list[int], has_lead: bool = True) -> list[int]:
        """Drop headings without text below them and repeated sentences, and put the lead in front."""
        kept = self._without_lone_headings(kept)
        seen: set[str] = set()
        found = []
        for number in (self._lead(kept) if has_lead else []) + kept:
            text = self.page.blocks[number].text
            if not self.weights[number] or text not in seen:
                found.append(number)
            seen.add(text)
        return found

    def weight(self, numbers: Iterable[int]) -> int:
        """Return how many characters of sentences some blocks have."""
        return sum(self.weights[number] for number in numbers)

    def _sums(self, numbers: Sequence[int]) -> list[int]:
        sums = [0] * len(self.page.tags)
        for block, weight in zip(self.page.blocks, numbers, strict=True):
            sums[block.place] += weight
        for place in range(len(sums) - 1, 0, -1):
            sums[self.page.parents[place]] += sums[place]
        return sums

    def _mark_cards(self, is_furniture: list[bool], whole: Sequence[int]) -> None:
        """Mark teasers for other stories: a linked headline with a few words beside it."""
        most = min(_CARD, whole[0] // _CARDS)
        for block in self.page.blocks:
            if not block.is_heading or block.tag == "h1" or block.linked < _ALL_LINKED * len(block.text):
                continue
            place = block.place
            for _ in range(_CARD_DEPTH):
                parent = self.page.parents[place]
                if not parent or whole[parent] > most or self.page.tags[parent] in WHOLE - {"article"}:
                    break
                place = parent
            is_furniture[place] = is_furniture[place] or whole[place] <= most

    def _least(self, place: int) -> float:
        is_named = self.page.tags[place] == "article" or is_body(self.page.marks[place])
        return _NEARLY_ALL_OF_BODY if is_named else _MOST

    def _find_spans(self) -> list[tuple[int, int]]:
        """Find the first and the last block of each place."""
        first, last = [len(self.page.blocks)] * len(self.page.tags), [-1] * len(self.page.tags)
        for number, block in enumerate(self.page.blocks):
            if last[block.place] < 0:
                first[block.place] = number
            last[block.place] = number
        for place in range(len(first) - 1, 0, -1):
            parent = self.page.parents[place]
            if first[place] < first[parent]:
                first[parent] = first[place]
            if last[place] > last[parent]:
                last[parent] = last[place]
        return list(zip(first, last, strict=True))

    def _is_text(self, number: int) -> bool:
        block = self.page.blocks[number]
        if self.is_beside[block.place] or self.is_title(block.text):
            return False
        if self.weights[number] or block.is_heading:
            return True
        return block.tag in _TEXT_TAGS and block.linked <= _LITTLE_LINKED * len(block.text)

    def _list(self, number: int) -> int:
        """Return the place of the list that a block is an item of; -1 if it is not in a list."""
        block = self.page.blocks[number]
        return self.page.parents[block.place] if block.tag == "li" else -1

    def _link_lists(self, kept: Sequence[int]) -> set[int]:
        """Find the lists in which nearly every item contains a link."""
        items: dict[int, list[bool]] = {}
        for number in kept:
            if (place := self._list(number)) >= 0:
                block = self.page.blocks[number]
                items.setdefault(place, []).append(block.linked > _LEAST_LINKED * len(block.text))
        return {
            place for place, linked in items.items() if len(linked) > 1 and sum(linked) >= _ALL_LINKED * len(linked)
        }

    def _lead(self, kept: list[int]) -> list[int]:
        """Return the sentences between the headline and the text, which often stand outside its container."""
        before = self.page.blocks[: kept[0]] if kept else []
        heads = [
            number
            for number, block in enumerate(before)
            if block.tag == "h1" or (block.is_heading and self.is_title(block.text))
        ]
        if not heads:
            return []
        return [
            number
            for number in range(heads[-1] + 1, kept[0])
            if not self.is_beside[before[number].place] and _is_sentence(before[number])
        ]

    def _without_lone_headings(self, kept: list[int]) -> list[int]:
        blocks, taken = self.page.blocks, set(kept)
        for number in reversed(kept):
            if blocks[number].is_heading:
                following = number + 1
                while following < len(blocks) and self.is_beside[blocks[following].place]:
                    following += 1
                if following not in taken:
                    taken.discard(number)
        return sorted(taken)


def _is_sentence(block: Block) -> bool:
    return block.size >= SENTENCE and block.linked <= _LITTLE_LINKED * len(block.text)


def _weight(block: Block) -> int:
    length = block.size
    if block.is_heading or length < SENTENCE or block.linked > _LINKED * len(block.text):
        return 0
    return length // 3 if block.tag == "li" else length  # long lists of links may pass for long texts
