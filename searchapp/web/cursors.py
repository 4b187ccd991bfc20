"""Cursors: where a page of an answer ends, as a text that clients send back without having to understand it."""

import base64
import binascii
import json
from typing import NamedTuple

from searchapp.errors import BadRequest


class Cursor(NamedTuple):
    """The next page to read, of pages of one size, in one commit of the index."""

    version: str
    page: int
    size: int


def write_cursor(cursor: Cursor) -> str:
    """Write a cursor."""
    return base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode().rstrip("=")


def read_cursor(text: str, version: str) -> Cursor:
    """Read a cursor that was written for this version of the index.

    Raises:
        BadRequest: it is not one of ours, or from another commit, in which the hits stood elsewhere.
    """
    try:
        values = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        written, page, size = values
    except (binascii.Error, UnicodeError, ValueError, TypeError, RecursionError) as error:
        raise BadRequest("The cursor is not from this server. Ask again without it.") from error
    if not (isinstance(written, str) and type(page) is int and type(size) is int and 1 < page < 10**9):
        raise BadRequest("The cursor is not from this server. Ask again without it.")
    if written != version:
        raise BadRequest("The index has changed since this cursor was made. Ask again without it.")
    return Cursor(written, page, size)
