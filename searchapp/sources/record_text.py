"""Get text out of a record's values: strings, lists of blocks, objects and the wrappers of databases."""

import ast
import json
import math
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from searchapp.sources.markup import page_text, plain

# What programs write for a missing value.
_NOTHING = frozenset(("", "nan", "null", "none", "nat", "<na>", "\\n", "undefined", "n/a", "[]", "{}"))
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# The keys of an object that hold its text, best first; and those that hold its parts.
_OWN_TEXT = (
    "rendered", "#text", "$t", "$value", "@value", "_text", "__cdata", "text", "plain", "html", "content", "value",
    "main", "original", "sentence", "body", "raw", "full", "markup", "default", "name", "label", "title", "fullcaption",
    "caption", "quote", "string", "contents", "bodyHtml", "bodyTextSummary",
)  # fmt: skip
_HEADINGS = ("heading", "subheading", "section", "header")  # of the text in the same object
_PARTS = (
    "blocks", "children", "content", "nodes", "items", "data", "paragraphs", "sections", "contents", "elements", "ops",
    "root",
)  # fmt: skip
_KIND = ("type", "@type", "_type", "nodeType", "blockType", "tag")
_NO_TEXT = frozenset((
    "kicker", "title", "headline", "byline", "author", "author_info", "date", "image", "images", "gallery", "video",
    "audio", "embed", "tweet", "ad", "advertisement", "newsletter", "related", "correction_meta", "raw_html_embed",
))  # fmt: skip
_INLINE = frozenset(("text", "span", "link", "a", "b", "i", "em", "strong", "hyperlink", "mention", "hardbreak"))
_ROLES = ("role", "contenttype", "contentType", "mimetype")  # the keys that tell several forms of one text apart
_NAMES = (
    "name", "display_name", "displayname", "fullname", "full_name", "label", "original", "byline", "value", "title",
    "rendered", "$t", "#text", "text", "slug", "@id",
)  # fmt: skip
_GIVEN = ("first_name", "firstname", "first", "given_name", "givenname", "given", "vorname")
_MIDDLE = ("middle_name", "middlename", "middle")
_FAMILY = ("last_name", "lastname", "last", "family_name", "familyname", "family", "surname", "nachname")


def is_nothing(value: Any) -> bool:
    """Tell whether a value stands for a missing one: empty, ``null``, NaN, or a word that programs write for it."""
    if isinstance(value, str):
        return len(value) <= 9 and value.strip().lower() in _NOTHING
    return value is None or value == [] or value == {} or (isinstance(value, float) and math.isnan(value))


def is_no_title(value: Any) -> bool:
    """Tell whether a value stands for a missing title; the strings ``None`` and ``null`` may be titles."""
    if isinstance(value, str):
        return value.strip().lower() in ("", "nan", "<na>", "\\n")
    return is_nothing(value)


def text_of(value: Any) -> str:
    """Write a value as plain text: blocks become paragraphs, HTML loses its tags."""
    return "\n\n".join(filter(str.strip, _blocks(unwrapped(value))))


def line_of(value: Any) -> str:
    """Write a value as one line; of several values, the first that has text."""
    value = unwrapped(value)
    if isinstance(value, str):
        return " ".join(cleaned(value).split())
    if isinstance(value, list):
        return next(filter(None, map(line_of, _main_first(value))), "")
    return " ".join(text_of(value).split())


def scalar_of(value: Any) -> str:
    """Write a date, an id, a URL or the like; of several values, the first."""
    value = unwrapped(value)
    if isinstance(value, list):
        return next(filter(None, map(scalar_of, value)), "")
    if isinstance(value, dict):
        return next(
            filter(None, (scalar_of(value[key]) for key in (*_OWN_TEXT, "url", "href", "@id") if key in value)), ""
        )
    return "" if is_nothing(value) or isinstance(value, bool) else str(value).strip()


def day_of(value: Any) -> str:
    """Write the day of an object that has its year, month and day as numbers; empty for all else."""
    parts = [value.get(key) for key in ("year", "month", "day")] if isinstance(value, dict) else []
    written = [str(part) for part in parts if part not in (None, "")]
    if not written or not all(part.isdecimal() and len(part) <= 4 for part in written):
        return ""
    return "-".join([written[0], *(part.zfill(2) for part in written[1:])])


def people_of(value: Any) -> tuple[str, ...]:
    """Return the authors in a value: a byline counts as one, a list gives each of its items; numbers are ignored."""
    return tuple(dict.fromkeys(name for name in _people(unwrapped(value)) if _is_named(name)))


def cleaned(text: str) -> str:
    """Return a text without tags and character references; plain text is left unchanged."""
    if "&" in text and _REFERENCE.search(text) and "</" not in text:
        text = _REFERENCE.sub(lambda found: unescape(found[0]), text)
    return plain(text) if "<" in text else text


