"""Datasette over SQLite's FTS5, with a Python of its own."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from json import dumps
from pathlib import Path

from benchmarks.peers import Peer
from searchapp.article import Article

PEER = Peer("datasette", "", installs="datasette==0.65.5")
FILE = "news.sqlite"
PATHS = {
    "table": "/news/articles?_size=10&_facet=byline&_facet=source&_facet=month&_search=",
    "ranked": "/news/ranked?words=",
}
_TABLES = """
    CREATE TABLE articles (number INTEGER PRIMARY KEY, title TEXT, byline TEXT, source TEXT, date TEXT, month TEXT, body TEXT);
    CREATE VIRTUAL TABLE found USING fts5(title, body, content=articles, content_rowid=number, tokenize='porter unicode61');
"""
_RANKED = """
    SELECT articles.title, byline, source, date, snippet(found, 1, '[', ']', '…', 40) AS snippet
    FROM found JOIN articles ON number = found.rowid WHERE found MATCH escape_fts(:words) ORDER BY rank LIMIT 10
"""
_SNIPPET = 240  # characters


def build(articles: Iterable[Article], file: Path) -> None:
    """Write the database, and beside it what Datasette is told of it."""
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(_TABLES)
        database.executemany(
            "INSERT INTO articles(title, byline, source, date, month, body) VALUES (?, ?, ?, ?, ?, ?)",
            ((one.title, one.byline, one.source, one.date, one.date[:7], one.body) for one in articles),
        )
        database.execute("INSERT INTO found(found) VALUES ('rebuild')")
        for name in ("byline", "source", "month"):
            database.execute(f"CREATE INDEX by_{name} ON articles({name})")
    _told(file).write_text(dumps({"databases": {"news": {"queries": {"ranked": {"sql": _RANKED}}}}}), "utf-8")


def serving(python: str, file: Path, port: int) -> list[str]:
    """Write the command that serves the database, which nobody changes meanwhile."""
    command = [python, "-m", "datasette", "serve", "--immutable", str(file), "--metadata", str(_told(file))]
    return [*command, "--port", str(port), "--setting", "truncate_cells_html", str(_SNIPPET)]


def _told(file: Path) -> Path:
    return file.with_suffix(".json")
