"""Requests go to the process that answers the fewest, whichever accepted their connection."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

import pytest
from waitress.wasyncore import close_all

from searchapp.web.connections import Server
from searchapp.web.handover import LARGEST, Member, Team


@dataclass
class Application:
    """A WSGI application that names itself; an answer to /slow waits until it may end."""

    name: str
    has_begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    may_end: threading.Event = field(default_factory=threading.Event)

    def __call__(
        self, environment: dict[str, object], start: Callable[[str, list[tuple[str, str]]], object]
    ) -> Iterable[bytes]:
        sent = environment["wsgi.input"].read()  # type: ignore[attr-defined]
        if environment["PATH_INFO"] == "/slow":
            self.has_begun.release()
            assert self.may_end.wait(30)
        start("200 OK", [("Content-Type", "text/plain")])
        return [f"{self.name} {len(sent)} {environment['REMOTE_ADDR']}".encode()]


@dataclass
class Pair:
    """Two servers, each with an application; all clients connect to the first."""

    port: int
    applications: list[Application]
    team: Team


@contextmanager
def running(member: Member, application: Application, listener: socket.socket) -> Iterator[None]:
    server = Server(application, _sock=listener, bind_socket=False, threads=4, recv_bytes=LARGEST)
    server.join(member)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        application.may_end.set()
        server.parent = server.next_channel_cleanup = 0  # as if the process that started it had ended
        server.pull_trigger()
        thread.join()
        close_all(server._map)


@pytest.fixture
def pair() -> Iterator[Pair]:
    applications, team = [Application("first"), Application("second")], Team(2)
    with ExitStack() as stack:
        for ends in team.doors:
            stack.enter_context(closing(ends[1]))
        listeners = [stack.enter_context(closing(socket.create_server(("127.0.0.1", 0)))) for _ in applications]
        for place, (application, listener) in enumerate(zip(applications, listeners, strict=True)):
            stack.enter_context(running(Member(team, place), application, listener))
        yield Pair(listeners[0].getsockname()[1], applications, team)


@pytest.fixture
def clients(pair: Pair) -> Iterator[Callable[[], http.client.HTTPConnection]]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", pair.port, timeout=30)))


Clients = Callable[[], http.client.HTTPConnection]


def answer(client: http.client.HTTPConnection, path: str = "/", sent: bytes | None = None) -> str:
    client.request("POST" if sent else "GET", path, sent)
    return client.getresponse().read().decode()


def keep_busy(client: http.client.HTTPConnection, application: Application) -> None:
    client.request("GET", "/slow")
    assert application.has_begun.acquire(timeout=30)


def test_who_asks_while_others_are_answered_is_answered_by_a_free_process(pair: Pair, clients: Clients) -> None:
    first, second = clients(), clients()
    assert answer(second) == "first 0 127.0.0.1"
    keep_busy(first, pair.applications[0])
    assert answer(second) == "second 0 127.0.0.1"
    assert answer(second) == "second 0 127.0.0.1"  # over the same connection
    pair.applications[0].may_end.set()
    assert first.getresponse().read() == b"first 0 127.0.0.1"


def test_requests_come_evenly_to_all_processes(pair: Pair, clients: Clients) -> None:
    waiting = [clients() for _ in range(4)]
    for number, client in enumerate(waiting):
        keep_busy(client, pair.applications[number % 2])
    for application in pair.applications:
        application.may_end.set()
    answers = [client.getresponse().read().split()[0] for client in waiting]
    assert answers == [b"first", b"second"] * 2


def test_a_long_body_arrives_whole_where_its_request_was_handed(pair: Pair, clients: Clients) -> None:
    keep_busy(clients(), pair.applications[0])
    assert answer(clients(), sent=b"x" * 1_000_000) == "second 1000000 127.0.0.1"


def test_a_process_that_has_ended_is_handed_nothing(pair: Pair, clients: Clients) -> None:
    keep_busy(clients(), pair.applications[0])
    pair.team.leave(1)
    assert answer(clients()) == "first 0 127.0.0.1"


def test_a_process_that_takes_nothing_is_handed_no_more_than_its_door_holds() -> None:
    team = Team(2)
    with ExitStack() as stack:
        ends = [stack.enter_context(closing(end)) for door in team.doors for end in door]
        busy = Member(team, 0)
        Member(team, 1).answers(0)
        busy.answers(100_000)
        handed = [busy.hand_over(ends[0], b"GET / HTTP/1.1\r\n\r\n") for _ in range(5_000)]
    assert handed[0]
    assert not handed[-1]
    assert team.load(1) == sum(handed)
