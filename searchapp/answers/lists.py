"""Count a list of queries: a row for each, and which of them are found in the same articles."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from searchapp.answers.library import Library
from searchapp.answers.list_mentions import AskedLine, mentions_of_each
from searchapp.answers.notes import notes_of
from searchapp.answers.request import Authors, FilterName, Request, read
from searchapp.catalog import Coverage
from searchapp.engines import Ask, Budget, Hits
from searchapp.errors import BadRequest
from searchapp.query import Query, parse
from searchapp.query.tree import Nothing
from searchapp.sentences import sentence

MOST_LINES = 10_000
MOST_TOGETHER = 1_000  # rows that are compared with one another, in a table of a million cells
_TOO_LONG = sentence("A list can have up to {most} lines; this and all after it were left out.", most=MOST_LINES)
_EMPTY = sentence("No line of this list can be searched for. Write a name, or a query, on each line.")
_NOTHING = sentence("This line contains nothing to search for.")
_NO_TIME = sentence("There was not enough time to count this line.")
_MENTIONS_CUT = sentence(
    "There was not enough time to read all articles, so there may be more mentions than were counted."
)
_ARTICLES_AT_ONCE = 4_096  # columns of the table of rows by articles


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list that can be searched for: its number, counted from 1, its label and its query."""

    number: int
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of a list that was left out or needs attention, and why."""

    number: int
    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class QueryList:
    """The lines of a list."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ListRow:
    """What one line of a list finds, with the earliest and the latest known date; `sources` are most first."""

    entry: Entry
    query: Query
    articles: int
    mentions: int
    first_day: str
    last_day: str
    sources: tuple[tuple[str, int], ...]

    @property
    def top_source(self) -> str:
        """The source of most of the articles; "" if none is known."""
        return self.sources[0][0] if self.sources else ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows, by their places in the table, that are found in the same `articles`."""

    first: int
    second: int
    articles: int


@dataclass(frozen=True, slots=True)
class ListTable:
    """The rows of a list in its order, the pairs that occur together, most first, and the problems of lines."""

    rows: tuple[ListRow, ...]
    together: tuple[Pair, ...]
    problems: tuple[Problem, ...]
    filters: tuple[tuple[FilterName, str], ...]
    articles: int
    coverage: Coverage
    notes: tuple[str, ...] = ()
    is_partial: bool = False

    @property
    def not_found(self) -> tuple[ListRow, ...]:
        """The rows that find nothing."""
        return tuple(row for row in self.rows if not row.articles)


def read_list(text: str, *, is_csv: bool = False, are_names: bool = False) -> QueryList:
    """Read a list: one query per line, or a label, a tab and a query; lines that begin with ``#`` are comments.

    In CSV, the first column is the query; if there are two, the first is the label and the second the query. With
    `are_names`, each query is an exact phrase. Nothing raises: an invalid line is a `Problem`.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, cells in _csv_lines(text) if is_csv else _lines(text):
        label, words = (cells[0], cells[1]) if len(cells) > 1 and cells[1] else (cells[0], cells[0])
        if len(entries) == MOST_LINES:
            problems.append(Problem(number, label, _TOO_LONG))
            break
        entry = Entry(number, label, _exactly(words) if are_names else words)
        query = parse(entry.words)
        if isinstance(query.tree, Nothing) or not words.strip():
            problems.append(Problem(number, label, _NOTHING))
            continue
        problems += [Problem(number, label, note) for note in query.notes]
        entries.append(entry)
    return QueryList(tuple(entries), tuple(problems))


def _exactly(name: str) -> str:
    """Write a name as an exact phrase, whatever quotation marks are in it."""
    return f'"{" ".join(name.replace(chr(34), " ").split())}"'


def written(listed: QueryList) -> str:
    """Write a list as lines that `read_list` reads: a query, or a label, a tab and a query."""
    cells = (dict.fromkeys((" ".join(one.label.split()), " ".join(one.words.split()))) for one in listed.entries)
    return "\n".join(map("\t".join, cells))


