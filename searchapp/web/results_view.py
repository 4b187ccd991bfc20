"""What the template of the results shows: hits, facets, timeline and page numbers, each with its links."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from markupsafe import Markup

from searchapp.answers.advice import Clause
from searchapp.answers.copies import how_long
from searchapp.answers.fragments import Fragment
from searchapp.answers.request import (
    DATED,
    FilterName,
    Request,
    on_page,
    unfiltered,
    with_words,
    without_dates,
)
from searchapp.answers.search import Found, Results
from searchapp.article import Article
from searchapp.engines import Sort
from searchapp.query.dates import read_range
from searchapp.query.tree import Dates
from searchapp.query.unparse import NONE
from searchapp.render.html import html_each, link
from searchapp.sentences import marked as _
from searchapp.web import timeline
from searchapp.web.bylines import Byline, Parts, byline_parts, direction_of, linked
from searchapp.web.facets import chips, panels
from searchapp.web.links import article_address, article_url, narrowing, search_url
from searchapp.web.markup import markup

_SORT_NAMES: dict[Sort, str] = {
    "relevance": _("Relevance"),
    "newest": _("Newest"),
    "oldest": _("Oldest"),
    "added": _("Added"),
}
LENGTHS = (_("shortened"), _("extended"))  # as `how_long` says it
_NEAR = 2  # pages before and after this one that are linked


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the page shows it."""

    article: Article
    url: str
    address: str  # where the article is published, else that of its page here, to be printed
    direction: str
    title: Markup
    byline: Byline
    fragments: tuple[Markup, ...]
    also_in: tuple[tuple[Article, str], ...]  # other printings, and which of them are shortened or extended


@dataclass(frozen=True, slots=True)
class Pages:
    """The page numbers to link; None stands for a gap."""

    last: int
    numbers: tuple[int | None, ...]
    before: int | None
    after: int | None


def shown(results: Results, days: Callable[[Request], Sequence[timeline.Count]]) -> dict[str, Any]:
    """Return what the template shows of an answer; `days` counts what a request finds by day."""
    asked = results.request
    return {
        "asked": asked,
        "results": results,
        "first": (asked.page - 1) * asked.size + 1,
        "hits": _hits(results),
        "sorts": _SORT_NAMES.items(),
        "chips": list(chips(asked)),
        "authors_chosen": sum(name == "author" for name, _ in asked.filters),
        "pages": page_numbers(asked.page, results.pages),
        "url_of_page": lambda page: search_url(on_page(asked, page)),
        "panels": panels(results),
        "timelines": _timelines(results, days),
        "range": _range(asked),
        "suggestion": with_words(asked, results.suggestion) if results.suggestion else None,
        "nearly": with_words(asked, results.nearly.text) if results.nearly else None,
        "autopsy": [(clause, _alone(asked, clause), _without(asked, clause)) for clause in results.autopsy],
    }


def _hits(results: Results) -> list[ShownHit]:
    asked = results.request
    first = (asked.page - 1) * asked.size + 1
    bylines = [byline_parts(found.byline, found.article.authors) for found in results.hits]
    rows = [
        (found.title, *(part for part, _ in byline), *found.fragments)
        for found, byline in zip(results.hits, bylines, strict=True)
    ]
    written = iter(html_each([piece for row in rows for piece in row]))
    return [
        _hit(found, byline, [markup(next(written)) for _ in row], asked, place)
        for place, (found, byline, row) in enumerate(zip(results.hits, bylines, rows, strict=True), first)
    ]


def _hit(found: Found, byline: Parts, written: Sequence[Markup], asked: Request, place: int) -> ShownHit:
    """Put a hit together; `written` are its title, the parts of its byline, and its fragments."""
    title, names, fragments = written[0], written[1 : 1 + len(byline)], written[1 + len(byline) :]
    return ShownHit(
        article=found.article,
        url=article_url(found.article.id, asked, place),
        address=link(found.article.url) or article_address(found.article.id),
        direction=direction_of(found.article),
        title=title,
        byline=linked(names, byline, asked),
        fragments=tuple(map(_dotted, found.fragments, fragments)),
        also_in=tuple((one, how_long(found.article, one)) for one in found.also_in),
    )


def _dotted(fragment: Fragment, written: Markup) -> Markup:
    return markup(f"{'… ' if fragment.is_cut_before else ''}{written}{' …' if fragment.is_cut_after else ''}")


def _timelines(results: Results, days: Callable[[Request], Sequence[timeline.Count]]) -> list[timeline.Timeline]:
    asked = results.request
    others = without_dates(asked)
    narrowed = narrowing(others)

    def url(value: str) -> str:
        """Filter by one bar only, since two of them together would find nothing."""
        name: FilterName = "month" if len(value) == len("2025-01") else "date"
        return narrowed(name, value)

    months = results.facets.get("month", ())
    return timeline.draw(
        [pair for pair in months if pair[0] != NONE],
        sum(count for _, count in months),
        _spans(asked),
        url,
        cache(lambda: days(others)),
    )


def _range(asked: Request) -> dict[str, Any]:
    """Return the days between which a request asks, and its other filters."""
    spans = _spans(asked)
    return {
        "first": spans[0].first if len(spans) == 1 else "",
        "last": spans[0].last if len(spans) == 1 else "",
        "kept": without_dates(asked).filters,
    }


def _spans(asked: Request) -> list[Dates]:
    """Return the days that the filters of a request ask for."""
    ranges = (read_range(value) for name, value in asked.filters if name in DATED)
    return [span for span in ranges if span]


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


def _alone(asked: Request, clause: Clause) -> Request:
    """Return the search for one part of a request only."""
    if not clause.filter:
        return with_words(unfiltered(asked), clause.text)
    return replace(with_words(asked, ""), filters=tuple(pair for pair in asked.filters if _is_of(pair, asked, clause)))


def _without(asked: Request, clause: Clause) -> Request:
    """Return the search without one part of it."""
    if not clause.filter:
        return with_words(asked, clause.text_without)
    return replace(asked, filters=tuple(pair for pair in asked.filters if not _is_of(pair, asked, clause)), page=1)


def _is_of(pair: tuple[str, str], asked: Request, clause: Clause) -> bool:
    """Say whether a filter belongs to a part, which stands for one filter or for all of its name."""
    return pair == clause.filter or bool(
        clause.filter and clause.filter not in asked.filters and pair[0] == clause.filter[0]
    )
