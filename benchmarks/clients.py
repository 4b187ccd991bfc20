"""Many clients of one server, all in one process and at little cost, since they share the machine with the server.

Each has a connection of its own and asks again as soon as it has its answer, its last byte included.
"""

import selectors
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count, islice

HOST = "127.0.0.1"
_PATIENCE = 30.0  # seconds without any answer
_CHUNK = 1 << 18
_numbers = count()
_OK, _COME_AGAIN = b"200", b"503"


@dataclass
class Answers:
    """The seconds that each answer took, how many were refusals (503), and the seconds from first to last."""

    took: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0


def ask(ports: Sequence[int], addresses: Iterable[str], clients: int) -> Answers:
    """Ask for each address once, over so many connections, which are spread over servers on several ports.

    Raises:
        RuntimeError: a server gave another answer than a page or a refusal, or none for half a minute.
    """
    waiting = iter(addresses)
    answers = Answers()
    started = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for number, address in enumerate(islice(waiting, clients)):
            client = _Client(ports[number % len(ports)])
            selector.register(client.connection, selectors.EVENT_READ, client)
            client.ask(address)
        while selector.get_map():
            for client in _with_news(selector):
                if not client.has_read():
                    continue
                answers.took.append(time.perf_counter() - client.started)
                answers.refused += client.was_refused
                if (following := next(waiting, None)) is None:
                    selector.unregister(client.connection)
                    client.connection.close()
                else:
                    client.ask(following)
    answers.seconds = time.perf_counter() - started
    return answers


def fresh(address: str) -> str:
    """Write the address of a search so that no answer to it is remembered: searches ignore what is added."""
    return f"{address}&utm_id={next(_numbers)}"


def _with_news(selector: selectors.BaseSelector) -> "Iterable[_Client]":
    if not (ready := selector.select(_PATIENCE)):
        raise RuntimeError(f"No answer for {_PATIENCE:.0f} seconds.")
    return [key.data for key, _ in ready]


class _Client:
    """One connection, which is kept."""

    def __init__(self, port: int) -> None:
        self.connection = socket.create_connection((HOST, port))
        self.started = 0.0
        self.was_refused = False
        self._address = ""
        self._read = bytearray()
        self._head = 0  # bytes, once they are all there
        self._length: int | None = None  # of the body; None if it comes in chunks

    def ask(self, address: str) -> None:
        self._address, self._read, self._head, self._length = address, bytearray(), 0, None
        self.started = time.perf_counter()
        self.connection.sendall(f"GET {address} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())

    def has_read(self) -> bool:
        """Read what is there; say whether the answer is whole."""
        if not (piece := self.connection.recv(_CHUNK)):
            raise RuntimeError(f"The connection ended within the answer to {self._address}.")
        self._read += piece
        if not self._head:
            if (end := self._read.find(b"\r\n\r\n")) < 0:
                return False
            self._begin(end + 4)
        if self._length is None:
            return self._read.endswith(b"0\r\n\r\n")
        return len(self._read) >= self._head + self._length

    def _begin(self, head: int) -> None:
        self._head = head
        status, *fields = bytes(self._read[:head]).lower().split(b"\r\n")
        code = status.split()[1]
        if code not in {_OK, _COME_AGAIN}:
            raise RuntimeError(f"{self._address} was answered with {code.decode()}.")
        self.was_refused = code == _COME_AGAIN
        lengths = [value for name, _, value in (line.partition(b":") for line in fields) if name == b"content-length"]
        self._length = int(lengths[0]) if lengths else None