def count_list(
    library: Library,
    listed: QueryList,
    filters: tuple[tuple[FilterName, str], ...] = (),
    authors: Authors = "any",
    seconds: float = float("inf"),
) -> ListTable:
    """Count what each line of a list finds, with the same filters for all.

    The table is exact, unless `seconds` are over before: then uncounted lines are problems, and a note says that there
    may be more mentions.

    Raises:
        BadRequest: the list has no valid line, or a filter has no such value.
    """
    if not listed.entries:
        raise BadRequest(_EMPTY)
    budget = Budget.of(seconds)
    found = [*_asked(library, listed.entries, Request("", filters, authors=authors), budget)]
    rows, ids = [row for row, _, _ in found], [asked.ids for _, asked, _ in found]
    told = [problem for _, _, problems in found for problem in problems]
    cut = [Problem(entry.number, entry.label, _NO_TIME) for entry in listed.entries[len(rows) :]]
    mentions, is_whole = mentions_of_each(library, [asked for _, asked, _ in found], budget)
    return ListTable(
        rows=tuple(replace(row, mentions=mentions[place]) for place, row in enumerate(rows)),
        together=tuple(_together(ids)),
        problems=(*listed.problems, *told, *cut),
        filters=filters,
        articles=len(set().union(*ids)) if ids else 0,
        coverage=library.catalog.coverage(),
        notes=tuple(_notes(len(rows), is_whole=is_whole)),
        is_partial=bool(cut) or not is_whole,
    )


def compared(articles: Sequence[int]) -> list[int]:
    """Return the places of the rows to compare with one another, in order: those with most articles."""
    return sorted(sorted(range(len(articles)), key=lambda place: -articles[place])[:MOST_TOGETHER])


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, [cell.strip() for cell in line.split("\t", 1)]


def _csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    for number, cells in enumerate(rows, 1):
        stripped = [cell.strip() for cell in cells]
        is_heading = number == 1 and {cell.lower() for cell in stripped} <= {"label", "name", "query"}
        if any(stripped) and not stripped[0].startswith("#") and not is_heading:
            yield number, stripped


def _asked(
    library: Library, entries: Sequence[Entry], narrowed: Request, budget: Budget
) -> Iterator[tuple[ListRow, AskedLine, list[Problem]]]:
    """Search for each line; yield also the problems that `read_list` did not find."""
    for entry in entries:
        if budget.is_spent:
            return
        asked = read(replace(narrowed, words=entry.words))
        hits = library.engine.search(Ask(asked.tree, limit=0, facets=("day", "source"), budget=budget))
        ids = frozenset(library.engine.matching(asked.tree, budget)) if hits.total else frozenset()
        if not hits.is_partial and len(ids) == hits.total:
            read_as = notes_of(library, asked, budget, hits)
            problems = [Problem(entry.number, entry.label, note) for note in read_as if note not in asked.notes]
            yield _row(entry, asked.query, hits), AskedLine(asked.tree, ids), problems


def _row(entry: Entry, query: Query, hits: Hits) -> ListRow:
    days = [day for day, _ in hits.facets["day"]]
    return ListRow(
        entry=entry,
        query=query,
        articles=hits.total,
        mentions=0,
        first_day=min(days, default=""),
        last_day=max(days, default=""),
        sources=tuple(hits.facets["source"]),
    )


def _together(ids: Sequence[frozenset[str]]) -> list[Pair]:
    """Count the articles that each pair of rows shares, in a table of at most `MOST_TOGETHER` rows by articles."""
    chosen = compared([len(found) for found in ids])
    columns = {article_id: column for column, article_id in enumerate(set().union(*(ids[place] for place in chosen)))}
    # (rows, rows) of whole numbers; a product of float32 tables is exact below 2**24 articles at once
    shared = np.zeros((len(chosen), len(chosen)), np.int64)
    numbers = [np.fromiter(map(columns.__getitem__, ids[place]), np.int64, len(ids[place])) for place in chosen]
    for start in range(0, len(columns), _ARTICLES_AT_ONCE):
        table = np.zeros((len(chosen), _ARTICLES_AT_ONCE), np.float32)
        for row, column in enumerate(numbers):
            table[row, column[(column >= start) & (column < start + _ARTICLES_AT_ONCE)] - start] = 1
        shared += (table @ table.T).astype(np.int64)
    pairs = np.argwhere(np.triu(shared, 1))
    found = [Pair(chosen[first], chosen[second], int(shared[first, second])) for first, second in pairs.tolist()]
    return sorted(found, key=lambda pair: (-pair.articles, pair.first, pair.second))


def _notes(rows: int, *, is_whole: bool) -> Iterator[str]:
    if not is_whole:
        yield _MENTIONS_CUT
    if rows > MOST_TOGETHER:
        yield sentence(
            "Which lines occur together was counted for the {most} of {rows} lines in most articles.",
            most=MOST_TOGETHER,
            rows=rows,
        )
