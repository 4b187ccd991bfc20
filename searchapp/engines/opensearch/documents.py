"""How articles are stored in a cluster: the index, and an article as one of its documents.

Words reach the cluster as `searchapp.engines.ready_texts` writes them, and its analyzer does nothing but split at the
spaces; so terms and positions are ours. The article itself lies in ``_source``, and nothing else does.

Lucene averages lengths over the articles that have a field. `START` makes them all have it: it is a word at the place
of each text's first word, and counts in no length. The average is then ``sumTotalTermFreq / docCount - 1``.
"""

import hashlib
import json
from typing import Any, Final

from searchapp.article import Article
from searchapp.engines import fields, stored
from searchapp.engines.ready_texts import Writer, entries, title_only
from searchapp.engines.scoring import K1, B
from searchapp.query.tree import FIELDS

FORMAT: Final = 1  # of documents and of the index that holds them
START: Final = "\x1f"
COUNTING: Final = 1e12  # a boost by which a word or a phrase scores how often it stands in an article
KIND: Final = "searchapp articles"
KEYWORDS: Final = ("source", "language", "author", "first", "url")
_LONGEST_KEY = 10_000  # bytes; a term of Lucene has 32,766
_SHORT = 2_000  # characters
_LONGEST_WRITTEN = 4_000  # characters of up to four bytes

# `scoring.bm25`, with the idf and the weight in the boost. Statistics are those of all shards.
_SCORE = (
    f"if (query.boost >= {COUNTING / 10}) return doc.freq;"
    "double average = (double) field.sumTotalTermFreq / field.docCount - 1.0;"
    f"return query.boost * doc.freq * {K1 + 1} / (doc.freq + {K1} * ({1 - B} + {B} * doc.length / average));"
)


def words_field(field: str) -> str:
    """Name the field that lists the words of a text, each once."""
    return f"{field}_words"


def index_body(shards: int, about: dict[str, Any]) -> dict[str, Any]:
    """Return the request body that creates an index for articles; `about` is its own description."""
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "auto_expand_replicas": "0-1",
                "refresh_interval": "-1",  # nothing is seen before `commit` says so
                "codec": "best_compression",
                "max_regex_length": 50_000,
                "similarity": {"ours": {"type": "scripted", "script": {"source": _SCORE}}},
                "analysis": _ANALYSIS,
            }
        },
        "mappings": mappings(about),
    }


def mappings(about: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an index for articles."""
    return {"dynamic": "strict", "_meta": about, "_source": {"includes": ["article"]}, "properties": _PROPERTIES}


_ANALYSIS = {
    "tokenizer": {"spaces": {"type": "char_group", "tokenize_on_chars": [" "], "max_token_length": 600}},
    "filter": {"start": {"type": "pattern_capture", "preserve_original": False, "patterns": [f"^({START})(.+)$"]}},
    "analyzer": {"ours": {"type": "custom", "tokenizer": "spaces", "filter": ["start"]}},
}
_SCORED = {"type": "text", "analyzer": "ours", "similarity": "ours"}
_UNSCORED = {"type": "text", "analyzer": "ours", "norms": False}
_KEYWORD = {"type": "keyword"}
_PROPERTIES: dict[str, Any] = {
    "article": {"type": "keyword", "index": False, "doc_values": False},
    "id": _KEYWORD,
    "commit": {"type": "long"},
    **{field: {**_SCORED, "index_options": "positions"} for field in FIELDS},
    **{words_field(field): {"type": "keyword", "index": False} for field in FIELDS},
    fields.TEXT_STEM: {**_SCORED, "index_options": "freqs"},
    fields.TITLE_STEM: {**_UNSCORED, "index_options": "freqs"},
    fields.TITLE_ONLY: {**_UNSCORED, "index_options": "docs"},
    **dict.fromkeys((*KEYWORDS, "month", "day"), _KEYWORD),
    "is_copy": {"type": "boolean"},
    "moment": {"type": "long"},
    **{name: {"type": "long"} for name in ("first_day", "last_day", "copies", "similarity", "added", "edited")},
}


def key_of(article_id: str) -> str:
    """Return the key of an article's document: an id may be any text, and a key has 512 bytes at most."""
    return hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def document(article: Article, writer: Writer, commit: int) -> dict[str, Any]:
    """Turn an article into its document."""
    made: dict[str, Any] = {
        "article": fields.storable(stored.pack(article).decode("utf-8", "surrogatepass")),
        "id": fields.storable(article.id),
        "commit": commit,
    }
    made.update((name, amount) for name, amount in fields.amounts(article).items())
    stems = {}
    for field in FIELDS:
        words, stems[field] = writer.write(getattr(article, field))
        made[field] = START + words.lstrip(" ")
        made[words_field(field)] = [*set(words.split())]
    made[fields.TEXT_STEM] = START + f"{stems['title']} {stems['body']}".lstrip(" ")
    made[fields.TITLE_STEM] = stems["title"]
    made[fields.TITLE_ONLY] = title_only(stems["title"], stems["body"])
    made.update(_keywords(article))
    if article.is_copy:
        made["is_copy"] = True
    first, last = fields.days(article.date)
    if first:
        made |= {"first_day": first, "last_day": last, "month": article.date[:7], "day": article.date}
        made["moment"] = (first << fields.CLOCK_BITS) + fields.clock(article)
    return made


def article_of(source: dict[str, Any]) -> Article:
    """Turn a document back into its article."""
    return stored.unpack(fields.restored(source["article"]).encode("utf-8", "surrogatepass"))


def fitting(entry: str) -> str:
    """Return a term of a keyword field as a cluster can hold it: a very long one is replaced by a hash."""
    if len(entry) < _SHORT:
        return entry
    key, separator, written = entry.partition(fields.SEPARATOR)
    if len(key.encode()) > _LONGEST_KEY:
        key = f"\x1e{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"
    return f"{key}{separator}{written[:_LONGEST_WRITTEN]}"


def bulk_lines(article: Article, writer: Writer, commit: int) -> bytes:
    """Return the two lines of a bulk request that put an article."""
    return f"{PUT}{key_of(article.id)}{END}{_encode(document(article, writer, commit))}\n".encode("ascii")


def removing_line(article_id: str) -> bytes:
    """Return the line of a bulk request that removes an article."""
    return f"{REMOVE}{key_of(article_id)}{END}".encode("ascii")


PUT, REMOVE, END = '{"index":{"_id":"', '{"delete":{"_id":"', '"}}\n'
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def _keywords(article: Article) -> dict[str, list[str]]:
    values = {
        "source": entries((article.source,)),
        "language": entries((article.language,)),
        "author": entries(article.authors),
        "first": (fields.entry(article.first),) if article.first else (),
        "url": (fields.address(article.url),) if article.url else (),
    }
    return {name: [*map(fitting, terms)] for name, terms in values.items() if terms}
