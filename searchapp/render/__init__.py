"""From data to what is shown: HTML, terminal, JSON, CSV. The only place that escapes, and the only user of bleach.

Articles are strangers' texts: markup in them must stay text in a page, escape sequences must not steer a terminal, and
a cell must not become a formula. Each piece of a fragment is escaped by itself; bleach, which may pass no tag at all,
is a second barrier that must change nothing (a test asserts it for all text); then our own ``<mark>`` goes around the
matches. bleach will get no more releases; with it gone, escaping alone is still safe.
"""

import csv
import html as markup
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import bleach

from searchapp.answers.advice import Clause
from searchapp.answers.fragments import Fragment
from searchapp.answers.search import Found, Results
from searchapp.article import Article
from searchapp.catalog import Coverage

COLUMNS = ("id", "title", "byline", "date", "source", "language", "url", "path", "body")

# Stands between the pieces that bleach sees at once: `plain` leaves it in no text, and a parser of HTML takes it for a
# character like any other. (What is an error to it, as U+FFFF is, adds half to the time.)
_BETWEEN = "\u2028"
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}\x00-\x20\x7f-\x9f]+", re.IGNORECASE)
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\n]")
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # embeddings, overrides, isolates and their ends

# One for one, so that offsets hold: breaks other than a line feed become spaces, and what has no glyph and no place in
# HTML or UTF-8 (controls, lone surrogates) becomes the replacement character.
_SPACES = dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"), " ")
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFF], "\ufffd")
_PLAIN = {**_CONTROLS, **_SPACES, 0x09: "\t", 0x0A: "\n"}
_PRINTABLE = {**_PLAIN, **dict.fromkeys(map(ord, _BIDI))}


_UNSAFE_IN_JSON = re.compile(f"[\x7f-\x9f{_BIDI}\ud800-\udfff]")


class Piece(NamedTuple):
    """A stretch of a fragment's text that matches the query, or one that does not."""

    text: str
    is_match: bool


def pieces(fragment: Fragment) -> Iterator[Piece]:
    """Cut a fragment at the borders of its ranges; the pieces joined are its text."""
    end = 0
    for first, last in fragment.ranges:
        if end < first:
            yield Piece(fragment.text[end:first], False)
        yield Piece(fragment.text[first:last], True)
        end = last
    if end < len(fragment.text):
        yield Piece(fragment.text[end:], False)


def plain(text: str) -> str:
    """Replace characters that can stand in no page: as many characters come out as went in."""
    return text if text.isprintable() else text.translate(_PLAIN)


def html(fragment: Fragment) -> str:
    """Write a fragment as HTML in which nothing is markup but ``<mark>`` around its matches."""
    return html_each([fragment])[0]


def html_each(fragments: Sequence[Fragment]) -> list[str]:
    """Write many fragments as HTML: at once, since each call of bleach has a price."""
    cut = [list(pieces(fragment)) for fragment in fragments]
    safe = iter(_barrier([_escaped(piece.text) for row in cut for piece in row]))
    return ["".join(f"<mark>{next(safe)}</mark>" if piece.is_match else next(safe) for piece in row) for row in cut]


