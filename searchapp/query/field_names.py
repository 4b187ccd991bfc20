"""The names of a query's fields, and the field meant by any other name."""

import re
from functools import cache

from searchapp.query.tree import AmountField, Field, KeywordField

LEAF_FIELDS: dict[str, Field] = {
    "title": "title", "headline": "title", "intitle": "title", "body": "body",
    "byline": "byline", "by": "byline", "author": "byline",
}  # fmt: skip
KEYWORD_FIELDS: dict[str, KeywordField] = {
    "source": "source", "lang": "language", "language": "language", "writer": "author", "first": "first",
    "url": "url",
}  # fmt: skip
AMOUNT_FIELDS: dict[str, AmountField] = {
    "copies": "copies",
    "similarity": "similarity",
    "added": "added",
    "edited": "edited",
}
DATE_NAMES = ("date", "since", "until", "before", "after")
FIELD_NAMES = (*LEAF_FIELDS, *KEYWORD_FIELDS, *DATE_NAMES, *AMOUNT_FIELDS)
SHOWN_NAMES = (  # of each field, the name that people are told
    *("title", "body", "byline", "source", "lang", "writer", *DATE_NAMES),
    *("copies", "similarity", "first", "url", "added", "edited"),
)

_WRITTEN_BY_OTHERS: dict[str, str] = {
    "title": "ti allintitle hl hlp hlead subject",
    "body": "intext allintext inbody text content lp tx",
    "byline": "au writtenby journalist reporter",
    "lang": "la",
    "source": "sn rst src so pub publication publisher paper newspaper journal",
    "date": "pd day month year pubdate published",
}
_OF_OTHERS = {other: name for name, others in _WRITTEN_BY_OTHERS.items() for other in others.split()}
_BEFORE_A_COLON = re.compile(r"(?<![^\s(-])[A-Za-z_]{2,}(?=:[^\s/])")
_FEWEST_LETTERS = 4  # of a name that may be misspelt


def field_meant(name: str) -> str:
    """Return the field that a name may stand for: another archive's, or one typed wrong; "" if there is none.

    A name is typed wrong that begins like a field's and has one letter wrong, missing or added, or two swapped.
    """
    if found := _OF_OTHERS.get(name):
        return found
    if len(name) < _FEWEST_LETTERS:
        return ""
    return next((_misspelt()[form] for form in sorted(_forms(name), reverse=True) if form in _misspelt()), "")


def with_fields_meant(query: str) -> str:
    """Write a query with the fields that unknown names before a colon may stand for: ``titel:gas`` is title:gas."""
    return _BEFORE_A_COLON.sub(lambda found: field_meant(found[0].lower()) or found[0], query)


@cache
def _misspelt() -> dict[str, str]:
    names = (name for name in FIELD_NAMES if len(name) >= _FEWEST_LETTERS)
    return {form: name for name in names for form in _forms(name)}


def _forms(name: str) -> set[str]:
    """Return a name, and it with one letter but the first left out: names one error apart share a form."""
    return {name, *(name[:at] + name[at + 1 :] for at in range(1, len(name)))}
