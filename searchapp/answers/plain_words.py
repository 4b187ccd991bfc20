"""The words of plain texts that count for a query, found in a fourth of the time that other texts take.

The words of a plain text (`searchapp.text.smooth`) stand between spaces, so that one look-up a word tells which of them
count, and each of those is found again where it stands. Most English texts are plain.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import NamedTuple

from searchapp.answers.fragments import Match
from searchapp.query.tree import Near, Phrase
from searchapp.text import MAX_TERM, Remembered, smooth, words

_REMEMBERED = 1 << 18  # words
_APOSTROPHES = frozenset("'’‘`")  # those of plain texts

Group = tuple[int, Phrase | Near]


class Place(NamedTuple):
    """A word of a text that counts; `position` is its number among all words, and 0 if nothing asks for it."""

    position: int
    start: int
    end: int
    term: str
    leaves: tuple[int, ...]


class Stretch(NamedTuple):
    """The words of a stretch of text that count, and how many words it has."""

    places: list[Place]
    words: int


class _Counts(NamedTuple):
    """What a word counts for: leaves that it satisfies alone, and phrases that begin with it."""

    leaves: tuple[int, ...]
    phrases: Sequence[Group] = ()


class PlainWords:
    """Finds the words that count in a stretch of plain text."""

    def __init__(self, leaves_of: Callable[[str], tuple[int, ...] | None]) -> None:
        self._leaves_of = leaves_of
        self._known = Remembered[_Counts | None](self._judged, _REMEMBERED)

    def places(self, text: str, at: int, position: int) -> Stretch | None:
        """Find the words that count in a text at an offset, whose words count from `position`; None if not plain."""
        plain = smooth(text)
        if not plain.isascii():
            return None
        terms = plain.split()
        try:
            counts = [*map(self._known.__getitem__, terms)]
        except _TooLongError:
            return None
        counting = compress(range(len(terms)), counts)
        return Stretch([*self._found(text, plain, terms, counting, at, position)], len(terms))

    def _judged(self, term: str) -> _Counts | None:
        leaves = self._leaves_of(_short(term))
        return None if leaves is None else _Counts(leaves)

    def _found(
        self, text: str, plain: str, terms: list[str], counting: Iterable[int], at: int, position: int
    ) -> Iterator[Place]:
        starts = _Starts(plain)
        for number in counting:
            term = terms[number]
            start = starts.following(term)
            counts = self._known[term]
            assert counts is not None
            yield Place(position + number, at + start, at + _end(text, start, term), term, counts.leaves)


class PlainMatches:
    """Finds the matches of words and phrases in a whole plain text, without looking at other words of phrases."""

    def __init__(
        self, satisfied: Callable[[str], tuple[int, ...]], groups: Mapping[str, Sequence[Group]], *, is_able: bool
    ) -> None:
        self._satisfied = satisfied
        self._groups = groups  # by their first word
        self._is_able = is_able  # not where words have to be near others
        self._known = Remembered[_Counts | None](self._judged, _REMEMBERED)

    def find(self, text: str) -> list[Match] | None:
        """Return all matches in order; None if the text is not plain, or words are to be near one another."""
        plain = smooth(text) if self._is_able else ""
        if not self._is_able or not plain.isascii():
            return None
        try:
            return sorted(self._phrase_matches(text, plain) if self._groups else self._word_matches(text, plain))
        except _TooLongError:
            return None

    def _word_matches(self, text: str, plain: str) -> Iterator[Match]:
        """Find words alone: each of the text is looked up once, however often it stands there."""
        there = [*{*plain.split()}]
        counting = [*compress(there, map(self._known.__getitem__, there))]
        padded = f" {plain} " if counting else ""
        for term in counting:
            counts = self._known[term]
            assert counts is not None
            start = padded.find(f" {term} ")
            while start >= 0:
                end = _end(text, start, term)
                yield from [Match(start, end, leaf) for leaf in counts.leaves]
                start = padded.find(f" {term} ", start + len(term))

    def _phrase_matches(self, text: str, plain: str) -> Iterator[Match]:
        terms = plain.split()
        counts = [*map(self._known.__getitem__, terms)]
        counting = [*compress(range(len(terms)), counts)]
        return self._matches(text, plain, terms, counting, counts)

    def _judged(self, term: str) -> _Counts | None:
        counts = _Counts(self._satisfied(_short(term)), self._groups.get(term, ()))
        return counts if counts.leaves or counts.phrases else None

    def _matches(
        self, text: str, plain: str, terms: list[str], counting: Sequence[int], counts: Sequence[_Counts | None]
    ) -> Iterator[Match]:
        starts = _Starts(plain)
        for number in counting:
            term, counted = terms[number], counts[number]
            assert counted is not None
            phrases = [one for one in counted.phrases if _stands(one[1].terms, terms, number)]
            if not counted.leaves and not phrases:
                starts.skip(term)
                continue
            start = starts.following(term)
            for leaf in counted.leaves:
                yield Match(start, _end(text, start, term), leaf)
            for leaf, phrase in phrases:
                yield Match(start, _end_of_all(text, plain, start, phrase.terms), leaf, len(phrase.terms))


class _TooLongError(Exception):
    """A word of a plain text is not a term as it stands."""


class _Starts:
    """Tells where the words of a text stand, each asked for in the order of the text."""

    def __init__(self, plain: str) -> None:
        self._padded = f" {plain} "
        self._ends: dict[str, int] = {}
        self._skipped: dict[str, int] = {}

    def skip(self, term: str) -> None:
        """Pass over the next place of a word, without looking for it yet."""
        self._skipped[term] = self._skipped.get(term, 0) + 1

    def following(self, term: str) -> int:
        """Return where a word stands next."""
        end = self._ends.get(term, 0)
        for _ in range(self._skipped.pop(term, 0) + 1):
            start = self._padded.find(f" {term} ", end)
            end = start + len(term)
        self._ends[term] = end
        return start


def _stands(phrase: tuple[str, ...], terms: list[str], number: int) -> bool:
    is_likely = number + 1 < len(terms) and terms[number + 1] == phrase[1]
    return is_likely and tuple(terms[number : number + len(phrase)]) == phrase


def _end_of_all(text: str, plain: str, start: int, phrase: Sequence[str]) -> int:
    """Return where a phrase ends that stands in a text from `start` on."""
    end = start + len(phrase[0])
    for term in phrase[1:]:
        start = plain.find(term, end)
        end = start + len(term)
    return _end(text, start, phrase[-1])


def _end(text: str, start: int, term: str) -> int:
    """Return where a word ends: a possessive is marked with its end."""
    end = start + len(term)
    return start + words(text[start : end + 3])[0].end if text[end : end + 1] in _APOSTROPHES else end


def _short(term: str) -> str:
    if len(term) > MAX_TERM:
        raise _TooLongError
    return term
