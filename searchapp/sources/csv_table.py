"""CSV: one article a row, the first row names the columns; the separator is found out."""

import csv
import io
from collections.abc import Iterator
from typing import TextIO

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import Draft, Encoding, Remark
from searchapp.sources.lines import sample_encoding
from searchapp.sources.opening import Opened
from searchapp.sources.records import Columns

_SEPARATORS = ",;\t|"


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.csv`` or ``.tsv`` file, one row in memory at a time."""
    csv.field_size_limit(opened.options.article_limit)  # there is but one limit for the process
    with opened.stream() as stream:
        encoding = sample_encoding(stream)
        yield encoding
        head = stream.peek().decode(encoding.name, "replace").partition("\n")[0]
        text = io.TextIOWrapper(stream, encoding.name, "replace", newline="")
        try:
            yield from _drafts(text, max(_SEPARATORS, key=head.count), opened)
        except csv.Error as error:
            raise UnreadableFile(f"It is not CSV: {error}.") from error
        finally:
            text.detach()


def _drafts(text: TextIO, separator: str, opened: Opened) -> Iterator[Draft | Remark]:
    rows, columns = csv.reader(text, delimiter=separator), Columns(opened.options.columns)
    names = [name.strip().lstrip("\ufeff") for name in next(rows, [])]
    last_line = rows.line_num
    for row in rows:
        where = f"line {last_line + 1}"
        last_line = rows.line_num
        if len(row) > len(names):
            yield Remark(where, f"has {len(row)} columns where the first row names {len(names)}", left_out=False)
        if any(row):
            yield columns.draft(dict(zip(names, row, strict=False)), where)
