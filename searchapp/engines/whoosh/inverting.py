"""Turn articles into a segment: words are numbered once, and everything else is done on arrays.

A token costs one look-up in a dictionary of forms; sorting, counting and packing happen in bulk when the segment is
written. That makes pure Python fast enough. A batch of articles has fewer than 2**31 words, so that four bytes hold any
number here; they take half the memory of eight, and memory is what a process has least of while it builds.
"""

from array import array
from pathlib import Path
from typing import NamedTuple

import numpy as np

from searchapp.article import Article
from searchapp.engines.fields import TEXT_STEM, TITLE_STEM, amounts, clock, days
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, ArrayWriter, Counts, Docs, Ranks
from searchapp.engines.whoosh.columns import (
    COLUMNS,
    checksums,
    freeze,
    length_codes,
    write_columns,
    write_ids,
    write_lengths,
    write_stored,
)
from searchapp.engines.whoosh.lexicon import to_bytes
from searchapp.engines.whoosh.packing import starts_of
from searchapp.engines.whoosh.pairs import write_pairs
from searchapp.engines.whoosh.postings import FieldWriter
from searchapp.languages import Stems
from searchapp.query.tree import Field
from searchapp.text import MAX_TERM, folded, forms, smooth


class Inverter:
    """Collects articles, then writes them as one segment file."""

    def __init__(self, stems: Stems) -> None:
        self._stems = stems
        self._languages: list[str] = []  # the code of each article's stemmer
        self._forms = _Forms()
        self._codes = {field: array("i") for field in fields.TEXT}
        self._lengths: dict[str, list[int]] = {field: [] for field in fields.TEXT}
        self._keywords: dict[str, list[tuple[str, ...]]] = {field: [] for field in fields.KEYWORDS}
        self._columns: list[tuple[int, ...]] = []
        self._stored: list[bytes] = []

    def add(self, article: Article) -> None:
        """Add one article."""
        for field, codes in self._codes.items():
            before = len(codes)
            codes.extend(map(self._forms.__getitem__, _cut(getattr(article, field))))
            self._lengths[field].append(len(codes) - before)
        for keyword_field, values in self._keywords.items():
            values.append(fields.KEYWORDS_OF[keyword_field](article))
        self._columns.append((*days(article.date), clock(article), *amounts(article).values(), article.is_copy))
        self._languages.append(self._stems.code(article.language))
        self._stored.append(freeze(article))

    def write(self, file: Path) -> None:
        """Write all articles as a segment, which is synced to disk when this returns."""
        with ArrayWriter(file) as writer:
            rank, names = _ranking(self._forms.terms)
            inverted = {field: self._write_text(writer, field, rank, names) for field in fields.TEXT}
            self._write_stems(writer, inverted["title"], inverted["body"])
            for keyword_field, values in self._keywords.items():
                _write_keywords(writer, keyword_field, values)
            columns = np.array(self._columns, np.uint32).reshape(-1, len(COLUMNS))
            write_columns(writer, map(np.ascontiguousarray, columns.T))
            ids = [article_id for (article_id,) in self._keywords["id"]]
            by_id = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int32)
            write_ids(writer, by_id, np.fromiter(checksums(ids), np.uint32, len(ids)))
            write_stored(writer, self._stored)
            writer.note("articles", len(self._stored))

    def _write_text(self, writer: ArrayWriter, field: Field, rank: Ranks, names: list[bytes]) -> "_Inverted":
        """Write a field of words with positions, given each term's rank and all terms by rank."""
        codes, lengths = self._forms.expand(self._codes[field], self._lengths[field])
        ranks = rank[codes]
        postings = _invert(ranks, lengths)
        _write_field(writer, field, names, postings)
        if field == fields.PAIRED:
            write_pairs(writer, names, np.bincount(postings[0], minlength=len(names)), ranks, lengths)
        write_lengths(writer, field, length_codes(lengths), len(codes))
        return _Inverted(lengths, _unranked(rank)[postings[0]], *postings[1:3])

    def _write_stems(self, writer: ArrayWriter, title: "_Inverted", body: "_Inverted") -> None:
        """Write the stems of titles, and those of titles and bodies as one text."""
        text = _Inverted(title.lengths + body.lengths, *map(np.concatenate, zip(title[1:], body[1:], strict=True)))
        codes = sorted(set(self._languages))
        language = np.array([codes.index(code) for code in self._languages], np.int32)
        occurs = np.zeros((len(codes), len(self._forms.terms)), bool)
        occurs[language[text.articles], text.terms] = True
        rank, names = _ranking(
            [
                self._stems.term(self._forms.terms[term], code)
                for code, row in zip(codes, occurs, strict=True)
                for term in np.flatnonzero(row).tolist()
            ]
        )
        ranks = np.zeros(occurs.shape, np.int32)
        ranks[occurs] = rank
        for field, part in ((TITLE_STEM, title), (TEXT_STEM, text)):
            _write_field(writer, field, names, _merge_terms(ranks[language[part.articles], part.terms], part))
        write_lengths(writer, TEXT_STEM, length_codes(text.lengths), int(text.lengths.sum()))


