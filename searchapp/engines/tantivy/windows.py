"""Tests of texts for what tantivy cannot find by itself: words within a window, and how often a leaf occurs."""

from collections.abc import Callable, Sequence
from typing import assert_never

from searchapp.article import Article
from searchapp.query.tree import Countable, Exact, Phrase, Word, fields_of
from searchapp.text import terms


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


def stand_in_order(text: Sequence[str], slots: Sequence[frozenset[str]], reach: int) -> bool:
    """Say whether a window of ``reach + 1`` places of `text` holds a word of each slot, in their order."""
    for start, word in enumerate(text):
        if word in slots[0]:
            window = iter(text[start + 1 : start + reach + 1])
            if all(any(other in slot for other in window) for slot in slots[1:]):
                return True
    return False
