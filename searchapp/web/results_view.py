"""An answer as the template of the results takes it: hits, facets, timeline and page numbers, each with its links."""

from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from searchapp.answers.copies import how_long
from searchapp.answers.fragments import Fragment
from searchapp.answers.request import SORTS, FilterName, Request, with_filter, with_words, without_filter
from searchapp.answers.search import Results, values_like
from searchapp.article import Article
from searchapp.engines import FacetName
from searchapp.query.unparse import NONE
from searchapp.render.copies import left_out_sentence
from searchapp.render.html import hits_html
from searchapp.web import timeline
from searchapp.web.article_view import markup
from searchapp.web.formats import day
from searchapp.web.links import article_url, search_url

FILTER_NAMES: dict[FilterName, str] = {
    "not_author": "Not by",
    "not_source": "Not from",
    "not_language": "Not in",
    "not_month": "Not in the month",
    "not_date": "Not of the date",
    "author": "Author",
    "source": "Source",
    "language": "Language",
    "month": "Month",
    "day": "Day",
    "date": "Date",
    "copies": "Copies",
}
_EXCLUDING: dict[FacetName, FilterName] = {
    "author": "not_author",
    "source": "not_source",
    "language": "not_language",
    "month": "not_month",
}
_PANELS: tuple[FacetName, ...] = ("author", "source", "language")
_SHOWN, _FOLDED = 6, 14  # values of a facet that are seen at once, and behind "More"
_NEAR = 2  # pages before and after this one that are linked


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the page shows it."""

    article: Article
    url: str
    title: Markup
    byline: Markup
    fragments: tuple[Markup, ...]
    also_in: tuple[tuple[Article, str], ...]  # other printings, and which of them are shortened or extended


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A line of a facet: it narrows the search, or takes its filter away where it is chosen.

    `url_without` leaves its articles out; where it is chosen there is none.
    """

    name: str
    count: int
    url: str
    is_chosen: bool
    url_without: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A facet beside the results."""

    facet: FacetName
    name: str
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    hidden: int
    size: int


@dataclass(frozen=True, slots=True)
class Pages:
    """The page numbers to link; None stands for a gap."""

    last: int
    numbers: tuple[int | None, ...]
    before: int | None
    after: int | None


def shown(results: Results) -> dict[str, Any]:
    """Return what the template shows of an answer."""
    asked = results.request
    return {
        "asked": asked,
        "results": results,
        "left_out_sentence": left_out_sentence,
        "first": (asked.page - 1) * asked.size + 1,
        "hits": _hits(results),
        "sorts": SORTS,
        "authors_chosen": sum(name == "author" for name, _ in asked.filters),
        "pages": page_numbers(asked.page, results.pages),
        "panels": [_panel(results, facet) for facet in _PANELS if results.facets.get(facet)],
        "timeline": _timeline(results),
        "suggestion": with_words(asked, results.suggestion) if results.suggestion else None,
        "nearly": with_words(asked, results.nearly.text) if results.nearly else None,
        "autopsy": [(clause, _without(asked, clause.text_without, clause.filter)) for clause in results.autopsy],
    }


def shown_value(name: FilterName, value: str) -> str:
    """Write a filter's value the way a page names it."""
    if value == NONE:
        return "unknown"
    return day(value) if name.endswith(("month", "date")) else value


def _hits(results: Results) -> list[ShownHit]:
    first = (results.request.page - 1) * results.request.size + 1
    return [
        ShownHit(
            article=found.article,
            url=article_url(found.article.id, results.request, place),
            title=markup(written.title),
            byline=markup(written.byline),
            fragments=tuple(
                markup(_dotted(fragment, text))
                for fragment, text in zip(found.fragments, written.fragments, strict=True)
            ),
            also_in=tuple((one, how_long(found.article, one)) for one in found.also_in),
        )
        for place, (found, written) in enumerate(zip(results.hits, hits_html(results), strict=True), first)
    ]


def _dotted(fragment: Fragment, written: str) -> str:
    return f"{'… ' if fragment.is_cut_before else ''}{written}{' …' if fragment.is_cut_after else ''}"


def _panel(results: Results, facet: FacetName) -> Panel:
    counts = results.facets[facet]
    unknown = [pair for pair in counts[-1:] if pair[0] == NONE]
    shown = [*counts[: _SHOWN + _FOLDED], *(pair for pair in unknown if len(counts) > _SHOWN + _FOLDED)]
    values = tuple(_value(results.request, facet, *pair) for pair in shown)
    return Panel(facet, FILTER_NAMES[facet], values[:_SHOWN], values[_SHOWN:], len(counts) - len(values), len(counts))


def values_of(results: Results, facet: FacetName, find: str) -> list[FacetValue]:
    """Return all values of a facet in which a text is found, however it is written."""
    return [_value(results.request, facet, *pair) for pair in values_like(results, facet, find)]


def _value(asked: Request, facet: FacetName, value: str, count: int) -> FacetValue:
    is_chosen = (facet, value) in asked.filters
    other = without_filter(asked, facet, value) if is_chosen else with_filter(asked, facet, value)
    left_out = "" if is_chosen else search_url(with_filter(asked, _EXCLUDING[facet], value))
    return FacetValue(shown_value(facet, value), count, search_url(other), is_chosen, left_out)


def _timeline(results: Results) -> timeline.Timeline | None:
    asked = results.request
    kept = tuple(pair for pair in asked.filters if pair[0] not in {"month", "date"})

    def url(value: str) -> str:
        """Filter by one bar alone: two of them together would find nothing."""
        name: FilterName = "month" if len(value) > len("2025") else "date"
        return search_url(with_filter(replace(asked, filters=kept), name, value))

    chosen = {value for name, value in asked.filters if name in {"month", "date"}}
    return timeline.draw(
        [pair for pair in results.facets.get("month", ()) if pair[0] != NONE], _dated(results), chosen, url
    )


def _dated(results: Results) -> int:
    """Count the articles of the timeline, which is not narrowed by what is chosen in it."""
    return sum(count for _, count in results.facets.get("month", ()))


def page_numbers(now: int, last: int) -> Pages:
    """Choose the page numbers to link: the first, the last, and those near."""
    linked = sorted({1, last, *range(max(now - _NEAR, 1), min(now + _NEAR, last) + 1)}) if last else []
    numbers: list[int | None] = []
    for number in linked:
        before = numbers[-1] if numbers else None
        if before is not None and number > before + 1:
            numbers.append(None)
        numbers.append(number)
    return Pages(last, tuple(numbers), now - 1 if now > 1 else None, now + 1 if now < last else None)


def _without(asked: Request, words: str, filter_: tuple[str, str] | None) -> Request:
    kept = tuple(
        pair
        for pair in asked.filters
        if not filter_ or (pair != filter_ and (filter_ in asked.filters or pair[0] != filter_[0]))
    )
    return replace(asked, words=asked.words if filter_ else words, filters=kept, page=1)
