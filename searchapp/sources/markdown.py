"""Markdown: fields from front matter where there is some (``---`` lines around ``name: value``), the rest the text."""

import re
from collections.abc import Iterator
from typing import Any

from searchapp.sources import plain_text
from searchapp.sources.drafts import Draft, Encoding, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.opening import Opened
from searchapp.sources.records import Columns

_FENCES = {"---": ":", "+++": "="}  # YAML and TOML: of either only names with a text or a list of texts
_HEADING = re.compile(r"\s*#\s+(\S.*?)\s*#*\s*(?:\n|$)")
_UNDERLINED = re.compile(r"\s*(\S.*)\n=+\s*(?:\n|$)")


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.md`` file as one article."""
    text, encoding = decode(opened.article())
    yield encoding
    record, rest = _front_matter(text.replace("\r\n", "\n").replace("\r", "\n"))
    if heading := _HEADING.match(rest) or _UNDERLINED.match(rest):
        record.setdefault("title", heading[1])
        rest = rest[heading.end() :]
    if "title" not in record:
        yield plain_text.draft(rest)
    else:
        yield Columns(opened.options.columns).draft({**record, "body": rest}, "front matter")


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Divide a text into the record at its head and what follows; without a closing fence all of it is text."""
    first, _, rest = text.lstrip("\n").partition("\n")
    fence = first.rstrip()
    head, closing, body = f"\n{rest}".partition(f"\n{fence}\n")
    if fence not in _FENCES or not closing:
        return {}, text
    return _record(head.splitlines(), _FENCES[fence]), body


def _record(lines: list[str], sign: str) -> dict[str, Any]:
    record: dict[str, Any] = {}
    name = ""
    for line in lines:
        item = line.strip()
        if item.startswith("- ") and name:
            listed = record[name] if isinstance(record[name], list) else []
            record[name] = [*listed, _unquote(item[2:])]
        elif line[:1] not in (" ", "\t", "#", "") and sign in line:
            name, _, value = (part.strip() for part in line.partition(sign))
            name = name.lower()
            record[name] = [_unquote(part) for part in value[1:-1].split(",")] if value[:1] == "[" else _unquote(value)
    return record


def _unquote(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
