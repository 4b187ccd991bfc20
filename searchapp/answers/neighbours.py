"""The articles before and after a hit in its result, so that a result can be read article by article."""

from dataclasses import dataclass

from searchapp.answers.library import Library
from searchapp.answers.request import Request, read
from searchapp.engines import Ask, Budget


@dataclass(frozen=True, slots=True)
class HitNeighbours:
    """The place of an article in a result, counted from 1, the total, and the ids before and after it, "" for none."""

    place: int
    total: int
    before: str
    after: str


def neighbours(library: Library, request: Request, article_id: str, place: int, budget: Budget) -> HitNeighbours | None:
    """Return the neighbours of a hit; None if another article has its place by now, or time runs out.

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
