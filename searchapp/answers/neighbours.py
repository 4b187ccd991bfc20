"""The articles before and after one in the result that it was found in, so that a result is read like a file."""

from dataclasses import dataclass

from searchapp.answers.library import Library
from searchapp.answers.request import Request, read
from searchapp.engines import Ask, Budget


@dataclass(frozen=True, slots=True)
class HitNeighbours:
    """Where an article stands in a result, counted from 1, of how many; and the ids beside it, "" where none is."""

    place: int
    total: int
    before: str
    after: str


def neighbours(library: Library, request: Request, article_id: str, place: int, budget: Budget) -> HitNeighbours | None:
    """Return what stands beside a hit; None if another article has its place by now, or time runs out.

    Raises:
        BadRequest: a filter has no such value.
    """
    first = max(place - 1, 1)
    tree = read(request).tree
    found = library.engine.search(Ask(tree, request.sort, first - 1, place - first + 2, budget=budget))
    ids = dict(enumerate((hit.article.id for hit in found.hits), first))
    if found.is_partial or ids.get(place) != article_id:
        return None
    return HitNeighbours(place, found.total, ids.get(place - 1, ""), ids.get(place + 1, ""))
