"""Find the leaves of a query in the text of one field.

A body is read in stretches of `STRETCH` characters, and fragments are taken from the first stretch where the query
matches: most of what a body of 10 MB costs is spent only if its match is at its end. Whole fields are read whole.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import accumulate, compress
from typing import NamedTuple, assert_never

from searchapp.answers.fragments import Match, Span
from searchapp.answers.plain_words import CountedWord, PlainMatches, PlainWords
from searchapp.answers.word_groups import Test, nears, phrases, proximities
from searchapp.query.patterns import fuzzy_matcher, is_single_character, wildcard_matcher
from searchapp.query.tree import Exact, Field, Fuzzy, Leaf, Near, Phrase, Proximity, Wildcard, Word
from searchapp.text import MAX_TERM, FoldedWord, Remembered, fold, forms, pieces, terms, words

STRETCH = 200_000  # characters
_STRETCH_ENDS = re.compile(r"[\s.,;:!?()、。，！？]")
_SPACED = 12  # average characters between spaces, up to which a text is cut at its spaces
_SHORT = 40  # characters; runs up to this length are cached across texts and queries
_REMEMBERED = 1 << 16
_OF_A_SLOT = -1  # in place of a leaf's number: a word that counts only together with others


class _Known(NamedTuple):
    """A run of characters as a query sees it: its number of folded words, and those that count."""

    length: int
    parts: "tuple[CountedWord, ...]"  # positions and offsets count from the run's own start


class _Keys(Remembered[str | None]):
    """The key of the only word in a run, made from its term by `key`; "" if a run has no word, None if it has several.

    Nearly every run of a text has occurred before, and a look-up takes a tenth of the time of folding.
    """

    def __init__(self, key: Callable[[str], str], most: int = _REMEMBERED) -> None:
        super().__init__(partial(_key_in, key), most)

    def __missing__(self, run: str) -> str | None:
        return super().__missing__(run) if len(run) <= _SHORT else None


def _key_in(key: Callable[[str], str], run: str) -> str | None:
    found = terms(run)
    if len(found) == 1:
        return key(found[0]) or None
    return None if found else ""


_keys_of = lru_cache(maxsize=4)(_Keys)


class LeafFinder:
    """Finds the leaves that search one field.

    A text is cut at its spaces, which takes a third of the time of finding words. For each run only a key is tested:
    the stem of its word, or the word itself if there are patterns. The few runs whose key may count are judged. A text
    with few spaces is cut into words, which are all judged.
    """

    def __init__(
        self, leaves: list[tuple[int, Leaf]], field: Field, stem: Callable[[str], str], *, keeps_initials: bool = False
    ) -> None:
        self._stem = stem
        self._terms: dict[str, list[int]] = {}  # leaves by the word that matches them
        self._stems: dict[str, list[int]] = {}
        self._patterns: list[tuple[int, Test]] = []
        self._pattern_initials: set[str] = set()
        self._groups: dict[str, list[tuple[int, Phrase | Near]]] = {}  # by their first word
        self._proximities: list[tuple[int, Proximity, list[Test]]] = []
        self._characters: dict[int, str] = {}  # leaves that look for a single character inside words
        self._reach = 0
        self._known: dict[str, _Known] = {}  # runs that were judged
        for number, leaf in leaves:
            self._add(number, leaf, field)
        self._key = _keys_of(str if self._patterns else stem).__getitem__
        self._seen: set[str | None] = {None, ""}  # keys that were tested
        self._counting: set[str | None] = {None, *self._stems, *map(stem, self._terms)}  # keys of the runs to judge
        self._plain = PlainWords(self._leaves_of)
        self._plain_matches = PlainMatches(
            self._counting_among,
            [(n, leaf) for group in self._groups.values() for n, leaf in group if isinstance(leaf, Phrase)],
            self._initials(keeps_initials=keeps_initials),
            is_able=not self._is_measuring and all(len(term) < MAX_TERM for term in self._terms),
        )

    def _add(self, number: int, leaf: Leaf, field: Field) -> None:
        match leaf:
            case Word(term) if field != "byline":
                self._stems.setdefault(self._stem(term), []).append(number)
            case Word(term) | Exact(term):
                self._terms.setdefault(term, []).append(number)
            case Phrase(group) | Near(group):
                self._groups.setdefault(group[0], []).append((number, leaf))
                self._reach = max(self._reach, len(group) + getattr(leaf, "distance", 0))
                for term in group:
                    self._terms.setdefault(term, [])
            case Wildcard(pattern):
                self._patterns.append((number, wildcard_matcher(pattern)))
                self._pattern_initials.add(pattern[:1])
                if is_single_character(pattern.strip("*")):
                    self._characters[number] = pattern.strip("*")
            case Fuzzy(term, edits):
                self._patterns.append((number, fuzzy_matcher(term, edits)))
                self._pattern_initials.add(term[:1])
            case Proximity(slots, distance):
                tests = [[_test_of(choice) for choice in slot] for slot in slots]
                self._proximities.append((number, leaf, [_any_of(of_slot) for of_slot in tests]))
                self._patterns += [(_OF_A_SLOT, test) for of_slot in tests for test in of_slot]
                self._reach = max(self._reach, len(slots) + distance)
            case _:
                assert_never(leaf)

    def matches(self, text: str) -> list[Match]:
        """Find all matches in a text."""
        if len(text) <= STRETCH and (found := self._plain_matches.find(text)) is not None:
            return found
        places = [place for stretch in self._stretches(text) for place in stretch]
        return self._resolve(places)

    def first_matches(self, text: str) -> list[Match]:
        """Find the matches of the first stretch that has any."""
        if len(text) <= STRETCH:
            return self.matches(text)
        places: list[CountedWord] = []
        for stretch in self._stretches(text):
            places += stretch
            if found := self._resolve(places):
                return found
            places = [place for place in places if place.position > places[-1].position - self._reach]
        return []

    def _stretches(self, text: str) -> Iterator[list[CountedWord]]:
        at = position = 0
        while (self._terms or self._stems or self._patterns) and at < len(text):
            end = _stretch_end(text, at)
            if (plain := self._plain.places(text[at:end], at, position)) is not None:
                yield plain.places
                at, position = end, position + plain.words
                continue
            runs = text[at:end].replace("\n", " ").split(" ")
            if end - at <= _SPACED * len(runs):
                keys = self._keys(runs)
                starts = partial(_after_spaces, runs, at)
            else:
                runs = forms(text[at:end])
                keys = self._judge_all(runs)
                starts = partial(_found, runs, text, at)
            positions = [*accumulate(map(self._words_in, runs, keys), initial=position)] if self._is_counting else []
            yield [*self._places(runs, keys, starts, positions)]
            at, position = end, positions[-1] if positions else 0

    @property
    def _is_measuring(self) -> bool:
        """Whether some words count only within a distance of others."""
        return bool(self._proximities) or any(isinstance(leaf, Near) for of in self._groups.values() for _, leaf in of)

    @property
    def _is_counting(self) -> bool:
        """Whether the positions of words matter."""
        return bool(self._groups or self._proximities)

    def _keys(self, runs: list[str]) -> list[str | None]:
        keys = [*map(self._key, runs)]
        if self._patterns:
            self._test({key for key in {*keys} - self._seen if key is not None})
        return keys

    def _judge_all(self, written: list[str]) -> list[str | None]:
        """Judge all written words: in a script without spaces, few have a single key, and few occur again."""
        self._known.update((form, self._judge(pieces(form), form)) for form in set(written) - self._known.keys())
        return [None] * len(written)

    def _initials(self, *, keeps_initials: bool) -> frozenset[str] | None:
        """Return the first letters of words that count alone; None if it may be any letter."""
        if self._pattern_initials & {"*", "?"} or (self._stems and not keeps_initials):
            return None
        written = (term for term, leaves in self._terms.items() if leaves)
        return frozenset(self._pattern_initials.union(*(term[:1] for term in (*written, *self._stems))))

    def _counting_among(self, new: set[str]) -> dict[str, tuple[int, ...]]:
        """Return those of some words that count, each with the leaves that it matches alone."""
        counting = new & self._terms.keys()
        if self._stems:
            counting |= {term for term in new if self._stem(term) in self._stems}
        for _, matches in self._patterns:
            counting |= {*filter(matches, new)}
        return {term: self._leaves_of(term) or () for term in counting}

    def _leaves_of(self, term: str) -> tuple[int, ...] | None:
        """Return the leaves that a word alone matches; None if it does not count at all."""
        leaves = [number for number, matches in self._patterns if matches(term)]
        stems = self._stems.get(self._stem(term), ()) if self._stems else ()
        if not leaves and not stems and term not in self._terms:
            return None
        return (*leaves, *self._terms.get(term, ()), *stems)

    def _test(self, new: set[str]) -> None:
        """Find which of these keys count, if stems alone do not tell."""
        self._seen |= new
        self._counting |= self._counting_among(new).keys()

    def _places(
        self, runs: list[str], keys: list[str | None], starts: Callable[[], list[int]], positions: Sequence[int]
    ) -> Iterator[CountedWord]:
        """Yield the words that count. `starts` is called only if there is one, since few titles have any."""
        begins: list[int] = []
        for number in compress(range(len(runs)), map(self._counting.__contains__, keys)):
            for place, start, end, term, satisfied in self._judged(runs[number]).parts:
                begins = begins or starts()
                position = positions[number] + place if positions else 0
                yield CountedWord(position, begins[number] + start, begins[number] + end, term, satisfied)

    def _words_in(self, run: str, key: str | None) -> int:
        return self._judged(run).length if key is None else 1 if key else 0

    def _judged(self, run: str) -> _Known:
        if (known := self._known.get(run)) is None:
            known = self._known[run] = self._judge(_cut(run), run)
        return known

    def _judge(self, folded: Sequence[FoldedWord], run: str) -> _Known:
        judged = ((place, *word, self._leaves_of(word.term)) for place, word in enumerate(folded))
        parts = (
            one
            for place, term, start, end, leaves in judged
            if leaves is not None
            for one in self._split(CountedWord(place, start, end, term, leaves), run)
        )
        return _Known(len(folded), tuple(parts))

    def _split(self, place: CountedWord, run: str) -> Iterator[CountedWord]:
        """Narrow the match of a single character from its pair to the character itself."""
        whole = tuple(leaf for leaf in place.leaves if leaf not in self._characters)
        if whole or not place.leaves:
            yield place._replace(leaves=whole)
        for leaf in place.leaves:
            if leaf in self._characters:
                start, end = _character_in(run, place.start, place.end, self._characters[leaf])
                yield place._replace(start=start, end=end, leaves=(leaf,))

    def _resolve(self, places: list[CountedWord]) -> list[Match]:
        found = [Match(place.start, place.end, leaf) for place in places for leaf in place.leaves if leaf != _OF_A_SLOT]
        there = {place.term for place in places} if self._groups else set()
        for number, leaf in (group for term in self._groups.keys() & there for group in self._groups[term]):
            if there.issuperset(leaf.terms):
                found += phrases(leaf, number, places) if isinstance(leaf, Phrase) else nears(leaf, number, places)
        for number, proximity, tests in self._proximities:
            found += proximities(proximity, tests, number, places)
        return sorted(found)


def _character_in(run: str, start: int, end: int, character: str) -> Span:
    """Return the span of a character in a pair, each of which may consist of several code points."""
    for middle in range(start + 1, end):
        is_first, is_second = fold(run[start:middle]) == character, fold(run[middle:end]) == character
        if is_first or is_second:
            return start if is_first else middle, end if is_second else middle
    return start, end


def _test_of(choice: Exact | Wildcard | Fuzzy) -> Test:
    match choice:
        case Exact(term):
            return term.__eq__
        case Wildcard(pattern):
            return wildcard_matcher(pattern)
        case Fuzzy(term, edits):
            return fuzzy_matcher(term, edits)
        case _:
            assert_never(choice)


def _any_of(tests: Sequence[Test]) -> Test:
    return lambda term: any(test(term) for test in tests)


def _stretch_end(text: str, at: int) -> int:
    """Return where a stretch ends: between words, if there is such a place within `STRETCH` more characters."""
    if at + STRETCH >= len(text):
        return len(text)
    border = _STRETCH_ENDS.search(text, at + STRETCH, at + 2 * STRETCH)
    return border.end() if border else at + STRETCH


def _after_spaces(runs: list[str], at: int) -> list[int]:
    """Return the starts of runs that are one space apart, the first of them at `at`."""
    return [*accumulate(map((1).__add__, map(len, runs)), initial=at)]


def _found(written: list[str], text: str, at: int) -> list[int]:
    """Return the starts of written words, which follow one another in the text."""
    starts = []
    for form in written:
        at = text.find(form, at)
        starts.append(at)
        at += len(form)
    return starts


def _cut(run: str) -> Sequence[FoldedWord]:
    return _cut_short(run) if len(run) <= _SHORT else words(run)


_cut_short = lru_cache(maxsize=_REMEMBERED)(words)
