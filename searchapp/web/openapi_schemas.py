"""What the API's answers are made of: the schemas of its description in OpenAPI, and what schemas are made of."""

from typing import Any

from searchapp.answers.request import FILTERS, SORTS
from searchapp.render.json_values import COLUMNS

Values = dict[str, Any]

TEXT: Values = {"type": "string"}
FLAG: Values = {"type": "boolean"}
COUNT: Values = {"type": "integer", "minimum": 0}
NULL: Values = {"type": "null"}
OPTIONAL: Values = {"type": ["string", "null"]}


def schemas() -> Values:
    """Return the schemas by their names, which `ref` refers to."""
    fragment = {
        "text": TEXT,
        "ranges": list_of({"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2}),
        "html": TEXT,
        "is_cut_before": FLAG,
        "is_cut_after": FLAG,
    }
    addresses = {"page_url": TEXT, "api_url": TEXT}
    copies = {"first_id": TEXT, "copies": COUNT, "similarity": {"type": "number"}}
    length = {"enum": ["same", "shortened", "extended"]}
    pieces = list_of(object_of({"change": {"enum": ["same", "deleted", "inserted"]}, "text": TEXT}))
    listed = {
        **dict.fromkeys((c for c in COLUMNS if c != "body"), TEXT),
        "authors": list_of(TEXT),
        **copies,
        **addresses,
    }
    named = {"name": {"enum": list(FILTERS)}, "value": TEXT}
    hit = {**listed, "title": ref("Fragment"), "byline": ref("Fragment"), "score": {"type": "number"}}
    hit["also_in"] = list_of(object_of({**dict.fromkeys(("id", "source", "date"), TEXT), "length": length}))
    answer = {
        "query": object_of({"words": TEXT, "text": TEXT, "sentence": TEXT}),
        "filters": list_of(object_of(named)),
        "total": COUNT,
        "total_is": {"enum": ["exact", "at_least", "at_most"]},
        "facets": {"type": "object", "additionalProperties": list_of(object_of({"value": TEXT, "count": COUNT}))},
        "notes": list_of(TEXT),
        "is_partial": FLAG,
    }
    clause = {
        "text": TEXT,
        "count": COUNT,
        "text_without": TEXT,
        "count_without": COUNT,
        "filter": {"oneOf": [NULL, object_of(named)]},
    }
    file = {
        **dict.fromkeys(("path", "status", "reason", "encoding", "seen", "duplicate_of"), TEXT),
        **dict.fromkeys(("size", "articles", "duplicates", "left_out", "remark_count"), COUNT),
        "confidence": {"type": ["number", "null"]},
        **dict.fromkeys(("remarks", "notes"), list_of(object_of({"where": TEXT, "reason": TEXT}))),
    }
    counts = dict.fromkeys(("articles", "files", "left_out", "with_remarks"), COUNT)
    coverage = {**counts, "as_of": TEXT, "root": TEXT, "is_finished": FLAG}
    return {
        "Fragment": object_of(fragment, "A piece of text; `ranges` are the matches, in code points of `text`."),
        "Hit": object_of({**hit, "fragments": list_of(ref("Fragment"))}),
        "Nearly": object_of(
            {
                "words": COUNT,
                "counts": list_of(object_of({"words": COUNT, "articles": COUNT})),
                "text": TEXT,
                "articles": list_of(object_of({"id": TEXT, "title": TEXT})),
            },
            "Articles with most of the words of a search that found nothing. They are not counted as found.",
        ),
        "Clause": object_of(
            clause, "For a search that found nothing: what one of its parts finds alone, and what the rest finds."
        ),
        "Coverage": object_of(coverage, "What was searched."),
        "Results": object_of(
            {
                **answer,
                "sort": {"enum": list(SORTS)},
                "stories": {"type": ["integer", "null"]},
                "stories_left_out": COUNT,
                "page": COUNT,
                "size": COUNT,
                "hits": list_of(ref("Hit")),
                "suggestion": OPTIONAL,
                "suggestion_count": COUNT,
                "nearly": {"oneOf": [ref("Nearly"), {"type": "null"}]},
                "autopsy": list_of(ref("Clause")),
                "coverage": ref("Coverage"),
                "seconds": {"type": "number"},
                "version": TEXT,
                "next": OPTIONAL,
            }
        ),
        "Facets": object_of(answer),
        "Article": object_of(listed),
        "WholeArticle": {
            **object_of({**listed, "body": TEXT}),
            "properties": {
                **listed,
                "body": TEXT,
                "marked": object_of(dict.fromkeys(("title", "byline", "body"), ref("Fragment"))),
            },
        },
        "Copies": object_of(
            {
                "first_id": TEXT,
                "copies": COUNT,
                "is_full": FLAG,
                "printings": list_of(object_of({**listed, "length": length})),
            }
        ),
        "Edits": object_of(
            {
                "id": TEXT,
                "edits": list_of(
                    object_of(
                        {
                            **dict.fromkeys(("number", "added", "removed", "rewritten"), COUNT),
                            **dict.fromkeys(("moment", "told"), TEXT),
                            "fields": list_of(TEXT),
                        }
                    )
                ),
            }
        ),
        "Difference": object_of(
            {
                **dict.fromkeys(("one", "other"), TEXT),
                **dict.fromkeys(("inserted", "deleted"), COUNT),
                "is_cut": FLAG,
                "title": pieces,
                "body": pieces,
            }
        ),
        "Articles": object_of({"articles": list_of(ref("Article"))}),
        "Suggestions": object_of(
            {
                "suggestions": list_of(
                    object_of(
                        {
                            "kind": {"enum": ["word", "author", "title"]},
                            "text": TEXT,
                            "words": TEXT,
                            "count": COUNT,
                            "page_url": OPTIONAL,
                        }
                    )
                )
            }
        ),
        "Stats": object_of(
            {
                **coverage,
                "full_stories": COUNT,
                "engine": TEXT,
                "language": TEXT,
                "stemmed": list_of(TEXT),
                "version": TEXT,
            }
        ),
        "Saved": object_of(
            {
                "saved": list_of(object_of({"name": TEXT, "query": TEXT, "total": COUNT, "new": list_of(COUNT)})),
                "count": COUNT,
                "last": COUNT,
                "as_of": TEXT,
                "is_partial": FLAG,
            }
        ),
        "Files": object_of({"files": list_of(object_of(file)), "after": OPTIONAL}),
        "Problem": object_of(
            {"type": TEXT, "title": TEXT, "status": COUNT, "detail": TEXT, "instance": TEXT}, "RFC 9457."
        ),
    }


def object_of(properties: Values, description: str | None = None) -> Values:
    """Return the schema of an object that has all of these properties."""
    described = {"description": description} if description else {}
    return {"type": "object", **described, "required": list(properties), "properties": properties}


def list_of(items: Values) -> Values:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def ref(name: str) -> Values:
    """Refer to a schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}
