"""The front matter of a text: YAML, TOML or JSON, lines ``Name: value``, or pandoc's title block (``%``)."""

import json
import re
import tomllib
from typing import Any

import yaml

from searchapp.sentences import marked, recorded
from searchapp.sources.columns import assign

_YAML_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M)
_TOML_END = re.compile(r"^\+\+\+[ \t]*$", re.M)
_PLAIN = re.compile(r"([A-Za-z][A-Za-z _-]{0,30}):[ \t]+(\S.*)$", re.M)
_FEWEST = 2  # lines in a plain head, and known fields among them
_PERCENT = ("title", "author", "date")
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_UNREADABLE = marked("the front matter cannot be read, and is part of the text: {fault}")


class _Texts(yaml.BaseLoader):
    """Reads all values as they are written, and refuses aliases, which can make a small head grow without limit."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("a reference")
        return super().compose_node(parent, index)


def front_matter(text: str) -> tuple[dict[str, Any], str, str]:
    """Split a text into its front matter, the rest, and a fault: a head that cannot be parsed stays in the text."""
    start = text.lstrip("\n")
    first, _, rest = start.partition("\n")
    try:
        if first.rstrip() == "---" and (end := _YAML_END.search(rest)) and end.start():
            return _record(_yaml(rest[: end.start()])), rest[end.end() :], ""
        if first.rstrip() == "+++" and (end := _TOML_END.search(rest)):
            return _record(tomllib.loads(rest[: end.start()])), rest[end.end() :], ""
        if first.rstrip() == "{":
            found, length = json.JSONDecoder().raw_decode(start)
            return _record(found), start[length:], ""
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as fault:
        return {}, text, recorded(_UNREADABLE, fault=_first_line(fault))
    if first.startswith("% "):
        return _percent(start)
    return (*plain_head(text), "")


def _yaml(text: str) -> Any:
    return yaml.load(text, _Texts)  # noqa: S506 - a loader of texts alone


def _record(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ValueError("it is not a mapping of names to values")
    return {str(name): _unlinked(value) for name, value in found.items()}


def _unlinked(value: Any) -> Any:
    """Take the names out of wiki links (``[[Jane Doe]]``), which YAML parses as a list in a list."""
    if isinstance(value, str):
        return _LINK.sub(r"\1", value)
    if isinstance(value, list):
        return [_unlinked(one) for one in value]
    if isinstance(value, dict):
        return {name: _unlinked(one) for name, one in value.items()}
    return value if isinstance(value, (int, float, bool)) else str(value)  # a date in TOML


def _percent(text: str) -> tuple[dict[str, Any], str, str]:
    """Read pandoc's title block: title, authors separated by semicolons, date."""
    lines = text.split("\n")
    count = next((number for number, line in enumerate(lines) if not line.startswith(("% ", "%\n"))), len(lines))
    values = [line[1:].strip() for line in lines[: min(count, len(_PERCENT))]]
    record: dict[str, Any] = dict(zip(_PERCENT, values, strict=False))
    record["author"] = [name.strip() for name in record.get("author", "").split(";") if name.strip()]
    return record, "\n".join(lines[len(values) :]), ""


def plain_head(text: str) -> tuple[dict[str, Any], str]:
    """Split a text into its head of lines ``Name: value``, two of which name fields, and the rest."""
    head, _, rest = text.lstrip("\n").partition("\n\n")
    if not _PLAIN.match(head):
        return {}, text
    found = [_PLAIN.match(line) for line in head.split("\n")]
    record = {one[1].strip(): one[2].strip() for one in found if one}
    columns = assign(tuple(record), {})
    known = {name for field in ("title", "byline", "date", "url", "source", "language") for name in columns[field]}
    is_head = len(record) == len(found) >= _FEWEST and len(known) >= _FEWEST and bool(columns["title"])
    return (record, rest) if is_head else ({}, text)


def _first_line(fault: Exception) -> str:
    return str(fault).partition("\n")[0]
