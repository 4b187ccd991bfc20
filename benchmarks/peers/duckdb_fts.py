"""DuckDB's full-text search, an extension that is SQL over tables of words: BM25, no phrases, beginnings or snippets."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_fts

from benchmarks.peers.records import day
from benchmarks.question import Question

_FILE = "articles.duckdb"
_TABLE = """
    CREATE TABLE articles AS SELECT row_number() OVER () AS number, id, title, body,
        CASE WHEN length(date) = 10 THEN CAST(replace(date, '-', '') AS INTEGER) ELSE 0 END AS day, date[:7] AS month
    FROM read_json(?, format = 'newline_delimited',
        columns = {id: 'VARCHAR', title: 'VARCHAR', body: 'VARCHAR', date: 'VARCHAR'})
"""
_INDEX = "PRAGMA create_fts_index('articles', 'number', 'title', 'body', stemmer = 'porter', stopwords = 'none')"
_FOUND = """
    FROM (SELECT *, fts_main_articles.match_bm25(number, ?, conjunctive := {all}) AS score FROM articles)
    WHERE score IS NOT NULL
"""
_DAYS = " AND day BETWEEN ? AND ?"


def version() -> str:
    return str(duckdb.__version__)


def load(file: Path) -> Path:
    return file


def build(file: Path, folder: Path) -> int:
    folder.mkdir()
    database = _connected(folder)
    database.execute(_TABLE, [str(file)])
    database.execute(_INDEX)
    count = _first(database, "SELECT count(*) FROM articles")
    database.close()
    return count


def open_index(folder: Path) -> Callable[[Question, bool], Callable[[], int] | None]:
    database = _connected(folder)

    def prepare(question: Question, snippets: bool) -> Callable[[], int] | None:
        if snippets or question.kind in ("phrase", "prefix"):
            return None
        is_dated = question.kind == "date"
        found = _FOUND.format(all=int(question.kind != "or")) + _DAYS * is_dated
        values = [" ".join(question.words), *((day(question.first), day(question.last)) if is_dated else ())]
        page = f"SELECT id, title, body {found} ORDER BY score DESC LIMIT 10"

        def search() -> int:
            database.execute(page, values).fetchall()
            if question.kind == "facet":
                database.execute(f"SELECT month, count(*) {found} GROUP BY month", values).fetchall()
            return _first(database, f"SELECT count(*) {found}", values)

        return search

    return prepare


def _connected(folder: Path) -> Any:
    database = duckdb.connect(str(folder / _FILE))
    (extension,) = Path(duckdb_extension_fts.__file__).parent.rglob("fts.duckdb_extension")
    database.execute(f"LOAD '{extension}'")
    return database


def _first(database: Any, query: str, values: Any = ()) -> int:
    return int(database.execute(query, values).fetchone()[0])
