"""The copies of an article: who else printed its story, when, and which words differ between any two printings.

The engine knows them by their `first`, so that no more than it is asked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from searchapp.answers.library import Library
from searchapp.article import Article
from searchapp.catalog.stories import MOST_PRINTINGS
from searchapp.engines import Ask, Budget, Hits
from searchapp.query.tree import Keyword, Node, either, without_firsts
from searchapp.sentences import sentence

SHOWN = 3  # copies named below a hit
MOST_COMPARED = 5_000  # words of a text: beyond, comparing may take seconds
SMALL = 7  # copies that a story may have for all its printings to be asked for, with those of other stories
FULL = sentence(
    "A story has {most} printings at most: what is printed more often is a form or a notice.", most=MOST_PRINTINGS
)
Change = Literal["same", "deleted", "inserted"]
_WORD = re.compile(r"\S+\s*|\s+")
_MUCH = 0.1  # of a text's length: less is no shortened or extended copy


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of words that both texts have, or one of them alone."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the words of two articles have in common, and what was deleted from the one or inserted in the other.

    Where `is_cut`, only the first words of the texts were compared. `inserted` and `deleted` count words.
    """

    one: Article
    other: Article
    title: tuple[Stretch, ...]
    body: tuple[Stretch, ...]
    is_cut: bool = False

    @property
    def inserted(self) -> int:
        """The number of words that only the other has."""
        return _words_of(self, "inserted")

    @property
    def deleted(self) -> int:
        """The number of words that only the first has."""
        return _words_of(self, "deleted")


@dataclass(frozen=True, slots=True)
class Stories:
    """How many stories the articles found tell, None if they were not counted.

    Where the search keeps firsts only, `left_out` counts the stories of which only later printings match.
    """

    told: int | None = None
    left_out: int = 0


def count_stories(library: Library, tree: Node, hits: Hits, budget: Budget) -> Stories:
    """Count the stories of an answer to `tree`, unless its articles were not all counted either."""
    if hits.is_partial or hits.total_is != "exact" or budget.is_spent:
        return Stories()
    if hits.stories is not None:
        return Stories(hits.stories)
    every = without_firsts(tree)
    told = library.engine.count_stories(every, budget)
    if every is tree or told is None:
        return Stories(told)
    return Stories(hits.total, told - hits.total)


def printings(library: Library, found: Article) -> tuple[Article, ...]:
    """Return all articles that tell the story of one, itself too, in the order of time."""
    if not found.copies:
        return (found,)
    hits = library.engine.search(Ask(Keyword("first", found.first), "oldest", limit=found.copies + 1)).hits
    return tuple(sorted((hit.article for hit in hits), key=lambda article: article.is_copy))


def is_full(found: Sequence[Article]) -> bool:
    """Say whether a story has as many printings as are told together: later ones are articles by themselves."""
    return len(found) >= MOST_PRINTINGS


def also_in(
    library: Library, found: Sequence[Article], known: Mapping[str, Sequence[Article]]
) -> Iterator[tuple[Article, ...]]:
    """Yield for each article the first few other printings of its story; some are `known`, by their `first`."""
    copies = {article.first: article.copies for article in found if article.copies and article.first not in known}
    told = {**known, **_first_printings(library, copies)}
    for article in found:
        story = told[article.first] if article.copies else ()
        yield tuple(one for one in story if one.id != article.id)[:SHOWN]


def _first_printings(library: Library, copies: Mapping[str, int]) -> Mapping[str, Sequence[Article]]:
    """Return the first printings of stories, given the number of copies of each: those of small ones by one search."""
    small = [first for first, count in copies.items() if count <= SMALL]
    asks = [Ask(Keyword("first", one), "oldest", limit=SHOWN + 1) for one in copies.keys() - small]
    if small:
        tree = either([Keyword("first", one) for one in small])
        asks.append(Ask(tree, "oldest", limit=(SMALL + 1) * len(small)))
    told: dict[str, list[Article]] = {first: [] for first in copies}
    for hit in (hit for ask in asks for hit in library.engine.search(ask).hits):
        told[hit.article.first].append(hit.article)
    return told


def how_long(found: Article, copy: Article) -> str:
    """Say whether a copy is ``shortened`` or ``extended``; nothing where it is about as long."""
    longer = max(len(found.body), len(copy.body))
    if abs(len(copy.body) - len(found.body)) <= _MUCH * longer:
        return ""
    return "shortened" if len(copy.body) < len(found.body) else "extended"


def compare(one: Article, other: Article) -> Difference:
    """Compare two articles word by word."""
    texts = _WORD.findall(one.body), _WORD.findall(other.body)
    return Difference(
        one,
        other,
        tuple(_pieces(_WORD.findall(one.title), _WORD.findall(other.title))),
        tuple(_pieces(*(words[:MOST_COMPARED] for words in texts))),
        is_cut=any(len(words) > MOST_COMPARED for words in texts),
    )


def _pieces(one: Sequence[str], other: Sequence[str]) -> Iterator[Stretch]:
    """Yield stretches of words in their order; white space makes no difference."""
    matcher = SequenceMatcher(None, [word.strip() for word in one], [word.strip() for word in other])
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            yield Stretch(
                "same", _run(other[other_start:other_end], is_last=other_end == len(other) and end == len(one))
            )
            continue
        if end > start:
            yield Stretch("deleted", _run(one[start:end], is_last=end == len(one) and other_start == other_end))
        if other_end > other_start:
            yield Stretch("inserted", _run(other[other_start:other_end], is_last=other_end == len(other)))


def _run(words: Sequence[str], *, is_last: bool) -> str:
    """Join words; what follows is apart from them, also where a text ended there."""
    text = "".join(words)
    return text if is_last or text[-1].isspace() else f"{text} "


def _words_of(difference: Difference, change: Change) -> int:
    pieces = (piece for piece in (*difference.title, *difference.body) if piece.change == change)
    return sum(len(piece.text.split()) for piece in pieces)
