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

CHECKSUM = "id_checksum"  # finds a few articles again without reading them, since only columns of numbers can be read
STORY = "story"  # a number for each story with copies, since columns of numbers are counted far faster than texts
STORIES = 1 << 64  # numbers that a story may have
KEYWORDS = ("source", "language", "author")
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
    builder.add_text_field("first", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(STORY, fast=True)
    for name in (*KEYWORDS, "url", "month"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
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
    for name, values in (("source", (article.source,)), ("language", (article.language,)), ("author", article.authors)):
        for entry in entries(values):
            made.add_text(name, entry)
    if article.first:
        made.add_text("first", fields.entry(article.first))
        made.add_unsigned(STORY, _number(article.first))
    if article.url:
        made.add_text("url", fields.address(article.url))
    if article.is_copy:
        made.add_unsigned("is_copy", 1)
    for name, amount in fields.amounts(article).items():
        made.add_unsigned(name, amount)
    _add_dates(made, article)
    return made


def _number(first: str) -> int:
    """Return the number of a story, given the id of its first printing: two of a million are alike once in 10^7."""
    return int.from_bytes(blake2b(fields.storable(first).encode(), digest_size=8).digest(), "big")


def article_of(kept: Document) -> Article:
    """Return the article of a document."""
    return stored.unpack(kept["article"][0])


def newest(article: Article) -> str:
    """Return a sort key: by day and clock, newest first, unknown dates last, and equal ones by id."""
    return _newest(fields.days(article.date)[0], fields.clock(article), fields.storable(article.id))


def _newest(day: int, clock: int, article_id: str) -> str:
    return f"{fields.LAST_DAY - day:08}{(1 << fields.CLOCK_BITS) - clock:06} {article_id}"


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
