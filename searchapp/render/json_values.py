"""Answers as JSON: the same values for the API, the shell and JSON lines."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from searchapp.answers.advice import Clause
from searchapp.answers.copies import how_long
from searchapp.answers.fragments import Fragment
from searchapp.answers.search import Found, Results
from searchapp.article import Article
from searchapp.catalog import Coverage
from searchapp.render.html import FoundHtml, hits_html, html
from searchapp.render.plain_text import BIDI, plain

COLUMNS = (
    "id", "title", "byline", "date", "time", "source", "language", "url", "path", "added", "edited",
    "date_from", "body",
)  # fmt: skip
COPY_COLUMNS = ("first_id", "copies", "similarity")
_UNSAFE_IN_JSON = re.compile(f"[\x7f-\x9f{BIDI}\ud800-\udfff]")


def json_text(values: Any, indent: int | None = 2) -> str:
    """Write readable JSON for the shell, with characters that could control a terminal escaped."""
    written = json.dumps(values, ensure_ascii=False, indent=indent)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def json_lines(articles: Iterable[Article]) -> Iterator[str]:
    """Write articles as JSON Lines, which `sources` can read."""
    for article in articles:
        yield json.dumps(article_values(article), ensure_ascii=False) + "\n"


def article_values(article: Article) -> dict[str, Any]:
    """Return a whole article for JSON."""
    values: dict[str, Any] = {column: plain(getattr(article, column)) for column in COLUMNS}
    authors = [plain(name) for name in article.authors]
    return {**values, "language_from": article.language_from, "authors": authors, **copy_values(article)}


def copy_values(article: Article) -> dict[str, Any]:
    """Return the data about an article's copies; `first_id` is empty if there are none."""
    return dict(zip(COPY_COLUMNS, (plain(article.first), article.copies, article.similarity), strict=True))


def fragment_values(fragment: Fragment, as_html: str | None = None) -> dict[str, Any]:
    """Return a fragment for JSON: its text with ranges in Unicode code points, and the same as HTML."""
    return {
        "text": plain(fragment.text),
        "ranges": [list(span) for span in fragment.ranges],
        "html": html(fragment) if as_html is None else as_html,
        "is_cut_before": fragment.is_cut_before,
        "is_cut_after": fragment.is_cut_after,
    }


def results_values(results: Results) -> dict[str, Any]:
    """Return an answer for JSON, the same for the API and the shell."""
    request = results.request
    return {
        "query": {"words": plain(request.words), "text": results.query.text, "sentence": results.sentence},
        "filters": [{"name": name, "value": plain(value)} for name, value in request.filters],
        "sort": request.sort,
        "total": results.total,
        "total_is": results.total_is,
        "stories": results.stories,
        "stories_left_out": results.stories_left_out,
        "page": request.page,
        "size": request.size,
        "hits": [_found_values(found, rest) for found, rest in zip(results.hits, hits_html(results), strict=True)],
        "facets": facets_values(results),
        "notes": list(results.notes),
        "is_partial": results.is_partial,
        "suggestion": results.suggestion,
        "suggestion_count": results.suggestion_count,
        "nearly": _nearly_values(results),
        "autopsy": [_clause_values(clause) for clause in results.autopsy],
        "coverage": coverage_values(results.coverage),
        "seconds": round(results.seconds, 6),
    }


def coverage_values(coverage: Coverage) -> dict[str, Any]:
    """Return the coverage for JSON: what was searched."""
    return asdict(coverage)


def facets_values(results: Results) -> dict[str, Any]:
    """Return the facets of an answer for JSON."""
    return {
        facet: [{"value": plain(value), "count": count} for value, count in counts]
        for facet, counts in results.facets.items()
    }


def _nearly_values(results: Results) -> dict[str, Any] | None:
    """Return the nearest articles to a query that found nothing, which do not count as hits."""
    if results.nearly is None:
        return None
    counts = [{"words": words, "articles": articles} for words, articles in results.nearly.counts]
    articles = [{"id": plain(one.article.id), "title": plain(one.article.title)} for one in results.nearly_found]
    return {"words": results.nearly.words, "counts": counts, "text": results.nearly.text, "articles": articles}


def _clause_values(clause: Clause) -> dict[str, Any]:
    values = asdict(clause)
    if clause.filter:
        values["filter"] = {"name": clause.filter[0], "value": plain(clause.filter[1])}
    return values


def _found_values(found: Found, written: FoundHtml) -> dict[str, Any]:
    article = found.article
    return {
        "id": plain(article.id),
        "title": fragment_values(found.title, written.title),
        "byline": fragment_values(found.byline, written.byline),
        "authors": [plain(name) for name in article.authors],
        "date": article.date,
        "time": article.time,
        "date_from": article.date_from,
        "source": plain(article.source),
        "language": plain(article.language),
        "language_from": article.language_from,
        "url": plain(article.url),
        "path": plain(article.path),
        **copy_values(article),
        "also_in": [
            {
                "id": plain(one.id),
                "source": plain(one.source),
                "date": one.date,
                "length": how_long(article, one) or "same",
            }
            for one in found.also_in
        ],
        "added": article.added,
        "edited": article.edited,
        "score": round(found.score, 4),
        "fragments": [fragment_values(*pair) for pair in zip(found.fragments, written.fragments, strict=True)],
    }
