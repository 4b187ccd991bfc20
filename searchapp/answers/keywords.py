"""Words that distinguish the articles found from all others, or from those of another query."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import Any

from searchapp.answers.highlight import Highlighters
from searchapp.answers.keyness import log_likelihood, log_ratio
from searchapp.answers.library import Library, languages
from searchapp.answers.mentions import ArticlesToRead, UntilTime, articles_to_read
from searchapp.answers.notes import notes_of
from searchapp.answers.request import Asked, Request, read
from searchapp.catalog import Coverage
from searchapp.engines import Ask, Budget
from searchapp.parts import in_parts
from searchapp.query import Query
from searchapp.query.tree import FIELDS, Exact, Near, Node, Not, Phrase, join, positive_leaves
from searchapp.sentences import sentence
from searchapp.text import terms

MOST_READ = 20_000  # articles
FEWEST = 3  # articles that have to have a word
CANDIDATES = 1_000  # the most frequent words of the articles, which are counted in all others
_AT_ONCE = 25  # words whose articles are counted together


@dataclass(frozen=True, slots=True)
class KeyWord:
    """A folded word, and the number of articles that have it: `here`, among those found, and `there`, in the others."""

    word: str
    here: int
    there: int
    log_likelihood: float
    log_ratio: float


@dataclass(frozen=True, slots=True)
class KeyWords:
    """The words that are more frequent in the `articles` found than in `others`, surest first.

    `tested` words were counted in both. `against` is the query that the others answer, None if they are all others that
    pass the filters.
    """

    request: Request
    query: Query
    against: Query | None
    keywords: tuple[KeyWord, ...]
    articles: int
    others: int
    coverage: Coverage
    sampled: int = 0
    notes: tuple[str, ...] = ()
    is_partial: bool = False
    tested: int = 0


def keywords(
    library: Library,
    request: Request,
    against: str | None = None,
    limit: int = 50,
    seed: int = 0,
    most_read: int = MOST_READ,
    seconds: float = float("inf"),
) -> KeyWords:
    """Find the words that distinguish the articles found from the others.

    Articles are counted, not occurrences, so that one long article does not decide. Counts are exact; the words to
    count are chosen by reading the articles found, or a sample of `most_read` of them if there are more. The words of
    the query do not count. If `seconds` are over before, fewer words are tested, and the result `is_partial`. The
    formulas are in `keyness`.

    Raises:
        BadRequest: a filter has no such value.
    """
    asked = read(request)
    other = read(replace(request, words=against)) if against else None
    others = join([other.tree if other else asked.filters, Not(asked.tree)])
    budget = Budget.of(seconds)
    found = library.engine.search(Ask(asked.tree, limit=0, budget=budget))
    reading = articles_to_read(library, asked.tree, most_read, seed, budget)
    sizes = reading.total, library.engine.count(others, budget)
    likely = _likely(library, asked, reading)
    counted = UntilTime(_counted(library, asked, other, likely[:CANDIDATES], reading), budget)
    tested = [_tested(word, first, second, *sizes) for word, first, second in counted]
    more = (one for one in tested if one.log_likelihood > 0)
    notes = (
        *notes_of(library, asked, budget, found),
        *(notes_of(library, other, budget) if other else ()),
        *_notes(reading, counted, likely, seed),
    )
    return KeyWords(
        request=request,
        query=asked.query,
        against=other.query if other else None,
        keywords=tuple(nlargest(limit, more, key=lambda one: (one.log_likelihood, one.word))),
        articles=reading.total,
        others=sizes[1],
        coverage=library.catalog.coverage(),
        sampled=reading.sampled,
        tested=counted.count,
        notes=tuple(dict.fromkeys(notes)),
        is_partial=found.is_partial or reading.is_cut or counted.is_cut,
    )


def _likely(library: Library, asked: Asked, reading: ArticlesToRead) -> list[tuple[str, int]]:
    """Return the words that several of the articles read have, most frequent first."""
    found = Counter[str]()
    for article in reading.articles:
        found.update({term for field in FIELDS for term in terms(getattr(article, field))})
    is_of_query = _words_of(library, asked.tree)
    return [(word, count) for word, count in found.most_common() if count >= FEWEST and not is_of_query(word)]


def _counted(
    library: Library, asked: Asked, other: Asked | None, likely: list[tuple[str, int]], reading: ArticlesToRead
) -> Iterator[tuple[str, int, int]]:
    """Count the articles of both kinds that have each of these words."""
    is_counted = not reading.sampled and not reading.is_cut
    for some in in_parts(likely, _AT_ONCE):
        words = [word for word, _ in some]
        here = [count for _, count in some] if is_counted else _having(library, asked.tree, words)
        if other:
            there = _having(library, join([other.tree, Not(asked.tree)]), words)
        else:
            every = _having(library, asked.filters, words)
            there = [count - ours for count, ours in zip(every, here, strict=True)]
        yield from zip(words, here, there, strict=True)


def _having(library: Library, tree: Node, words: Sequence[str]) -> Sequence[int]:
    """Count the articles matching `tree` that have each of these words."""
    return library.engine.counts([join([tree, Exact(word)]) for word in words], Budget())


def _words_of(library: Library, tree: Node) -> Callable[[str], bool]:
    """Return a function that tells whether a word is one that a query looks for."""
    highlighters = Highlighters(tree, library.stems)
    of_languages = dict.fromkeys(highlighters.of(language) for language in languages(library))
    leaves = positive_leaves(tree)
    parts = {term for leaf in leaves if isinstance(leaf, Phrase | Near) for term in leaf.terms}
    return lambda word: word in parts or any(one.spans("body", word) for one in of_languages)


def _notes(reading: ArticlesToRead, counted: UntilTime[Any], likely: list[tuple[str, int]], seed: int) -> Iterator[str]:
    if reading.sampled:
        yield sentence(
            "The words to count were chosen from a random sample of {sampled} of the {total} articles (seed {seed}); "
            "the counts themselves are exact.",
            sampled=reading.sampled,
            total=reading.total,
            seed=str(seed),
        )
    if reading.is_cut:
        yield sentence(
            "There was time to read only {number} of these articles for words to be counted; the counts themselves are "
            "exact.",
            number=reading.articles.count,
        )
    if counted.is_cut:
        wanted = min(len(likely), CANDIDATES)
        yield sentence(
            "There was time to count only {number} of the {wanted} words.", number=counted.count, wanted=wanted
        )
    if len(likely) > CANDIDATES:
        yield sentence(
            "Of {number} words in at least {fewest} of the articles, the {most} that are in most of them were counted.",
            number=len(likely),
            fewest=FEWEST,
            most=CANDIDATES,
        )


def _tested(word: str, here: int, there: int, size: int, other_size: int) -> KeyWord:
    counts = here, there, size, other_size
    return KeyWord(word, here, there, log_likelihood(*counts), log_ratio(*counts))
