"""The API described in OpenAPI 3.1, from the same bounds that it keeps."""

from collections.abc import Iterable
from typing import Any

from searchapp import __version__
from searchapp.answers.collocates import MOST_REACH, REACH
from searchapp.answers.concordance import LINE_ORDERS, MOST_SORTED, MOST_WORDS, WORDS
from searchapp.answers.periods import UNITS
from searchapp.answers.request import FILTERS, SIZE, SORTS
from searchapp.answers.sample import MOST as MOST_DRAWN
from searchapp.answers.sample import SIZE as DRAWN
from searchapp.answers.trends import MEASURES, MOST_QUERIES
from searchapp.catalog import CHOICES
from searchapp.engines import FACETS
from searchapp.query.bounds import CHARACTERS, FILTERS_AT_ONCE, PAGE_SIZE
from searchapp.render.citations import FORMATS, WRITERS
from searchapp.web.figures_args import LIMIT, MOST_LIMIT
from searchapp.web.openapi_schemas import COUNT, TEXT, Values, ref, schemas
from searchapp.web.safety import NOTES_HEADER

ANSWER_FORMS = ("json", "csv")
LIST_FORMS = ("json", "csv", "together", "matrix", "graphml", "gexf")
_EXPORTS = {"csv": "text/csv", "jsonl": "application/jsonl", **FORMATS}
_NOTES: Values = {
    NOTES_HEADER: {
        "description": "Of a file: the notes on it, as a JSON array; left out if there are none.",
        "schema": TEXT,
    }
}


