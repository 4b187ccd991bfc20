"""Relevance on judged collections: MAP, nDCG@10 and recall@100 of each engine, for a query's words joined by OR.

    python -m benchmarks.relevance FOLDER [--engine NAME] [--weights title=1,body=0.5,...]

FOLDER holds one folder a collection: docs.jsonl.gz (id, title, byline, body), queries.tsv (id TAB text) and qrels.txt
(TREC: query 0 document grade). The measures are computed by ir-measures.
"""

import argparse
import gzip
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import ir_measures
from ir_measures import AP, R, nDCG

from searchapp.article import Article
from searchapp.engines import Ask, Engine, create_engine, scoring
from searchapp.query.tree import Or, Word
from searchapp.text import terms

MEASURES = [AP, nDCG @ 10, R @ 100]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--weights", default="", help="other weights than scoring.WORD_WEIGHTS, as field=weight,...")
    options = parser.parse_args()
    changed = dict(pair.split("=") for pair in options.weights.split(",") if pair)
    scoring.WORD_WEIGHTS = {**scoring.WORD_WEIGHTS, **{field: float(weight) for field, weight in changed.items()}}
    print("| collection | MAP | nDCG@10 | recall@100 |\n|---|---|---|---|")
    for collection in sorted(path.parent for path in options.folder.glob("*/qrels.txt")):
        measured = judge(collection, options.engine)
        print(f"| {collection.name} | " + " | ".join(f"{measured[measure]:.3f}" for measure in MEASURES) + " |")


def judge(collection: Path, engine_name: str) -> dict[ir_measures.Measure, float]:
    """Index a collection, ask all its queries, and measure the answers against what was judged."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(engine_name, Path(folder), "english")
        engine.put(articles(collection / "docs.jsonl.gz"))
        engine.commit()
        run = [hit for query in queries(collection / "queries.tsv") for hit in ask(engine, *query)]
        engine.close()
    with (collection / "qrels.txt").open() as file:
        return dict(ir_measures.calc_aggregate(MEASURES, list(ir_measures.read_trec_qrels(file)), run))


def articles(file: Path) -> Iterator[Article]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Article(record["id"], record.get("title", ""), record.get("byline", ""), record.get("body", ""))


def queries(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        number, _, words = line.partition("\t")
        yield number, words


def ask(engine: Engine, number: str, words: str) -> Iterator[ir_measures.ScoredDoc]:
    # A word that stands in a query n times is searched for n times: it counts n times, each time with its neighbours.
    leaves = tuple(map(Word, terms(words)))
    tree = Or(leaves) if len(leaves) > 1 else leaves[0]
    for hit in engine.search(Ask(tree, limit=1000)).hits:
        yield ir_measures.ScoredDoc(number, hit.article.id, hit.score)


if __name__ == "__main__":
    main()
