"""The facets beside an answer and the filters above it, each value with the addresses that it leads to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from searchapp.answers.request import FilterName, Request, without_filter
from searchapp.answers.search import Results, values_like
from searchapp.engines import FacetName
from searchapp.query.unparse import NONE
from searchapp.sentences import marked as _
from searchapp.web.formats import day, language_name
from searchapp.web.links import narrowing, search_url
from searchapp.web.wording import gettext

FILTER_NAMES: dict[FilterName, str] = {
    "not_author": _("Not by"),
    "not_source": _("Not from"),
    "not_language": _("Not in"),
    "not_month": _("Not in the month"),
    "not_date": _("Not of the date"),
    "author": _("Author"),
    "source": _("Source"),
    "language": _("Language"),
    "month": _("Month"),
    "day": _("Day"),
    "date": _("Date"),
    "copies": _("Copies"),
}
_EXCLUDING: dict[FacetName, FilterName] = {
    "author": "not_author",
    "source": "not_source",
    "language": "not_language",
    "month": "not_month",
}
_PANELS: tuple[FacetName, ...] = ("author", "source", "language")
_SHOWN, _FOLDED = 6, 14  # values of a facet that are seen at once, and behind "More"


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A line of a facet: it narrows the search or, if it is chosen already, removes its filter.

    `url_without` leaves its articles out; where it is chosen there is none.
    """

    name: str
    count: int
    url: str
    is_chosen: bool
    url_without: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A facet beside the results: its first values, how many it has, and how many articles have none."""

    facet: FacetName
    name: str
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    known: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter above the results. `joined_by` is how it goes with the chip before it, of the same name."""

    name: str
    value: str
    url: str
    joined_by: str


def panels(results: Results) -> list[Panel]:
    """Return the facets to show: those that could narrow the search, or are chosen."""
    chosen = {name for name, _ in results.request.filters}
    return [
        _panel(results, facet)
        for facet in _PANELS
        if any(value != NONE or facet in chosen for value, _ in results.facets.get(facet, ()))
    ]


def values_of(results: Results, facet: FacetName, find: str) -> tuple[FacetValue, ...]:
    """Return all values of a facet in which a text is found, however it is written."""
    return _values(results.request, facet, values_like(results, facet, find))


def count_values(counts: Sequence[tuple[str, int]]) -> tuple[int, int]:
    """Count the values of a facet, and the articles that have none."""
    unknown = dict(counts).get(NONE, 0)
    return len(counts) - (unknown > 0), unknown


def chips(asked: Request) -> Iterator[Chip]:
    """Yield the filters of a request, each with the address of the search without it."""
    before = ""
    for name, value in asked.filters:
        url = search_url(without_filter(asked, name, value))
        yield Chip(FILTER_NAMES[name], shown_value(name, value), url, _joining(asked, name) if name == before else "")
        before = name


def shown_value(name: FilterName, value: str) -> str:
    """Write a filter's value the way a page names it."""
    if value == NONE:
        return gettext("each story once") if name == "copies" else gettext("unknown")
    if name.endswith("language"):
        return language_name(value)
    return " – ".join(map(day, value.split(".."))) if name.endswith(("month", "date")) else value


def _joining(asked: Request, name: FilterName) -> str:
    if name.startswith("not_"):
        return _("nor")
    return _("and") if name == "author" and asked.authors == "all" else _("or")


def _panel(results: Results, facet: FacetName) -> Panel:
    counts = results.facets[facet]
    unknown = [pair for pair in counts[-1:] if pair[0] == NONE]
    shown = [*counts[: _SHOWN + _FOLDED], *(pair for pair in unknown if len(counts) > _SHOWN + _FOLDED)]
    values = _values(results.request, facet, shown)
    return Panel(facet, FILTER_NAMES[facet], values[:_SHOWN], values[_SHOWN:], *count_values(counts))


def _values(asked: Request, facet: FacetName, counts: Iterable[tuple[str, int]]) -> tuple[FacetValue, ...]:
    narrowed = narrowing(asked)
    return tuple(
        FacetValue(shown_value(facet, value), count, search_url(without_filter(asked, facet, value)), True, "")
        if (facet, value) in asked.filters
        else FacetValue(
            shown_value(facet, value), count, narrowed(facet, value), False, narrowed(_EXCLUDING[facet], value)
        )
        for value, count in counts
    )