def _cut(text: str) -> list[str]:
    """Cut a text into pieces with the same terms; most pieces are terms already."""
    plain = smooth(text)
    return plain.split() if plain.isascii() else forms(text)


class _Forms(dict[str, int]):
    """The number of each written form: that of its folded term, or negative if the form is several terms or none."""

    def __init__(self) -> None:
        self.terms: list[str] = []
        self._numbers: dict[str, int] = {}
        self._several: list[tuple[int, ...]] = []

    def __missing__(self, form: str) -> int:
        is_term = form.isascii() and form.isalnum() and form == form.lower() and len(form) <= MAX_TERM
        numbers = (self._number(form),) if is_term else tuple(self._number(piece.term) for piece in folded(form))
        if len(numbers) == 1:
            code = numbers[0]
        else:
            self._several.append(numbers)
            code = -len(self._several)
        self[form] = code
        return code

    def expand(self, codes: "array[int]", lengths: list[int]) -> tuple[Array, Array]:
        """Return term numbers and lengths, with each form of several terms replaced by these."""
        flat = np.frombuffer(codes, np.int32) if codes else np.zeros(0, np.int32)
        counts = np.array(lengths, np.int64)
        if not len(flat) or flat.min() >= 0:
            return flat, counts
        sizes = np.ones(len(flat), np.int64)
        several = np.flatnonzero(flat < 0)
        parts = [self._several[-int(code) - 1] for code in flat[several]]
        sizes[several] = [len(part) for part in parts]
        spelled = np.repeat(flat, sizes)
        spelled[np.repeat(flat, sizes) < 0] = [number for part in parts for number in part]
        article = np.repeat(np.arange(len(counts)), counts)
        return spelled, np.bincount(article, sizes, len(counts)).astype(np.int64)

    def _number(self, term: str) -> int:
        number = self._numbers.setdefault(term, len(self.terms))
        if number == len(self.terms):
            self.terms.append(term)
        return number


class _Inverted(NamedTuple):
    """A field's `lengths` in words, by article; and each (term, article) once, in any order, with its tf."""

    lengths: Counts
    terms: Array
    articles: Docs
    tf: Counts


# Postings sorted by term, then article: the term's rank, the article and the tf of each, and the positions of all
_Postings = tuple[Array, Array, Array, Array | None]


def _ranking(terms: list[str]) -> tuple[Array, list[bytes]]:
    """Return the rank of each term's text among the distinct ones, and these texts by rank."""
    names = sorted(set(terms))
    ranks = {name: rank for rank, name in enumerate(names)}
    return np.fromiter(map(ranks.__getitem__, terms), np.int32, len(terms)), [*map(to_bytes, names)]


def _unranked(rank: Ranks) -> Ranks:
    """Return the number of the term with each rank, if every term has a rank of its own."""
    numbers = np.empty(len(rank), np.int32)
    numbers[rank] = np.arange(len(rank), dtype=np.int32)
    return numbers


def _invert(ranks: Ranks, lengths: Counts) -> _Postings:
    order = np.argsort(ranks, kind="stable")
    ranks = ranks[order]
    articles = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)[order]
    positions = np.arange(len(ranks), dtype=np.int32)
    positions -= np.repeat(starts_of(lengths).astype(np.int32), lengths)
    positions = positions[order]
    del order
    first = _where_changed(ranks, articles)
    return ranks[first], articles[first], np.diff(first, append=len(ranks)).astype(np.int32), positions


def _merge_terms(ranks: Ranks, inverted: _Inverted) -> _Postings:
    """Map terms to others, several to one, and sum the postings that coincide."""
    order = np.lexsort((inverted.articles, ranks))
    ranks, articles, tf = ranks[order], inverted.articles[order], inverted.tf[order]
    first = _where_changed(ranks, articles)
    return ranks[first], articles[first], np.add.reduceat(tf, first) if len(first) else tf, None


def _where_changed(*columns: Array) -> Array:
    changed = np.zeros(len(columns[0]), bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)


def _write_field(writer: ArrayWriter, field: str, names: list[bytes], postings: _Postings) -> None:
    ranks, articles, tf, positions = postings
    first = _where_changed(ranks)
    df = np.diff(first, append=len(ranks))
    FieldWriter(writer, field).append([names[rank] for rank in ranks[first]], df, articles, tf, positions)


def _write_keywords(writer: ArrayWriter, field: str, values: list[tuple[str, ...]]) -> None:
    rank, names = _ranking([value for several in values for value in several])
    counts = np.array([len(several) for several in values], np.int64)
    ranks, articles, tf, _ = _invert(rank, counts)
    _write_field(writer, field, names, (ranks, articles, tf, None))
