"""JSON: articles at any depth, several values one after another, and what is left of a truncated file."""

import json
import re
from collections.abc import Iterator
from typing import Any

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources.columns import assign
from searchapp.sources.drafts import Draft, Encoding, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.opening import Opened
from searchapp.sources.records import Columns

_BETWEEN = re.compile(r"[\s,\x1e]*")  # between values: white space, commas, the record separator of RFC 7464
_LIST = re.compile(r"\[\s*(?=\{)")


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.json`` file: one value, or several one after another."""
    text, encoding = decode(opened.document())
    yield encoding
    columns = Columns(opened.options.columns)
    try:
        yield from columns.drafts(_as_records(json.loads(text)), "")
    except RecursionError as error:
        raise UnreadableFile("It is nested too deeply to be articles.") from error
    except ValueError as error:
        yield from _in_parts(text, columns, error)
    yield from columns.remarks()


def _as_records(value: Any) -> Any:
    """Turn a table written column by column, as pandas does, or row by row, into records; return all else unchanged."""
    if isinstance(value, list) and len(value) > 1 and all(isinstance(row, list) for row in value):
        head = tuple(map(str, value[0]))
        found = assign(head, {})
        is_head = found["title"] and (found["body"] or found["lead"])
        return [dict(zip(head, row, strict=False)) for row in value[1:]] if is_head else value
    if not isinstance(value, dict) or len(value) < 2:
        return value
    names, rows = value.get("columns"), value.get("data")
    if isinstance(names, list) and isinstance(rows, list) and all(isinstance(row, list) for row in rows):
        return [dict(zip(map(str, names), row, strict=False)) for row in rows]
    columns = [*value.values()]
    if all(isinstance(column, dict) and column and _is_column(column) for column in columns):
        places = dict.fromkeys(place for column in columns for place in column)
        return [{name: column.get(place) for name, column in value.items()} for place in places]
    return value


def _is_column(values: dict[str, Any]) -> bool:
    """Tell whether all keys of an object are row numbers."""
    return all(place.isdigit() and not isinstance(value, dict) for place, value in values.items())


def _in_parts(text: str, columns: Columns, fault: ValueError) -> Iterator[Draft | Remark]:
    """Read as much as possible of a text that is not one JSON value."""
    start = _BETWEEN.match(text)
    place = start.end() if start else 0
    values, fault_at = _values(text, place)
    first = next(values, None)
    if first is None and (inner := _LIST.search(text)):
        values, fault_at = _values(text, inner.end())
        first = next(values, None)
    if not isinstance(first, (dict, list)):
        raise UnreadableFile(recorded("It is not JSON: {fault}.", fault=str(fault))) from fault
    number = 0
    for number, value in enumerate(_chain(first, values), start=1):
        yield from columns.drafts(value, recorded("record {number}", number=number))
    if fault_at:
        yield Remark(
            recorded("after record {number}", number=number),
            recorded("is not JSON and was not read: {fault}", fault=fault_at[0]),
        )


def _values(text: str, place: int) -> tuple[Iterator[Any], list[str]]:
    """Return the values from a place on, and a list that will hold the fault after the last of them, if any."""
    decoder, faults = json.JSONDecoder(), list[str]()

    def values() -> Iterator[Any]:
        at = place
        while at < len(text):
            try:
                value, at = decoder.raw_decode(text, at)
            except (ValueError, RecursionError) as fault:
                if text[at:].strip(" \t\r\n]}"):
                    faults.append(str(fault))
                return
            yield value
            between = _BETWEEN.match(text, at)
            at = between.end() if between else at

    return values(), faults


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest
