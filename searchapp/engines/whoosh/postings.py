"""The inverted lists of one field: for each word its articles, with tf and positions in each.

Under the field's name, a segment has: terms (one per line), term_ends, df (articles per term), cf (occurrences per
term), and packed lists: docs and tf (df numbers per term), positions (cf numbers per term).
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from searchapp.engines.whoosh.arrays import Array, ArrayFile, ArrayWriter, Counts, Docs, Mask, Positions
from searchapp.engines.whoosh.lexicon import Lexicon
from searchapp.engines.whoosh.packing import Packed, differences, narrowed, pack, starts_of, sums

SEEK = 16  # how many times longer looking an article up in a list takes than scanning past it
_MANY = 8  # a list with more than one in so many of all articles is read as a column


class FieldWriter:
    """Writes the lists of one field, a run of ascending terms at a time."""

    def __init__(self, writer: ArrayWriter, field: str) -> None:
        self._writer = writer
        self._field = field
        self._placed: dict[str, int] = {}
        self._written = 0

    def append(self, terms: Sequence[bytes], df: Counts, docs: Docs, tf: Counts, positions: Positions | None) -> None:
        """Add terms with their lists end to end: df doc ids per term, one tf per doc, and tf positions per doc."""
        cf = np.add.reduceat(tf, starts_of(df)) if len(df) else df
        self._append_terms(terms)
        self._put("df", narrowed(f"{self._field}.df", df, np.dtype("<u4")))
        self._put("cf", narrowed(f"{self._field}.cf", cf, np.dtype("<u4")))
        self._pack("docs", differences(docs, df), df)
        self._pack("tf", tf, df)
        if positions is not None:
            self._pack("positions", differences(positions, tf), cf)

    def _append_terms(self, terms: Sequence[bytes]) -> None:
        lengths = np.fromiter(map(len, terms), np.int64, len(terms))
        self._put("term_ends", np.cumsum(lengths + 1) - 1 + self._written)
        self._put("terms", np.frombuffer(b"".join(term + b"\n" for term in terms), np.uint8))
        self._written += int(lengths.sum()) + len(terms)

    def _put(self, name: str, values: Array) -> None:
        self._writer.append(f"{self._field}.{name}", values)

    def _pack(self, name: str, values: Array, counts: Counts) -> None:
        pack(self._writer.append, f"{self._field}.{name}", values, counts, self._placed)


class Postings:
    """Ascending articles of a segment, with the tf of something in each; `tf` is None if it is not counted.

    `count` is the number of articles in the segment.
    """

    def __init__(self, docs: Docs, tf: Counts | None, count: int) -> None:
        self.docs = docs
        self.tf = tf
        self.are_many = len(docs) * _MANY > count
        self.count = count

    @cached_property
    def column(self) -> Counts:
        """The tf in every article of the segment, or whether it occurs there."""
        column = np.zeros(self.count, bool if self.tf is None else self.tf.dtype)
        column[self.docs] = True if self.tf is None else self.tf
        return column

    def mark(self, mask: Mask) -> None:
        """Set the mask for these articles."""
        if self.are_many:
            mask |= self.column > 0
        else:
            mask[self.docs] = True

    def tf_in(self, numbers: Docs) -> Counts:
        """Return the tf in some articles, given by ascending numbers, or whether it occurs there."""
        if "column" in self.__dict__ or len(numbers) * SEEK > len(self.docs):
            found: Array = self.column[numbers]
        else:
            places = np.minimum(np.searchsorted(self.docs, numbers), len(self.docs) - 1)
            found = self.docs[places] == numbers
            if self.tf is not None:
                found = self.tf[places] * found
        return found

    def without(self, other: "Postings") -> "Postings":
        """Return the articles in which this occurs more often than `other`, with the differences."""
        assert self.tf is not None
        left = self.tf.astype(np.int64) - other.tf_in(self.docs)
        kept = np.flatnonzero(left)
        return Postings(self.docs[kept], left[kept], self.count)


def joined(lists: Sequence[Postings]) -> Postings:
    """Join lists without common articles, all of which have a `tf`."""
    if len(lists) == 1:
        return lists[0]
    docs = np.concatenate([one.docs for one in lists])
    tf = np.concatenate([one.tf for one in lists if one.tf is not None])
    order = np.argsort(docs, kind="stable")
    return Postings(docs[order], tf[order], lists[0].count)


class FieldReader:
    """Reads the lists of one field, by the place of a term in its `lexicon`."""

    def __init__(self, file: ArrayFile, field: str) -> None:
        self.lexicon = Lexicon(file, field)
        self._file = file
        self._field = field
        self.has_positions = f"{field}.positions.width" in file
        self._docs = Packed(file, f"{field}.docs")
        self._tf = Packed(file, f"{field}.tf")
        self._positions = Packed(file, f"{field}.positions")

    @cached_property
    def df(self) -> Array:
        """The number of articles that have each term."""
        return self._file[f"{self._field}.df"]

    @cached_property
    def cf(self) -> Array:
        """The number of occurrences of each term in all articles."""
        return self._file[f"{self._field}.cf"]

    def docs(self, place: int) -> Docs:
        """Return the ascending numbers of the articles that have a term."""
        return np.cumsum(self._docs.one(place, int(self.df[place])), dtype=np.int64)

    def tf(self, place: int) -> Counts:
        """Return the tf of a term in each of its articles."""
        return self._tf.one(place, int(self.df[place]))

    def positions(self, place: int, tf: Counts) -> Positions:
        """Return the positions of a term, article by article, `tf` of them for each."""
        return sums(self.steps(place).astype(np.int64), tf.astype(np.int64))

    def steps(self, place: int) -> Positions:
        """Return the same as stored: for each article the first position, and the steps to the following ones."""
        return self._positions.one(place, int(self.cf[place]))

    def run(self, first: int, last: int) -> tuple[Array, Array, Array, Array | None]:
        """Return the lists of the terms `first` to before `last`, as `FieldWriter.append` takes them."""
        df = self.df[first:last].astype(np.int64)
        docs = sums(self._docs.several(first, df), df)
        tf = self._tf.several(first, df)
        if not self.has_positions:
            return df, docs, tf, None
        cf = self.cf[first:last].astype(np.int64)
        return df, docs, tf, sums(self._positions.several(first, cf, np.dtype(np.uint32)), tf)

    @cached_property
    def all_postings(self) -> tuple[Array, Array]:
        """The term's place and the article of every posting, as two arrays, from which facets are counted."""
        df, docs, _, _ = self.run(0, len(self.lexicon))
        return np.repeat(np.arange(len(df)), df), docs
