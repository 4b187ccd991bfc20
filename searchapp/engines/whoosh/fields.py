"""Which fields a segment inverts, and what each keyword field takes of an article."""

from collections.abc import Callable
from typing import Final

from searchapp.article import Article
from searchapp.engines.fields import STEMS, TEXT_STEM, address, entry
from searchapp.query.tree import FIELDS
from searchapp.text import keyword

TEXT: Final = FIELDS  # words with positions; stems have none
KEYWORDS: Final = ("id", "source", "language", "author", "first", "url")  # whole values
LENGTHS: Final = (*TEXT, TEXT_STEM)  # fields whose length counts in scoring
PAIRED: Final = "body"  # the field of which `pairs` of common words are listed, and under which name
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
    """Write two words that stand side by side as one term."""
    return first + b" " + second
