"""How an article lies in a tantivy index: the schema, an article as a document, and back.

Words reach tantivy as `searchapp.text` cut, folded and stemmed them, joined by single spaces, and it does nothing but
split at these; so terms and positions are ours. Its own tokenizers would be faster and disagree with the other engines;
its door for ready tokens (`PreTokenizedString`) wants a Python object for each token, which costs five times the time.
"""

import dataclasses
import json
from functools import lru_cache
from operator import itemgetter

from tantivy import Document, Schema, SchemaBuilder

from searchapp.article import Article
from searchapp.engines import fields
from searchapp.engines.facets import distinct
from searchapp.text import stemmer, terms

KEYWORDS = ("source", "language", "author")


def schema() -> Schema:
    """Return the schema of every index; what an index holds of an article, beside the article itself."""
    builder = SchemaBuilder()
    builder.add_bytes_field("article", stored=True)
    for name in ("title", "byline", "body"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in fields.STEMS.values():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("id", *KEYWORDS, "month"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("first_day", "last_day"):
        builder.add_unsigned_field(name, fast=True)
    for name in ("newest", "oldest"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


class Writer(dict[str, tuple[str, str]]):
    """Writes the words and the stems of pieces of text, each with spaces between, and remembers them.

    Pieces are what stands between white space and, in plain ASCII, between all signs that are never part of a word, so
    that hardly a piece is new. Splitting there takes a third of the time that cutting words takes.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._stem = stemmer(language)

    def write(self, text: str) -> tuple[str, str]:
        """Return the words of a text and their stems."""
        pieces = (text.translate(_GAPS) if text.isascii() else text).split()
        pairs = [*map(self.__getitem__, pieces)]
        return " ".join(map(_WORDS, pairs)), " ".join(map(_STEMS, pairs))

    def __missing__(self, piece: str) -> tuple[str, str]:
        if len(self) >= _REMEMBERED:
            self.clear()
        words = terms(piece)
        self[piece] = " ".join(words), " ".join(map(self._stem, words))
        return self[piece]


_WORDS, _STEMS = itemgetter(0), itemgetter(1)
_REMEMBERED = 200_000  # pieces, at about 300 bytes each
_GAPS = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "'`"}


def document(article: Article, writer: Writer) -> Document:
    """Turn an article into the document that stands for it."""
    made = Document()
    made.add_bytes("article", _packed(article))
    made.add_text("id", fields.storable(article.id))
    for name, text in (("title", article.title), ("byline", article.byline), ("body", article.body)):
        words, stems = writer.write(text)
        made.add_text(name, words)
        if name in fields.STEMS:
            made.add_text(fields.STEMS[name], stems)
    for name, values in (("source", (article.source,)), ("language", (article.language,)), ("author", article.authors)):
        for entry in _entries(values):
            made.add_text(name, entry)
    _add_dates(made, article)
    return made


def article_of(stored: Document) -> Article:
    """Return the article that a document stands for."""
    packed: bytes = stored["article"][0]
    values = json.loads(packed.decode("utf-8", "surrogatepass"))
    return Article(**{**values, "authors": tuple(values["authors"])})


def newest(article: Article) -> str:
    """Return what sorts articles by their day, newest first, unknown last; those of a day in the order of their ids."""
    return f"{99999999 - fields.days(article.date)[0]:08} {fields.storable(article.id)}"


@lru_cache(maxsize=1 << 14)
def _entries(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fields.entry(value) for value in distinct(value for value in values if value))


def _add_dates(made: Document, article: Article) -> None:
    first, last = fields.days(article.date)
    if first:
        made.add_unsigned("first_day", first)
        made.add_unsigned("last_day", last)
        made.add_text("month", article.date[:7])
    made.add_text("newest", newest(article))
    made.add_text("oldest", f"{first or 99999999:08} {fields.storable(article.id)}")


def _packed(article: Article) -> bytes:
    values = {name: getattr(article, name) for name in _ATTRIBUTES}
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")


_ATTRIBUTES = [attribute.name for attribute in dataclasses.fields(Article)]
