"""Suggestions while a query is being typed: words of the corpus, authors, titles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from searchapp.answers.library import Library
from searchapp.engines import Ask, Budget
from searchapp.query import parse
from searchapp.query.tree import And, Exact, Field, Node, Wildcard
from searchapp.text import terms, words

_FROM = 4  # words at the end of the query that suggestions are based on
_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Completion:
    """A suggestion: `words` to put into the search box, which `count` articles have.

    A title stands for one article, `id`.
    """

    kind: Literal["word", "author", "title"]
    text: str
    words: str
    count: int
    id: str = ""


def suggest(library: Library, typed: str, limit: int = 8) -> tuple[Completion, ...]:
    """Complete a query: its last word, from the corpus; then authors and titles with such words."""
    *before, last = terms(typed)[-_FROM:] or ("",)
    if not last or typed[-1:].isspace():
        return ()
    start = typed[: words(typed)[-1].start]
    budget = Budget.of(_SECONDS)
    completed = _completed(library, start, last, limit, budget)
    authors, titles = _authors(library, before, last, budget), _titles(library, before, last, budget)
    return (*completed[: limit - len(authors[:2]) - len(titles[:3])], *authors[:2], *titles[:3])


def _completed(library: Library, start: str, last: str, limit: int, budget: Budget) -> list[Completion]:
    """Complete the last word, each time with the number of articles that the whole query then finds."""
    texts: dict[Node, str] = {}
    for word, _ in library.engine.completions(last, limit):
        texts.setdefault(parse(start + word).tree, start + word)
    counts = library.engine.counts([*texts], budget)
    found = (Completion("word", text, text, n) for text, n in zip(texts.values(), counts, strict=False) if n)
    return sorted(found, key=lambda one: -one.count)


def _authors(library: Library, before: Sequence[str], last: str, budget: Budget) -> list[Completion]:
    ask = Ask(_typed(before, last, "byline"), limit=0, facets=("author",), budget=budget)
    authors = library.engine.search(ask).facets["author"]
    wanted = (*before, last)
    named = [author for author, _ in authors if _has_all(terms(author), wanted)][:2]
    return [
        Completion("author", author, f'by:"{author}"', _count(library, f'by:"{author}"', budget)) for author in named
    ]


def _count(library: Library, query: str, budget: Budget) -> int:
    return library.engine.count(parse(query).tree, budget)


def _titles(library: Library, before: Sequence[str], last: str, budget: Budget) -> list[Completion]:
    hits = library.engine.search(Ask(_typed(before, last, "title"), limit=3, budget=budget)).hits
    return [Completion("title", hit.article.title, hit.article.title, 1, hit.article.id) for hit in hits]


def _typed(before: Sequence[str], last: str, field: Field) -> Node:
    begun: Node = Wildcard(f"{last}*", field)
    return And((*(Exact(term, field) for term in before), begun)) if before else begun


def _has_all(present: Sequence[str], wanted: Sequence[str]) -> bool:
    *whole, begun = wanted
    return set(whole) <= set(present) and any(term.startswith(begun) for term in present)
