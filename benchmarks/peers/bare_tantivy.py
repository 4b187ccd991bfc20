"""tantivy-py by itself: title and body by its English stemmer, fed ready dicts."""

from collections.abc import Callable, Iterable
from importlib.metadata import version as version_of
from pathlib import Path

from tantivy import Document, FieldType, Index, Occur, Query, Schema, SchemaBuilder, SnippetGenerator

from benchmarks.peers.records import Record, day, month
from benchmarks.peers.records import load as load
from benchmarks.question import Question

_FIELDS = ["title", "body"]
_MONTHS = {"months": {"terms": {"field": "month", "size": 1000}}}


def version() -> str:
    return version_of("tantivy")


def build(records: Iterable[Record], folder: Path) -> int:
    folder.mkdir()
    index = Index(_schema(), str(folder))
    writer = index.writer()
    for record in records:
        writer.add_document(
            Document(
                id=record["id"],
                title=record["title"],
                body=record["body"],
                day=day(record["date"]),
                month=month(record),
            )
        )
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return int(index.searcher().num_docs)


def open_index(folder: Path) -> Callable[[Question, bool], Callable[[], int]]:
    index = Index.open(str(folder))
    searcher = index.searcher()

    def prepare(question: Question, snippets: bool) -> Callable[[], int]:
        query = _query(index, question)

        def search() -> int:
            result = searcher.search(query, 10)
            if question.kind == "facet":
                searcher.aggregate(query, _MONTHS)
            documents = [searcher.doc(address).to_dict() for _, address in result.hits]
            if snippets:
                generator = SnippetGenerator.create(searcher, query, index.schema, "body")
                for document in documents:
                    generator.snippet_from_doc(Document.from_dict(document)).to_html()
            return int(result.count)  # type: ignore[attr-defined]  # missing from the stubs

        return search

    return prepare


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in _FIELDS:
        builder.add_text_field(name, stored=True, tokenizer_name="en_stem")
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_text_field("month", tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def _query(index: Index, question: Question) -> Query:
    schema, words = index.schema, " ".join(question.words)
    match question.kind:
        case "and":
            return index.parse_query(" ".join(f"+{word}" for word in question.words), _FIELDS)
        case "phrase":
            return index.parse_query(f'"{words}"', _FIELDS)
        case "prefix":
            either = [(Occur.Should, Query.regex_query(schema, name, f"{words}.*")) for name in _FIELDS]
            return Query.boolean_query(either)
        case "date":
            days = Query.range_query(schema, "day", FieldType.Integer, day(question.first), day(question.last))
            return Query.boolean_query([(Occur.Must, index.parse_query(words, _FIELDS)), (Occur.Must, days)])
    return index.parse_query(words, _FIELDS)
