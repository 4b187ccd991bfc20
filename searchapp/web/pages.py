"""The pages for people: search, one article, help, and what was searched."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, url_for

from searchapp.answers.certificate import certify
from searchapp.answers.changes import compare_version
from searchapp.answers.copies import FULL, Difference, compare, how_long, is_full, printings
from searchapp.answers.library import article
from searchapp.answers.query_string import PARAMETERS
from searchapp.answers.request import (
    SIZE,
    Request,
    by_authors,
    on_page,
    sorted_by,
    unfiltered,
    with_filter,
    with_words,
    without_dates,
    without_filter,
)
from searchapp.answers.search import count_days, search
from searchapp.answers.searched import Searched, searched
from searchapp.answers.similar import similar
from searchapp.catalog import Original
from searchapp.engines import FacetName
from searchapp.query import help as query_help
from searchapp.render.citations import coins
from searchapp.render.copies import difference_html
from searchapp.sentences import marked as _
from searchapp.web import links
from searchapp.web.admission import budget, exports
from searchapp.web.article_view import shown_article
from searchapp.web.bylines import direction_of
from searchapp.web.caching import by_version, unkept
from searchapp.web.certificates import file_address
from searchapp.web.facets import FILTER_NAMES, count_values, shown_value, values_of
from searchapp.web.formats import day, language_name
from searchapp.web.markup import markup
from searchapp.web.open_index import library
from searchapp.web.request_args import read_choice, read_number, read_request, read_status, takes
from searchapp.web.results_view import shown
from searchapp.web.telling import told
from searchapp.web.wording import gettext, language_url

_KINDS = (
    ("pages.search_page", _("Articles")),
    ("figures.trends_page", _("Over time")),
    ("figures.concordance_page", _("In context")),
    ("figures.collocates_page", _("Words near it")),
    ("figures.keywords_page", _("Key words")),
    ("figures.parts_page", _("Its parts")),
    ("figures.sample_page", _("A sample")),
)
STATUS_NAMES = (_("indexed"), _("duplicate"), _("skipped"), _("error"), _("remarks"))  # as `CHOICES` has them
_FILES = 100  # listed on a page
_VALUES = 200  # of a facet, listed on a page
_REMARKS = 20  # of a file that are shown
_KINDS_SHOWN = 30  # folders, formats, and so on that are counted on a page; the CSV file has all

pages = Blueprint("pages", __name__)


@pages.get("/")
@by_version
@takes(*PARAMETERS, "certified")
def search_page() -> Response:
    """Search, or show the box alone where nothing is asked; where it is `certified`, with the certificate's hash."""
    asked = read_request(request.args)
    if "q" not in request.args and not asked.filters:
        return make_response(render_template("home.html", asked=asked, coverage=library().catalog.coverage()))
    results = search(library(), asked, budget())
    is_certified = read_choice(request.args, "certified", ("no", "yes")) == "yes" and not results.is_partial
    certificate = certify(library(), asked, budget()) if is_certified else None
    file_url = file_address(certificate) if certificate else ""
    response = make_response(
        render_template("results.html", certificate=certificate, file_url=file_url, **shown(results, _count_days))
    )
    return unkept(response) if results.is_partial or certificate else response


def _count_days(asked: Request) -> Sequence[tuple[str, int]]:
    return count_days(library(), asked, budget())


@pages.get("/between")
@takes(*PARAMETERS, "from", "to")
def between() -> Response:
    """Redirect to a search for articles dated from one day to another: two fields of a form become one filter."""
    asked = read_request(request.args)
    first, last = request.args.get("from", ""), request.args.get("to", "")
    if first and last and first > last:
        first, last = last, first
    kept = without_dates(asked)
    dates = first if first == last else f"{first}..{last}"
    return make_response(redirect(links.search_url(with_filter(kept, "date", dates) if dates else kept)))


@pages.get("/values/<any(author, source, language, month):facet>")
@by_version
@takes(*PARAMETERS, "find", "part")
def values_page(facet: FacetName) -> Response:
    """List all values of a facet, or those in which a text is found, a page at a time."""
    asked = read_request(request.args, (facet,))
    find, part = request.args.get("find", ""), read_number(request.args, "part", 1)
    results = search(library(), replace(asked, page=1, size=1))
    values = values_of(results, facet, find)
    known, unknown = count_values(results.facets.get(facet, ()))
    first = (part - 1) * _VALUES
    return make_response(
        render_template(
            "values.html",
            asked=asked,
            facet=facet,
            find=find,
            values=values[first : first + _VALUES],
            found=len(values),
            known=known,
            unknown=unknown,
            following=f"{links.values_url(asked, facet)}&{urlencode({'find': find, 'part': part + 1})}"
            if len(values) > first + _VALUES
            else "",
        )
    )


@pages.get("/article/<article_id>")
@by_version
@takes(*PARAMETERS, "hit")
def article_page(article_id: str) -> Response:
    """Show one article, with the matches of the search that found it."""
    found = article(library(), article_id)
    asked = read_request(request.args)
    place = read_number(request.args, "hit", 1) if "q" in request.args else 0
    return make_response(render_template("article.html", **shown_article(found, asked, place, budget())))


