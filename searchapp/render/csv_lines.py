"""Articles and tables as CSV in which no cell becomes a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from searchapp.article import Article
from searchapp.catalog import FileRecord
from searchapp.render.json_values import COLUMNS, COPY_COLUMNS, copy_values
from searchapp.render.plain_text import plain

# The signs that start a formula in a cell. In many countries semicolons or tabs separate cells, so a cell may also
# begin after each of these, even within quotes.
_FORMULA = re.compile(r"^(?=\s*[=+\-@＝＋－＠]|[\t\n])|(?<=[;\t\r\n])(?= *(?:[=@＝＠]|[+\-＋－]\S))")


_FILE_COLUMNS = (
    *("path", "status", "reason", "size", "encoding", "confidence", "articles", "duplicates"),
    *("left_out", "remark_count", "seen", "duplicate_of"),
)


def csv_lines(articles: Iterable[Article]) -> Iterator[str]:
    """Write articles as CSV with a heading; the authors are in one cell, separated by semicolons."""
    rows = (
        [*(getattr(article, column) for column in COLUMNS), "; ".join(article.authors), *copy_values(article).values()]
        for article in articles
    )
    return table_lines((*COLUMNS, "authors", *COPY_COLUMNS), rows)


def file_lines(records: Iterable[FileRecord]) -> Iterator[str]:
    """Write the status of files as CSV with a heading; remarks are in one cell, separated by semicolons."""
    rows = (
        [
            *(value if (value := getattr(record, column)) is not None else "" for column in _FILE_COLUMNS),
            "; ".join(f"{one.where}: {one.reason}".removeprefix(": ") for one in record.remarks),
        ]
        for record in records
    )
    return table_lines((*_FILE_COLUMNS, "remarks"), rows)


def table_lines(heading: Sequence[str], rows: Iterable[Sequence[str | float]]) -> Iterator[str]:
    """Write a table as CSV with a heading. A cell that would be a formula gets a leading apostrophe."""
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    writer.writerow(heading)
    for row in rows:
        yield lines.pop()
        writer.writerow([_cell(value) if isinstance(value, str) else value for value in row])
    yield lines.pop()


class _Lines:
    """Takes the lines that a csv.writer writes."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _cell(value: str) -> str:
    return _FORMULA.sub("'", plain(value))