def unwrapped(value: Any) -> Any:
    """Take a value out of its wrapper in MongoDB's Extended JSON."""
    while isinstance(value, dict) and len(value) == 1:
        (key,) = value
        if not (isinstance(key, str) and key.startswith("$")) or key == "$t":
            break
        value = value[key]
    return value


def _blocks(value: Any, kind: str = "") -> Iterator[str]:
    """Yield the paragraphs of a value, in order."""
    value = unwrapped(value)
    if isinstance(value, str):
        if not is_nothing(value):
            yield page_text(value) if kind == "html" else cleaned(value)
    elif isinstance(value, list):
        yield from _of_list(value)
    elif isinstance(value, dict):
        yield from _of_object(value)
    elif not (value is None or isinstance(value, bool) or is_nothing(value)):
        yield str(value)


def _of_list(values: list[Any]) -> Iterator[str]:
    objects = [value for value in values if isinstance(value, dict)]
    if len(objects) > 1 and all(any(key in one for key in _ROLES) and _own(one) for one in objects):
        yield max((text_of(_own(one)) for one in _main_first(objects)), key=len)  # forms of one text
    elif objects and len(objects) == len(values) and all(_kind(one) in _INLINE for one in objects):
        yield "".join(_inline(one) for one in objects)
    elif objects and all("insert" in one for one in objects):
        yield from "".join(one["insert"] for one in objects if isinstance(one["insert"], str)).split("\n")
    elif objects and all("sentence" in one for one in objects):
        yield " ".join(line_of(one["sentence"]) for one in objects)
    else:
        for value in values:
            yield from _blocks(value)


def _of_object(value: dict[str, Any]) -> Iterator[str]:
    kind = _kind(value)
    if kind in _NO_TEXT and not (kind in ("image", "images") and ("caption" in value or "fullcaption" in value)):
        return
    yield from (value[key] for key in _HEADINGS if isinstance(value.get(key), str) and value[key].strip())
    if any(isinstance(value.get(key), (list, dict)) for key in _PARTS):
        parts = next(value[key] for key in _PARTS if isinstance(value.get(key), (list, dict)))
        yield from _blocks(parts)
        return
    key = _own_key(value)
    if key:
        yield from _blocks(value[key], "html" if key == "html" else "")
    elif all(isinstance(key, str) and len(key) in (2, 5) and isinstance(value[key], str) for key in value):
        yield from _blocks(next(iter(value.values()), ""))  # one text in several languages


def _own_key(value: dict[str, Any]) -> str:
    return next((key for key in _OWN_TEXT if key in value and not is_nothing(value[key])), "")


def _own(value: dict[str, Any]) -> Any:
    return value.get(_own_key(value))


def _inline(value: dict[str, Any]) -> str:
    if _kind(value) == "hardbreak":
        return "\n"
    own = _own(value)
    if isinstance(own, str):
        return own
    parts: list[Any] = next((value[key] for key in _PARTS if isinstance(value.get(key), list)), [])
    return "".join(_inline(part) for part in parts if isinstance(part, dict))


def _kind(value: dict[str, Any]) -> str:
    found = next((value[key] for key in _KIND if isinstance(value.get(key), str)), "")
    return found.lower()


def _main_first(values: list[Any]) -> list[Any]:
    """Move the object with the main role to the front."""
    return sorted(values, key=lambda one: not (isinstance(one, dict) and str(one.get("role", "")).lower() == "main"))


def _people(value: Any) -> Iterator[str]:
    value = unwrapped(value)
    if isinstance(value, list):
        for one in value:
            yield from _people(one)
    elif isinstance(value, dict):
        yield from _person(value)
    elif isinstance(value, str) and not is_nothing(value):
        listed = _written_list(value)
        if listed is None:
            yield cleaned(value)
        else:
            yield from _people(listed)


def _person(value: dict[str, Any]) -> Iterator[str]:
    folded = {str(key).lower(): one for key, one in value.items()}
    parts = [
        next((one for key in keys if isinstance(one := folded.get(key), str) and one.strip()), "")
        for keys in (_GIVEN, _MIDDLE, _FAMILY)
    ]
    for key in _NAMES:
        if not is_nothing(one := folded.get(key)) and not isinstance(one, (int, float)):
            yield from _people(one)
            return
    if any(parts):
        yield " ".join(filter(None, parts))
        return
    if isinstance(people := folded.get("person") or folded.get("people") or folded.get("authors"), list):
        yield from _people(people)


def _written_list(text: str) -> list[Any] | None:
    """Parse a list that a table's cell holds in JSON or Python notation: ``['Jane Doe', 'John Roe']``."""
    if not (text.startswith("[") and text.endswith("]")) or len(text) > 10_000:
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return found if isinstance(found, list) else None
    return None


def _is_named(name: str) -> bool:
    return any(map(str.isalpha, name))
