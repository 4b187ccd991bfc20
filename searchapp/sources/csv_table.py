"""CSV: one article per row; the separator, the header row, if there is one, and any lines above it are detected.

A quotation mark that is never closed would swallow the rows after it; they are read all the same, with a remark.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from searchapp.sentences import marked, recorded
from searchapp.sources.columns import assign
from searchapp.sources.drafts import MEGABYTE, Draft, Encoding, Remark
from searchapp.sources.lines import encoding_of, physical_lines
from searchapp.sources.opening import Opened
from searchapp.sources.records import Columns
from searchapp.sources.unnamed_columns import column_names

_SEPARATORS = ",;\t|"
_HEAD_ROWS = 20  # the header row is searched for among these
_ROWS_WITHIN = 3  # a row of at least so many lines may have swallowed other rows
_MOST = 0.8  # share of these lines that have as many columns as the table
_SHOWN = 80
_TOO_MANY = marked("has {number} columns, but the first row names {total}: the rest is part of its text")
_NO_NAMES = marked("names no columns: the table is read as {columns}")


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read a ``.csv`` or ``.tsv`` file, one row in memory at a time."""
    csv.field_size_limit(opened.options.article_limit)  # the csv module has one limit for the whole process
    encoding = encoding_of(opened)
    yield encoding
    with opened.stream() as stream:
        lines = _Lines(physical_lines(stream, encoding, opened.options.article_limit))
        head = lines.ahead(_HEAD_ROWS)
        separator = _named_separator(head)
        if separator:
            lines.skip(1)
            head = head[1:]
        separator = separator or _separator(head, opened)
        rows = [*csv.reader(head, delimiter=separator)]
        header = _header(rows, opened)
        told = [] if opened.options.columns else column_names(rows, header)
        if told:
            yield Remark(_line(1), recorded(_NO_NAMES, columns=", ".join(told)), left_out=False)
        yield from _rows(lines, separator, 0 if told else header, told, opened)


def _rows(lines: "_Lines", separator: str, header: int, told: list[str], opened: Opened) -> Iterator[Draft | Remark]:
    """Read the rows below the header; if there is none, `told` has the names of the columns."""
    columns = Columns(opened.options.columns)
    rows = csv.reader(lines, delimiter=separator)
    for _ in range(header):
        above = separator.join(next(rows, [])).strip()
        if above:
            yield Remark(
                _line(lines.number), recorded("is above the table: {text}", text=repr(above[:_SHOWN])), left_out=False
            )
    names = told or _unique([name.strip().lstrip("\ufeff") for name in next(rows, [])])
    while True:
        lines.begin()
        where = _line(lines.number + 1)
        try:
            row = next(rows, None)
        except csv.Error as fault:
            yield Remark(where, recorded("is not read as it is: {fault}", fault=str(fault)), left_out=False)
            row = lines.take_back(separator)
        if row is None:
            break
        if lines.holds_rows(separator, len(names), len(row)):
            yield Remark(where, "a quotation mark is not closed: the lines after it are read as rows", left_out=False)
            row = lines.take_back(separator)
        elif lines.is_unclosed():
            yield Remark(where, "a quotation mark is not closed: the rest of the file is in this row", left_out=False)
        if lines.too_long:
            limit = f"{opened.options.article_limit / MEGABYTE:g}"
            yield Remark(where, recorded("contains a line longer than {limit} MB, which is not read", limit=limit))
        if len(row) > len(names):
            yield Remark(where, recorded(_TOO_MANY, number=len(row), total=len(names)), left_out=False)
        if any(row):
            yield _with_rest(columns.draft(dict(zip(names, row, strict=False)), where), row, len(names), separator)
    yield from columns.remarks()


def _with_rest(draft: Draft | Remark, row: list[str], columns: int, separator: str) -> Draft | Remark:
    """Add to a text what a row has beyond the columns; behind the last one it was divided by a sign of its own."""
    rest = separator.join(row[columns:]).rstrip(f"{separator} ")  # spreadsheets write separators behind the last value
    if not rest.strip() or isinstance(draft, Remark):
        return draft
    is_divided = bool(draft.body) and draft.body.endswith(row[columns - 1].strip())
    joint = separator if is_divided else "\n\n"
    return replace(draft, body=f"{draft.body}{joint}{rest}" if draft.body else rest.strip())


