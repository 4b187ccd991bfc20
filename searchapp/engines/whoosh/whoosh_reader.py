"""The doors through which these segments are a Whoosh index: its codec, segment and readers.

`whoosh.index.open_dir` opens the folder like any other index, and Whoosh's own searcher, matchers and queries work on
it. Our own searches take the arrays behind them, in bulk (`matching`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh import fields as whoosh_fields
from whoosh.analysis import Analyzer, Token
from whoosh.codec import base
from whoosh.columns import EmptyColumnReader
from whoosh.matching import ListMatcher
from whoosh.query.spans import Span
from whoosh.reading import TermInfo, TermNotFound

from searchapp.engines.fields import STEMS
from searchapp.engines.scoring import LENGTHS
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.inverting import thaw
from searchapp.engines.whoosh.lexicon import to_text
from searchapp.engines.whoosh.segment import SegmentFile
from searchapp.text import words

EXTENSION = ".seg"


class FoldingAnalyzer(Analyzer):
    """`searchapp.text` as an analyzer of Whoosh, so that its query parser folds as the index does."""

    def __call__(self, value: str, positions: bool = False, chars: bool = False, **_: Any) -> Iterator[Token]:
        """Yield the folded words of `value`."""
        token = Token(positions, chars)
        for position, word in enumerate(words(value)):
            token.text, token.pos, token.boost, token.stopped = word.term, position, 1.0, False
            token.startchar, token.endchar = word.start, word.end
            yield token


def schema() -> whoosh_fields.Schema:
    """Return the fields as Whoosh knows them."""
    return whoosh_fields.Schema(
        **{field: whoosh_fields.TEXT(FoldingAnalyzer(), stored=True) for field in fields.TEXT},
        **{field: whoosh_fields.TEXT(FoldingAnalyzer(), phrase=False) for field in STEMS.values()},
        **{field: whoosh_fields.ID(stored=True) for field in fields.KEYWORDS},
    )


class ArraySegment(base.Segment):
    """A segment as the table of contents remembers it: its name, its size, and what was removed from it."""

    def __init__(self, indexname: str, count: int = 0) -> None:
        super().__init__(indexname)
        self._count = count
        self.removed: set[int] = set()

    def codec(self) -> "ArrayCodec":
        """Return the codec that reads it."""
        return ArrayCodec()

    def file(self, folder: Path) -> Path:
        """Return where it lies in an index's folder."""
        return folder / str(self.make_filename(EXTENSION))

    def set_doc_count(self, doccount: int) -> None:
        """Say how many articles it holds."""
        self._count = doccount

    def doc_count_all(self) -> int:
        """Count its articles, removed ones included."""
        return self._count

    def deleted_count(self) -> int:
        """Count the articles removed."""
        return len(self.removed)

    def deleted_docs(self) -> Iterator[int]:
        """Yield the numbers of the articles removed."""
        return iter(self.removed)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether an article was removed."""
        return docnum in self.removed

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Remove an article, or take it back."""
        (self.removed.add if delete else self.removed.discard)(docnum)


