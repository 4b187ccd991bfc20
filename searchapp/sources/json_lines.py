"""JSON Lines: one article per line. A line that is not an article gets a remark, and the others are read.

A file whose first value takes several lines is read as JSON.
"""

import json
from collections.abc import Iterator
from contextlib import closing

from searchapp.sentences import recorded
from searchapp.sources import json_document
from searchapp.sources.drafts import MEGABYTE, Draft, Encoding, Remark
from searchapp.sources.lines import encoding_of, read_lines
from searchapp.sources.opening import Opened
from searchapp.sources.records import Columns

_AROUND = " \t\r\n\x1e"  # around a line: white space, the record separator of RFC 7464


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.jsonl`` file, one line in memory at a time."""
    columns = Columns(opened.options.columns)
    limit = opened.options.article_limit
    encoding = encoding_of(opened)
    if _goes_on(opened, encoding):
        yield from json_document.read(opened)
        return
    yield encoding
    with opened.stream() as stream:
        for number, line in enumerate(read_lines(stream, encoding, limit), start=1):
            if line is None:
                yield Remark(_line(number), recorded("is longer than {limit} MB", limit=f"{limit / MEGABYTE:g}"))
            elif line := line.strip(_AROUND):
                yield from _drafts(line, _line(number), columns)
        yield from columns.remarks()


def _line(number: int) -> str:
    return recorded("line {number}", number=number)


def _goes_on(opened: Opened, encoding: Encoding) -> bool:
    """Tell whether the first value is not over at the end of its line."""
    limit = opened.options.article_limit
    with opened.stream() as stream, closing(read_lines(stream, encoding, limit)) as lines:
        first = next(filter(None, (line.strip(_AROUND) for line in lines if line is not None)), "")
    try:
        json.loads(first)
    except json.JSONDecodeError as fault:
        return first[:1] in ("{", "[") and fault.pos >= len(first)
    except (ValueError, RecursionError):
        return False
    return False


def _drafts(line: str, where: str, columns: Columns) -> Iterator[Draft | Remark]:
    try:
        record = json.loads(line)
    except ValueError as error:
        yield Remark(where, recorded("is not JSON: {fault}", fault=str(error)))
    except RecursionError:
        yield Remark(where, "is not an article: it is nested too deeply")
    else:
        yield from columns.drafts(record, where)
