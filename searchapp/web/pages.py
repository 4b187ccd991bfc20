"""The pages for people: search, one article, help, and what was searched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, send_file, url_for
from markupsafe import Markup

from searchapp import render
from searchapp.article import Article
from searchapp.engines import FacetName
from searchapp.highlight import Fragment
from searchapp.query import help as query_help
from searchapp.search import FilterName, Request, Results, article, mark, search, similar
from searchapp.web import links, timeline
from searchapp.web.asking import SORTS, read_number, read_request
from searchapp.web.reading import markup, numbered, paragraphs
from searchapp.web.safety import by_version, unkept
from searchapp.web.shelf import library
from searchapp.web.wording import day

FILTER_NAMES: dict[FilterName, str] = {
    "author": "Author",
    "source": "Source",
    "language": "Language",
    "month": "Month",
    "date": "Date",
}
_PANELS: tuple[FacetName, ...] = ("author", "source", "language")
_SHOWN, _FOLDED = 6, 14  # values of a facet that are seen at once, and behind "More"
_FILES = 100
_NEAR = 2  # pages before and after this one that are linked

pages = Blueprint("pages", __name__)


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the page shows it."""

    article: Article
    url: str
    title: Markup
    byline: Markup
    fragments: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A line of a facet: it narrows the search, or takes its filter away where it is chosen."""

    name: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """A facet beside the results."""

    facet: FacetName
    name: str
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Pages:
    """The page numbers to link; None stands for a gap."""

    last: int
    numbers: tuple[int | None, ...]
    before: int | None
    after: int | None


@pages.get("/")
@by_version
def search_page() -> Response:
    """Search, or show the box alone where nothing is asked."""
    asked = read_request(request.args)
    if "q" not in request.args and not asked.filters:
        return make_response(render_template("home.html", asked=asked, coverage=library().catalog.coverage()))
    results = search(library(), asked)
    response = make_response(render_template("results.html", **_shown(results)))
    return unkept(response) if results.is_partial else response


@pages.get("/article/<article_id>")
@by_version
def article_page(article_id: str) -> Response:
    """Show one article, with the matches of the search it was found by."""
    found = article(library(), article_id)
    asked = read_request(request.args)
    marked = mark(library(), found, asked.words)
    parts = [marked.title, marked.byline, *paragraphs(marked.fragments[0])]
    written, matches = numbered(render.html_each(parts))
    place = read_number(request.args, "hit", 1)
    return make_response(
        render_template(
            "article.html",
            asked=asked,
            is_asked=bool(asked.words.strip()),
            article=found,
            title=written[0],
            byline=written[1],
            paragraphs=written[2:],
            matches=matches,
            back=f"{search_url(asked)}#hit-{place}" if "q" in request.args else "",
            link=render.link(found.url),
            original=url_for("pages.original", article_id=article_id),
            other_paths=library().catalog.other_paths(article_id),
            similar=[_listed(other) for other in similar(library(), found)],
        )
    )


@pages.get("/original/<article_id>")
def original(article_id: str) -> Response:
    """Hand out the file an article was read from: to be kept, never to be shown by the browser as part of this site."""
    path: Path = library().catalog.original(article(library(), article_id).id)
    response = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=path.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@pages.get("/help")
def help_page() -> Response:
    """Teach the query language."""
    return make_response(render_template("help.html", asked=Request(), sections=query_help.SECTIONS))


@pages.get("/files")
@by_version
def files_page() -> Response:
    """Say what was searched, and what was left out and why."""
    catalog = library().catalog
    status, reason = request.args.get("status", ""), request.args.get("reason", "")
    listed = catalog.files(status, reason, _FILES, request.args.get("after", ""))
    following = url_for("pages.files_page", status=status, reason=reason, after=listed.after) if listed.after else ""
    return make_response(
        render_template(
            "files.html",
            asked=Request(),
            coverage=catalog.coverage(),
            reasons=[_reason(*line, (status, reason)) for line in catalog.reasons()],
            heading=" · ".join(part for part in (status.capitalize(), reason) if part) or "All files",
            files=listed.files,
            following=following,
        )
    )


@pages.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe the search to browsers, so that it can stand in their own bar."""
    return Response(render_template("opensearch.xml"), mimetype="application/opensearchdescription+xml")


def search_url(asked: Request) -> str:
    """Write the address of a search page."""
    return f"{url_for('pages.search_page')}?{links.arguments(asked)}"


