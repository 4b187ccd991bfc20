"""bm25s, with numpy or compiled by numba: scores of all words computed ahead, in a sparse matrix. It has words joined by OR, and nothing else."""

from collections.abc import Callable, Iterable
from importlib.metadata import version as version_of
from pathlib import Path

import bm25s
import Stemmer

from benchmarks.peers.records import Record
from benchmarks.peers.records import load as load
from benchmarks.question import Question


def version(backend: str) -> str:
    del backend
    return version_of("bm25s")


def build(records: Iterable[Record], folder: Path, backend: str) -> int:
    kept = [{"id": record["id"], "title": record["title"], "body": record["body"]} for record in records]
    texts = [f"{record['title']}\n{record['body']}" for record in kept]
    index = bm25s.BM25(corpus=kept, backend=backend)
    index.index(_tokens(texts), show_progress=False)
    index.save(str(folder), corpus=kept, show_progress=False)
    return len(kept)


def open_index(folder: Path, backend: str) -> Callable[[Question, bool], Callable[[], int] | None]:
    del backend  # it is kept with the index
    index = bm25s.BM25.load(str(folder), load_corpus=True, mmap=True, show_progress=False)
    count = len(index.corpus)

    def prepare(question: Question, snippets: bool) -> Callable[[], int] | None:
        if snippets or question.kind not in ("term", "or"):
            return None
        tokens = _tokens([" ".join(question.words)])

        def search() -> int:
            found, _ = index.retrieve(tokens, k=min(10, count), show_progress=False)
            return len(found[0])  # it does not count what matches

        return search

    return prepare


def _tokens(texts: list[str]) -> bm25s.tokenization.Tokenized:
    return bm25s.tokenize(texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False)
