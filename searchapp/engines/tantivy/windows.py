"""Tests of texts for what tantivy cannot find by itself: words within a window, and how often a leaf occurs."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import assert_never

from searchapp.article import Article
from searchapp.query.tree import Countable, Exact, Phrase, Word, fields_of
from searchapp.text import terms

Group = Sequence[frozenset[str]]  # the words of slots that stand side by side


def occurrences(leaf: Countable, article: Article, stem: Callable[[str], str]) -> int:
    """Count the occurrences of a leaf in an article whose words are stemmed by `stem`."""
    texts = {field: terms(getattr(article, field)) for field in fields_of(leaf)}
    match leaf:
        case Word(term):
            of_stems = {field: str if field == "byline" else stem for field in texts}
            return sum([*map(of_stems[field], text)].count(of_stems[field](term)) for field, text in texts.items())
        case Exact(term):
            return sum(text.count(term) for text in texts.values())
        case Phrase(words):
            size = len(words)
            return sum(text[at : at + size] == words for text in texts.values() for at in range(len(text)))
        case _:
            assert_never(leaf)


def stand_near(text: Sequence[str], words: Sequence[str], reach: int) -> bool:
    """Say whether a window of ``reach + 1`` places of `text` holds all `words`, each at a place of its own."""
    missing = {word: words.count(word) for word in words}
    still = len(words)
    start = 0
    for end, word in enumerate(text):
        if word in missing:
            still -= missing[word] > 0
            missing[word] -= 1
        if end - start > reach:
            left = text[start]
            start += 1
            if left in missing:
                missing[left] += 1
                still += missing[left] > 0
        if not still:
            return True
    return False


def stand_in_order(text: Sequence[str], one: Group, other: Group, distance: int) -> bool:
    """Say whether a group of words comes before another in `text`, with at most `distance` words between them."""
    ends = [start + len(one) for start in _begins(text, one)]
    starts = _begins(text, other)
    places = (bisect_left(starts, end) for end in ends)
    return any(place < len(starts) and starts[place] - end <= distance for end, place in zip(ends, places, strict=True))


def _begins(text: Sequence[str], group: Group) -> list[int]:
    """Return where one word of each slot of a group follows the other."""
    last = len(text) - len(group) + 1
    return [at for at in range(last) if all(text[at + step] in slot for step, slot in enumerate(group))]
