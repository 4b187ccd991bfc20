"""The Whoosh that searchapp stands on, asked through its own searcher: our index, or one of its own by the same schema."""

from collections.abc import Callable
from pathlib import Path

import whoosh
from whoosh import index
from whoosh.qparser import MultifieldParser, OrGroup, QueryParser

from benchmarks.peers.records import Record
from benchmarks.peers.records import load as load
from benchmarks.question import Question
from benchmarks.whoosh_check import build_ours, build_stock
from searchapp.article import Article


def version(of: str) -> str:  # noqa: ARG001
    return ".".join(map(str, whoosh.__version__))


def build(records: list[Record], folder: Path, of: str) -> int:
    articles = [Article(**{**record, "authors": tuple(record["authors"])}) for record in records]
    (build_ours if of == "searchapp" else build_stock)(articles, folder)
    return int(index.open_dir(str(folder)).doc_count())


def open_index(folder: Path, of: str) -> Callable[[Question, bool], Callable[[], int] | None]:  # noqa: ARG001
    opened = index.open_dir(str(folder))
    searcher = opened.searcher()
    all_of: QueryParser = MultifieldParser(["title", "body"], opened.schema)
    one_of: QueryParser = MultifieldParser(["title", "body"], opened.schema, group=OrGroup)

    def prepare(question: Question, snippets: bool) -> Callable[[], int] | None:
        words = " ".join(question.words)
        written = {"phrase": f'"{words}"', "prefix": f"{words}*"}.get(question.kind, words)
        if question.kind == "date":
            written = f"{words} AND date:{question.first}..{question.last}"
        asked = (one_of if question.kind == "or" else all_of).parse(written)
        if question.kind == "facet":
            return None

        def search() -> int:
            results = searcher.search(asked, limit=10)
            for hit in results:
                _texts = hit.get("title"), hit.get("body")
                if snippets and hit.get("body"):
                    hit.highlights("body")
            return len(results)

        return search

    return prepare
