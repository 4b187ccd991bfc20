"""How many judged questions find nothing as they are typed, and what is answered then.

    python -m benchmarks.questions FOLDER [--engine NAME]

FOLDER is one of `benchmarks.relevance`. A question is parsed as it stands, so that an article has to have all its words.
Where none has, the nearest are looked for (`answers.nearly`); counted are the questions that get some, and of these in
how many one of the five articles shown was judged relevant.
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import ir_measures

from benchmarks.relevance import articles, queries
from searchapp.answers.nearly import nearly
from searchapp.engines import ENGINES, Budget, Engine, create_engine
from searchapp.query import parse
from searchapp.query.tree import Everything

_LANGUAGE = "english"


@dataclass
class Counts:
    """How many questions there are, find nothing, get the nearest articles, and get a relevant one among these."""

    all: int = 0
    empty: int = 0
    nearly: int = 0
    relevant: int = 0


def main() -> None:
    """Index each collection, ask all its questions, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default="whoosh", choices=sorted(ENGINES))
    options = parser.parse_args()
    print(
        "| collection | questions | find nothing | get the nearest | a relevant one among five |\n|---|--:|--:|--:|--:|"
    )
    for collection in sorted(path.parent for path in options.folder.glob("*/qrels.txt")):
        found = ask_all(collection, options.engine)
        print(f"| {collection.name} | {found.all} | {found.empty} | {found.nearly} | {found.relevant} |", flush=True)


def ask_all(collection: Path, engine_name: str) -> Counts:
    """Index a collection and ask its questions."""
    with (collection / "qrels.txt").open() as file:
        judged = {(one.query_id, one.doc_id) for one in ir_measures.read_trec_qrels(file) if one.relevance > 0}
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(engine_name, Path(folder), _LANGUAGE)
        engine.put(articles(collection / "docs.jsonl.gz"))
        engine.commit()
        counts = _count(engine, dict(queries(collection / "queries.tsv")), judged)
        engine.close()
    return counts


def _count(engine: Engine, questions: Mapping[str, str], judged: set[tuple[str, str]]) -> Counts:
    counts = Counts(all=len(questions))
    for number, ids in _nearest(engine, questions, counts):
        counts.nearly += 1
        counts.relevant += any((number, found) in judged for found in ids)
    return counts


def _nearest(engine: Engine, questions: Mapping[str, str], counts: Counts) -> Iterator[tuple[str, list[str]]]:
    for number, text in questions.items():
        tree = parse(text, longest=10_000).tree
        if engine.count(tree, Budget()):
            continue
        counts.empty += 1
        if found := nearly(engine, tree, Everything(), Budget()):
            yield number, [hit.article.id for hit in found.hits]


if __name__ == "__main__":
    main()
