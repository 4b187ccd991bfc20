"""Notes on how a query was read, for every kind of answer: those of the parser, and those that depend on the index."""

from collections.abc import Iterator

from searchapp.answers.absent_values import notes_on_values
from searchapp.answers.library import Library
from searchapp.answers.other_spellings import notes_on_spellings
from searchapp.answers.request import Asked
from searchapp.engines import Ask, Budget, Hits
from searchapp.query import Query
from searchapp.query.tree import Node
from searchapp.query.typed import note_as_typed


def notes_of(library: Library, asked: Asked, budget: Budget, hits: Hits | None = None) -> tuple[str, ...]:
    """Return all notes on a request, each once; `hits` is the engine's answer to it, if there is one."""
    found = hits or library.engine.search(Ask(asked.tree, limit=0, budget=budget))
    return tuple(dict.fromkeys((*asked.notes, *notes_on_hits(library, asked.query, asked.tree, found, budget))))


def notes_on_hits(library: Library, query: Query, tree: Node, hits: Hits, budget: Budget) -> Iterator[str]:
    """Yield the notes that depend on the index: expanded patterns, patterns read as names, values that do not exist.

    `tree` is that of the query together with the filters.
    """
    yield from (note_as_typed(note, query.typed) for note in hits.notes)
    if not hits.is_partial:
        yield from notes_on_values(library.engine, tree, hits.total, query.typed, budget)
        yield from notes_on_spellings(library.engine, tree, query.typed, budget)