@pages.get("/article/<article_id>/similar")
@by_version
def similar_page(article_id: str) -> Response:
    """List articles like one. This is a separate page, since finding them takes longer than showing an article."""
    found = article(library(), article_id)
    others = similar(library(), found)
    return make_response(render_template("similar.html", asked=Request(), article=found, others=others))


@pages.get("/article/<article_id>/copies")
@by_version
def copies_page(article_id: str) -> Response:
    """List all printings of an article's story, to compare any two."""
    found = article(library(), article_id)
    all_of_them = printings(library(), found)
    lengths = [how_long(all_of_them[0], one) for one in all_of_them]
    full = FULL if is_full(all_of_them) else ""
    return make_response(
        render_template(
            "copies.html", asked=Request(), article=found, printings=all_of_them, lengths=lengths, full=full
        )
    )


@pages.get("/compare")
@by_version
@takes("one", "other")
def difference_page() -> Response:
    """Show which words of two articles differ."""
    one, other = (article(library(), request.args.get(name, "")) for name in ("one", "other"))
    return _difference_page(compare(one, other))


def _difference_page(difference: Difference, number: int = 0, to: int = 0) -> Response:
    """Show what differs; with `number`, between former texts of one article."""
    title, body = (markup(difference_html(pieces)) for pieces in (difference.title, difference.body))
    return make_response(
        render_template(
            "difference.html", asked=Request(), difference=difference, title=title, body=body, number=number, to=to
        )
    )


@pages.get("/article/<article_id>/versions/<int:number>")
@by_version
@takes("to")
def change_page(article_id: str, number: int) -> Response:
    """Show which words of a former text of an article differ from its text now, or from another former one."""
    to = read_number(request.args, "to", 0)  # 0 is its text now
    return _difference_page(compare_version(library(), article(library(), article_id), number, to), number, to)


@pages.get("/original/<article_id>")
@exports
def original(article_id: str) -> Response:
    """Return the file that an article was read from, as a download that no browser shows as part of this site."""
    file: Original = library().catalog.original(article(library(), article_id).id)
    response = send_file(file.stream, mimetype="application/octet-stream", as_attachment=True, download_name=file.name)
    response.call_on_close(file.stream.close)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@pages.get("/help")
def help_page() -> Response:
    """Explain the query language."""
    return make_response(render_template("help.html", asked=Request(), sections=query_help.SECTIONS))


@pages.get("/files")
@by_version
@takes("status", "reason", "after")
def files_page() -> Response:
    """Show what was searched, and what was left out and why."""
    catalog = library().catalog
    status, reason = read_status(request.args), request.args.get("reason", "")
    answer = None if status or reason or "after" in request.args else searched(library())
    listed = catalog.files(status, reason, _FILES, request.args.get("after", ""), _REMARKS)
    following = url_for("pages.files_page", status=status, reason=reason, after=listed.after) if listed.after else ""
    return make_response(
        render_template(
            "files.html",
            asked=Request(),
            coverage=answer.coverage if answer else catalog.coverage(),
            full_stories=catalog.full_stories(),
            full=FULL,
            **(_counts_of_files(answer) if answer else {}),
            remarked=_reason("remarks", "", catalog.count_with_remarks(), (status, reason)),
            reasons=[_reason(*line, (status, reason)) for line in (answer.reasons if answer else catalog.reasons())],
            heading=" · ".join(part for part in (gettext(status) if status else "", told(reason)) if part)
            or gettext("All files"),
            files=listed.files,
            following=following,
        )
    )


@pages.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe the search to browsers, so that they can offer it in their own search bar."""
    return Response(render_template("opensearch.xml"), mimetype="application/opensearchdescription+xml")


def _counts_of_files(answer: Searched) -> dict[str, Any]:
    """Return what the page of all files counts, each row with its name first."""
    return {
        "searched": answer,
        "most": _KINDS_SHOWN,
        "formats": [(one.name or gettext("none"), *one[1:]) for one in answer.formats],
        "by_language": [
            (language_name(language) or gettext("unknown"), articles) for language, articles in answer.languages
        ],
        "missing": [(" – ".join(map(day, dict.fromkeys((run.first, run.last)))), run.days) for run in answer.missing],
    }


def _reason(status: str, reason: str, count: int, chosen: tuple[str, str]) -> dict[str, Any]:
    url = url_for("pages.files_page", status=status, reason=reason)
    return {"status": status, "reason": reason, "count": count, "url": url, "is_chosen": (status, reason) == chosen}


def template_names() -> dict[str, Any]:
    """Return what the templates may call."""
    steps = (
        with_words,
        with_filter,
        without_filter,
        unfiltered,
        by_authors,
        sorted_by,
        on_page,
    )
    addresses = (
        links.search_url,
        links.values_url,
        links.export_url,
        links.feed_url,
        links.lately_url,
        links.certificate_url,
        links.other_url,
    )
    called = (*steps, *addresses, language_url, coins, shown_value, direction_of)
    named = {function.__name__: function for function in called}
    return {**named, "url_for": links.path_to, "filter_names": FILTER_NAMES, "usual_size": SIZE, "kinds": _KINDS}
