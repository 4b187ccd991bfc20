"""JSON: one article, or a list of them, at the top or under a name."""

import json
from collections.abc import Iterator
from typing import Any

from searchapp.errors import UnreadableFile
from searchapp.sources import json_lines
from searchapp.sources.drafts import Draft, Encoding, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.opening import Opened
from searchapp.sources.records import Columns


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.json`` file; one that holds an article a line is read as JSON Lines."""
    text, encoding = decode(opened.document())
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise UnreadableFile("It is nested too deep to be articles.") from error
    except ValueError as error:
        if _is_lines(text):
            yield from json_lines.read(opened)
            return
        raise UnreadableFile(f"It is not JSON: {error}.") from error
    yield encoding
    columns = Columns(opened.options.columns)
    for number, record in enumerate(_records(found), start=1):
        yield columns.draft(record, f"record {number}")


def _is_lines(text: str) -> bool:
    first = next(filter(str.strip, text.splitlines()), "")
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _records(found: Any) -> list[Any]:
    """Find the articles: the list itself, the one list of objects in an object, or the object."""
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        if len(lists) == 1 and not any(name in found for name in ("title", "headline", "body", "text", "content")):
            return lists[0]
    return [found]
