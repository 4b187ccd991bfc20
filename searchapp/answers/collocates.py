"""Words that occur near the matches of a query more often than in the rest of the articles found."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import pairwise

from searchapp.answers.highlight import Highlighter, Highlighters
from searchapp.answers.keyness import log_likelihood, log_ratio
from searchapp.answers.library import Library
from searchapp.answers.mentions import Marked, articles_to_read, marked
from searchapp.answers.notes import notes_of
from searchapp.answers.request import Request, read
from searchapp.article import Article
from searchapp.catalog import Coverage
from searchapp.engines import Ask, Budget
from searchapp.errors import BadRequest
from searchapp.query import Query
from searchapp.query.tree import FIELDS, Exact, join
from searchapp.sentences import sentence
from searchapp.text import FoldedWord, terms, words

MOST_READ = 20_000  # articles
REACH = 5  # words to each side
MOST_REACH = 40
FEWEST = 3  # times that a word has to occur near a match

_CHARACTERS_A_WORD = 16  # read for each word within reach
_BORDER = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Collocate:
    """A folded word, and how often it occurs near a match and elsewhere in the articles read (`keyness`).

    `articles` is the number of articles found that have the word anywhere.
    """

    word: str
    near: int
    elsewhere: int
    articles: int
    log_likelihood: float
    log_ratio: float


@dataclass(frozen=True, slots=True)
class Collocates:
    """The words near the matches, surest first; `mentions` matches in `articles`, with `near` words around them."""

    request: Request
    query: Query
    reach: int
    collocates: tuple[Collocate, ...]
    articles: int
    mentions: int
    near: int
    elsewhere: int
    coverage: Coverage
    sampled: int = 0
    notes: tuple[str, ...] = ()
    is_partial: bool = False


def collocates(
    library: Library,
    request: Request,
    reach: int = REACH,
    limit: int = 50,
    seed: int = 0,
    most_read: int = MOST_READ,
    seconds: float = float("inf"),
) -> Collocates:
    """Find the words that occur within `reach` words of a match more often than in the rest of the articles found.

    If there are more than `most_read` articles, a sample of so many is read; if `seconds` are over before, the result
    `is_partial`. A word between two matches counts once; the words of the query itself do not count.

    Raises:
        BadRequest: the reach is too far, or a filter has no such value.
    """
    if not 1 <= reach <= MOST_REACH:
        raise BadRequest(sentence("Words can be at most {most} words away, not {reach}.", most=MOST_REACH, reach=reach))
    asked = read(request)
    budget = Budget.of(seconds)
    found = library.engine.search(Ask(asked.tree, limit=0, budget=budget))
    reading = articles_to_read(library, asked.tree, most_read, seed, budget)
    highlighters = Highlighters(asked.tree, library.stems)
    counted = _Counted()
    for article in reading.articles:
        counted.add(highlighters.for_article(article), article, reach)
    surest = [*counted.surest(limit)]
    counts = library.engine.counts([join([asked.tree, Exact(one.word)]) for one in surest], Budget())
    return Collocates(
        request=request,
        query=asked.query,
        reach=reach,
        collocates=tuple(replace(one, articles=count) for one, count in zip(surest, counts, strict=False)),
        articles=reading.total,
        mentions=counted.mentions,
        near=counted.near.total(),
        elsewhere=counted.whole.total() - counted.near.total(),
        coverage=library.catalog.coverage(),
        sampled=reading.sampled,
        notes=(*notes_of(library, asked, budget, found), *reading.notes(seed)),
        is_partial=found.is_partial or reading.is_cut or len(counts) < len(surest),
    )


class _Counted:
    """Words counted near the matches, and in the whole articles; the words that match are in neither."""

    def __init__(self) -> None:
        self.near = Counter[str]()
        self.whole = Counter[str]()
        self.mentions = 0

    def add(self, highlighter: Highlighter, article: Article, reach: int) -> None:
        """Count the words of one article."""
        for field in FIELDS:
            self.whole.update(terms(getattr(article, field)))
        for found in marked(highlighter, article):
            self.mentions += len(found.spans)
            self.near.update(_around(found, reach))
            self.whole.subtract(term for start, end in found.spans for term in terms(found.text[start:end]))

    def surest(self, limit: int) -> list[Collocate]:
        """Return the words that are most certain to occur near the matches more often."""
        sizes = self.near.total(), self.whole.total() - self.near.total()
        counted = ((word, near, self.whole[word] - near) for word, near in self.near.items() if near >= FEWEST)
        tested = (_tested(word, first, second, *sizes) for word, first, second in counted)
        more = (one for one in tested if one.log_likelihood > 0)
        return nlargest(limit, more, key=lambda one: (one.log_likelihood, one.word))


def _around(found: Marked, reach: int) -> Iterator[str]:
    """Yield the words within reach of any match in a field, each once."""
    at = 0  # where the words counted so far end
    for (start, end), following in pairwise([*found.spans, (len(found.text), 0)]):
        yield from [word.term for word in stretch(found.text, at, start, -reach)]
        right = stretch(found.text, end, following[0], reach)
        yield from (word.term for word in right)
        at = right[-1].end if right else end


def stretch(text: str, start: int, end: int, most: int) -> list[FoldedWord]:
    """Return the first words between two offsets of a text, or the last ones if `most` is negative."""
    width = abs(most) * _CHARACTERS_A_WORD
    if most > 0 and start + width < end:
        end = border.end() if (border := _BORDER.search(text, start + width, end)) else end
    if most < 0 and end - width > start:
        start = border.end() if (border := _BORDER.search(text, end - width, end)) else start
    found = [FoldedWord(term, start + first, start + last) for term, first, last in words(text[start:end])]
    return found[:most] if most > 0 else found[most:]


def _tested(word: str, near: int, elsewhere: int, size: int, other_size: int) -> Collocate:
    counts = near, elsewhere, size, other_size
    return Collocate(word, near, elsewhere, 0, log_likelihood(*counts), log_ratio(*counts))
