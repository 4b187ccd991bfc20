"""Which fields a segment inverts, and the values of an article in each keyword field."""

from collections.abc import Callable
from typing import Final

from searchapp.article import Article
from searchapp.engines.fields import STEMS, TEXT_STEM, address, entry
from searchapp.query.tree import FIELDS
from searchapp.text import keyword

TEXT: Final = FIELDS  # words with positions, which stems do not have
KEYWORDS: Final = ("id", "source", "language", "author", "first", "url")  # whole values
LENGTHS: Final = (*TEXT, TEXT_STEM)  # fields whose length matters for scoring
PAIRED: Final = "body"  # the field whose `pairs` of common words are listed, also the name of that list
PAIRS: Final = "body_pair"
ALL: Final = (*TEXT, *STEMS, *KEYWORDS)

KEYWORDS_OF: Final[dict[str, Callable[[Article], tuple[str, ...]]]] = {
    "id": lambda article: (article.id,),
    "source": lambda article: (entry(article.source),) if article.source else (),
    "language": lambda article: (entry(article.language),) if article.language else (),
    "first": lambda article: (entry(article.first),) if article.first else (),
    "url": lambda article: (address(article.url),) if article.url else (),
    "author": lambda article: tuple({keyword(author): entry(author) for author in reversed(article.authors)}.values()),
}


def pair(first: bytes, second: bytes) -> bytes:
    """Write two adjacent words as one term."""
    return first + b" " + second
