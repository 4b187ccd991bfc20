"""Markdown: fields from the front matter, if there is any; the rest is the text."""

import re
from collections.abc import Iterator
from dataclasses import replace

from searchapp.sentences import recorded
from searchapp.sources import plain_text
from searchapp.sources.drafts import Draft, Encoding, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.front_matter import front_matter
from searchapp.sources.opening import Opened
from searchapp.sources.records import Columns

_HEADING = re.compile(r"\s*#\s+(\S[^\n]*)(?:\n|$)")
_UNDERLINED = re.compile(r"\s*(\S[^\n]*)\n=+[ \t]*(?:\n|$)")
_TITLES = ("title", "headline")
_TITLE_LINE = re.compile(r"^title:[ \t]*[\"']?(\S[^\n]{0,300}?)[\"']?[ \t]*$", re.M | re.I)
_HEAD = 2_000  # characters in which the title of a head that cannot be parsed is looked for


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.md`` file as one article."""
    text, encoding = decode(opened.article())
    yield encoding
    record, rest, remark = front_matter(text.replace("\r\n", "\n").replace("\r", "\n"))
    if remark:
        yield Remark("", remark, left_out=False)
    columns = Columns(opened.options.columns)
    said = columns.draft({**record, "body": rest}, recorded("front matter")) if record else None
    said = said if isinstance(said, Draft) else Draft()
    if remark and (line := _TITLE_LINE.search(rest[:_HEAD])):
        said = replace(said, title=line[1])
    if not said.title and (heading := _HEADING.match(rest) or _UNDERLINED.match(rest)):
        yield replace(said, title=heading[1].rstrip(" \t#"), body=rest[heading.end() :])
    elif not said.title:
        yield _by_lines(said, rest)
    else:
        yield replace(said, body=rest)


def _by_lines(said: Draft, text: str) -> Draft:
    """Take the title, and the fields that the front matter lacks, from the first lines of the text."""
    found = plain_text.draft(text)
    return replace(
        said,
        title=found.title,
        body=found.body,
        byline=said.byline or found.byline,
        date=said.date or found.date,
    )
