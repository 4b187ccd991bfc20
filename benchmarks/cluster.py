"""The engine in a cluster: rate, size, memory and latency on one node and on three, beside tantivy.

    python -m benchmarks.cluster SOURCE --nodes 1 3 --sizes 10000 100000

SOURCE is a file or a folder of articles; where it has fewer than are asked for, they come again under other ids. The nodes are processes of this machine, so that three share its processors;
they need what `python -m tests.cluster fetch` fetches.
"""

import argparse
import json
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import count, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.corpus import articles
from benchmarks.memory import Watch
from searchapp.article import Article
from searchapp.engines import FACETS, Ask, Budget, Engine, create_engine, discard_engine
from searchapp.query import parse
from searchapp.text import terms
from tests.cluster.nodes import Cluster
from tests.cluster.shared import free_port

BATCH = 5_000
QUESTIONS = 40  # of each kind
_REPEATED = 3
_UNTIL_FORGOTTEN = 32.0  # seconds; nodes tell one another every 30 what they have


def main() -> None:
    """Measure, and print a table."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("source", type=Path)
    reader.add_argument("--nodes", type=int, nargs="+", default=[1, 3])
    reader.add_argument("--sizes", type=int, nargs="+", default=[10_000])
    options = reader.parse_args()
    kept = [*articles(options.source)]
    for size in options.sizes:
        print(f"\n{size:,} articles\n")
        compare([*islice(again_and_again(kept), size)], options.nodes)


def again_and_again(kept: Sequence[Article]) -> Iterator[Article]:
    """Yield articles without end, each time with other ids."""
    for round_ in count(1):
        yield from (replace(article, id=f"{round_}/{article.id}") for article in kept)


def compare(sample: Sequence[Article], numbers: Sequence[int]) -> None:
    """Measure tantivy and clusters of so many nodes, and print a table."""
    questions = {kind: [*written(kind, sample)] for kind in ("word", "and", "or", "phrase", "prefix", "facets")}
    print(
        "| engine | articles/s | bytes/article, merged | MB a node | commit of one, ms |",
        *(f" {kind} p50 / p95 ms |" for kind in questions),
    )
    with tempfile.TemporaryDirectory() as folder:
        print(measured("tantivy", sample, questions, Path(folder), {}, Path(folder)), flush=True)
    for number in numbers:
        with nodes(number) as cluster, tempfile.TemporaryDirectory() as folder:
            settings = {"at": ",".join(cluster.addresses)}
            print(
                measured(f"opensearch, {number} nodes", sample, questions, Path(folder), settings, cluster), flush=True
            )


def measured(
    name: str,
    sample: Sequence[Article],
    questions: dict[str, list[str]],
    folder: Path,
    settings: dict[str, str],
    kept: Path | Cluster,
) -> str:
    """Return a line of the table."""
    kind = name.partition(",")[0]
    engine = create_engine(kind, folder / "store", "auto", settings)
    with ExitStack() as ending:
        ending.callback(discard_engine, kind, folder / "store")
        watches = [*watched(kept, ending)]
        with closing(engine):
            began = time.perf_counter()
            for start in range(0, len(sample), BATCH):
                engine.put(sample[start : start + BATCH])
                engine.commit()
            rate = len(sample) / (time.perf_counter() - began)
            size = bytes_of(kept)
            latencies = [latency(engine, kind_of, some) for kind_of, some in questions.items()]
            commit = one_commit(engine)
        merge(kept)
        sizes = ", ".join(f"{amount / len(sample):,.0f}" for amount in (size, bytes_of(kept)))
        return (
            f"| {name} | {rate:,.0f} | {sizes} | {memory(watches)} | {1000 * commit:,.0f} | {' | '.join(latencies)} |"
        )


def watched(kept: Path | Cluster, ending: ExitStack) -> Iterator[Watch]:
    """Watch the memory of each node until the end."""
    if isinstance(kept, Cluster):
        for number in kept.numbers:
            watch = Watch(kept.pid(number))
            ending.callback(watch.end)
            yield watch


def memory(watches: Sequence[Watch]) -> str:
    """Return the most megabytes that a node had of its own, and with mapped files."""
    if not watches:
        return "-"
    most = max(watch.own for watch in watches), max(watch.resident for watch in watches)
    return " / ".join(f"{amount / 1e6:,.0f}" for amount in most)


def written(kind: str, sample: Sequence[Article]) -> Iterator[str]:
    """Write questions from the middle of articles."""
    for article in sample[:: max(1, len(sample) // QUESTIONS)][:QUESTIONS]:
        words = [word for word in terms(article.body) if len(word) > 4][5:8]
        if len(words) == 3:
            yield {"and": " ".join(words[:2]), "or": " OR ".join(words), "phrase": f'"{words[0]} {words[1]}"'}.get(
                kind, f"{words[0][:4]}*" if kind == "prefix" else words[0]
            )


def latency(engine: Engine, kind: str, questions: Sequence[str]) -> str:
    """Ask each question a few times; return the median and the 95th percentile in milliseconds."""
    trees = [parse(question).tree for question in questions]
    facets = FACETS if kind == "facets" else ()
    asks = [Ask(tree, facets=facets, budget=Budget()) for tree in trees * _REPEATED]
    taken = [seconds(partial(engine.search, ask)) for ask in asks]
    return f"{1000 * median(taken):.1f} / {1000 * quantiles(taken, n=20)[-1]:.1f}"


def one_commit(engine: Engine) -> float:
    """Return how long a commit of one article takes."""
    engine.put([Article("one more", "gas")])
    return seconds(engine.commit)


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def merge(kept: Path | Cluster) -> None:
    """Merge the segments of a cluster into one a shard, when it no longer keeps what nodes that were away may need."""
    if isinstance(kept, Cluster):
        asked(kept, "/_flush", "POST")
        time.sleep(_UNTIL_FORGOTTEN)
        asked(kept, "/_forcemerge?max_num_segments=1", "POST")
        asked(kept, "/_refresh", "POST")


def bytes_of(kept: Path | Cluster) -> int:
    """Return the bytes of an index: of all files in a folder, or of the first copies in a cluster, merged as they are."""
    if isinstance(kept, Path):
        return sum(file.stat().st_size for file in kept.rglob("*") if file.is_file())
    return int(asked(kept, "/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"])


def asked(cluster: Cluster, path: str, method: str = "GET") -> Any:
    """Ask a cluster itself, past all of ours."""
    request = urllib.request.Request(f"{cluster.addresses[0]}{path}", method=method)
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)


@contextmanager
def nodes(count: int) -> Iterator[Cluster]:
    """Run so many nodes as long as a `with` lasts."""
    with tempfile.TemporaryDirectory(prefix="searchapp-nodes-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), count, free_port(count))
        cluster.start()
        try:
            cluster.wait()
            yield cluster
        finally:
            cluster.kill()


if __name__ == "__main__":
    main()
