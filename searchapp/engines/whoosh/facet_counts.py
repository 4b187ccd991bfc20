"""The facets of an answer, counted in columns: for each article of a segment the number of its value.

A worked example: of four articles, the first is by Ann, the third by Ben and Ann, the others by nobody. `values` are
Ann and Ben; `first` is 1, 0, 1, 0; `more` says that the third article has value 2 as well. Of the first two articles
the counts are then 1, 1, 0: one without an author, one by Ann, none by Ben.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from searchapp.engines.contract import FacetName
from searchapp.engines.fields import SEPARATOR, known_date, restored
from searchapp.engines.whoosh.arrays import Array, Counts, Docs, Mask
from searchapp.engines.whoosh.lexicon import to_text
from searchapp.engines.whoosh.postings import FieldReader
from searchapp.engines.whoosh.segment import SegmentFile

_DAYS = 10**8  # larger than any day as a number


class FacetColumn:
    """The values of a facet in one segment, as they are indexed, and which of them each article has.

    `first` (int32, one per article) numbers the article's first value from 1, and is 0 if it has none. `more` lists the
    further values of the few articles that have several: value and article, as two arrays.
    """

    def __init__(self, values: Sequence[str], first: Array, more: tuple[Array, Array]) -> None:
        self.values = values
        self._first = first
        self._more = more

    def counts(self, found: Docs, mask: Mask) -> Counts:
        """Count the articles that have each value, and before them those without any; `mask` marks what is `found`."""
        counts = np.bincount(self._first[found], minlength=len(self.values) + 1)
        values, articles = self._more
        if len(values):
            counts += np.bincount(values[mask[articles]], minlength=len(counts))
        return counts


class FacetTable:
    """The values of a facet in all segments of a commit, which adds up what their columns counted.

    Values with the same keyword are spellings of one name, and count as one value: see `engines.facets.merge_facet`.
    """

    def __init__(self, columns: Sequence[FacetColumn]) -> None:
        values = sorted({value for column in columns for value in column.values})
        numbers = {value: number for number, value in enumerate(values)}
        self._numbers = [np.array([numbers[value] for value in column.values], np.int64) for column in columns]
        split = [value.partition(SEPARATOR) for value in values]
        self._written = np.array([restored(written if mark else keyword) for keyword, mark, written in split], object)
        keywords = dict.fromkeys(keyword for keyword, _, _ in split)
        of_keywords = {keyword: number for number, keyword in enumerate(keywords)}
        self._groups = np.array([of_keywords[keyword] for keyword, _, _ in split], np.int64)  # ascending

    def most_first(self, counted: Sequence[Counts]) -> tuple[tuple[str, int], ...]:
        """Return the values with their counts in the first segments, most first, then in alphabetical order."""
        total = np.zeros(len(self._written), np.int64)
        for numbers, counts in zip(self._numbers, counted, strict=False):
            total[numbers] += counts[1:]
        found = np.flatnonzero(total)
        found, sums = self._merged(found, total[found])
        order = np.lexsort((self._places[found], -sums))
        return tuple(zip(self._written[found[order]].tolist(), sums[order].tolist(), strict=True))

    def _merged(self, found: Array, counts: Counts) -> tuple[Array, Counts]:
        """Add up the spellings of each name; the most frequent one stands for all, of equal ones the first."""
        if np.all(np.diff(self._groups[found])):
            return found, counts
        order = np.lexsort((self._places[found], -counts, self._groups[found]))
        found = found[order]
        starts = np.flatnonzero(np.diff(self._groups[found], prepend=-1))
        return found[starts], np.add.reduceat(counts[order], starts)

    @cached_property
    def _places(self) -> Array:
        """The place of each value in the alphabetical order of what is written."""
        places = np.empty(len(self._written), np.int64)
        places[sorted(range(len(places)), key=self._written.__getitem__)] = np.arange(len(places))
        return places


def facet_column(file: SegmentFile, name: FacetName) -> FacetColumn:
    """Return the column of a facet, which is made once and kept with the segment."""
    if name not in file.facet_columns:
        file.facet_columns[name] = (
            _COLUMNS[name](file) if name in _COLUMNS else _of_names(file.fields[name], file.count)
        )
    found: FacetColumn = file.facet_columns[name]
    return found


def _of_names(reader: FieldReader, articles: int) -> FacetColumn:
    df, docs, _, _ = reader.run(0, len(reader.lexicon))
    places = np.repeat(np.arange(1, len(df) + 1, dtype=np.int32), df)
    first = np.zeros(articles, np.int32)
    first[docs[::-1]] = places[::-1]  # of several values, the first is written last, and stays
    further = first[docs] != places
    values = [to_text(reader.lexicon[place]) for place in range(len(df))]
    return FacetColumn(values, first, (places[further], docs[further]))


def _of_months(file: SegmentFile) -> FacetColumn:
    """Count by month, or by year where the month is not known."""
    first, last = file.days, file.arrays["last_day"].astype(np.int64)
    is_whole_year = first // 100 != last // 100
    return _of_codes(np.where(is_whole_year, first // 10000, first // 100), first > 0, _month)


def _of_days(file: SegmentFile) -> FacetColumn:
    """Count dates, each as far as it is known; first and last day are combined into one number of 16 digits."""
    first, last = file.days, file.arrays["last_day"].astype(np.int64)
    return _of_codes(first * _DAYS + last, first > 0, lambda code: known_date(*divmod(code, _DAYS)))


def _of_codes(codes: Array, is_known: Mask, written: Callable[[int], str]) -> FacetColumn:
    known, places = np.unique(codes[is_known], return_inverse=True)
    first = np.zeros(len(codes), np.int32)
    first[is_known] = places + 1
    nothing = np.zeros(0, np.int64)
    return FacetColumn([written(code) for code in known.tolist()], first, (nothing, nothing))


def _month(code: int) -> str:
    return f"{code:04}" if code < 10_000 else f"{code // 100:04}-{code % 100:02}"


_COLUMNS: dict[FacetName, Callable[[SegmentFile], FacetColumn]] = {"month": _of_months, "day": _of_days}
