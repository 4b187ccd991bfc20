"""Our engines, by the door that the indexer and the search use."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.metadata import version as version_of
from itertools import islice
from pathlib import Path

from benchmarks.peers.records import Record
from benchmarks.peers.records import load as load
from benchmarks.question import Question
from searchapp.answers.highlight import Highlighter
from searchapp.article import Article
from searchapp.engines import ENGINES, Ask, Engine, create_engine, open_engine
from searchapp.query.tree import And, Dates, Node, Or, Phrase, Wildcard, Word
from searchapp.text import stemmer

_LANGUAGE = "english"
_BATCH = 1_000


for _name in ENGINES.values():  # before any clock starts, like the libraries of the other peers
    with suppress(ModuleNotFoundError):
        import_module(_name)


def version(engine: str) -> str:
    import_module(ENGINES[engine])
    return version_of("searchapp")


def build(records: Iterable[Record], folder: Path, engine: str) -> int:
    store = create_engine(engine, folder, _LANGUAGE)
    articles = (Article(**{**record, "authors": tuple(record["authors"])}) for record in records)
    while batch := list(islice(articles, _BATCH)):
        store.put(batch)
    store.commit()
    store.close()
    return len(store)


def open_index(folder: Path, engine: str) -> Callable[[Question, bool], Callable[[], int]]:
    store = open_engine(engine, folder, _LANGUAGE)
    stem = stemmer(_LANGUAGE)

    def prepare(question: Question, snippets: bool) -> Callable[[], int]:
        ask = Ask(tree_of(question), facets=("month",) if question.kind == "facet" else ())
        return partial(_with_snippets, store, ask, stem) if snippets else lambda: store.search(ask).total

    return prepare


def tree_of(question: Question) -> Node:
    leaves = tuple(map(Word, question.words))
    match question.kind:
        case "and":
            return And(leaves)
        case "or":
            return Or(leaves)
        case "phrase":
            return Phrase(question.words)
        case "prefix":
            return Wildcard(f"{question.words[0]}*")
        case "date":
            return And((*leaves, Dates(question.first, question.last)))
    return leaves[0]


def _with_snippets(store: Engine, ask: Ask, stem: Callable[[str], str]) -> int:
    hits = store.search(ask)
    highlighter = Highlighter(ask.tree, stem)
    for hit in hits.hits:
        highlighter.fragments("body", hit.article.body)
    return hits.total
