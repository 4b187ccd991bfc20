"""Find the mentions of a query in whole articles, and choose the articles to read.

A mention is what the highlighter marks, so that counts, concordance and marks agree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest
from typing import Generic, NamedTuple, TypeVar

from searchapp import sentences
from searchapp.answers.fragments import Span
from searchapp.answers.highlight import Highlighter
from searchapp.answers.library import Library
from searchapp.article import Article
from searchapp.engines import Budget
from searchapp.query.tree import FIELDS, Field, Node
from searchapp.text import smooth, terms

T = TypeVar("T")

_CUT = sentences.marked("There was time to read only {number} of these {wanted} articles.")
_CUT_NEWEST = sentences.marked("There was time to read only {number} of these {wanted} articles, the newest.")


class UntilTime(Generic[T]):
    """Items until time runs out; `count` is how many came, and `is_cut` tells whether some did not."""

    def __init__(self, items: Iterable[T], budget: Budget) -> None:
        self._items = items
        self._budget = budget
        self.is_cut = False
        self.count = 0

    def __iter__(self) -> Iterator[T]:
        for item in self._items:
            if self._budget.is_spent:
                self.is_cut = True
                return
            self.count += 1
            yield item


class Marked(NamedTuple):
    """A field of an article, its text, and the ranges in it that match."""

    field: Field
    text: str
    spans: list[Span]


@dataclass(frozen=True, slots=True)
class ArticlesToRead:
    """Articles to read: all that match, or a sample if there are too many; `total` is the number that match."""

    articles: UntilTime[Article]
    total: int
    sampled: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether time ran out before all of them were read."""
        return self.articles.is_cut

    def notes(self, seed: int) -> Iterator[str]:
        """Yield notes: that a sample was read, if so, and that time ran out, if so."""
        if self.sampled:
            yield sentences.sentence(
                "Estimated from a random sample of {sampled} of the {total} articles (seed {seed}), since reading all "
                "of them would take too long.",
                sampled=self.sampled,
                total=self.total,
                seed=str(seed),
            )
        if self.is_cut:
            template = _CUT if self.sampled else _CUT_NEWEST
            yield sentences.sentence(template, number=self.articles.count, wanted=self.sampled or self.total)


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
    """Count the words of an article as they are indexed."""
    texts = (getattr(article, field) for field in FIELDS)
    return sum(len(_cut(text)) for text in texts)


def articles_to_read(library: Library, tree: Node, most: int, seed: int, budget: Budget) -> ArticlesToRead:
    """Return all articles that match, or a sample of `most` if there are more, until time runs out."""
    total = library.engine.count(tree, budget)
    if total <= most:
        return ArticlesToRead(UntilTime(library.engine.each(tree, "newest"), budget), total)
    chosen = drawn(library.engine.matching(tree, budget), most, seed)
    return ArticlesToRead(UntilTime(library.engine.articles(chosen), budget), total, len(chosen))


def drawn(ids: Iterable[str], most: int, seed: int) -> list[str]:
    """Draw `most` of these ids at random; a seed always draws the same ones, in whatever order they are given.

    An id is drawn by a hash of seed and id, so that a larger sample includes the smaller one, and an article that is
    added later replaces at most one other.
    """
    key = str(seed).encode()
    return nsmallest(
        most, ids, key=lambda one: blake2b(one.encode("utf-8", "surrogatepass"), digest_size=16, key=key).digest()
    )


def _cut(text: str) -> list[str] | tuple[str, ...]:
    plain = smooth(text)
    return plain.split() if plain.isascii() else terms(text)
