"""Our server, asked over HTTP by one client and by several at once: `searchapp serve` as it stands, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote_plus

from benchmarks.clients import HOST, ask, fresh
from benchmarks.latency import Latency, summary
from benchmarks.question import Question

PATHS = {"page": "/?q=", "JSON": "/api/v1/search?q="}
CLIENTS = (1, 8)
KINDS = ("term", "and", "or")  # one to three words

_REQUESTS = 400
_WARM_UP = 40
_START_SECONDS = 30.0


@dataclass(frozen=True)
class Served:
    """How one address answered so many clients, each of which asks again as soon as it has its answer."""

    path: str
    clients: int
    latency: Latency
    per_second: float


def measure(index: Path, questions: Sequence[Question], requests: int = _REQUESTS) -> list[Served]:
    """Serve an index and ask for the first page, of ten articles with snippets, of each question in turn."""
    with served(index) as port:
        return [
            _asked(
                port, path, [PATHS[path] + quote_plus(written(question)) for question in questions], clients, requests
            )
            for path in PATHS
            for clients in CLIENTS
        ]


def written(question: Question) -> str:
    """Write a question in our query language."""
    return (" OR " if question.kind == "or" else " ").join(question.words)


@contextmanager
def served(index: Path) -> Iterator[int]:
    """Run the server, and yield its port."""
    port = free_port()
    with running(serving(index, port), port):
        yield port


def serving(index: Path, port: int) -> list[str]:
    """Write the command that serves an index."""
    return [sys.executable, "-m", "searchapp", "serve", "--index", str(index), "--port", str(port)]


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, folder: Path | None = None, *, is_quiet: bool = False) -> Iterator[int]:
    """Run a server until it answers on its port, and until the block ends; yield the id of its first process."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if is_quiet else None,
        start_new_session=True,
        cwd=folder,
    )
    try:
        _wait(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError):
            ask([port], ["/"], 1)
            return
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start on port {port}.")


def _asked(port: int, path: str, addresses: Sequence[str], clients: int, requests: int) -> Served:
    ask([port], map(fresh, islice(cycle(addresses), _WARM_UP)), 1)
    answers = ask([port], map(fresh, islice(cycle(addresses), requests)), clients)
    return Served(path, clients, summary(answers.took), len(answers.took) / answers.seconds)
