"""Xapian through its Python bindings, as its "Getting started" indexes and searches."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import xapian

from benchmarks.peers.records import Record, day, month
from benchmarks.peers.records import load as load
from benchmarks.question import Question

_DAY, _MONTH = 0, 1  # value slots
_SNIPPET = 240  # characters


def version() -> str:
    return str(xapian.version_string())


def build(records: Iterable[Record], folder: Path) -> int:
    database = xapian.WritableDatabase(str(folder), xapian.DB_CREATE)
    generator = xapian.TermGenerator()
    generator.set_stemmer(xapian.Stem("en"))
    for record in records:
        document = xapian.Document()
        generator.set_document(document)
        generator.index_text(record["title"], 1, "S")
        generator.index_text(record["title"])
        generator.increase_termpos()
        generator.index_text(record["body"])
        kept = {"id": record["id"], "title": record["title"], "body": record["body"]}
        document.set_data(json.dumps(kept, ensure_ascii=False))
        document.add_value(_DAY, xapian.sortable_serialise(day(record["date"])))
        document.add_value(_MONTH, month(record))
        database.add_document(document)
    database.commit()
    return int(database.get_doccount())


def open_index(folder: Path) -> Callable[[Question, bool], Callable[[], int]]:
    database = xapian.Database(str(folder))
    stem = xapian.Stem("en")
    parser = xapian.QueryParser()
    parser.set_stemmer(stem)
    parser.set_stemming_strategy(parser.STEM_SOME)
    parser.set_database(database)
    flags = parser.FLAG_PHRASE | parser.FLAG_WILDCARD

    def prepare(question: Question, snippets: bool) -> Callable[[], int]:
        words = " ".join(question.words)
        written = {"phrase": f'"{words}"', "prefix": f"{words}*"}.get(question.kind, words)
        parser.set_default_op(xapian.Query.OP_OR if question.kind == "or" else xapian.Query.OP_AND)
        query = parser.parse_query(written, flags)
        if question.kind == "date":
            bounds = map(xapian.sortable_serialise, (day(question.first), day(question.last)))
            query = xapian.Query(
                xapian.Query.OP_FILTER, query, xapian.Query(xapian.Query.OP_VALUE_RANGE, _DAY, *bounds)
            )

        def search() -> int:
            enquire = xapian.Enquire(database)
            enquire.set_query(query)
            months = xapian.ValueCountMatchSpy(_MONTH)
            if question.kind == "facet":
                enquire.add_matchspy(months)
            matches = enquire.get_mset(0, 10, database.get_doccount())  # looks at all, so that the count is exact
            for match in matches:
                body = json.loads(match.document.get_data())["body"]
                if snippets:
                    matches.snippet(body, _SNIPPET, stem)
            if question.kind == "facet":
                list(months.values())
            return int(matches.get_matches_estimated())

        return search

    return prepare
