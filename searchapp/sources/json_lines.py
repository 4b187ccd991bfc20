"""JSON Lines: one article per line. A line that is not an article gets a remark, and the others are read."""

import json
from collections.abc import Iterator

from searchapp.sources.drafts import MEGABYTE, Draft, Encoding, Remark
from searchapp.sources.lines import encoding_of, read_lines
from searchapp.sources.opening import Opened
from searchapp.sources.records import Columns


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.jsonl`` file, one line in memory at a time."""
    columns = Columns(opened.options.columns)
    limit = opened.options.article_limit
    encoding = encoding_of(opened)
    yield encoding
    with opened.stream() as stream:
        for number, line in enumerate(read_lines(stream, encoding, limit), start=1):
            if line is None:
                yield Remark(f"line {number}", f"is longer than {limit / MEGABYTE:g} MB")
            elif line and not line.isspace():
                yield from _drafts(line, f"line {number}", columns)
        yield from columns.remarks()


def _drafts(line: str, where: str, columns: Columns) -> Iterator[Draft | Remark]:
    try:
        record = json.loads(line)
    except ValueError as error:
        yield Remark(where, f"is not JSON: {error}")
    except RecursionError:
        yield Remark(where, "is not an article: it is nested too deeply")
    else:
        yield from columns.drafts(record, where)
