"""Plain text: the first line that is not empty is the title, a line ``By …`` after it the byline, the rest the body."""

import re
from collections.abc import Iterator

from searchapp.errors import UnreadableFile
from searchapp.sources import bylines, dates, press
from searchapp.sources.drafts import MEGABYTE, Draft, Encoding, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.opening import Opened
from searchapp.sources.wrapping import with_glued_lines, with_whole_words

_LINE_END = re.compile("\r\n?|\n")
_BLOCK_END = re.compile(r"\n[ \t]*\n")


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.txt`` file as one article, or as those of a download from a press archive."""
    data = opened.document()
    text, encoding = decode(data)
    yield encoding
    text = _LINE_END.sub("\n", text)
    if press.may_be(text):
        found = press.split(_BLOCK_END.split(with_whole_words(text)))
        yield from found.remarks
        yield from found.drafts
        if found.drafts:
            return
    if len(data) > (limit := opened.options.article_limit):
        raise UnreadableFile(f"It is too large for an article: more than {limit / MEGABYTE:g} MB.")
    yield draft(with_glued_lines(with_whole_words(text)))


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
