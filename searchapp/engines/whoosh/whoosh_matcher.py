"""A term's articles as Whoosh iterates over them: one by one, in blocks with a bound for their scores."""

import copy
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.matching import LeafMatcher, NullMatcher, ReadTooFar

from searchapp.engines.scoring import LENGTHS
from searchapp.engines.whoosh.arrays import Array, Positions
from searchapp.engines.whoosh.whoosh_terms import Terms

_BLOCK = 128  # articles, as in Whoosh's own lists


class ArrayMatcher(LeafMatcher):
    """A term's articles, with the term's positions in each.

    `length_codes` are those of the field in all articles of the segment; None for a field without lengths.
    """

    def __init__(
        self, terms: Terms, place: int, length_codes: Array | None, term: tuple[str, bytes], format_: Any, scorer: Any
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._terms = terms
        self._place = place
        self._length_codes = length_codes
        docs = terms.docs(place)
        self._count = len(docs)
        self._ids: list[int] = [
            *docs.tolist(),
            int(docs[-1]),
        ]  # Whoosh reads past the end, which its own lists allow
        self._tf: list[int] = terms.tf(place).tolist()
        self._at = 0

    def is_active(self) -> bool:
        """Tell whether there is a current article."""
        return self._at < self._count

    def reset(self) -> None:
        """Go back to the first article."""
        self._at = 0

    def copy(self) -> "ArrayMatcher":
        """Return a matcher at the same article."""
        return copy.copy(self)

    def replace(self, minquality: float = 0) -> Any:
        """Return this matcher, or an empty one if no remaining article can score as much."""
        is_hopeless = minquality and self.supports_block_quality() and self.max_quality() < minquality
        return self if self.is_active() and not is_hopeless else NullMatcher()

    def id(self) -> int:
        """Return the number of the current article."""
        return self._ids[self._at]

    def all_ids(self) -> Iterator[int]:
        """Yield the numbers of the current article and all after it."""
        return iter(self._ids[self._at : self._count])

    def all_items(self) -> Iterator[tuple[int, Any]]:
        """Yield the same, each with its encoded value."""
        return ((self.id(), self.value()) for _ in self._walk())

    def items_as(self, astype: str) -> Iterator[tuple[int, Any]]:
        """Yield the same, each with its value in one of Whoosh's formats."""
        return ((self.id(), self.value_as(astype)) for _ in self._walk())

    def next(self) -> bool:
        """Move to the next article; return whether it is in another block."""
        if self._at >= self._count:
            raise ReadTooFar
        self._at += 1
        return self._at % _BLOCK == 0

    def skip_to(self, id: int) -> bool:  # noqa: A002, Whoosh's name
        """Move to the first article whose number is not less; return whether it is in another block."""
        if not self.is_active():
            raise ReadTooFar
        before = self._at
        self._at = bisect_left(self._ids, id, before, self._count)
        return self._at // _BLOCK != before // _BLOCK

    def skip_to_quality(self, minquality: float) -> int:
        """Move to the next block in which an article may score more; return the number of blocks skipped."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._at = min((self._at // _BLOCK + 1) * _BLOCK, self._count)
            skipped += 1
        return skipped

    def block_max_weight(self) -> float:
        """Return the highest tf in the current block."""
        return self._most[self._block()]

    def block_min_length(self) -> int:
        """Return the length of the field in the shortest article of the current block."""
        return self._shortest[self._block()]

    def block_max_length(self) -> int:
        """Return the length of the field in the longest article of the current block."""
        return self._longest[self._block()]

    def supports_block_quality(self) -> bool:
        """Tell whether the highest score of a block is known."""
        return self.scorer is not None and bool(self.scorer.supports_block_quality())

    def score(self) -> float:
        """Score the current article."""
        return float(self.scorer.score(self)) if self.scorer else self.weight()

    def weight(self) -> float:
        """Return the tf in the current article."""
        return float(self._tf[self._at])

    def value(self) -> bytes:
        """Return the value of the current article, encoded in the field's format."""
        encoded: bytes = self.format.encode(self._here())
        return encoded

    def value_as(self, astype: str) -> Any:
        """Return a value of the current article: `positions`, `frequency`, `weight` or `position_boosts`."""
        match astype:
            case "positions":
                return self._here()
            case "frequency":
                return self._tf[self._at]
            case "weight":
                return self.weight()
            case _:
                return super().value_as(astype)

    def supports(self, astype: str) -> bool:
        """Tell whether that value is available."""
        return bool(self.format.supports(astype))

    def _block(self) -> int:
        """Return the current block; past the end, the last one, which Whoosh also requests."""
        return min(self._at, self._count - 1) // _BLOCK

    def _walk(self) -> Iterator[None]:
        while self.is_active():
            yield
            self.next()

    def _here(self) -> list[int]:
        start = self._ends[self._at - 1] if self._at else 0
        here: list[int] = self._positions[start : self._ends[self._at]].tolist()
        return here

    @cached_property
    def _positions(self) -> Positions:
        return self._terms.positions(self._place)

    @cached_property
    def _ends(self) -> list[int]:
        """The end of each article's part of the positions."""
        ends: list[int] = np.cumsum(self._tf, dtype=np.int64).tolist()
        return ends

    @cached_property
    def _most(self) -> list[float]:
        return [max(self._tf[start : start + _BLOCK]) * 1.0 for start in range(0, self._count, _BLOCK)]

    @cached_property
    def _shortest(self) -> list[int]:
        return self._lengths_by_block(np.minimum)

    @cached_property
    def _longest(self) -> list[int]:
        return self._lengths_by_block(np.maximum)

    def _lengths_by_block(self, extreme: "np.ufunc") -> list[int]:
        starts = np.arange(0, self._count, _BLOCK)
        if self._length_codes is None:
            return [1] * len(starts)
        return [
            LENGTHS[code] for code in extreme.reduceat(self._length_codes[self._ids[: self._count]], starts).tolist()
        ]
