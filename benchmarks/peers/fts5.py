"""SQLite's FTS5 with its Porter stemmer over unicode61; days and months in a table beside it."""

import os
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.peers.records import Record, day, month
from benchmarks.peers.records import load as load
from benchmarks.question import Question

_FILE = "articles.sqlite"
_TABLES = """
    CREATE VIRTUAL TABLE articles USING fts5(title, body, tokenize = 'porter unicode61');
    CREATE TABLE about (number INTEGER PRIMARY KEY, id TEXT UNIQUE, day INTEGER, month TEXT);
"""
_FROM = "FROM articles JOIN about ON number = articles.rowid WHERE articles MATCH ?"
_DAYS = " AND day BETWEEN ? AND ?"
_SNIPPET = ", snippet(articles, 1, '<mark>', '</mark>', '…', 40)"


def version() -> str:
    return sqlite3.sqlite_version


def build(records: Iterable[Record], folder: Path) -> int:
    folder.mkdir()
    database = sqlite3.connect(folder / _FILE)
    database.executescript(_TABLES)
    with database:
        for number, record in enumerate(records, start=1):
            database.execute(
                "INSERT INTO articles(rowid, title, body) VALUES (?, ?, ?)", (number, record["title"], record["body"])
            )
            database.execute(
                "INSERT INTO about VALUES (?, ?, ?, ?)", (number, record["id"], day(record["date"]), month(record))
            )
    (count,) = database.execute("SELECT count(*) FROM about").fetchone()
    database.close()
    return int(count)


def open_index(folder: Path) -> Callable[[Question, bool], Callable[[], int]]:
    database = sqlite3.connect(f"file:{os.fspath(folder / _FILE)}?mode=ro", uri=True)

    def prepare(question: Question, snippets: bool) -> Callable[[], int]:
        is_dated = question.kind == "date"
        values = (_match(question), *((day(question.first), day(question.last)) if is_dated else ()))
        where = _FROM + _DAYS * is_dated
        page = f"SELECT id, title, body{_SNIPPET * snippets} {where} ORDER BY rank LIMIT 10"
        count = f"SELECT count(*) {where}"
        months = f"SELECT month, count(*) {where} GROUP BY month"

        def search() -> int:
            database.execute(page, values).fetchall()
            if question.kind == "facet":
                database.execute(months, values).fetchall()
            return int(database.execute(count, values).fetchone()[0])

        return search

    return prepare


def _match(question: Question) -> str:
    quoted = [f'"{word}"' for word in question.words]
    match question.kind:
        case "or":
            return " OR ".join(quoted)
        case "phrase":
            return f'"{" ".join(question.words)}"'
        case "prefix":
            return f"{question.words[0]}*"
    return " AND ".join(quoted)
