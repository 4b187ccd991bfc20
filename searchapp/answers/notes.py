"""What is said beside an answer of any kind of how its query was read: by the parser, and with what is in the index."""

from collections.abc import Iterator

from searchapp.answers.library import Library
from searchapp.answers.request import Asked
from searchapp.answers.values import notes_on_values
from searchapp.engines import Ask, Budget, Hits
from searchapp.query import Query
from searchapp.query.tree import Node
from searchapp.query.typed import note_as_typed


def notes_of(library: Library, asked: Asked, budget: Budget, hits: Hits | None = None) -> tuple[str, ...]:
    """Return all notes on a request, each once; `hits` are what the engine has found for it, if it was asked."""
    found = hits or library.engine.search(Ask(asked.tree, limit=0, budget=budget))
    return tuple(dict.fromkeys((*asked.notes, *notes_on_hits(library, asked.query, asked.tree, found, budget))))


def notes_on_hits(library: Library, query: Query, tree: Node, hits: Hits, budget: Budget) -> Iterator[str]:
    """Yield what only the index tells: words that a pattern stands for, names that are none, values that are not there.

    `tree` is what was asked for the query, with its filters.
    """
    yield from (note_as_typed(note, query.typed) for note in hits.notes)
    if not hits.is_partial:
        yield from notes_on_values(library.engine, tree, hits.total, query.typed, budget)
