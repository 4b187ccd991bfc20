"""What our way to a cluster costs, beside the barest way to the same cluster.

    python -m benchmarks.bare_cluster FOLDER_OR_FILE [--queries queries.jsonl] [--nodes 1] [--rounds 1] [--apart]

*Sending*: `searchapp index`, from the files to an index that readers elsewhere can open, beside `helpers.parallel_bulk` of
OpenSearch's own client with documents that are ready. *Asking*: a search with ten snippets over HTTP, beside one bare
request for the ten best of the same query. Both ways take turns; what is told are ratios. With `--apart`, everything but
the nodes runs on the first core of this machine, and the nodes run on the others.
"""

import argparse
import http.client
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote_plus

from benchmarks.clients import fresh
from benchmarks.cluster import nodes, seconds, written
from benchmarks.corpus import articles
from benchmarks.over_http import PATHS, served
from benchmarks.peers import Peer
from benchmarks.processes import Call, caller
from searchapp.answers.library import opened
from searchapp.article import Article
from searchapp.engines import Budget
from searchapp.engines.opensearch.connection import path_of
from searchapp.engines.opensearch.documents import document, index_body, key_of
from searchapp.engines.opensearch.engine import OpenSearchEngine
from searchapp.engines.ready_texts import Writer
from searchapp.languages import Stems
from searchapp.query import parse
from tests.cluster.nodes import Cluster

_CLIENT = "opensearch-py==2.8.0"
_HITS = 10  # articles that a query finds at least, so that there are as many snippets
_TURNS = 3
_KINDS = ("word", "and", "or", "phrase", "prefix")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--queries", type=Path, help="one JSON object a line: query; else made of the articles")
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--apart", action="store_true", help="the nodes have cores of their own (Linux)")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "searchapp-benchmarks")
    options = parser.parse_args()
    source, call = options.source.absolute(), caller(options.cache)
    some = [*articles(source)]
    with tempfile.TemporaryDirectory() as folder, _nodes(options.nodes, is_apart=options.apart) as cluster:
        work, at = Path(folder), ",".join(cluster.addresses)
        write_ready(some, work, options.nodes)
        for round_ in range(options.rounds):
            print(sending(source, work, work / f"index{round_}", f"{at}/news{round_}", call), flush=True)
        print(asking(work / "index0", _queries(options.queries, some)), flush=True)


@contextmanager
def _nodes(count: int, *, is_apart: bool) -> Iterator[Cluster]:
    """Run nodes, and leave them all cores but the first if that is wanted: processes keep the cores they began on."""
    cores = sorted(os.sched_getaffinity(0))
    if is_apart:
        os.sched_setaffinity(0, cores[1:])
    with nodes(count) as cluster:
        if is_apart:
            os.sched_setaffinity(0, cores[:1])
        yield cluster


def _queries(file: Path | None, some: Sequence[Article]) -> list[str]:
    if file:
        return [str(json.loads(line)["query"]) for line in file.read_text("utf-8").splitlines()]
    return [query for kind in _KINDS for query in written(kind, some)]


def write_ready(some: Sequence[Article], folder: Path, nodes: int) -> None:
    """Write what the bare way sends, as our engine would."""
    stems = Stems("auto")
    writers = {code: Writer(stems, code) for code in {stems.code(article.language) for article in some}}
    about = {"kind": "benchmark"}
    (folder / "index.json").write_text(json.dumps(index_body(nodes, about)))
    with (folder / "documents.jsonl").open("w") as lines:
        for article in some:
            made = document(article, writers[stems.code(article.language)], 1)
            lines.write(json.dumps([key_of(article.id), made]) + "\n")


def sending(source: Path, ready: Path, index: Path, at: str, call: Call) -> str:
    """Send by both ways; return a line."""
    ours = Peer("ours", "benchmarks.peers.searchapp_sync", {"engine": "opensearch", "at": at})
    bare = Peer("bare", "benchmarks.peers.bare_opensearch", {"at": at.rpartition("/")[0]}, installs=_CLIENT)
    asked = ((bare, ready), (ours, source))
    sent = {
        peer.name: call(peer, {"task": "build", "corpus": str(corpus), "folder": str(index)}) for peer, corpus in asked
    }
    rates = {name: told["articles"] / told["seconds"] for name, told in sent.items()}
    return (
        f"- sending: {rates['ours']:,.0f} articles/s from the files, {rates['bare']:,.0f} by parallel_bulk "
        f"({rates['ours'] / rates['bare']:.2f} of it); at most {sent['ours']['memory'] / 1e6:,.0f} MB in all processes"
    )


def asking(index: Path, queries: Sequence[str]) -> str:
    """Ask by both ways in turn; return a line."""
    bare, ours = list[float](), list[float]()
    with opened(index) as library, served(index) as port:
        assert isinstance(library.engine, OpenSearchEngine)
        queries = [query for query in queries if library.engine.count(parse(query).tree, Budget()) >= _HITS]
        requests = [*_requests(library.engine, queries)]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for turn in range(_TURNS):
            for query, request in zip(queries, requests, strict=True):
                both = seconds(request), seconds(partial(_get, connection, fresh(PATHS["JSON"] + quote_plus(query))))
                if turn:  # the first is to warm up
                    bare.append(both[0])
                    ours.append(both[1])
        connection.close()
    (p50, p95), (our_p50, our_p95) = _percentiles(bare), _percentiles(ours)
    return (
        f"- asking {len(queries)} queries, p50 and p95 in ms: bare {p50:.1f} and {p95:.1f}, over HTTP with ten snippets "
        f"{our_p50:.1f} and {our_p95:.1f} ({our_p50 / p50:.1f} and {our_p95 / p95:.1f} times)"
    )


def _requests(engine: OpenSearchEngine, queries: Sequence[str]) -> Iterator[Callable[[], object]]:
    """Yield what asks the cluster for the ten best articles of each query, ready to be sent."""
    snapshot, store = engine._snapshot, engine._store
    path = path_of(store.note.articles, "_search")
    for query in queries:
        compiled = snapshot._compiler(parse(query).tree, Budget()).compile()
        body = {"query": compiled, "size": _HITS, "track_total_hits": True}
        yield partial(store.connection.ask, "POST", path, body, search_type="dfs_query_then_fetch")


def _get(connection: http.client.HTTPConnection, address: str) -> None:
    connection.request("GET", address)
    connection.getresponse().read()


def _percentiles(taken: Sequence[float]) -> tuple[float, float]:
    return 1000 * median(taken), 1000 * quantiles(taken, n=20)[-1]


if __name__ == "__main__":
    main()
