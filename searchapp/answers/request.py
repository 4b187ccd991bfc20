"""A request as every front makes it: words as typed, filters, order and page; and what it asks of the index."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from searchapp.answers import advice
from searchapp.engines import FacetName, Sort
from searchapp.errors import BadRequest
from searchapp.query import Query, bounds, parse
from searchapp.query.dates import read_range
from searchapp.query.tree import And, Dates, Keyword, Node, Not, Or, Undated, join

FilterName = FacetName | Literal["date"]
_EXAMPLES = {
    "month": "2025-01, or 2025",
    "day": "2025-01-17",
    "date": "2025-01-17, 2025-01, 2025, 2024..2025-03, 2024.. or none",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a front asks: the words as typed, filters as (name, value), and which page of hits.

    A filter takes a value of the facet of its name; ``date`` takes a range, as in the query language.
    """

    words: str = ""
    filters: tuple[tuple[FilterName, str], ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    size: int = 10
    facets: tuple[FacetName, ...] = ()
    longest: int = bounds.CHARACTERS.limit


def check(request: Request) -> None:
    """Refuse a page or a size that cannot be.

    Raises:
        BadRequest: the page is below 1, or the size beyond its bounds.
    """
    if not 1 <= request.size <= bounds.PAGE_SIZE.limit:
        raise BadRequest(f"A page can have 1 to {bounds.PAGE_SIZE.limit} articles, not {request.size:,}.")
    if request.page < 1:
        raise BadRequest(f"Pages are counted from 1; there is no page {request.page:,}.")


def parts(query: Query, request: Request) -> list[advice.Part]:
    """Return the parts of a request that can be left out: those of its query, and its filters.

    Raises:
        BadRequest: a filter has no such value.
    """
    filters = [advice.Part(_filter(name, value), f"{name}: {value}", (name, value)) for name, value in request.filters]
    return [*advice.parts_of(query.tree), *filters]


def remarks(request: Request) -> Iterator[str]:
    """Say what might be taken for something else."""
    for name, value in request.filters:
        if name == "month" and len(value) == len("2025"):
            yield f"The month {value} stands for articles of which only the year is known, the date {value} for all."


def _filter(name: FilterName, value: str) -> Node:
    match name:
        case "author" | "source" | "language":
            return Keyword(name, value)
        case "date" if value == "none":
            return Undated()
        case "month" | "day" | "date":
            dates = read_range(value)
            if not isinstance(dates, Dates):
                raise BadRequest(f"{value!r} is no {name}. Write it like {_EXAMPLES[name]}.")
            return dates if name != "month" or len(value) > len("2025") else _year_alone(value, dates)


def _year_alone(year: str, dates: Dates) -> Node:
    """Match articles of which the year is known and no more: what the facet counts under a year."""
    months = (read_range(f"{year}-{month:02}") for month in range(1, 13))
    return And((dates, Not(Or(tuple(month for month in months if month is not None)))))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is read: its query, what it asks of the index with filters and without words, and notes."""

    query: Query
    tree: Node
    filters: Node
    notes: tuple[str, ...]


def read(request: Request) -> Asked:
    """Read a request.

    Raises:
        BadRequest: a filter has no such value.
    """
    query = parse(request.words, longest=request.longest)
    asked = parts(query, request)
    filters = join([part.node for part in asked if part.filter])
    return Asked(query, join([part.node for part in asked]), filters, (*query.notes, *remarks(request)))
