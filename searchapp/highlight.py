"""Where a query really matches in a text; `fragments` chooses what is shown of it.

A span is marked where a leaf of the query is satisfied: a word in any of its forms or one that fits a pattern, a phrase
only as a whole and only where it stands, the words of a `Near` only within a window that holds them all. Leaves below a
`Not` and leaves of other fields mark nothing. Spans that overlap or touch are one.

A body is read in stretches of `STRETCH` characters, and fragments are taken from the first stretch where the query
matches: most of what a body of 10 MB costs is spent only if its match is at its end. Whole fields are read whole.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from searchapp.fragments import MOST, WIDTH, Fragment, Match, Span, fragments, merge
from searchapp.query.patterns import fuzzy_matcher, wildcard_matcher
from searchapp.query.tree import Exact, Field, Fuzzy, Leaf, Near, Node, Phrase, Wildcard, Word, positive_leaves
from searchapp.text import Word as FoldedWord
from searchapp.text import forms, pieces

STRETCH = 200_000  # characters


class Highlighter:
    """One query, ready to be looked for in many texts: what it learns about a word holds for all of them."""

    def __init__(self, tree: Node, stem: Callable[[str], str]) -> None:
        leaves = list(positive_leaves(tree))
        self._finders = {
            field: _Finder([leaf for leaf in leaves if leaf.field in (None, field)], field, stem)
            for field in ("title", "byline", "body")
        }

    def spans(self, field: Field, text: str) -> list[Span]:
        """Return the ranges of a field's `text` that match the query, ascending and apart."""
        return merge(self._finders[field].matches(text))

    def whole(self, field: Field, text: str) -> Fragment:
        """Return all of a field's `text` with its matches."""
        return Fragment(text, tuple(self.spans(field, text)))

    def fragments(self, field: Field, text: str, most: int = MOST, width: int = WIDTH) -> tuple[Fragment, ...]:
        """Return the best pieces of a field's `text`, in their order there; its beginning where nothing matches."""
        return fragments(text, self._finders[field].first_matches(text), most, width)


def spans(tree: Node, field: Field, text: str, stem: Callable[[str], str]) -> list[Span]:
    """Return the ranges of one field's `text` that match `tree`, with words brought to their stems by `stem`."""
    return Highlighter(tree, stem).spans(field, text)


_STRETCH_ENDS = re.compile(r"[\s.,;:!?()、。，！？]")


class _Known(NamedTuple):
    """What a written word is to a query: how many folded words it holds, and those of them that count."""

    length: int
    parts: tuple[tuple[int, int, int, str, tuple[int, ...]], ...]  # place, start, end, term, leaves satisfied


class _Place(NamedTuple):
    """A word of the text that counts; `position` is its number among all words."""

    position: int
    start: int
    end: int
    term: str
    leaves: tuple[int, ...]