def _shown(results: Results) -> dict[str, Any]:
    asked = results.request
    return {
        "asked": asked,
        "results": results,
        "first": (asked.page - 1) * asked.size + 1,
        "hits": _hits(results),
        "sorts": SORTS,
        "pages": _pages(asked.page, results.pages),
        "panels": [_panel(results, facet) for facet in _PANELS if results.facets.get(facet)],
        "timeline": _timeline(results),
        "suggestion": links.with_words(asked, results.suggestion) if results.suggestion else None,
        "autopsy": [(clause, _without(asked, clause.text_without, clause.filter)) for clause in results.autopsy],
    }


def _hits(results: Results) -> list[ShownHit]:
    asked = links.arguments(results.request)
    first = (results.request.page - 1) * results.request.size + 1
    return [
        ShownHit(
            article=found.article,
            url=f"{url_for('pages.article_page', article_id=found.article.id)}?{asked}&hit={place}",
            title=markup(written.title),
            byline=markup(written.byline),
            fragments=tuple(
                markup(_dotted(fragment, text))
                for fragment, text in zip(found.fragments, written.fragments, strict=True)
            ),
        )
        for place, (found, written) in enumerate(zip(results.hits, render.hits_html(results), strict=True), first)
    ]


def _dotted(fragment: Fragment, written: str) -> str:
    return f"{'… ' if fragment.is_cut_before else ''}{written}{' …' if fragment.is_cut_after else ''}"


def _panel(results: Results, facet: FacetName) -> Panel:
    counts = results.facets[facet]
    values = tuple(_value(results.request, facet, *pair) for pair in counts[: _SHOWN + _FOLDED])
    return Panel(facet, FILTER_NAMES[facet], values[:_SHOWN], values[_SHOWN:], len(counts) - len(values))


def _value(asked: Request, facet: FacetName, value: str, count: int) -> FacetValue:
    is_chosen = (facet, value) in asked.filters
    other = links.without(asked, facet, value) if is_chosen else links.with_filter(asked, facet, value)
    return FacetValue(value, count, search_url(other), is_chosen)


def _timeline(results: Results) -> timeline.Timeline | None:
    asked = results.request
    kept = tuple(pair for pair in asked.filters if pair[0] not in {"month", "date"})

    def url(value: str) -> str:
        """Filter by one bar alone: two of them together would find nothing."""
        name: FilterName = "month" if len(value) > len("2025") else "date"
        return search_url(links.with_filter(replace(asked, filters=kept), name, value))

    chosen = {value for name, value in asked.filters if name in {"month", "date"}}
    return timeline.draw(results.facets.get("month", ()), results.total, chosen, url)


def _pages(now: int, last: int) -> Pages:
    linked = sorted({1, last, *range(max(now - _NEAR, 1), min(now + _NEAR, last) + 1)}) if last else []
    numbers: list[int | None] = []
    for number in linked:
        before = numbers[-1] if numbers else None
        if before is not None and number > before + 1:
            numbers.append(None)
        numbers.append(number)
    return Pages(last, tuple(numbers), now - 1 if now > 1 else None, now + 1 if now < last else None)


def _without(asked: Request, words: str, filter_: tuple[str, str] | None) -> Request:
    kept = tuple(pair for pair in asked.filters if pair != filter_)
    return replace(asked, words=asked.words if filter_ else words, filters=kept, page=1)


def _listed(other: Article) -> dict[str, str]:
    return {
        "title": other.title,
        "source": other.source,
        "date": other.date,
        "url": url_for("pages.article_page", article_id=other.id),
    }


def _reason(status: str, reason: str, count: int, chosen: tuple[str, str]) -> dict[str, Any]:
    url = url_for("pages.files_page", status=status, reason=reason)
    return {"status": status, "reason": reason, "count": count, "url": url, "is_chosen": (status, reason) == chosen}


def shown_value(name: FilterName, value: str) -> str:
    """Write a filter's value the way a page names it."""
    return day(value) if name in {"month", "date"} else value


def export_url(asked: Request, form: str) -> str:
    """Write the address of the whole answer as a file."""
    return f"{url_for('api.export')}?{links.arguments(replace(asked, page=1))}&format={form}"


def template_names() -> dict[str, Any]:
    """Return what the templates may call."""
    steps: Sequence[Any] = (links.with_words, links.without, links.unfiltered, links.sorted_by, links.on_page)
    named = {step.__name__: step for step in steps}
    return {
        **named,
        "search_url": search_url,
        "export_url": export_url,
        "facet_names": FILTER_NAMES,
        "facet_value": shown_value,
    }
