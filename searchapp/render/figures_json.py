"""Answers that count, as JSON: each dataclass becomes an object with its fields, in plain text."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from searchapp.answers.request import Request
from searchapp.answers.search import Found
from searchapp.answers.trends import Trends
from searchapp.query import Query
from searchapp.render.json_values import article_values, fragment_values
from searchapp.render.plain_text import plain


def figures_values(answer: Any) -> Any:
    """Return an answer for JSON, the same for the API and the shell."""
    match answer:
        case str():
            return plain(answer)
        case Query():
            return {"text": plain(answer.text), "sentence": plain(answer.sentence)}
        case Request():
            return {"words": plain(answer.words), "filters": _filters(answer.filters), "sort": answer.sort}
        case Found():
            return _found_values(answer)
        case tuple() | list():
            return [figures_values(one) for one in answer]
        case Mapping():
            return {plain(str(name)): figures_values(value) for name, value in answer.items()}
        case _ if is_dataclass(answer):
            values = {field.name: _field(field.name, getattr(answer, field.name)) for field in fields(answer)}
            return _with_values(answer, values) if isinstance(answer, Trends) else values
        case _:
            return round(answer, 6) if isinstance(answer, float) else answer


def _field(name: str, value: Any) -> Any:
    return _filters(value) if name == "filters" else figures_values(value)


def _filters(filters: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": plain(value)} for name, value in filters]


def _with_values(answer: Trends, values: dict[str, Any]) -> dict[str, Any]:
    for series, written in zip(answer.series, values["series"], strict=True):
        written["values"] = figures_values(answer.values(series))
    return values


def _found_values(found: Found) -> dict[str, Any]:
    values = article_values(found.article)
    del values["body"]
    return {**values, "fragments": [fragment_values(fragment) for fragment in found.fragments]}
