"""What the page of an article shows: its text with numbered matches, what is beside it, and where it comes from."""

from itertools import pairwise
from typing import Any

from flask import url_for

from searchapp.answers.changes import edits
from searchapp.answers.copies import how_long, printings
from searchapp.answers.neighbours import neighbours
from searchapp.answers.request import Request
from searchapp.answers.search import mark
from searchapp.article import Article
from searchapp.engines import Budget
from searchapp.render.citations import STYLES, citation, meta_tags
from searchapp.render.copies import edit_sentence
from searchapp.render.html import html_each, link
from searchapp.web.bylines import byline_parts, direction_of, linked
from searchapp.web.links import article_url, search_url
from searchapp.web.markup import numbered
from searchapp.web.open_index import library
from searchapp.web.paragraphs import paragraphs

_STYLE_NAMES = {"chicago": "Chicago", "apa": "APA", "mla": "MLA", "harvard": "Harvard"}
_REFERENCES = (("RIS", "ris"), ("BibTeX", "bibtex"), ("CSL-JSON", "csl-json"))
_PRINTINGS = 10  # of its story that are listed
_REMARKS = 3  # on its file that are listed


def shown_article(found: Article, asked: Request, place: int, budget: Budget) -> dict[str, Any]:
    """Return what the template shows of an article; `place` is its number in what was asked, or 0."""
    beside = neighbours(library(), asked, found.id, place, budget) if place else None
    return {
        "asked": asked,
        "article": found,
        "is_asked": bool(asked.words.strip()),
        "back": f"{search_url(asked)}#hit-{place}" if place else "",
        "beside": beside,
        "before": article_url(beside.before, asked, place - 1) if beside and beside.before else "",
        "after": article_url(beside.after, asked, place + 1) if beside and beside.after else "",
        **_texts(found, asked),
        **_origin(found),
        **_citations(found),
        **_others(found),
    }


def _texts(found: Article, asked: Request) -> dict[str, Any]:
    marked = mark(library(), found, asked.words)
    byline = byline_parts(marked.byline, found.authors)
    written, matches = numbered(
        html_each([marked.title, *(part for part, _ in byline), *paragraphs(marked.fragments[0])])
    )
    start = 1 + len(byline)
    return {
        "title": written[0],
        "byline": linked(written[1:start], byline, Request()) if found.byline else (),
        "paragraphs": written[start:],
        "matches": matches,
        "direction_here": direction_of(found),
    }


def _origin(found: Article) -> dict[str, Any]:
    catalog = library().catalog
    remark_count, remarks = catalog.remarks_beside(found.id, _REMARKS)
    return {
        "link": link(found.url),
        "original": url_for("pages.original", article_id=found.id),
        "other_paths": catalog.other_paths(found.id),
        "remarks": remarks,
        "remark_count": remark_count,
    }


def _citations(found: Article) -> dict[str, Any]:
    def address(form: str) -> str:
        return url_for("figures_api.cite_article", article_id=found.id, format=form)

    return {
        "meta_tags": meta_tags(found),
        "citations": [(_STYLE_NAMES[style], citation(found, style)) for style in STYLES],
        "citation_formats": [(name, address(form)) for name, form in _REFERENCES],
    }


def _others(found: Article) -> dict[str, Any]:
    changes = edits(library(), found)
    others = [one for one in printings(library(), found) if one.id != found.id] if found.copies else []
    return {
        "printings": [(one, how_long(found, one)) for one in others[:_PRINTINGS]],
        "edits": [(edit, edit_sentence(edit)) for edit in changes],
        "later": {edit.number: following.number for following, edit in pairwise(changes)},
    }
