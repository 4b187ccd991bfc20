"""A run of `searchapp index` while the cluster cannot be reached for a while: does it go on by itself, and is all there?

    python -m benchmarks.outages FOLDER_OR_FILE [--nodes 3] [--seconds 30]

Each time the outage begins with the first articles that are sent: connections break; what is sent is swallowed, while
connections stay open; all nodes stand still. What is indexed at the end is compared with the source.
"""

import argparse
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cluster import nodes
from benchmarks.corpus import articles
from searchapp.answers.library import opened
from searchapp.engines.opensearch.connection import Connection
from searchapp.indexer import SyncSettings, sync
from tests.cluster.nodes import Cluster
from tests.cluster.proxy import Proxy


def main() -> None:
    """Index during each kind of outage, and print how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    texts = sorted(article.digest for article in articles(options.source.absolute()))
    with nodes(options.nodes) as cluster:
        proxies = [Proxy(cluster.port + number) for number in cluster.numbers]
        outages: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
            "connections broken": (_to_each(proxies, Proxy.cut), _to_each(proxies, Proxy.mend)),
            "swallowed": (_to_each(proxies, Proxy.swallow), _to_each(proxies, Proxy.mend)),
            "all nodes stopped": (_send_all(cluster, signal.SIGSTOP), _send_all(cluster, signal.SIGCONT)),
        }
        for number, (name, (begin, end)) in enumerate(outages.items()):
            at = f"{','.join(proxy.address for proxy in proxies)}/outage{number}"
            print(f"- {name}: {_run(options.source.absolute(), at, begin, end, options.seconds, texts)}", flush=True)


def _run(
    source: Path, at: str, begin: Callable[[], None], end: Callable[[], None], seconds: float, texts: list[str]
) -> str:
    real, has_begun = Connection.ask, threading.Event()

    def ask(connection: Connection, method: str, path: str, *arguments: Any, **more: Any) -> Any:
        if path.endswith("_bulk") and not has_begun.is_set():
            has_begun.set()
            begin()
            threading.Timer(seconds, end).start()
        return real(connection, method, path, *arguments, **more)

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        Connection.ask = ask  # type: ignore[assignment,method-assign]
        try:
            sync([source], Path(folder) / "index", SyncSettings("opensearch", engine_settings={"at": at}))
        finally:
            Connection.ask = real  # type: ignore[method-assign]
        took = time.perf_counter() - began
        with opened(Path(folder) / "index") as library:
            there = sorted(article.digest for article in library.engine.articles(library.engine.ids()))
    is_whole = "all of them" if there == texts else f"{len(there):,}, and not the same as in the source"
    return f"{len(texts):,} articles in {took:.0f} s with {seconds:.0f} s of outage; {is_whole} at the end"


def _to_each(proxies: Sequence[Proxy], do: Callable[[Proxy], None]) -> Callable[[], None]:
    def all_of_them() -> None:
        for proxy in proxies:
            do(proxy)

    return all_of_them


def _send_all(cluster: Cluster, which: signal.Signals) -> Callable[[], None]:
    def all_of_them() -> None:
        for number in cluster.numbers:
            cluster.signal(number, which)

    return all_of_them


if __name__ == "__main__":
    main()
