"""Every true match of a query in whole articles, and how many articles are read for it.

What counts as a mention is what the highlighter marks, so that figures, concordance and marks agree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest
from typing import NamedTuple

from searchapp.answers.fragments import Span
from searchapp.answers.highlight import Highlighter
from searchapp.answers.library import Library
from searchapp.article import Article
from searchapp.engines import Ask, Budget, Sort
from searchapp.query.tree import FIELDS, Field, Node
from searchapp.text import smooth, terms

_PAGE = 2_000  # articles fetched at a time


class Marked(NamedTuple):
    """A field of an article, its text, and the ranges in it that match."""

    field: Field
    text: str
    spans: list[Span]


@dataclass(frozen=True, slots=True)
class Reading:
    """Articles to be read: all that match, or where they are too many a sample of them; `total` is how many match."""

    articles: Iterator[Article]
    total: int
    sampled: int = 0

    def note(self, seed: int) -> tuple[str, ...]:
        """Say that a sample was read, if one was."""
        if not self.sampled:
            return ()
        return (
            f"Worked out from a random sample of {self.sampled:,} of the {self.total:,} articles (seed {seed}), "
            "since reading all of them would take too long.",
        )


def marked(highlighter: Highlighter, article: Article) -> Iterator[Marked]:
    """Yield the fields of an article in which the query matches."""
    for field in FIELDS:
        text: str = getattr(article, field)
        if spans := highlighter.spans(field, text):
            yield Marked(field, text, spans)


def count_mentions(highlighter: Highlighter, article: Article) -> int:
    """Count the matches in an article."""
    return sum(len(found.spans) for found in marked(highlighter, article))


def count_words(article: Article) -> int:
    """Count the words of an article, as they are indexed."""
    texts = (getattr(article, field) for field in FIELDS)
    return sum(len(_cut(text)) for text in texts)


def articles_in_order(library: Library, tree: Node, sort: Sort = "newest") -> Iterator[Article]:
    """Yield every article that matches, without bound. The library must not be refreshed meanwhile."""
    offset = 0
    while page := library.engine.search(Ask(tree, sort, offset, _PAGE)).hits:
        yield from (hit.article for hit in page)
        offset += len(page)


def articles_to_read(library: Library, tree: Node, most: int, seed: int = 0) -> Reading:
    """Return all articles that match, or `most` of them drawn by `drawn` where they are more."""
    total = library.engine.count(tree, Budget())
    if total <= most:
        return Reading(articles_in_order(library, tree), total)
    chosen = drawn(library.engine.matching(tree, Budget()), most, seed)
    return Reading(articles_by_id(library, chosen), total, len(chosen))


def articles_by_id(library: Library, ids: Iterable[str]) -> Iterator[Article]:
    """Yield the articles that have these ids, in their order."""
    found = map(library.engine.get, ids)
    return (article for article in found if article)


def drawn(ids: Iterable[str], most: int, seed: int) -> list[str]:
    """Draw `most` of these ids at random: the same ones for a seed wherever and in which order they are given.

    An id is drawn by a hash of seed and id, so that a larger sample holds the smaller one, and an article that is
    added later takes the place of one other article at most.
    """
    key = str(seed).encode()
    return nsmallest(
        most, ids, key=lambda one: blake2b(one.encode("utf-8", "surrogatepass"), digest_size=16, key=key).digest()
    )


def _cut(text: str) -> list[str] | tuple[str, ...]:
    plain = smooth(text)
    return plain.split() if plain.isascii() else terms(text)