def _line(number: int) -> str:
    return recorded("line {number}", number=number)


class _Lines:
    """The lines of a table; the lines of the current row can be inspected, and put back."""

    def __init__(self, lines: Iterator[str | None]) -> None:
        self._lines = lines
        self._waiting: deque[str | None] = deque()
        self._row: list[str] = []
        self.number = 0
        self.too_long = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.number += 1
        self.too_long = self.too_long or line is None
        self._row.append(line or "\n")
        return line or "\n"

    def ahead(self, number: int) -> list[str]:
        """Return the next lines without consuming them."""
        while len(self._waiting) < number and (line := next(self._lines, "")) != "":
            self._waiting.append(line)
        return [line or "" for line in self._waiting]

    def skip(self, number: int) -> None:
        """Skip lines."""
        for _ in range(number):
            next(self)

    def begin(self) -> None:
        """Begin a row."""
        self._row, self.too_long = [], False

    def take_back(self, separator: str) -> list[str]:
        """Return the row in the first line alone, whatever its quotation marks; the other lines are read again."""
        first, *others = self._row or [""]
        self._waiting.extendleft(reversed(others))
        self.number -= len(others)
        row = next(csv.reader([first], delimiter=separator, quoting=csv.QUOTE_NONE), [])
        return [value.strip('"') for value in row]

    def is_unclosed(self) -> bool:
        """Tell whether the file has ended within quotation marks."""
        if len(self._row) < 2 or self.ahead(1):
            return False
        return "".join(self._row).count('"') % 2 == 1

    def _is_malformed(self, separator: str) -> bool:
        """Tell whether text follows a closing quotation mark, which then was meant to open."""
        try:
            list(csv.reader(self._row, delimiter=separator, strict=True))
        except csv.Error:
            return True
        return False

    def holds_rows(self, separator: str, columns: int, read: int) -> bool:
        """Tell whether a row, read as `read` values, has swallowed others: most of its lines have all columns."""
        others = self._row[1:]
        rows = csv.reader(others, delimiter=separator)
        if others and (read > columns or self._is_malformed(separator)) and all(len(row) == columns for row in rows):
            return True
        if self.is_unclosed() and columns > 1 and all(line.count(separator) == columns - 1 for line in others):
            return True
        if len(others) < _ROWS_WITHIN or columns < 2:
            return False
        alike = sum(line.count(separator) == columns - 1 for line in others[:-1])
        return alike >= _MOST * (len(others) - 1)


def _named_separator(head: list[str]) -> str:
    """Return the separator named by a first line such as ``sep=;``, which Excel writes."""
    first = head[0].lstrip("\ufeff").strip("\r\n") if head else ""
    return first[4] if first[:4].lower() == "sep=" and len(first) == 5 else ""


def _separator(head: list[str], opened: Opened) -> str:
    """Return the separator with which one of the first rows names an article's fields.

    If there is no such row, it is the one that gives all rows as many columns, or the commonest.
    """
    first = next(filter(str.strip, head), "")

    def fitness(separator: str) -> tuple[int, bool, int]:
        rows = [*csv.reader(head, delimiter=separator)]
        widths = {len(row) for row in rows if row}
        return (
            max((_named(row, opened) for row in rows), default=0),
            len(widths) == 1 and widths != {1},
            first.count(separator),
        )

    return max(_SEPARATORS, key=fitness)


def _header(rows: list[list[str]], opened: Opened) -> int:
    """Return the index of the header row: the first of the rows that name the most fields."""
    named = [_named(row, opened) for row in rows]
    most = max(named, default=0)
    return named.index(most) if most > 1 else 0


def _named(row: list[str], opened: Opened) -> int:
    """Count the fields that a row names; 0 unless a title or a text is among them."""
    names = tuple(dict.fromkeys(name.strip().lstrip("\ufeff") for name in row if len(name) < _SHOWN))
    found = assign(names, {})
    given = sum(column in names for column in opened.options.columns.values())
    has_article = given or found["title"] or found["body"] or found["lead"]
    return given + sum(bool(columns) for columns in found.values()) if has_article else 0


def _unique(names: list[str]) -> list[str]:
    """Number repeated names, so that neither column hides the other."""
    count: dict[str, int] = {}
    unique = []
    for name in names:
        count[name] = count.get(name, 0) + 1
        unique.append(name if count[name] == 1 else f"{name} {count[name]}")
    return unique
