"""An article as the bytes that an engine stores: JSON, followed by the body.

Copying the body is faster than escaping it, and it is most of an article.
"""

import dataclasses
import json
from operator import attrgetter

from searchapp.article import Article


def pack(article: Article) -> bytes:
    """Write an article as bytes."""
    return f"{_encode(_all_but_body(article))}{article.body}".encode("utf-8", "surrogatepass")


def unpack(packed: bytes) -> Article:
    """Undo `pack`."""
    text = packed.decode("utf-8", "surrogatepass")
    (article_id, title, byline, date, source, language, url, path, authors, *rest), end = _decode(text)
    return Article(article_id, title, byline, text[end:], date, source, language, url, path, tuple(authors), *rest)


_encode = json.JSONEncoder(ensure_ascii=False).encode
_decode = json.JSONDecoder().raw_decode
_all_but_body = attrgetter(*(attribute.name for attribute in dataclasses.fields(Article) if attribute.name != "body"))