def describe(server: str) -> Values:
    """Return the description of the API at an address of this server ("" is its root)."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "searchapp",
            "version": __version__,
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": "Search in a folder of news articles. It only reads. Failures are RFC 9457 problem details.",
        },
        "servers": [{"url": f"{server}/api/v1"}],
        "paths": _paths(),
        "components": {"schemas": schemas(), "responses": _responses()},
    }


def _paths() -> Values:
    words = _parameter("q", "The search, in the query language of /help.", TEXT | {"maxLength": CHARACTERS.limit})
    search = [
        words,
        *(_filter(name) for name in FILTERS),
        _parameter(
            "authors",
            "Whether articles need any or all of several authors.",
            {"enum": ["any", "all"], "default": "any"},
        ),
        _parameter("sort", "The order of the hits.", {"enum": list(SORTS), "default": SORTS[0]}),
    ]
    facets = _parameter(
        "facets",
        "The facets to count, separated by commas; all if left out, none if empty.",
        {"type": "array", "items": {"enum": list(FACETS)}, "default": list(FACETS)},
        style="form",
        explode=False,
    )
    pages = [
        _parameter("page", "Which page.", _whole(10**9 - 1, 1)),
        _parameter("size", "Hits on a page.", _whole(PAGE_SIZE.limit, SIZE)),
        _parameter("cursor", "The `next` of the previous page; replaces page and size.", TEXT),
    ]
    article = _parameter("id", "An article's id.", TEXT | {"minLength": 1}, where="path")
    other = _parameter("other", "Another article's id.", TEXT | {"minLength": 1}, where="path")
    limit = _parameter("limit", "The maximum number.", _whole(10**9 - 1))
    former = _parameter("number", "The number of a former text.", _whole(10**9 - 1, 1), where="path")
    later = _parameter("to", "The number of a later one; the current text if left out.", _whole(10**9 - 1))
    return {
        "/search": _get("search", "Search.", [*search, *pages, facets], _json("Results")),
        "/facets": _get("facets", "Count the facets of a search.", [*search, facets], _json("Facets")),
        "/articles/{id}": _get("article", "Read one article.", [article, words], _json("WholeArticle")),
        "/articles/{id}/similar": _get("similar", "List articles like one.", [article, limit], _json("Articles")),
        "/articles/{id}/copies": _get(
            "copies", "List all articles with the same story, the first one first.", [article], _json("Copies")
        ),
        "/articles/{id}/diff/{other}": _get(
            "diff", "Which words of two articles differ.", [article, other], _json("Difference")
        ),
        "/articles/{id}/versions": _get(
            "versions", "When an article was edited, and what was changed, latest first.", [article], _json("Edits")
        ),
        "/articles/{id}/versions/{number}": _get(
            "change", "Which words of a former text were changed.", [article, former, later], _json("Difference")
        ),
        "/suggest": _get("suggest", "Complete what is being typed.", [words, limit], _json("Suggestions")),
        "/suggest/browser": _get(
            "suggestToBrowser",
            "The same in OpenSearch format: what was typed, then its completions.",
            [words, limit],
            _content("application/x-suggestions+json", {"type": "array", "minItems": 2, "maxItems": 2}),
        ),
        "/stats": _get("stats", "What the index contains.", [], _json("Stats")),
        "/files": _get(
            "files",
            "The files that were seen, and the status of each.",
            [
                _parameter("status", "Only files with this status, or with remarks.", {"enum": list(CHOICES)}),
                _parameter("reason", "Only files whose reason contains this text.", TEXT),
                limit,
                _parameter("after", "The `after` of the previous page.", TEXT),
            ],
            _json("Files"),
        ),
        "/files/summary": _get(
            "filesSummary",
            "Files and articles counted by folder, format, status, remark, language, date and copies.",
            [_parameter("format", "JSON or CSV.", {"enum": list(ANSWER_FORMS), "default": "json"})],
            _table(),
        ),
        "/files/export": _get("filesExport", "The status of each file.", [], _files(["text/csv"])),
        "/export": _get(
            "export",
            "Everything that a search finds, as a stream. CSV cells that look like formulas begin with '.",
            [*search, _parameter("format", "The format.", {"enum": list(_EXPORTS)}, is_required=True)],
            _files(_EXPORTS.values()),
            _NOTES,
        ),
        "/certificate": _get(
            "certificate",
            "A certificate of a search: what was asked, what was found, and in what. `searchapp verify` checks it.",
            [*search],
            _content("application/json", {"type": "object"}),
        ),
        "/verify": _post_certificate(),
        "/saved/compare": _get(
            "savedCompare",
            "How the answer of a saved search differs from the one that was kept, article by article.",
            [
                _parameter("name", "The name of the saved search.", TEXT, is_required=True),
                _parameter("until", "Compare with what was kept last by the end of this day, month or year.", TEXT),
            ],
            _content("application/json", {"type": "object"}),
            is_of_one=True,
        ),
        "/saved": _get(
            "saved",
            "The saved searches, each with the numbers of the changes that it finds; `last` is that of the last one.",
            [
                _parameter("since", "Only changes after the one with this number.", COUNT | {"default": 0}),
                _parameter("page", "Which hundred of the saved searches.", _whole(10**9 - 1, 1)),
            ],
            _json("Saved"),
        ),
        **_figures(words, [*search[1:-1]]),
        "/openapi.json": _get("describe", "This description.", [], _content("application/json", {"type": "object"})),
    }


def _figures(words: Values, filters: list[Values]) -> Values:
    """Describe what counts, compares and quotes; the values of its answers are named in `searchapp.answers`."""
    queries = words["schema"]
    several = _parameter("q", "A search; up to six.", {"type": "array", "items": queries, "maxItems": MOST_QUERIES})
    form = _parameter("format", "JSON or CSV.", {"enum": list(ANSWER_FORMS), "default": "json"})
    order = _parameter("order", "The order of the lines.", {"enum": list(LINE_ORDERS), "default": LINE_ORDERS[0]})
    context = _parameter("words", "Words on each side.", _whole(MOST_WORDS, WORDS))
    limit = _parameter("limit", "The maximum number of words.", _whole(MOST_LIMIT, LIMIT))
    seed = _parameter(
        "seed", "The seed of the sample.", {"type": "integer", "minimum": 0, "maximum": 10**9 - 1, "default": 0}
    )
    lines = [
        _parameter("page", "Which page.", _whole(10**9 - 1, 1)),
        _parameter("size", "Lines.", _whole(PAGE_SIZE.limit)),
    ]
    citation = _parameter("format", "A file instead of JSON.", {"enum": ["json", *WRITERS], "default": "json"})
    article = _parameter("id", "An article's id.", TEXT | {"minLength": 1}, where="path")
    unit = _parameter("by", "The length of a period.", {"enum": list(UNITS), "default": "month"})
    measure = _parameter("measure", "The unit of `values`.", {"enum": list(MEASURES), "default": MEASURES[0]})
    reach = _parameter("reach", "The distance in words.", _whole(MOST_REACH, REACH))
    against = _parameter("against", "The query to compare with; all other articles if left out.", queries)
    number = _parameter("n", "The number of articles to draw.", _whole(MOST_DRAWN, DRAWN))
    asked = [words, *filters]
    answers = {
        "/trends": ("trends", "Queries over time.", [several, *filters, unit, measure, form]),
        "/coverage": ("coverage", "How many articles there are in total, by day.", [*filters, form]),
        "/concordance": ("concordance", "Matches in context.", [*asked, order, context, *lines, form]),
        "/collocates": ("collocates", "Words near the matches.", [*asked, reach, limit, seed, form]),
        "/keywords": ("keywords", "Words that are typical of the result.", [*asked, against, limit, seed, form]),
        "/parts": ("parts", "What each part of a query contributes.", [*asked, form]),
        "/sample": ("sample", "A random sample; the same seed draws the same articles.", [*asked, number, seed, form]),
    }
    return {
        **{
            path: _get(name, summary, parameters, _table(), _NOTES)
            for path, (name, summary, parameters) in answers.items()
        },
        "/concordance/export": _get(
            "concordanceExport",
            f"All lines of a concordance; of more than {MOST_SORTED:,}, the first are in order, the others as found.",
            [*asked, order, context],
            {"text/csv": {"schema": TEXT}},
        ),
        "/list": _post_list(filters),
        "/articles/{id}/citation": _get(
            "citation",
            "How to cite an article.",
            [article, citation],
            {"application/json": {"schema": {"type": "object"}}, **_files(FORMATS.values())},
        ),
    }


def _post_certificate() -> Values:
    summary = "Check a certificate, or a proof of one article: is the corpus the same, and the answer?"
    described = _get("verify", summary, [], _content("application/json", {"type": "object"}))["get"]
    body = {"required": True, "content": _content("application/json", {"type": "object"})}
    return {"post": {**described, "requestBody": body}}


def _table() -> Values:
    return {"application/json": {"schema": {"type": "object"}}, **_files(["text/csv"])}


def _files(kinds: Iterable[str]) -> Values:
    return {kind: {"schema": {"type": "array"} if kind.endswith("json") else TEXT} for kind in kinds}


def _post_list(filters: list[Values]) -> Values:
    forms = _parameter("format", "The format.", {"enum": list(LIST_FORMS), "default": "json"})
    names = _parameter("names", "Whether each line is a name.", {"enum": ["no", "yes"], "default": "no"})
    content = {**_table(), **_files(["application/xml"])}
    summary = "Count each line of a list: a query, or a label, a tab and a query."
    described = _get("list", summary, [*filters, forms, names], content, _NOTES)["get"]
    return {"post": {**described, "requestBody": {"required": True, "content": _files(["text/plain", "text/csv"])}}}


def _responses() -> Values:
    problem = _content("application/problem+json", ref("Problem"))
    return {
        "BadRequest": {"description": "The request is invalid; `detail` says why.", "content": problem},
        "NotFound": {
            "description": "What the address names does not exist; `detail` says what is missing.",
            "content": problem,
        },
        "NoIndex": {"description": "The index cannot be used; `detail` says what to run.", "content": problem},
    }


def _get(
    name: str,
    summary: str,
    parameters: list[Values],
    content: Values,
    headers: Values | None = None,
    *,
    is_of_one: bool = False,
) -> Values:
    """Describe a path; `is_of_one` tells that its query names one thing, which may not exist, as a path does."""
    failures = {"400": "BadRequest", "404": "NotFound", "503": "NoIndex"}
    if not is_of_one and not any(parameter["in"] == "path" for parameter in parameters):
        del failures["404"]
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": {"description": "The answer.", "content": content} | ({"headers": headers} if headers else {}),
                **{status: {"$ref": f"#/components/responses/{kind}"} for status, kind in failures.items()},
            },
        }
    }


def _parameter(
    name: str, description: str, schema: Values, where: str = "query", is_required: bool = False, **more: Any
) -> Values:
    required = is_required or where == "path"
    return {"name": name, "in": where, "description": description, "required": required, "schema": schema, **more}


def _filter(name: str) -> Values:
    values: Values = {"type": "array", "items": TEXT, "maxItems": FILTERS_AT_ONCE.limit}
    kind = name.removeprefix("not_")
    if name == "copies":
        return _parameter(
            name, "Only articles with so many copies: >5, 0, 2..10; none keeps first printings only.", values
        )
    if kind != name:
        return _parameter(name, f"Leave out articles with this {kind}; none leaves out those without one.", values)
    return _parameter(
        name, f"Only articles with this {name}, or with one of several; none finds those without one.", values
    )


def _whole(most: int, default: int | None = None) -> Values:
    return {"type": "integer", "minimum": 1, "maximum": most} | ({} if default is None else {"default": default})


def _json(name: str) -> Values:
    return _content("application/json", ref(name))


def _content(kind: str, schema: Values) -> Values:
    return {kind: {"schema": schema}}
