"""Differences between answers and earlier ones as lines, for `verify` and `counts`."""

from collections.abc import Iterator, Sequence

from searchapp.answers.differences import Differences
from searchapp.answers.library import Library, articles
from searchapp.answers.saved import Comparison

_MOST_NAMED = 100  # articles that are named of each kind


def difference_lines(library: Library, answer: Differences) -> Iterator[str]:
    """Yield a line for each article in which two answers differ."""
    for kind, ids in answer.kinds.items():
        yield from named_lines(library, kind, ids)


def difference_counts(answer: Differences) -> str:
    """Summarise how an answer differs: ``9 new, 4 edited in, 1 removed``."""
    return ", ".join(f"{len(ids):,} {kind}" for kind, ids in answer.kinds.items() if ids)


def comparison_lines(library: Library, one: Comparison) -> Iterator[str]:
    """Yield lines on how the answer of a saved search differs from the kept one."""
    answer, kept = one.differences, one.kept
    counts = f"{one.entry.label}: {answer.now:,} now; {answer.then:,} on {kept.moment}"
    if not answer.is_listed:
        yield f"{counts}. There were too many articles to keep a list of them."
    else:
        yield f"{counts}: {difference_counts(answer) or 'the same articles'}"
    if kept.query != one.entry.words:
        yield f"  it was another search then: {kept.query}"
    yield from difference_lines(library, answer)


def named_lines(library: Library, what: str, ids: Sequence[str]) -> Iterator[str]:
    """Yield a line for each of the first hundred of some articles."""
    for article_id, found in articles(library, ids[:_MOST_NAMED]):
        about = (found.date, found.title, found.path) if found else ("no longer found",)
        yield "  ".join(("", what, article_id, *about))
    if len(ids) > _MOST_NAMED:
        yield f"  and {len(ids) - _MOST_NAMED:,} more"