class ArrayCodec(base.Codec):
    """Reads segments for Whoosh. They are written whole, by `inverting` and `merging`, not posting by posting."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> "ArrayTermsReader":
        """Return the reader of words."""
        return ArrayTermsReader(SegmentFile(segment.file(Path(storage.folder))))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> "ArrayPerDocumentReader":
        """Return the reader of articles."""
        return ArrayPerDocumentReader(SegmentFile(segment.file(Path(storage.folder))), segment)

    def new_segment(self, _storage: Any, indexname: str) -> ArraySegment:
        """Return a segment with a fresh name."""
        return ArraySegment(indexname)


class ArrayTermsReader(base.TermsReader):
    """The words of a segment, for Whoosh."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._place(*term) >= 0

    def indexed_field_names(self) -> tuple[str, ...]:
        """Name the fields that have words."""
        return fields.ALL

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield all (field, word) in order."""
        for field in sorted(fields.ALL):
            yield from self.terms_from(field, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the words of a field from `prefix` on."""
        lexicon = self._file.fields[fieldname].lexicon
        start = lexicon.starting_with(to_text(prefix)).start
        return ((fieldname, lexicon[place]) for place in range(start, len(lexicon)))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield all words with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield the words of a field from `prefix` on, with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, _fieldname: str, _fieldobj: Any) -> base.EmptyCursor:
        """Return a cursor on nothing: typing errors are looked for by `Lexicon.within`."""
        return base.EmptyCursor()

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return a word's statistics."""
        place = self._place(fieldname, text)
        if place < 0:
            raise TermNotFound(f"{fieldname}:{text!r}")
        reader = self._file.fields[fieldname]
        docs, tf = reader.docs(place), reader.tf(place)
        lengths = [1]
        if fieldname in fields.LENGTHS:
            lengths = [LENGTHS[code] for code in self._file.lengths[fieldname][docs]]
        return TermInfo(
            weight=float(tf.sum()),
            df=len(docs),
            minlength=min(lengths),
            maxlength=max(lengths),
            maxweight=float(tf.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> "ArrayMatcher":
        """Return a word's articles as a matcher."""
        place = self._place(fieldname, text)
        if place < 0:
            raise TermNotFound(f"{fieldname}:{text!r}")
        return ArrayMatcher(self._file, fieldname, place, format_, scorer)

    def _place(self, fieldname: str, text: bytes) -> int:
        return self._file.fields[fieldname].lexicon.find(to_text(text)) if fieldname in self._file.fields else -1


class ArrayMatcher(ListMatcher):
    """A word's articles, with the word's positions in each."""

    def __init__(self, file: SegmentFile, field: str, place: int, format_: Any, scorer: Any) -> None:
        reader = file.fields[field]
        term = (field, reader.lexicon[place])
        tf = reader.tf(place)
        super().__init__(reader.docs(place).tolist(), tf.astype(float).tolist(), None, format_, scorer, term=term)
        self._ends = tf.cumsum(dtype=int)
        self._positions = reader.positions(place, tf) if reader.has_positions else ()

    def supports(self, astype: str) -> bool:
        """Say what is known of each article: positions only."""
        return astype == "positions" and len(self._positions) > 0

    def value_as(self, _astype: str) -> list[int]:
        """Return the word's positions in the present article."""
        return [span.start for span in self.spans()]

    def spans(self) -> list[Span]:
        """Return the word's positions in the present article, as spans."""
        start = int(self._ends[self._i - 1]) if self._i else 0
        return [Span(int(position)) for position in self._positions[start : int(self._ends[self._i])]]


class ArrayPerDocumentReader(base.PerDocumentReader):
    """The articles of a segment, for Whoosh."""

    def __init__(self, file: SegmentFile, segment: ArraySegment) -> None:
        self._file = file
        self._segment = segment

    def doc_count(self) -> int:
        """Count the articles not removed."""
        return self._file.count - len(self._segment.removed)

    def doc_count_all(self) -> int:
        """Count the articles, removed ones included."""
        return self._file.count

    def has_deletions(self) -> bool:
        """Say whether any article was removed."""
        return bool(self._segment.removed)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether an article was removed."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """Yield the numbers of the articles removed."""
        return self._segment.deleted_docs()

    def column_reader(self, _fieldname: str, column: Any) -> EmptyColumnReader:
        """Return a column of defaults: sorting and facets are done on our own arrays."""
        return EmptyColumnReader(column.default_value(), self._file.count)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return a field's length in an article, in words."""
        return LENGTHS[self._file.lengths[fieldname][docnum]] if fieldname in fields.LENGTHS else default

    def field_length(self, fieldname: str) -> int:
        """Count a field's words in all articles."""
        return self._file.words.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        """Return the least length of a field."""
        return LENGTHS[self._file.lengths[fieldname].min()] if fieldname in fields.LENGTHS else 0

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length of a field."""
        return LENGTHS[self._file.lengths[fieldname].max()] if fieldname in fields.LENGTHS else 0

    def stored_fields(self, docnum: int) -> dict[str, str]:
        """Return an article's stored fields by name."""
        article = thaw(self._file.stored(docnum))
        return {name: getattr(article, name) for name in (*fields.TEXT, "id", "source", "language")}
