"""Whoosh 2.7.4, or whoosh3, as its manual sets it up: StemmingAnalyzer on title and body, one process, default settings."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import whoosh
from whoosh import index, query
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.qparser import MultifieldParser, OrGroup

from benchmarks.peers.records import Record, day, month
from benchmarks.peers.records import load as load
from benchmarks.question import Question


def version() -> str:
    return ".".join(map(str, whoosh.__version__))


def build(records: Iterable[Record], folder: Path) -> int:
    folder.mkdir()
    schema = Schema(
        id=ID(stored=True),
        title=TEXT(StemmingAnalyzer(), stored=True),
        body=TEXT(StemmingAnalyzer(), stored=True),
        day=NUMERIC(int),
        month=ID(sortable=True),
    )
    made = index.create_in(str(folder), schema)
    writer = made.writer()
    for record in records:
        writer.add_document(
            id=record["id"],
            title=record["title"],
            body=record["body"],
            day=day(record["date"]),
            month=month(record) or None,
        )
    writer.commit()
    return int(made.doc_count())


def open_index(folder: Path) -> Callable[[Question, bool], Callable[[], int]]:
    opened = index.open_dir(str(folder))
    searcher = opened.searcher()
    all_of = MultifieldParser(["title", "body"], opened.schema)
    one_of = MultifieldParser(["title", "body"], opened.schema, group=OrGroup)

    def prepare(question: Question, snippets: bool) -> Callable[[], int]:
        words = " ".join(question.words)
        written = {"phrase": f'"{words}"', "prefix": f"{words}*"}.get(question.kind, words)
        asked = (one_of if question.kind == "or" else all_of).parse(written)
        options: dict[str, Any] = {"limit": 10}
        if question.kind == "date":
            options["filter"] = query.NumericRange("day", day(question.first), day(question.last))
        if question.kind == "facet":
            options["groupedby"] = "month"

        def search() -> int:
            results = searcher.search(asked, **options)
            if question.kind == "facet":
                results.groups("month")
            for hit in results[:10]:  # with groups it holds all
                _texts = hit["title"], hit["body"]
                if snippets:
                    hit.highlights("body")
            return len(results)

        return search

    return prepare