class _Finder:
    """Finds the leaves that look into one field."""

    def __init__(self, leaves: list[Leaf], field: Field, stem: Callable[[str], str]) -> None:
        self._stem = stem
        self._terms: dict[str, list[int]] = {}  # leaves by the word that satisfies them
        self._stems: dict[str, list[int]] = {}
        self._patterns: list[tuple[int, Callable[[str], bool]]] = []
        self._groups: list[tuple[int, Phrase | Near]] = []
        self._reach = 0
        self._seen: set[str] = set()
        self._known: dict[str, _Known] = {}  # of the forms seen, those that are not simply one word that does not count
        for number, leaf in enumerate(leaves):
            self._add(number, leaf, field)

    def _add(self, number: int, leaf: Leaf, field: Field) -> None:
        match leaf:
            case Word(term) if field != "byline":
                self._stems.setdefault(self._stem(term), []).append(number)
            case Word(term) | Exact(term):
                self._terms.setdefault(term, []).append(number)
            case Phrase(terms) | Near(terms):
                self._groups.append((number, leaf))
                self._reach = max(self._reach, len(terms) + getattr(leaf, "distance", 0))
                for term in terms:
                    self._terms.setdefault(term, [])
            case Wildcard(pattern):
                self._patterns.append((number, wildcard_matcher(pattern)))
            case Fuzzy(term, edits):
                self._patterns.append((number, fuzzy_matcher(term, edits)))

    def matches(self, text: str) -> list[Match]:
        """Find all matches in a text."""
        places = [place for stretch in self._stretches(text) for place in stretch]
        return self._resolve(places)

    def first_matches(self, text: str) -> list[Match]:
        """Find the matches of the first stretch that has any."""
        places: list[_Place] = []
        for stretch in self._stretches(text):
            places += stretch
            if found := self._resolve(places):
                return found
            places = [place for place in places if place.position > places[-1].position - self._reach]
        return []

    def _stretches(self, text: str) -> Iterator[list[_Place]]:
        at = position = 0
        while (self._terms or self._stems or self._patterns) and at < len(text):
            end = _stretch_end(text, at)
            written = forms(text[at:end])
            distinct = set(written)
            self._learn(distinct - self._seen)
            counting = [form for form in distinct.intersection(self._known) if self._known[form].parts]
            yield self._places(text, at, position, written) if counting else []
            if end < len(text):
                position += sum(self._known[form].length if form in self._known else 1 for form in written)
            at = end

    def _learn(self, written: set[str]) -> None:
        """Test words that were not seen before; nearly all are one word that does not count, and soon done with."""
        terms, stems, patterns, stem = self._terms, self._stems, self._patterns, self._stem
        for form, folded in zip(written, map(pieces, written), strict=True):
            if (
                len(folded) != 1
                or (term := folded[0][0]) in terms
                or (stems and stem(term) in stems)
                or (patterns and any(matches(term) for _, matches in patterns))
            ):
                self._known[form] = self._judge(folded)
        self._seen |= written

    def _judge(self, folded: tuple[FoldedWord, ...]) -> _Known:
        parts = []
        for place, (term, start, end) in enumerate(folded):
            leaves = [*self._terms.get(term, ()), *self._stems.get(self._stem(term), ())]
            leaves += [number for number, matches in self._patterns if matches(term)]
            if leaves or term in self._terms:
                parts.append((place, start, end, term, tuple(leaves)))
        return _Known(len(folded), tuple(parts))

    def _places(self, text: str, at: int, position: int, written: list[str]) -> list[_Place]:
        """Find the words that count. A form stands where it is found next: no other one begins before it."""
        found: list[_Place] = []
        find, known = text.find, self._known
        for form in written:
            at = find(form, at)
            if form in known:
                length, parts = known[form]
                for place, start, end, term, leaves in parts:
                    found.append(_Place(position + place, at + start, at + end, term, leaves))
                position += length
            else:
                position += 1
            at += len(form)
        return found

    def _resolve(self, places: list[_Place]) -> list[Match]:
        found = [Match(place.start, place.end, leaf) for place in places for leaf in place.leaves]
        for number, leaf in self._groups:
            found += _phrases(leaf, number, places) if isinstance(leaf, Phrase) else _nears(leaf, number, places)
        return sorted(found)


def _stretch_end(text: str, at: int) -> int:
    """End a stretch where no word is cut, if there is such a place within as much again."""
    if at + STRETCH >= len(text):
        return len(text)
    border = _STRETCH_ENDS.search(text, at + STRETCH, at + 2 * STRETCH)
    return border.end() if border else at + STRETCH


def _phrases(leaf: Phrase, number: int, places: list[_Place]) -> Iterator[Match]:
    at = {place.position: place for place in places}
    for place in places:
        if place.term == leaf.terms[0]:
            run = [at.get(place.position + step) for step in range(len(leaf.terms))]
            last = run[-1]
            if last and all(word and word.term == term for word, term in zip(run, leaf.terms, strict=True)):
                yield Match(place.start, last.end, number, len(leaf.terms))


def _nears(leaf: Near, number: int, places: list[_Place]) -> Iterator[Match]:
    """Slide a window over the text; whenever it holds all words, everything in it that is one of them is marked."""
    wanted = Counter(leaf.terms)
    counted = [place for place in places if place.term in wanted]
    missing, first, marked = Counter(wanted), 0, 0
    for last, place in enumerate(counted):
        missing[place.term] -= 1
        while place.position - counted[first].position >= len(leaf.terms) + leaf.distance:
            missing[counted[first].term] += 1
            first += 1
        if all(count <= 0 for count in missing.values()):
            for inside in counted[max(first, marked) : last + 1]:
                yield Match(inside.start, inside.end, number)
            marked = last + 1
