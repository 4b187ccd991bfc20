"""Records with named columns (JSON, CSV) to drafts: which column is which field."""

import re
from collections.abc import Mapping
from typing import Any

from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.markup import plain

# What others call our fields, the best name first. Case, spaces and punctuation do not count.
_NAMES = {
    "title": "title headline heading header titel titre titulo name subject",
    "byline": "byline by author authors creator creators writer autor auteur",
    "body": "body text content contents articlebody fulltext bodytext maintext article story texte texto summary "
    "description abstract",
    "date": "date published datetext datepublished publishedat publishdate publicationdate publishedon pubdate "
    "publisheddate publishtime datetime firstpublished issued timestamp created createdat datum fecha",
    "source": "source publication publisher newspaper outlet sitename site domain feed",
    "language": "language lang inlanguage",
    "url": "url link href uri weburl permalink canonicalurl",
    "own_id": "id guid uuid articleid docid identifier",
}
_FIELDS = {"id": "own_id"}
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_MOST_SHAPES = 1000
_PUNCTUATION = re.compile(r"[\W_]+")


class Columns:
    """Finds the fields of one file's records; the same names are looked up once only."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {_FIELDS.get(field, field): column for field, column in given.items()}
        self._known: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}

    def draft(self, record: Any, where: str) -> Draft | Remark:
        """Make a draft of a record, or say why it is no article."""
        if not isinstance(record, dict):
            return Remark(where, "is not an article: it has no columns")
        names = tuple(record)
        columns = self._known.get(names)
        if columns is None:
            if len(self._known) > _MOST_SHAPES:
                self._known.clear()
            columns = self._known[names] = self._assign(names)
        values = {field: value for field, among in columns if (value := _first(record, among)) not in _NOTHING}
        if not ("title" in values or "body" in values):
            return Remark(where, f"is not an article: neither a title nor a text in {_list(names)}")
        people = _people(values.pop("byline", None))
        texts = {field: value if isinstance(value, str) else _text(value) for field, value in values.items()}
        for field in ("title", "body"):
            if "<" in (text := texts.get(field, "")):
                texts[field] = plain(text)
        return Draft(**texts, byline=", ".join(people), names=people if len(people) > 1 else ())

    def _assign(self, names: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        folded: dict[str, str] = {}
        for name in names:
            folded.setdefault(_PUNCTUATION.sub("", name).lower(), name)
        found = {
            field: tuple(folded[known] for known in known_names.split() if known in folded)
            for field, known_names in _NAMES.items()
        }
        found |= {field: (column,) for field, column in self._given.items()}
        return [(field, columns) for field, columns in found.items() if columns]


def _first(record: dict[str, Any], columns: tuple[str, ...]) -> Any:
    for column in columns:
        if (value := record.get(column)) not in _NOTHING:
            return value
    return None


def _people(value: Any) -> tuple[str, ...]:
    """Return the authors a column holds: a byline as one, or a list of names, or of {"name": ...}."""
    several = value if isinstance(value, list) else [value]
    return tuple(text for item in several if (text := _text(item)))


def _text(value: Any) -> str:
    """Write a value as text; of an object its name or text, of a list each in a paragraph."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n\n".join(map(_text, value))
    if isinstance(value, dict):
        return _text(next((value[key] for key in ("name", "text", "value", "$t", "@id") if key in value), ""))
    return "" if value is None or isinstance(value, bool) else str(value)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(repr(str(name)[:40]) for name in names[:8]) or "no columns"
