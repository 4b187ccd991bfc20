"""A request as every front makes it: words as typed, filters, order and page; and the tree for the engine.

`query_string` writes and reads it as text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

from searchapp.answers import advice
from searchapp.engines import FACETS, FacetName, Sort
from searchapp.errors import BadRequest
from searchapp.languages import code
from searchapp.query import Query, bounds, parse
from searchapp.query.amounts import read_amount
from searchapp.query.dates import read_range
from searchapp.query.tree import And, Dates, Keyword, Node, Not, Or, Undated, Unknown, either, join
from searchapp.query.unparse import NONE
from searchapp.sentences import marked, sentence

Excluding = Literal["not_author", "not_source", "not_language", "not_month", "not_date"]
FilterName = FacetName | Literal["date", "copies"] | Excluding
Authors = Literal["any", "all"]
FILTERS: tuple[FilterName, ...] = (*FACETS, "date", "copies", *get_args(Excluding))
AUTHORS: tuple[Authors, ...] = get_args(Authors)
SORTS: tuple[Sort, ...] = get_args(Sort)
SIZE = 10  # articles on a page by default
DATED: tuple[FilterName, ...] = ("month", "day", "date")  # two filters of these widen the request
ONCE: tuple[Literal["copies"], str] = ("copies", NONE)  # the filter that keeps each story once
_NOT = "not_"
_YEAR_ALONE = marked("The month {year} finds articles with only a year known; the date {year} finds all of that year.")
_BEHIND = "date:2000"  # some filter
_INVALID = {
    "month": marked("{value} is not a month. Write it like 2025-01, 2025 or none."),
    "day": marked("{value} is not a day. Write it like 2025-01-17."),
    "copies": marked("{value} is not a number of copies. Write it like none (each story once), 3, >5 or 2..10."),
    "date": marked("{value} is not a date. Write it like 2025-01-17, 2025-01, 2025, 2024..2025-03, 2024.. or none."),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a front asks for: the words as typed, filters as (name, value), and a page of hits.

    A filter takes a value of the facet of its name, or ``none`` for articles without one; ``date`` takes a range, as in
    the query language. Filters of one name find articles with either value; `authors` may ask for ``all`` of them.
    Articles with a value of a filter whose name begins with ``not_`` are left out.
    """

    words: str = ""
    filters: tuple[tuple[FilterName, str], ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    size: int = SIZE
    facets: tuple[FacetName, ...] = ()
    authors: Authors = "any"


def check(request: Request) -> None:
    """Check page and size.

    Raises:
        BadRequest: the page is below 1, or the size is out of range.
    """
    if not 1 <= request.size <= bounds.PAGE_SIZE.limit:
        raise BadRequest(
            sentence(
                "A page can have 1 to {most} articles, not {size}.", most=bounds.PAGE_SIZE.limit, size=request.size
            )
        )
    if request.page < 1:
        raise BadRequest(sentence("Pages are counted from 1; there is no page {page}.", page=request.page))


def with_words(request: Request, words: str) -> Request:
    """Return a request for other words, with the same filters."""
    return replace(request, words=words, page=1)


def with_filter(request: Request, name: FilterName, value: str) -> Request:
    """Add a filter to a request."""
    return replace(request, filters=(*request.filters, (name, value)), page=1)


def without_filter(request: Request, name: FilterName, value: str) -> Request:
    """Remove one filter from a request."""
    return replace(request, filters=tuple(pair for pair in request.filters if pair != (name, value)), page=1)


def unfiltered(request: Request) -> Request:
    """Remove all filters from a request."""
    return replace(request, filters=(), page=1)


def without_dates(request: Request) -> Request:
    """Remove the filters by date from a request."""
    return replace(request, filters=tuple(pair for pair in request.filters if pair[0] not in DATED), page=1)


def within_days(request: Request, days: str) -> Request:
    """Narrow a request to days, written as in a filter, in addition to any filter by date that it has.

    An existing filter is replaced by the days that both have in common. If these are not one range, words narrow the
    request, since two filters of one name would widen it.
    """
    dated = [pair for pair in request.filters if pair[0] in DATED]
    if not dated:
        return with_filter(request, "date", days)
    if len(dated) == 1 and not _is_year_alone(*dated[0]) and (both := _common_days(dated[0][1], days)):
        return with_filter(without_dates(request), "date", both)
    return with_words(request, f"{grouped(request.words)} date:{days}".strip())


def lately(request: Request, since: str) -> Request:
    """Narrow a request to articles added or edited from a day or a moment on, latest first."""
    new = f"added:{since}.. OR edited:{since}.."
    words = grouped(request.words)
    return replace(request, words=f"{words} ({new})" if words else new, sort="added", page=1)


def grouped(words: str) -> str:
    """Put words in brackets so that others can follow, even if they are unbalanced; "" if there are none."""
    if not words.strip():
        return ""
    query = read_words(words)
    if words == query.text:  # as most are; reading them once more takes a tenth of a millisecond
        return f"({words})"
    is_closed = parse(f"({words}) {_BEHIND}").tree == join([query.tree, read_words(_BEHIND).tree])
    return f"({words if is_closed else query.text})"


@lru_cache(maxsize=64)
def read_words(words: str) -> Query:
    """Read the words of a request; the last are remembered, since several parts of a page ask for the same."""
    return parse(words)


def by_authors(request: Request, authors: Authors) -> Request:
    """Return a request for articles by any of the chosen authors, or by all of them."""
    return replace(request, authors=authors, page=1)


def sorted_by(request: Request, sort: Sort) -> Request:
    """Return a request in another order."""
    return replace(request, sort=sort, page=1)


def on_page(request: Request, page: int) -> Request:
    """Return a request for another page."""
    return replace(request, page=page)


def unpaged(request: Request) -> Request:
    """Reset page, size and order, which other kinds of answers do not use."""
    return replace(request, sort=SORTS[0], page=1, size=SIZE)


def parts(query: Query, request: Request) -> list[advice.Part]:
    """Return the parts of a request that can be left out: those of its query, and its filters.

    Raises:
        BadRequest: a filter has no such value.
    """
    values: dict[FilterName, list[str]] = {}
    for name, value in request.filters:
        values.setdefault(name, []).append(value)
    filters = (part for name, of_name in values.items() for part in _filters(name, of_name, request.authors))
    return [*advice.parts_of(query.tree, query.typed), *filters]


def filter_node(name: FilterName, values: Sequence[str], authors: Authors = "any") -> Node:
    """Return the node for the filters of one name.

    Raises:
        BadRequest: the filter has no such value.
    """
    return join([part.node for part in _filters(name, values, authors)])


def remarks(request: Request) -> Iterator[str]:
    """Yield notes on filters that might be misunderstood."""
    for name, value in request.filters:
        if _is_year_alone(name, value) and value != NONE:
            yield sentence(_YEAR_ALONE, year=value)


def _common_days(one: str, other: str) -> str:
    """Return the days that two filters by date have in common, as one filter; "" if they are not one range."""
    spans = [read_range(one), read_range(other)]
    if not (spans[0] and spans[1]):
        return ""
    first, last = max(spans[0].first, spans[1].first), min(spans[0].last or "9999", spans[1].last or "9999")
    if first > last:
        return ""
    whole = (first, "" if last == "9999" else last)
    return other if whole == (spans[1].first, spans[1].last) else "..".join(whole)


def _filters(name: FilterName, values: Sequence[str], authors: Authors) -> Iterator[advice.Part]:
    """Yield one part for each required value, or one part for all alternative values."""
    nodes = [_filter(name, value) for value in values]
    if name == "author" and authors == "all":
        for node, value in zip(nodes, values, strict=True):
            yield advice.Part(node, f"{name}: {value}", (name, value))
        return
    node = Not(either(nodes)) if name.startswith(_NOT) else either(nodes)
    written = " or ".join(values)
    yield advice.Part(node, f"{name.replace('_', ' ')}: {written}", (name, written))


def _filter(name: FilterName, value: str) -> Node:
    match name.removeprefix(_NOT):
        case ("author" | "source") as field:
            return Unknown(field) if value == NONE else Keyword(field, value)
        case "language":
            return Unknown("language") if value == NONE else Keyword("language", code(value) or value)
        case "copies":
            amount = read_amount(value, "copies")
            if amount is None:
                raise BadRequest(sentence(_INVALID["copies"], value=repr(value)))
            return amount
        case _ if value == NONE:
            return Undated()
        case kind:
            dates = read_range(value)
            if not isinstance(dates, Dates):
                raise BadRequest(sentence(_INVALID[kind], value=repr(value)))
            return _year_alone(value, dates) if _is_year_alone(kind, value) else dates


def _is_year_alone(name: str, value: str) -> bool:
    return name == "month" and len(value) <= len("2025")


def _year_alone(year: str, dates: Dates) -> Node:
    """Match articles dated only by year, which the facet counts under that year."""
    months = (read_range(f"{year}-{month:02}") for month in range(1, 13))
    return And((dates, Not(Or(tuple(month for month in months if month is not None)))))


@dataclass(frozen=True, slots=True)
class Asked:
    """A parsed request: its query, its tree with filters, the filters alone, and notes."""

    query: Query
    tree: Node
    filters: Node
    notes: tuple[str, ...]


def read(request: Request) -> Asked:
    """Read a request.

    Raises:
        BadRequest: a filter has no such value.
    """
    query = read_words(request.words)
    asked = parts(query, request)
    filters = join([part.node for part in asked if part.filter])
    return Asked(query, join([part.node for part in asked]), filters, (*query.notes, *remarks(request)))