def printable(text: str) -> str:
    """Take out of a text what could steer a terminal: controls, escape sequences' starts, changes of direction.

    Line feeds and tabs stay.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_PRINTABLE)


def one_line(text: str) -> str:
    """Make a text printable on one line."""
    return printable(text).replace("\n", " ").replace("\t", " ")


def terminal(fragment: Fragment, start: str = "", end: str = "") -> str:
    """Write a fragment as one line for a terminal, each match between `start` and `end`, dots where text was cut."""
    line = "".join(
        f"{start}{one_line(piece.text)}{end}" if piece.is_match else one_line(piece.text) for piece in pieces(fragment)
    )
    return f"{'… ' if fragment.is_cut_before else ''}{line}{' …' if fragment.is_cut_after else ''}"


def link(url: str) -> str:
    """Return an http or https address as it is, and nothing for any other."""
    return url if _ADDRESS.fullmatch(url) else ""


def fragment_values(fragment: Fragment, as_html: str | None = None) -> dict[str, Any]:
    """Return a fragment for JSON: its text with ranges that count Unicode code points, and the same as HTML."""
    return {
        "text": plain(fragment.text),
        "ranges": [list(span) for span in fragment.ranges],
        "html": html(fragment) if as_html is None else as_html,
        "is_cut_before": fragment.is_cut_before,
        "is_cut_after": fragment.is_cut_after,
    }


def article_values(article: Article) -> dict[str, Any]:
    """Return a whole article for JSON."""
    values: dict[str, Any] = {column: plain(getattr(article, column)) for column in COLUMNS}
    return {**values, "authors": [plain(name) for name in article.authors]}


def json_text(values: Any, indent: int | None = 2) -> str:
    """Write JSON for the shell: readable, and what could steer a terminal escaped as JSON can."""
    written = json.dumps(values, ensure_ascii=False, indent=indent)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def results_values(results: Results) -> dict[str, Any]:
    """Return an answer for JSON, the same for the API and the shell."""
    request = results.request
    return {
        "query": {"words": plain(request.words), "text": results.query.text, "sentence": results.query.sentence},
        "filters": [{"name": name, "value": plain(value)} for name, value in request.filters],
        "sort": request.sort,
        "total": results.total,
        "page": request.page,
        "size": request.size,
        "hits": [_found_values(found, rest) for found, rest in zip(results.hits, hits_html(results), strict=True)],
        "facets": facets_values(results),
        "notes": list(results.notes),
        "is_partial": results.is_partial,
        "suggestion": results.suggestion,
        "autopsy": [_clause_values(clause) for clause in results.autopsy],
        "coverage": coverage_values(results.coverage),
        "seconds": round(results.seconds, 6),
    }


def coverage_values(coverage: Coverage) -> dict[str, Any]:
    """Return for JSON what was searched."""
    return asdict(coverage)


def facets_values(results: Results) -> dict[str, Any]:
    """Return the facets of an answer for JSON."""
    return {
        facet: [{"value": plain(value), "count": count} for value, count in counts]
        for facet, counts in results.facets.items()
    }


class FoundHtml(NamedTuple):
    """A hit's title, byline and fragments as HTML."""

    title: str
    byline: str
    fragments: tuple[str, ...]


def hits_html(results: Results) -> list[FoundHtml]:
    """Write the fragments of all hits of an answer as HTML."""
    written = iter(
        html_each([part for found in results.hits for part in (found.title, found.byline, *found.fragments)])
    )
    return [
        FoundHtml(next(written), next(written), tuple(next(written) for _ in found.fragments)) for found in results.hits
    ]


def csv_lines(articles: Iterable[Article]) -> Iterator[str]:
    """Write articles as CSV, a heading first. A cell that a spreadsheet would compute gets an apostrophe in front."""
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    writer.writerow(COLUMNS)
    for article in articles:
        yield lines.pop()
        writer.writerow([_cell(getattr(article, column)) for column in COLUMNS])
    yield lines.pop()


def json_lines(articles: Iterable[Article]) -> Iterator[str]:
    """Write articles as JSON, one a line; `sources` reads these lines back."""
    for article in articles:
        yield json.dumps(article_values(article), ensure_ascii=False) + "\n"


class _Lines:
    """Takes the lines that a csv.writer writes."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _cell(value: str) -> str:
    value = plain(value)
    return f"'{value}" if _FORMULA.match(value) else value


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
        "source": plain(article.source),
        "language": plain(article.language),
        "url": plain(article.url),
        "path": plain(article.path),
        "score": round(found.score, 4),
        "fragments": [fragment_values(*pair) for pair in zip(found.fragments, written.fragments, strict=True)],
    }


def _escaped(text: str) -> str:
    """Escape for a place between tags. Quotes stay as they are, since bleach would write them so again."""
    return markup.escape(plain(text), quote=False)


def _barrier(escaped: list[str]) -> list[str]:
    """Have bleach look at pieces before the marks are put in: 3 ms for a page of results, and 30 ms with them in it."""
    cleaned: str = bleach.clean(_BETWEEN.join(escaped), tags=frozenset(), attributes={})
    return cleaned.split(_BETWEEN)
