"""One segment for reading: an immutable file, and the articles removed from it since."""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from searchapp.article import Article
from searchapp.engines.fields import CLOCK_BITS, written
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, ArrayFile
from searchapp.engines.whoosh.columns import checksums, thaw
from searchapp.engines.whoosh.lexicon import to_text
from searchapp.engines.whoosh.postings import FieldReader


class SegmentFile:
    """The file of a segment, opened once and shared by all readers."""

    def __init__(self, file: Path) -> None:
        self.arrays = ArrayFile(file)
        self.count: int = self.arrays.facts["articles"]
        self.fields = {field: FieldReader(self.arrays, field) for field in fields.ALL}
        self.word_pairs = FieldReader(self.arrays, fields.PAIRS)
        self.paired_words = frozenset(self.arrays.facts.get(f"{fields.PAIRED}.common", ()))
        self.words: dict[str, int] = {field: self.arrays.facts[f"{field}.words"] for field in fields.LENGTHS}
        self.facet_columns: dict[str, Any] = {}  # `facet_counts` makes them

    @cached_property
    def lengths(self) -> dict[str, Array]:
        """The length code of each article, by field."""
        return {field: self.arrays[f"{field}.lengths"] for field in fields.LENGTHS}

    @cached_property
    def _stored_ends(self) -> Array:
        return self.arrays["stored_ends"]

    def stored(self, number: int) -> bytes:
        """Return a packed article."""
        start = int(self._stored_ends[number - 1]) if number else 0
        return self.arrays.text("stored", start, int(self._stored_ends[number]))

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages of the articles; "" stands for none."""
        lexicon = self.fields["language"].lexicon
        return frozenset({"", *(written(to_text(lexicon[place])) for place in range(len(lexicon)))})

    @cached_property
    def days(self) -> Array:
        """The first day of each article, 0 if unknown."""
        return self.arrays["first_day"].astype(np.int64)

    @cached_property
    def ids(self) -> list[str]:
        """The sorted ids of all articles, to which `id_order` refers."""
        lexicon = self.fields["id"].lexicon
        return [to_text(lexicon[place]) for place in range(len(lexicon))]

    @cached_property
    def stories(self) -> Array:
        """A number for each story with copies in this segment, by the place of its `first`; equal in all segments.

        It is a 64-bit hash: among ten million stories, a collision has a probability of 1 in 370,000.
        """
        lexicon = self.fields["first"].lexicon
        return np.fromiter((hash(lexicon[place]) for place in range(len(lexicon))), np.int64)

    @cached_property
    def moments(self) -> Array:
        """The first day and the clock of each article in one number, 0 if unknown."""
        return (self.days << CLOCK_BITS) | self.arrays["clock"]

    def holding(self, ids: Collection[str]) -> Iterator[int]:
        """Yield the numbers of the articles with these ids."""
        wanted = list(ids)
        known = self.arrays["id_checksums"]
        sums = np.fromiter(checksums(wanted), np.uint32, len(wanted))
        places = np.searchsorted(known, sums)
        likely = np.flatnonzero(known[np.minimum(places, len(known) - 1)] == sums) if len(known) else ()
        reader = self.fields["id"]
        for index in likely:
            place = reader.lexicon.find(wanted[index])
            if place >= 0:
                yield int(reader.docs(place)[0])


class Segment:
    """A segment's file, together with the numbers of its removed articles."""

    def __init__(self, file: SegmentFile, removed: Iterable[int]) -> None:
        self.file = file
        gone = list(removed)
        self.live: Array | None = None  # a mask; None if nothing was removed
        if gone:
            self.live = np.ones(file.count, bool)
            self.live[gone] = False
        self.living = file.count - len(gone)

    def article(self, number: int) -> Article:
        """Return the article with that number."""
        return thaw(self.file.stored(number))

    def find(self, article_id: str) -> int | None:
        """Return the number of the article with that id; None if it is missing or removed."""
        found = next(self.file.holding([article_id]), None)
        return None if found is None or (self.live is not None and not self.live[found]) else found

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles in ascending order, without removed ones."""
        reader = self.file.fields["id"]
        for place in range(len(reader.lexicon)):
            if self.live is None or self.live[reader.docs(place)[0]]:
                yield to_text(reader.lexicon[place])
