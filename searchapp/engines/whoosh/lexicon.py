"""The sorted words of one field of a segment, as bytes: look-up of a word, a prefix, or words like a pattern."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from searchapp.engines.distance import letter_sets, resembling
from searchapp.engines.whoosh.arrays import Array, ArrayFile
from searchapp.query.patterns import wildcard_matcher


def to_bytes(term: str) -> bytes:
    """Encode a term for storage. Names may contain lone surrogates, which keep their place in the order, too."""
    return term.encode("utf-8", "surrogatepass")


def to_text(kept: bytes) -> str:
    """Undo `to_bytes`."""
    return kept.decode("utf-8", "surrogatepass")


_BLOCK = 32  # terms per block; the first of each stays in memory


class Lexicon:
    """Sorted terms, each with its place; UTF-8 keeps the order of code points."""

    def __init__(self, file: ArrayFile, field: str) -> None:
        self._file = file
        self._field = field
        self._name = f"{field}.terms"

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> bytes:
        start = int(self._ends[index - 1]) + 1 if index else 0
        return self._file.text(self._name, start, int(self._ends[index]))

    def several(self, places: Sequence[int]) -> list[bytes]:
        """Return the terms at some places, in a fraction of the time that reading them one by one takes."""
        if not places:
            return []
        at = np.asarray(places)
        starts = np.where(at > 0, self._ends[np.maximum(at, 1) - 1] + 1, 0).tolist()
        terms = self._file[self._name].data
        return [bytes(terms[start:end]) for start, end in zip(starts, self._ends[at].tolist(), strict=True)]

    def find(self, term: str) -> int:
        """Return a term's place, or -1 if it is missing."""
        wanted = to_bytes(term)
        begin, terms = self._block(wanted)
        at = bisect_left(terms, wanted)
        return begin + at if at < len(terms) and terms[at] == wanted else -1

    def place_of(self, term: bytes) -> int:
        """Return the place of the first term that is not less than `term`."""
        begin, terms = self._block(term)
        return begin + bisect_left(terms, term)

    def starting_with(self, prefix: str) -> range:
        """Return the places of the terms that start with `prefix`."""
        wanted = to_bytes(prefix)
        return range(self.place_of(wanted), self.place_of(wanted + b"\xff"))

    def like(self, pattern: str) -> list[int]:
        """Return the places of the terms that match a whole pattern with ``*`` and ``?``."""
        matches = wildcard_matcher(pattern)
        pieces = re.split(r"[*?]", pattern)
        candidates = self._candidates(pieces[0], max(pieces, key=len))
        return [place for place in candidates if matches(to_text(self[place]))]

    def resembling(self, term: str, edits: int, start: str = "") -> list[int]:
        """Return the places of the terms that begin with `start` and may be within `edits` typing errors of a term."""
        places = self.starting_with(start) if start else range(len(self))
        some = slice(places.start, places.stop)
        return [places[at] for at in resembling(term, edits, self._letter_counts[some], self._letter_sets[some])]

    def _block(self, term: bytes) -> tuple[int, Sequence[bytes]]:
        """Return the block of terms that `term` must be in if it is anywhere, and the place of the block's first term.

        A block is read at once, which takes hardly longer than reading one term.
        """
        begin = max(bisect_right(self._firsts, term) - 1, 0) * _BLOCK
        end = min(begin + _BLOCK, len(self))
        if begin == end:
            return begin, ()
        start = int(self._ends[begin - 1]) + 1 if begin else 0
        terms = self._file.text(self._name, start, int(self._ends[end - 1])).split(b"\n")
        if len(terms) > end - begin:  # a name contains a line feed
            return begin, [self[place] for place in range(begin, end)]
        return begin, terms

    @cached_property
    def _ends(self) -> Array:
        """The end of each term; like all cached properties here, it is read when first needed."""
        return self._file[f"{self._field}.term_ends"]

    @cached_property
    def _firsts(self) -> list[bytes]:
        """The first term of each block, kept in memory."""
        return [self[place] for place in range(0, len(self), _BLOCK)]

    @cached_property
    def text(self) -> bytes:
        """All terms, one per line."""
        return self._file[self._name].tobytes()

    @cached_property
    def _letter_counts(self) -> Array:
        """The number of letters of each term; in UTF-8, a letter may have several bytes.

        A worked example: the terms ``gas`` and ``éa`` are the bytes ``g a s LF C3 A9 a LF``. Every byte but A9 begins a
        letter, so up to the last byte of each term there are 3 and 3 + 1 + 2 = 6; the difference of 3, less the line
        feed, is 2.
        """
        is_first_byte = (self._file[self._name] & 0xC0) != 0x80
        letters_until = np.cumsum(is_first_byte, dtype=np.int64)[self._ends - 1] if len(self._ends) else self._ends
        return np.diff(letters_until.astype(np.int64), prepend=-1) - 1

    @cached_property
    def _letter_sets(self) -> Array:
        return letter_sets(self._file[self._name], self._ends)

    def _candidates(self, start: str, literal: str) -> Iterable[int]:
        """Return the places of the terms that can match, by their prefix or by letters that they contain."""
        if start:
            return self.starting_with(start)
        if not literal:
            return range(len(self))
        found = np.array([m.start() for m in re.finditer(re.escape(to_bytes(literal)), self.text)], np.int64)
        places: list[int] = np.unique(np.searchsorted(self._ends, found, side="right")).tolist()
        return places
