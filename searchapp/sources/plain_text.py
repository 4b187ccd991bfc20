"""Plain text: the first line that is not empty is the title, a line ``By …`` after it the byline, the rest the body."""

import re
from collections.abc import Iterator

from searchapp.sources import bylines, dates
from searchapp.sources.drafts import Draft, Encoding
from searchapp.sources.encodings import decode
from searchapp.sources.opening import Opened

_LINE_END = re.compile("\r\n?|\n")


def read(opened: Opened) -> Iterator[Draft | Encoding]:
    """Read a ``.txt`` file as one article."""
    text, encoding = decode(opened.article())
    yield encoding
    yield draft(text)


def draft(text: str) -> Draft:
    """Divide a text into title, byline and body; a line of its own that is a date after them dates it."""
    title, rest = _first_line(text)
    line, after = _first_line(rest)
    byline, body = (line, after) if bylines.is_byline(line) else ("", rest)
    line, _ = _first_line(body)
    return Draft(title=title, byline=byline, body=body, date=line if len(line) < 60 and dates.read(line) else "")


def _first_line(text: str) -> tuple[str, str]:
    first, *rest = _LINE_END.split(text.lstrip(), maxsplit=1)
    return first.strip(), "".join(rest)
