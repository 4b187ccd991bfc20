"""The interfaces that make our segments a Whoosh index: its codec, and its readers of terms and articles.

`whoosh.index.open_dir` opens the folder like any other index, and Whoosh's own searcher, matchers and queries work on
it. Our own searches use the arrays directly, in bulk (`matching`).
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from whoosh.codec import base
from whoosh.columns import ColumnReader
from whoosh.reading import TermInfo, TermNotFound
from whoosh.writing import IndexingError

from searchapp.engines.distance import within
from searchapp.engines.scoring import LENGTHS
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.columns import thaw
from searchapp.engines.whoosh.lexicon import to_bytes, to_text
from searchapp.engines.whoosh.segment import SegmentFile
from searchapp.engines.whoosh.whoosh_matcher import ArrayMatcher
from searchapp.engines.whoosh.whoosh_schema import KEYWORDS, stored_fields
from searchapp.engines.whoosh.whoosh_segment import REFUSAL, ArraySegment
from searchapp.engines.whoosh.whoosh_terms import DateTerms, FieldTerms, KeywordTerms, Terms, find


class ArrayCodec(base.Codec):
    """Reads a segment for Whoosh. Segments are written by `inverting` and `merging`, never posting by posting."""

    def __init__(self, segment: ArraySegment) -> None:
        self._segment = segment
        self._file: SegmentFile | None = None

    def terms_reader(self, storage: Any, segment: ArraySegment) -> "ArrayTermsReader":
        """Return the reader of terms."""
        return ArrayTermsReader(self._opened(storage, segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> "ArrayPerDocumentReader":
        """Return the reader of articles."""
        return ArrayPerDocumentReader(self._opened(storage, segment), segment)

    def automata(self, _storage: Any, _segment: ArraySegment) -> "NearTerms":
        """Return what finds words with typing errors."""
        return NearTerms()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise IndexingError(REFUSAL)

    new_segment = per_document_writer = field_writer = postings_writer = _refuse

    def _opened(self, storage: Any, segment: ArraySegment) -> SegmentFile:
        if self._file is None:
            self._file = SegmentFile(segment.file(Path(storage.folder)))
        return self._file


class ArrayTermsReader(base.TermsReader):
    """The terms of a segment, for Whoosh."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file
        self._terms = _terms_of(file)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._place(*term) >= 0

    def indexed_field_names(self) -> tuple[str, ...]:
        """Name the fields that have terms."""
        return tuple(sorted(self._terms))

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield all (field, term) in order."""
        for field in sorted(self._terms):
            yield from _named(field, self._terms[field], 0)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield all (field, term) from one on, including those of later fields."""
        if fieldname in self._terms:
            yield from _named(fieldname, self._terms[fieldname], self._terms[fieldname].place_of(prefix))
        for field in sorted(self._terms):
            if field > fieldname:
                yield from _named(field, self._terms[field], 0)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield all terms with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield the terms from one on, with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> "TermCursor":
        """Return a cursor on the terms of a field."""
        return TermCursor(self._terms[fieldname], fieldobj, lambda text: self.term_info(fieldname, text))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return a term's statistics; lengths are as stored."""
        place = self._found(fieldname, text)
        terms = self._terms[fieldname]
        docs = terms.docs(place)
        lengths = [1, 1]
        if fieldname in self._file.lengths:
            codes = self._file.lengths[fieldname][docs]
            lengths = [LENGTHS[codes.min()], LENGTHS[codes.max()]]
        return TermInfo(
            weight=float(terms.cf(place)),
            df=len(docs),
            minlength=lengths[0],
            maxlength=lengths[1],
            maxweight=float(terms.tf(place).max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return the occurrences of a term in all articles, including removed ones."""
        place = self._place(fieldname, text)
        return float(self._terms[fieldname].cf(place)) if place >= 0 else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Count a term's articles, including removed ones."""
        place = self._place(fieldname, text)
        return self._terms[fieldname].df(place) if place >= 0 else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        """Return a term's articles as a matcher."""
        place = self._found(fieldname, text)
        codes = self._file.lengths.get(fieldname)
        return ArrayMatcher(self._terms[fieldname], place, codes, (fieldname, text), format_, scorer)

    def _place(self, fieldname: str, text: bytes) -> int:
        return find(self._terms[fieldname], text) if fieldname in self._terms else -1

    def _found(self, fieldname: str, text: bytes) -> int:
        place = self._place(fieldname, text)
        if place < 0:
            raise TermNotFound(f"{fieldname}:{text!r}")
        return place


class TermCursor(base.FieldCursor):
    """A cursor over the terms of a field."""

    def __init__(self, terms: Terms, fieldobj: Any, info: Callable[[bytes], TermInfo]) -> None:
        self.terms = terms
        self._field = fieldobj
        self._info = info
        self._at = 0

    def first(self) -> str | None:
        """Move to the first term."""
        self._at = 0
        return self.text()

    def find(self, string: Any) -> str | None:
        """Move to the first term that is not less."""
        self._at = self.terms.place_of(self._field.to_bytes(string))
        return self.text()

    def next(self) -> str | None:
        """Move to the next term."""
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        """Return the current term, or None past the last."""
        return str(self._field.from_bytes(self.terms[self._at])) if self.is_valid() else None

    term = text

    def term_info(self) -> TermInfo | None:
        """Return the current term's statistics."""
        return self._info(self.terms[self._at]) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Tell whether there is a current term."""
        return self._at < len(self.terms)


class NearTerms(base.Automata):
    """Finds terms within some typing errors, all at once; two exchanged letters are one error, as in our queries."""

    def terms_within(self, fieldcur: Any, uterm: str, maxdist: int, prefix: int = 0) -> Iterator[str]:
        """Yield the terms within `maxdist` typing errors that start with the same `prefix` letters."""
        terms = fieldcur.terms
        start = to_bytes(uterm[:prefix])
        last = terms.place_of(start + b"\xff") if start else len(terms)
        texts = (to_text(terms[place]) for place in range(terms.place_of(start), last))
        return iter(within(uterm, maxdist, texts))


class ArrayPerDocumentReader(base.PerDocumentReader):
    """The articles of a segment, for Whoosh."""

    def __init__(self, file: SegmentFile, segment: ArraySegment) -> None:
        self._file = file
        self._segment = segment
        self._columns: dict[str, ValueColumn] = {}
        self._lengths: dict[str, list[int]] = {}

    def doc_count(self) -> int:
        """Count the articles not removed."""
        return self._file.count - len(self._segment.removed)

    def doc_count_all(self) -> int:
        """Count the articles, including removed ones."""
        return self._file.count

    def has_deletions(self) -> bool:
        """Tell whether any article was removed."""
        return bool(self._segment.removed)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether an article was removed."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """Yield the numbers of the removed articles."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Return True: there are columns."""
        return True

    def list_columns(self) -> list[str]:
        """Return the fields by which Whoosh can sort and group."""
        return [*KEYWORDS, "date"]

    def has_column(self, fieldname: str) -> bool:
        """Tell whether Whoosh can sort and group by a field."""
        return fieldname in self.list_columns()

    def column_reader(self, fieldname: str, column: Any) -> "ValueColumn":  # noqa: ARG002
        """Return a field's value in each article, as written; of several authors, the first alphabetically."""
        if fieldname not in self._columns:
            terms = _terms_of(self._file)[fieldname]
            assert isinstance(terms, KeywordTerms | DateTerms)
            self._columns[fieldname] = ValueColumn(terms.column(self._file.count))
        return self._columns[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return a field's length in an article, in words, as stored."""
        if fieldname not in self._lengths:
            codes = self._file.lengths.get(fieldname)
            if codes is None:
                return default
            self._lengths[fieldname] = [LENGTHS[code] for code in codes.tolist()]
        return self._lengths[fieldname][docnum]

    def field_length(self, fieldname: str) -> int:
        """Count a field's words in all articles."""
        return self._file.words.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        """Return the least length of a field."""
        return LENGTHS[self._file.lengths[fieldname].min()] if fieldname in self._file.lengths else 0

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length of a field."""
        return LENGTHS[self._file.lengths[fieldname].max()] if fieldname in self._file.lengths else 0

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return an article's stored fields by name."""
        return stored_fields(thaw(self._file.stored(docnum)))


class ValueColumn(ColumnReader):
    """A value for each article of a segment."""

    def __init__(self, values: list[bytes]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> bytes:
        return self._values[docnum]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._values)


def _terms_of(file: SegmentFile) -> dict[str, Terms]:
    """Return the fields that Whoosh sees, each with its terms."""
    words: dict[str, Terms] = {field: FieldTerms(file.fields[field]) for field in (*fields.TEXT, "id")}
    keywords = {field: KeywordTerms(file.fields[field]) for field in KEYWORDS}
    return {**words, **keywords, "date": DateTerms(file.arrays["first_day"], file.arrays["last_day"])}


def _named(field: str, terms: Terms, start: int) -> Iterator[tuple[str, bytes]]:
    return ((field, terms[place]) for place in range(start, len(terms)))
