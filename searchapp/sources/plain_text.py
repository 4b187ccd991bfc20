"""Plain text: the first line with a letter or digit is the title, a line ``By …`` below it the byline.

A text may also begin with lines ``Title: …``, ``Author: …``, ``Date: …``.
"""

import re
from collections.abc import Iterator

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources import bylines, dates, press
from searchapp.sources.drafts import MEGABYTE, Draft, Encoding, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.front_matter import plain_head
from searchapp.sources.opening import TOO_LARGE, Opened
from searchapp.sources.records import Columns
from searchapp.sources.wrapping import with_glued_lines, with_whole_words

_LINE_END = re.compile("\r\n?|\n")
_HEAD = re.compile(r"(?:--[ \t]+\S[^\n]*(?:\n|$)){2,8}")  # of raw wire stories: every line begins with two hyphens
_SHORT = 60  # the most characters of a line that may be a date
_RULES = re.compile(r"\A(?:[^\w\n]*\n)+")  # lines without a letter or digit
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
        raise UnreadableFile(recorded(TOO_LARGE, limit=f"{limit / MEGABYTE:g}"))
    text = with_glued_lines(with_whole_words(text))
    record, rest = plain_head(text)
    yield Columns(opened.options.columns).draft({**record, "body": rest}, "head") if record else draft(text)


def draft(text: str) -> Draft:
    """Split a text into title, byline and body; a date on a line of its own after them is its date."""
    if head := _HEAD.match(text.lstrip("\ufeff\r\n ")):
        return _of_head(head[0], text.lstrip("\ufeff\r\n ")[head.end() :])
    title, rest = _first_line(text)
    line, after = _first_line(rest)
    byline, body = (line, after) if bylines.is_byline(line) else ("", rest)
    line, _ = _first_line(body)
    return Draft(title=title, byline=byline, body=body, date=line if dates.is_date_line(line) else "")


def _of_head(head: str, body: str) -> Draft:
    """Read a head of lines ``-- …``: the title, then the byline, the date and the source in any order."""
    title, *others = (line.removeprefix("--").strip() for line in head.splitlines() if line.strip())
    fields = {"byline": "", "date": "", "url": ""}
    text = []
    for line in others:
        is_address = line.startswith(("http://", "https://"))
        is_date = not is_address and (dates.is_date_line(line) or (len(line) < _SHORT and bool(dates.read(line))))
        field = "url" if is_address else "date" if is_date else "byline" if bylines.is_byline(line) else ""
        if field and not fields[field]:
            fields[field] = line
        else:
            text.append(line)
    body = "\n\n".join([*text, body])
    return Draft(title=title, byline=fields["byline"], body=body, date=fields["date"], url=fields["url"])


def _first_line(text: str) -> tuple[str, str]:
    """Split off the first line that is more than a rule of hyphens or the like."""
    first, *rest = _LINE_END.split(_RULES.sub("", text, count=1).lstrip() or text.lstrip(), maxsplit=1)
    return first.strip(), "".join(rest)
