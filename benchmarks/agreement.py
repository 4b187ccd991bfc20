"""Does a cluster answer like one machine? The same articles and queries, in tantivy and in OpenSearch, compared.

    python -m benchmarks.agreement FOLDER_OR_FILE --queries queries.jsonl [--nodes 3]

Both are indexed as `searchapp index` does it. Each query is asked of both as a page with all facets; compared are total,
facets, notes, all ids, the marks of the articles that both show, and the ten best: those whose scores are as good as equal
may stand in any order. At the end all articles are exported from the cluster while a node is killed.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from benchmarks.cluster import nodes
from benchmarks.peers import Peer
from benchmarks.processes import caller
from searchapp.answers.library import Library, opened
from searchapp.answers.request import Request
from searchapp.answers.search import Found, Results, search
from searchapp.engines import FACETS, Budget
from searchapp.query import parse
from searchapp.query.tree import Everything
from tests.cluster.nodes import Cluster

_EQUAL = 1e-5  # of a score
_SHOWN = 5  # differences of each kind that are told


def main() -> None:
    """Index, ask, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--queries", type=Path, required=True, help="one JSON object a line: query")
    parser.add_argument("--nodes", type=int, default=3)
    options = parser.parse_args()
    queries = [str(json.loads(line)["query"]) for line in options.queries.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder, nodes(options.nodes) as cluster:
        work, source = Path(folder), options.source.absolute()
        at = ",".join(cluster.addresses)
        with indexed(source, work / "one", "tantivy") as one, indexed(source, work / "many", "opensearch", at) as many:
            for line in compared(one, many, queries):
                print(line, flush=True)
            print(exported(many, cluster), flush=True)


@contextmanager
def indexed(source: Path, index: Path, engine: str, at: str = "") -> Iterator[Library]:
    """Index in a process of its own, say how fast, and in how much memory; open the index as long as a `with` lasts."""
    settings = {"engine": engine, **({"at": at} if at else {})}
    began = time.perf_counter()
    built = caller(index.parent)(
        Peer(engine, "benchmarks.peers.searchapp_sync", settings),
        {"task": "build", "corpus": str(source), "folder": str(index)},
    )
    seconds, memory = time.perf_counter() - began, (built["memory"] or 0) / 1e6
    print(f"- {engine}: {built['articles']:,} articles in {seconds:.0f} s, at most {memory:,.0f} MB in all processes")
    with opened(index) as library:
        yield library


def compared(one: Library, many: Library, queries: Sequence[str]) -> Iterator[str]:
    """Yield what differs, and at the end how often."""
    differing, worst = Counter[str](), 0.0
    for query in queries:
        here, there = (search(library, Request(query, facets=FACETS), Budget()) for library in (one, many))
        worst = max(worst, _worst(here, there))
        for kind in _differences(here, there, one, many):
            differing[kind] += 1
            if differing[kind] <= _SHOWN:
                yield f"- {kind}: {query!r}, {here.total:,} and {there.total:,}"
    kinds = ("total", "facets", "notes", "ids", "marks", "ten best", "help")
    told = ", ".join(f"{kind} {differing[kind]}" for kind in kinds)
    yield f"- of {len(queries):,} queries, differ in {told}; scores by at most {worst:.1e}"


def exported(many: Library, cluster: Cluster) -> str:
    """Export all articles while a node is killed in the middle; say whether each came once."""
    walk = many.engine.each(Everything(), "newest")
    ids = [article.id for article in islice(walk, len(many.engine) // 2)]
    cluster.kill(cluster.count)
    began = time.perf_counter()
    ids += [article.id for article in walk]
    return (
        f"- exported while a node was killed: {len(ids):,} articles, {len({*ids}):,} different ones, of "
        f"{len(many.engine):,}; the half after it in {time.perf_counter() - began:.0f} s"
    )


def _differences(here: Results, there: Results, one: Library, many: Library) -> Iterator[str]:
    if (here.total, here.total_is, here.is_partial) != (there.total, there.total_is, there.is_partial):
        yield "total"
    if here.facets != there.facets:
        yield "facets"
    if here.notes != there.notes:
        yield "notes"
    if (here.suggestion, here.autopsy) != (there.suggestion, there.autopsy):
        yield "help"
    tree = parse(here.request.words).tree
    if sorted(one.engine.matching(tree, Budget())) != sorted(many.engine.matching(tree, Budget())):
        yield "ids"
    marks = [{hit.article.id: _marks(hit) for hit in results.hits} for results in (here, there)]
    if any(marks[0][found] != marks[1][found] for found in marks[0].keys() & marks[1].keys()):
        yield "marks"
    if not _are_alike(here.hits, there.hits):
        yield "ten best"


def _marks(hit: Found) -> object:
    return hit.title, hit.byline, hit.fragments, [copy.id for copy in hit.also_in]


def _are_alike(here: Sequence[Found], there: Sequence[Found]) -> bool:
    """Say whether two pages show the same, but for articles of a score that is as good as equal."""
    return len(here) == len(there) and all(
        hit.article.id == other.article.id or abs(hit.score - other.score) <= _EQUAL * hit.score
        for hit, other in zip(here, there, strict=True)
    )


def _worst(here: Results, there: Results) -> float:
    pairs = zip(here.hits, there.hits, strict=False)
    return max((abs(hit.score - other.score) / hit.score for hit, other in pairs if hit.score), default=0.0)


if __name__ == "__main__":
    main()
