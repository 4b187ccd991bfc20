"""Find the words of plain texts that count for a query, in a tenth of the time that other texts take.

The words of a plain text (`searchapp.text.smooth`) are separated by spaces, so that fast functions of the standard
library find them. Most English texts are plain.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from searchapp.answers.fragments import Match
from searchapp.query.tree import Phrase
from searchapp.text import MAX_TERM, Remembered, smooth, words

_REMEMBERED = 1 << 18  # words
_FEW = 8  # up to so many first letters, cutting out only words that begin with them is faster than cutting out all
_APOSTROPHES = frozenset("'’‘`")  # those of plain texts


class CountedWord(NamedTuple):
    """A word of a text that counts; `position` is its number among all words, or 0 if positions do not matter."""

    position: int
    start: int
    end: int
    term: str
    leaves: tuple[int, ...]


class CountedStretch(NamedTuple):
    """The words of a stretch of text that count, and the number of all its words."""

    places: list[CountedWord]
    words: int


class PlainWords:
    """Finds the words that count in a stretch of plain text."""

    def __init__(self, leaves_of: Callable[[str], tuple[int, ...] | None]) -> None:
        self._leaves_of = leaves_of
        self._known = Remembered[tuple[int, ...] | None](self._judged, _REMEMBERED)

    def places(self, text: str, at: int, position: int) -> CountedStretch | None:
        """Find the words that count in a text that begins at an offset and a `position`; None if it is not plain."""
        plain = smooth(text)
        if not plain.isascii():
            return None
        terms = plain.split()
        try:
            counts = [*map(self._known.__getitem__, terms)]
        except _TooLongError:
            return None
        counting = [number for number, leaves in enumerate(counts) if leaves is not None]
        return CountedStretch([*self._found(text, plain, terms, counting, at, position)], len(terms))

    def _judged(self, term: str) -> tuple[int, ...] | None:
        return self._leaves_of(_short(term))

    def _found(
        self, text: str, plain: str, terms: list[str], counting: Iterable[int], at: int, position: int
    ) -> Iterator[CountedWord]:
        starts = _Starts(plain)
        for number in counting:
            term = terms[number]
            start = starts.following(term)
            leaves = self._known[term]
            assert leaves is not None
            yield CountedWord(position + number, at + start, at + _end(text, start, term), term, leaves)


class PlainMatches:
    """Finds the matches of words and phrases in a whole plain text.

    Only words that begin like one that counts are cut out. Most of them have occurred before; new ones are judged at
    once, and the few that count are then located in the text. A phrase is searched for as a whole.
    """

    def __init__(
        self,
        counting_among: Callable[[set[str]], Mapping[str, tuple[int, ...]]],
        phrases: Iterable[tuple[int, Phrase]],
        initials: frozenset[str] | None,
        *,
        is_able: bool,
    ) -> None:
        self._counting_among = counting_among  # words that count among some, each with the leaves that it satisfies
        self._phrases = [(leaf, _phrase_expression(phrase), phrase) for leaf, phrase in phrases]
        self._candidates = _candidates(initials)
        self._is_able = is_able  # False if words have to be near others
        self._met: set[str] = set()
        self._counting: dict[str, tuple[int, ...]] = {}  # of the words seen so far, those that count

    def find(self, text: str) -> list[Match] | None:
        """Return all matches in order; None if the text is not plain, or words have to be near one another."""
        plain = smooth(text) if self._is_able else ""
        if not self._is_able or not plain.isascii():
            return None
        padded = f" {plain} "
        terms = self._candidates(padded)
        if not self._met.issuperset(terms) and not self._meet({*terms} - self._met):
            return None
        return sorted([*self._word_matches(text, padded, terms), *self._phrase_matches(text, padded)])

    def _meet(self, new: set[str]) -> bool:
        """Judge new words; return False if one is longer than a term may be, or there are too many."""
        if max(map(len, new)) >= MAX_TERM:
            return False
        if len(self._met) > _REMEMBERED:
            self._met.clear()
            self._counting.clear()
            return False
        self._met |= new
        self._counting |= {term: leaves for term, leaves in self._counting_among(new).items() if leaves}
        return True

    def _word_matches(self, text: str, padded: str, terms: Sequence[str]) -> Iterator[Match]:
        """Yield the matches of single words: all occurrences of each in turn."""
        for term in {*filter(self._counting.__contains__, terms)}:
            start = padded.find(f" {term} ")
            while start >= 0:
                end = _end(text, start, term)
                yield from [Match(start, end, leaf) for leaf in self._counting[term]]
                start = padded.find(f" {term} ", start + len(term))

    def _phrase_matches(self, text: str, padded: str) -> Iterator[Match]:
        for leaf, expression, phrase in self._phrases:
            for found in expression.finditer(padded):
                last = found.end(1) - 1 - len(phrase.terms[-1])
                yield Match(found.start(), _end(text, last, phrase.terms[-1]), leaf, len(phrase.terms))


def _candidates(initials: frozenset[str] | None) -> Callable[[str], Sequence[str]]:
    """Return a function that cuts words with some first letters, or all words, out of a padded text."""
    if initials is None or len(initials) > _FEW:
        return str.split
    return re.compile(f" ([{re.escape(''.join(sorted(initials)))}][^ ]*)").findall if initials else _none


def _none(_: str) -> Sequence[str]:
    return ()


def _phrase_expression(phrase: Phrase) -> re.Pattern[str]:
    """Return an expression that finds a phrase in a padded text, overlapping occurrences included."""
    first, *rest = map(re.escape, phrase.terms)
    return re.compile(f" (?=({first}{''.join(f' +{term}' for term in rest)}) )")


class _TooLongError(Exception):
    """A word of a plain text is longer than a term may be."""


class _Starts:
    """Locates the words of a text, which are requested in the order of the text."""

    def __init__(self, plain: str) -> None:
        self._padded = f" {plain} "
        self._ends: dict[str, int] = {}

    def following(self, term: str) -> int:
        """Return the next occurrence of a word."""
        start = self._padded.find(f" {term} ", self._ends.get(term, 0))
        self._ends[term] = start + len(term)
        return start


def _end(text: str, start: int, term: str) -> int:
    """Return the end of a word, which includes a possessive ending."""
    end = start + len(term)
    return start + words(text[start : end + 3])[0].end if text[end : end + 1] in _APOSTROPHES else end


def _short(term: str) -> str:
    if len(term) > MAX_TERM:
        raise _TooLongError
    return term
