"""The terms of a segment's fields as Whoosh sees them: in order, each with its articles.

Words and ids are stored in the form shown. Keywords are stored with their spellings, and those that compare equal are
one term here. Dates are stored as two columns of days, from which the terms are made.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import numpy as np

from searchapp.engines.fields import SEPARATOR, written
from searchapp.engines.whoosh.arrays import Array, Counts, Docs, Moments, Positions
from searchapp.engines.whoosh.lexicon import to_bytes, to_text
from searchapp.engines.whoosh.postings import FieldReader

_SEPARATOR = SEPARATOR.encode()


class Terms(Protocol):
    """Ascending terms, each identified by its place."""

    has_positions: bool

    def __len__(self) -> int:
        """Count the terms."""

    def __getitem__(self, place: int) -> bytes:
        """Return a term."""

    def place_of(self, term: bytes) -> int:
        """Return the place of the first term that is not less than `term`."""

    def df(self, place: int) -> int:
        """Count a term's articles."""

    def cf(self, place: int) -> int:
        """Count the occurrences of a term in all articles."""

    def docs(self, place: int) -> Docs:
        """Return the ascending numbers of a term's articles."""

    def tf(self, place: int) -> Counts:
        """Return the tf of a term in each of its articles."""

    def positions(self, place: int) -> Positions:
        """Return its positions, article by article; none if `has_positions` is false."""


def find(terms: Terms, term: bytes) -> int:
    """Return a term's place, or -1 if it is missing."""
    place = terms.place_of(term)
    return place if place < len(terms) and terms[place] == term else -1


class FieldTerms:
    """The terms of a field, exactly as the segment stores them."""

    def __init__(self, reader: FieldReader) -> None:
        self._reader = reader
        self.has_positions = reader.has_positions

    def __len__(self) -> int:
        return len(self._reader.lexicon)

    def __getitem__(self, place: int) -> bytes:
        return self._reader.lexicon[place]

    def place_of(self, term: bytes) -> int:  # noqa: D102
        return self._reader.lexicon.place_of(term)

    def df(self, place: int) -> int:  # noqa: D102
        return int(self._reader.df[place])

    def cf(self, place: int) -> int:  # noqa: D102
        return int(self._reader.cf[place])

    def docs(self, place: int) -> Array:  # noqa: D102
        return self._reader.docs(place)

    def tf(self, place: int) -> Array:  # noqa: D102
        return self._reader.tf(place)

    def positions(self, place: int) -> Array:  # noqa: D102
        return self._reader.positions(place, self.tf(place))


class _ValueTerms:
    """Terms that occur at most once in an article, without positions; subclasses define `docs` and `_terms`."""

    has_positions = False
    _terms: Sequence[bytes]

    def __len__(self) -> int:
        return len(self._terms)

    def __getitem__(self, place: int) -> bytes:
        return self._terms[place]

    def place_of(self, term: bytes) -> int:
        """Return the place of the first term that is not less than `term`."""
        return bisect_left(self._terms, term)

    def docs(self, place: int) -> Docs:
        """Return the ascending numbers of a term's articles."""
        raise NotImplementedError

    def df(self, place: int) -> int:
        """Count a term's articles."""
        return len(self.docs(place))

    def cf(self, place: int) -> int:
        """Count the same, since a value occurs once per article."""
        return self.df(place)

    def tf(self, place: int) -> Counts:
        """Return 1 for each article."""
        return np.ones(self.df(place), np.uint8)

    def positions(self, place: int) -> Array:  # noqa: ARG002
        """Return an empty array."""
        return np.zeros(0, np.int64)


class KeywordTerms(_ValueTerms):
    """Values that are compared in folded form: each term stands for all its spellings, which are adjacent."""

    def __init__(self, reader: FieldReader) -> None:
        self._reader = reader

    @cached_property
    def _terms(self) -> Sequence[bytes]:  # type: ignore[override]
        return [*dict.fromkeys(term.partition(_SEPARATOR)[0] for term in self._spellings)]

    @cached_property
    def _spellings(self) -> Sequence[bytes]:
        return [self._reader.lexicon[place] for place in range(len(self._reader.lexicon))]

    def docs(self, place: int) -> Docs:
        """Return the ascending numbers of the articles that have the value in any spelling."""
        first = bisect_left(self._spellings, self._terms[place] + _SEPARATOR)
        last = bisect_left(self._spellings, self._terms[place] + _SEPARATOR + b"\xff")
        return np.unique(np.concatenate([self._reader.docs(spelling) for spelling in range(first, last)]))

    def column(self, count: int) -> list[bytes]:
        """Return the value of each of `count` articles as written; of several, the first alphabetically."""
        column = [b""] * count
        for place in reversed(range(len(self._spellings))):
            value = to_bytes(written(to_text(self._spellings[place])))
            for doc in self._reader.docs(place).tolist():
                column[doc] = value
        return column


class DateTerms(_ValueTerms):
    """The dates of articles as ISO texts, made from the first and last day of each; articles without one have none."""

    def __init__(self, first_days: Moments, last_days: Moments) -> None:
        # First and last day in one number: articles with the same number have the same date.
        self._keys = first_days.astype(np.int64) * 10**8 + last_days

    @cached_property
    def _kinds(self) -> tuple[Array, Array]:
        """The distinct keys, in the order of their texts, and the start of each one's articles in `_order`."""
        keys, counts = np.unique(self._keys, return_counts=True)
        texts = [_written_date(key) for key in keys.tolist()]
        order = sorted(range(len(keys)), key=texts.__getitem__)
        return keys[order], counts[order]

    @cached_property
    def _terms(self) -> Sequence[bytes]:  # type: ignore[override]
        return [text for key in self._kinds[0].tolist() if (text := _written_date(key))]

    @cached_property
    def _lists(self) -> list[Array]:
        order = np.argsort(self._keys, kind="stable")
        keys = self._keys[order]
        begins = np.searchsorted(keys, self._kinds[0]).tolist()
        ends = np.searchsorted(keys, self._kinds[0], side="right").tolist()
        lists = [order[begin:end] for begin, end in zip(begins, ends, strict=True)]
        return lists[len(lists) - len(self._terms) :]  # the empty text, for unknown dates, comes first

    def docs(self, place: int) -> Docs:
        """Return the ascending numbers of the articles with a date."""
        return self._lists[place]

    def column(self, count: int) -> list[bytes]:
        """Return the date of each of `count` articles, empty if there is none."""
        texts = {key: _written_date(key) for key in self._kinds[0].tolist()}
        column = [texts[key] for key in self._keys.tolist()]
        assert len(column) == count
        return column


def _written_date(key: int) -> bytes:
    first, last = divmod(key, 10**8)
    year, month, day = first // 10_000, first // 100 % 100, first % 100
    if not first:
        return b""
    if first == last:
        return b"%04d-%02d-%02d" % (year, month, day)
    return b"%04d-%02d" % (year, month) if first // 100 == last // 100 else b"%04d" % year
