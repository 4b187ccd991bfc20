"""How files are sent: with a name, with the byte order mark that spreadsheets look for, and streams in large pieces.

Notes on an answer stand in a header, since a file has no place for them.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

from flask import Response

from searchapp.web.safety import NOTES_HEADER

_CHUNK = 1 << 16  # characters of a stream that are sent at a time
_LONGEST_HEADER = 3_000  # characters: proxies refuse answers whose headers take more than 4 or 8 KB
_NO_ROOM = "There are more notes on this answer than fit in a header: the answer in JSON has all of them."

T = TypeVar("T")


def sent_file(lines: Iterable[str], mimetype: str, name: str) -> Response:
    """Send lines as a file after all of them are made."""
    return attached(Response(_encoded("".join(lines)), mimetype=mimetype), name)


def sent_csv(lines: Iterable[str], name: str) -> Response:
    """Send lines of CSV as a file after all of them are made."""
    return sent_file(marked_csv(lines), "text/csv", name)


def streamed(lines: Iterable[str], mimetype: str, name: str) -> Response:
    """Send lines as a file while they are made."""
    return attached(Response(_chunks(lines), mimetype=mimetype), name)


def marked_csv(lines: Iterable[str]) -> Iterator[str]:
    """Begin CSV with the byte order mark by which a spreadsheet recognizes UTF-8."""
    return chain(["\ufeff"], lines)


def begun(items: Iterator[T]) -> Iterator[T]:
    """Make the first item now, so that an error in the request is found before the answer begins."""
    return chain([*islice(items, 1)], items)


def attached(response: Response, name: str) -> Response:
    """Make browsers save an answer as a file. Only ASCII letters, digits, dots and dashes of its name are sent."""
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "-._") else "-" for char in name)
    response.headers["Content-Disposition"] = f"attachment; filename={safe}"
    return response


def noted(response: Response, notes: Sequence[str]) -> Response:
    """Tell notes in a header, as JSON in ASCII, since a header can contain nothing else."""
    if notes:
        written = json.dumps(notes)
        response.headers[NOTES_HEADER] = written if len(written) <= _LONGEST_HEADER else json.dumps([_NO_ROOM])
    return response


def _chunks(lines: Iterable[str]) -> Iterator[bytes]:
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield _encoded("".join(waiting))
            waiting, size = [], 0
    yield _encoded("".join(waiting))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
