"""How many pages of results a server answers while 1, 8 and 32 people read at once, and how long each waits.

    python -m benchmarks.readers FOLDER_OR_FILE --queries queries.jsonl [--clients 1 8 32] [--requests 300] [--rounds 2]
        [--servers whoosh tantivy datasette] [--checkout FOLDER ...]

Each query of the file (one JSON object a line, with `query`) is asked once a run, by clients that ask again as soon as they
have their answer; servers take turns, and are started anew for each run, so that none remembers an answer. Then the same
addresses are asked once more. Beside the clock stands the processor time that all processes of the server took a page, which
other programs disturb less. Other versions of searchapp, each in a checkout of its own, take part with --checkout.

Datasette, with SQLite's FTS5 and its Porter stemmer, runs in two processes, as searchapp does on two cores: *table* is its own
page of a search, with ten rows, bodies cut as snippets are, and facets; *ranked* is a query that one has to write for it, with
ten rows by rank and snippets, without a count or facets.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import quote_plus

from benchmarks import datasette
from benchmarks.clients import ask
from benchmarks.corpus import articles
from benchmarks.latency import Latency, summary
from benchmarks.memory import family
from benchmarks.over_http import free_port, running, serving
from benchmarks.processes import python_of

_ENGINES = ("whoosh", "tantivy")
_PAGE = {"page": "/?q="}
_WARM_UP = 200  # queries at the end of the file, asked before the others
_TICKS = os.sysconf("SC_CLK_TCK")


Running = tuple[Sequence[int], Sequence[int]]  # the first processes of a server, and its ports


@dataclass(frozen=True)
class Server:
    """A server that can be started, and the addresses of its pages, to which a query is added."""

    name: str
    start: Callable[[], AbstractContextManager[Running]]
    paths: Mapping[str, str]


@dataclass(frozen=True)
class Run:
    """How a server answered; `processor` is the milliseconds that its processes took for a page."""

    latency: Latency
    per_second: float
    processor: float
    refused: int


def main() -> None:
    options = _options()
    words = [json.loads(line)["query"] for line in options.queries.read_text("utf-8").splitlines()]
    words = list(dict.fromkeys(words))
    with tempfile.TemporaryDirectory(prefix="searchapp-readers-", dir=options.folder) as folder:
        servers = list(_servers(options, Path(folder).absolute()))
        print(_head(), flush=True)
        for clients in options.clients:
            runs: dict[tuple[str, str, str], list[Run]] = defaultdict(list)
            for turn in range(options.rounds):
                for server in servers[:: -1 if turn % 2 else 1]:
                    for page, path in server.paths.items():
                        for kind, run in _asked(server, path, words, clients, options.requests):
                            runs[server.name, page, kind].append(run)
            for (name, page, kind), done in runs.items():
                print(_line(name, page, clients, kind, done), flush=True)


def _asked(server: Server, path: str, words: Sequence[str], clients: int, requests: int) -> Iterator[tuple[str, Run]]:
    addresses = [path + quote_plus(one) for one in words]
    asked = addresses[:-_WARM_UP][:: max(1, (len(addresses) - _WARM_UP) // requests)][:requests]
    with server.start() as (processes, ports):
        ask(ports, addresses[-_WARM_UP:], 2 * len(ports))
        for kind in ("first", "again"):
            before = processor(processes)
            answers = ask(ports, asked, clients)
            took = 1000 * (processor(processes) - before) / len(asked)
            yield kind, Run(summary(answers.took), len(asked) / answers.seconds, took, answers.refused)


def processor(processes: Sequence[int]) -> float:
    """Return the seconds of processor time that processes and all their descendants have taken."""
    return sum(_seconds(pid) for process in processes for pid in family(process))


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def _ours(index: Path, checkout: Path | None = None) -> Iterator[Running]:
    port = free_port()
    with running(serving(index, port), port, checkout) as process:
        yield [process], [port]


@contextmanager
def _datasette(python: str, file: Path) -> Iterator[Running]:
    """Run one process a core, as `searchapp serve` does."""
    with ExitStack() as stack:
        ports = [free_port() for _ in range(os.cpu_count() or 1)]
        processes = [
            stack.enter_context(running(datasette.serving(python, file, port), port, is_quiet=True)) for port in ports
        ]
        yield processes, ports


def _servers(options: argparse.Namespace, folder: Path) -> Iterator[Server]:
    """Make an index for each server, and yield the servers that there are."""
    for checkout in (None, *options.checkout):
        for engine in (name for name in options.servers if name in _ENGINES):
            index = folder / f"{engine}-{checkout.name if checkout else 'here'}"
            named = f"{engine}, {checkout.name}" if checkout else engine
            _tell(f"Indexing with {named}.")
            command = [
                sys.executable,
                "-m",
                "searchapp",
                "index",
                str(options.source.absolute()),
                "--index",
                str(index),
            ]
            subprocess.run([*command, "--engine", engine], cwd=checkout, check=True, stdout=subprocess.DEVNULL)
            yield Server(named, partial(_ours, index, checkout), _PAGE)
    if "datasette" in options.servers:
        _tell("Filling Datasette's database.")
        python = python_of(datasette.PEER, options.cache)
        datasette.build(articles(options.source), folder / datasette.FILE)
        yield Server("datasette", partial(_datasette, python, folder / datasette.FILE), datasette.PATHS)


def _head() -> str:
    named = (
        "server",
        "page",
        "clients",
        "asked",
        "pages/s",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "processor ms a page",
        "refused",
    )
    return f"| {' | '.join(named)} |\n|{'---|' * len(named)}"


def _line(name: str, page: str, clients: int, kind: str, runs: Sequence[Run]) -> str:
    """Write the medians of some runs."""
    took = [f"{median(getattr(run.latency, part) for run in runs):.1f}" for part in ("p50", "p95", "p99")]
    rate = f"{median(run.per_second for run in runs):,.0f}"
    cells = name, page, str(clients), kind, rate, *took, f"{median(run.processor for run in runs):.2f}"
    return f"| {' | '.join(cells)} | {sum(run.refused for run in runs)} |"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--requests", type=int, default=300, help="in a run")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--servers", nargs="+", choices=(*_ENGINES, "datasette"), default=[*_ENGINES, "datasette"])
    parser.add_argument("--checkout", type=Path, nargs="+", default=[], help="of other versions of searchapp")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder otherwise")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "searchapp-benchmarks")
    return parser.parse_args()


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
