"""What may be searched for while it is being typed: words of the corpus, authors, titles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from searchapp.answers.library import Library
from searchapp.engines import Ask, Budget
from searchapp.query.tree import And, Exact, Field, Node, Wildcard
from searchapp.text import terms, words

_FROM = 4  # words at the end of what is typed that suggestions go by
_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for while typing: `words` to put into the box, found in `count` articles.

    A title stands for one article, `id`.
    """

    kind: Literal["word", "author", "title"]
    text: str
    words: str
    count: int
    id: str = ""


def suggest(library: Library, typed: str, limit: int = 8) -> tuple[Suggestion, ...]:
    """Complete what is being typed: its last word, from the corpus; then authors and titles with words like these."""
    *before, last = terms(typed)[-_FROM:] or ("",)
    if not last:
        return ()
    start = typed.rstrip()[: words(typed)[-1].start]
    completions = library.engine.completions(last, limit)
    completed = [Suggestion("word", start + word, start + word, count) for word, count in completions]
    budget = Budget.of(_SECONDS)
    authors, titles = _authors(library, before, last, budget), _titles(library, before, last, budget)
    return (*completed[: limit - len(authors[:2]) - len(titles[:3])], *authors[:2], *titles[:3])


def _authors(library: Library, before: Sequence[str], last: str, budget: Budget) -> list[Suggestion]:
    ask = Ask(_typed(before, last, "byline"), limit=0, facets=("author",), budget=budget)
    authors = library.engine.search(ask).facets["author"]
    wanted = (*before, last)
    named = [(author, count) for author, count in authors if _has_all(terms(author), wanted)]
    return [Suggestion("author", author, f'by:"{author}"', count) for author, count in named]


def _titles(library: Library, before: Sequence[str], last: str, budget: Budget) -> list[Suggestion]:
    hits = library.engine.search(Ask(_typed(before, last, "title"), limit=3, budget=budget)).hits
    return [Suggestion("title", hit.article.title, hit.article.title, 1, hit.article.id) for hit in hits]


def _typed(before: Sequence[str], last: str, field: Field) -> Node:
    begun: Node = Wildcard(f"{last}*", field)
    return And((*(Exact(term, field) for term in before), begun)) if before else begun


def _has_all(present: Sequence[str], wanted: Sequence[str]) -> bool:
    *whole, begun = wanted
    return set(whole) <= set(present) and any(term.startswith(begun) for term in present)
