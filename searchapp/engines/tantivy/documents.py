"""The tantivy schema, and the conversion of an article into a document and back.

tantivy receives words as `searchapp.text` has cut, folded and stemmed them, separated by spaces, and only splits at
these; so terms and positions are ours. Its own tokenizers would be faster, but disagree with the other engines; its
interface for ready tokens (`PreTokenizedString`) needs a Python object per token, which takes five times as long.
"""

from hashlib import blake2b
from zlib import crc32

from tantivy import Document, Schema, SchemaBuilder

from searchapp.article import Article
from searchapp.engines import fields, stored
from searchapp.engines.ready_texts import Writer, entries, title_only
from searchapp.query.tree import KeywordField

CHECKSUM = "id_checksum"  # finds a few articles again without reading them, since only columns of numbers can be read
KEYWORDS: tuple[KeywordField, ...] = ("source", "language", "author", "first", "url")
NUMBERS = 1 << 64  # that the terms of keyword fields may have
AMOUNTS = ("copies", "similarity", "added", "edited")


def schema() -> Schema:
    """Return the schema of every index: the fields that it has besides the article itself."""
    builder = SchemaBuilder()
    builder.add_bytes_field("article", stored=True)
    for name in ("title", "byline", "body"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field(fields.TEXT_STEM, tokenizer_name="whitespace", index_option="freq")
    for name in (fields.TITLE_STEM, fields.TITLE_ONLY):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field("is_copy", indexed=True)
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(CHECKSUM, indexed=True, fast=True)
    for keyword in KEYWORDS:
        builder.add_text_field(keyword, tokenizer_name="raw", index_option="basic")
        builder.add_unsigned_field(column(keyword), fast=True)
    builder.add_text_field("month", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("first_day", "last_day", *AMOUNTS):
        builder.add_unsigned_field(name, fast=True)
    for name in ("newest", "oldest", "last_added"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def document(article: Article, writer: Writer) -> Document:
    """Turn an article into its document."""
    made = Document()
    made.add_bytes("article", stored.pack(article))
    made.add_text("id", fields.storable(article.id))
    made.add_unsigned(CHECKSUM, crc32(fields.storable(article.id).encode()))
    title, title_stems = writer.write(article.title)
    body, body_stems = writer.write(article.body)
    made.add_text("title", title)
    made.add_text("byline", writer.write(article.byline)[0])
    made.add_text("body", body)
    made.add_text(fields.TEXT_STEM, f"{title_stems} {body_stems}")
    made.add_text(fields.TITLE_STEM, title_stems)
    made.add_text(fields.TITLE_ONLY, title_only(title_stems, body_stems))
    for keyword, terms in _terms(article).items():
        for term in terms:
            made.add_text(keyword, term)
            made.add_unsigned(column(keyword), number(term))
    if article.is_copy:
        made.add_unsigned("is_copy", 1)
    for name, amount in fields.amounts(article).items():
        made.add_unsigned(name, amount)
    _add_dates(made, article)
    return made


def column(keyword: KeywordField) -> str:
    """Return the name of the column with the numbers of a keyword field, which are counted far faster than texts."""
    return f"{keyword}_number"


def number(term: str) -> int:
    """Return the number of a term of a keyword field: among a million terms, two are alike once in 10^7 indexes."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "big")


def article_of(kept: Document) -> Article:
    """Return the article of a document."""
    return stored.unpack(kept["article"][0])


def newest(article: Article) -> str:
    """Return a sort key: by day and clock, newest first, unknown dates last, and equal ones by id."""
    return _newest(fields.days(article.date)[0], fields.clock(article), fields.storable(article.id))


def _newest(day: int, clock: int, article_id: str) -> str:
    return f"{fields.LAST_DAY - day:08}{(1 << fields.CLOCK_BITS) - clock:06} {article_id}"


def _terms(article: Article) -> dict[KeywordField, tuple[str, ...]]:
    return {
        "source": entries((article.source,)),
        "language": entries((article.language,)),
        "author": entries(article.authors),
        "first": (fields.entry(article.first),) if article.first else (),
        "url": (fields.address(article.url),) if article.url else (),
    }


def _add_dates(made: Document, article: Article) -> None:
    first, last = fields.days(article.date)
    if first:
        made.add_unsigned("first_day", first)
        made.add_unsigned("last_day", last)
        made.add_text("month", article.date[:7])
    clock, article_id = fields.clock(article), fields.storable(article.id)
    from_the_last = _newest(first, clock, article_id)
    made.add_text("newest", from_the_last)
    made.add_text("last_added", f"{fields.MOST - fields.seconds(article.added):010}{from_the_last}")
    made.add_text("oldest", f"{first or fields.LAST_DAY:08}{clock:06} {article_id}")
