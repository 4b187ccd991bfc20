"""Our server, asked over HTTP by one client and by several at once: `searchapp serve` as it stands, on a free port."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote_plus

from benchmarks.latency import Latency, summary
from benchmarks.question import Question

PATHS = {"page": "/?q=", "JSON": "/api/v1/search?q="}
CLIENTS = (1, 8)
KINDS = ("term", "and", "or")  # one to three words

_REQUESTS = 400
_WARM_UP = 40
_HOST = "127.0.0.1"
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
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "searchapp", "serve", "--index", str(index), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait(port, process)
        yield port
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
        try:
            _get(http.client.HTTPConnection(_HOST, port, timeout=5), "/")
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The server did not start on port {port}.")


def _asked(port: int, path: str, addresses: Sequence[str], clients: int, requests: int) -> Served:
    _client(port, list(islice(cycle(addresses), _WARM_UP)))
    share = requests // clients
    shares = [list(islice(cycle(addresses), client * share, (client + 1) * share)) for client in range(clients)]
    samples: list[float] = []
    threads = [threading.Thread(target=lambda share=share: samples.extend(_client(port, share))) for share in shares]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Served(path, clients, summary(samples), len(samples) / (time.perf_counter() - started))


def _client(port: int, addresses: Sequence[str]) -> list[float]:
    """Ask for each address over one connection; return how many seconds each answer took, its last byte included."""
    connection = http.client.HTTPConnection(_HOST, port, timeout=30)
    samples = []
    for address in addresses:
        started = time.perf_counter()
        _get(connection, address)
        samples.append(time.perf_counter() - started)
    connection.close()
    return samples


def _get(connection: http.client.HTTPConnection, address: str) -> None:
    connection.request("GET", address)
    answer = connection.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{address} answered {answer.status}.")
