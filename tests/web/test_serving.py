"""The server as its clients meet it: none of them, slow, silent or many, takes it from the others."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from waitress import wasyncore

from searchapp.article import Article
from searchapp.web import create_app
from searchapp.web.admission import Places
from searchapp.web.connections import Patience, Server
from tests.corpus import write_articles
from tests.indexing import sync

WORDS = ["harbour", "bridge", "council", "storm", "ferry", "market", "budget", "school", "river", "tunnel"]
PROGRAM = """
import sys
from pathlib import Path
from waitress import buffers
from searchapp.web.connections import Patience
from searchapp.web.serve import listening, serve_forever

def refuse(*_):
    raise AssertionError("a temporary file")

buffers.TempfileBasedBuffer.__init__ = refuse

if __name__ == "__main__":
    with listening("127.0.0.1", 0) as address:
        serve_forever(Path(sys.argv[1]), address, 2, on_start=lambda line: print(line, flush=True),
                      patience=Patience(request=1.0, idle=1.5, connections=60))
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four thousand articles: an export of 15 MB, more than any buffer between server and client takes."""
    folder = tmp_path_factory.mktemp("serving")
    body = " ".join(WORDS * 40)
    write_articles(
        folder / "news",
        [Article(str(number), title=f"Report {number}", body=f"{number} {body}") for number in range(4000)],
    )
    sync([folder / "news"], folder / "index", processes=0)
    return folder / "index"


@pytest.fixture(scope="module")
def server(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with serving(index, tmp_path_factory.mktemp("program")) as running:
        yield running


@contextmanager
def serving(index: Path, folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run the server in processes of its own, none of which is left afterwards; yield the first, and its port."""
    program = folder / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, program, index]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout
            yield process, int(process.stdout.readline().split(":")[2].split("/")[0])
            process.terminate()
            process.wait(10)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_addresses_in_answers_begin_as_a_proxy_on_this_machine_was_asked(
    server: tuple[subprocess.Popen[str], int], scheme: str
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server[1], timeout=30)
    forwarded = {"X-Forwarded-Proto": scheme, "X-Forwarded-Host": "evil.test", "X-Forwarded-For": "10.0.0.1"}
    connection.request("GET", "/feed.atom?q=storm", headers=forwarded)
    feed = connection.getresponse().read().decode()
    connection.close()
    assert f'href="{scheme}://127.0.0.1' in feed
    assert "evil.test" not in feed


def asked(port: int, path: str, timeout: float = 30) -> tuple[int, float]:
    """Return the status of an answer and the seconds that it took."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - started
    finally:
        connection.close()


def test_a_long_list_is_taken_without_a_temporary_file(server: tuple[subprocess.Popen[str], int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server[1], timeout=30)
    lines = b"harbour\n" + b"# a comment that makes it long\n" * 60_000
    connection.request("POST", "/api/v1/list?format=csv", lines, {"Content-Type": "text/plain"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert b"harbour,harbour,4000" in answer.read()
    connection.close()


def sending(port: int, stack: ExitStack, text: bytes) -> socket.socket:
    client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
    client.sendall(text)
    return client


def is_closed(client: socket.socket) -> bool:
    """Wait until the server closes a connection; what it sent before is read."""
    client.settimeout(10)
    try:
        while client.recv(1 << 16):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


EXPORT = b"GET /api/v1/export?format=csv HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_exports_that_nobody_reads_are_ended_and_stop_no_one(server: tuple[object, int]) -> None:
    _, port = server
    with ExitStack() as stack:
        clients = [sending(port, stack, EXPORT) for _ in range(12)]
        for _ in range(5):
            assert asked(port, "/?q=bridge")[0] == 200
            assert asked(port, "/healthz")[1] < 5
        assert all(map(is_closed, clients))


def test_more_exports_than_there_are_places_for_are_told_to_come_again(index: Path) -> None:
    app = create_app(index, places=Places(exports=1))
    first = app.test_client().get("/api/v1/export?format=csv", buffered=False)
    second = app.test_client().get("/api/v1/export?format=csv")
    assert (second.status_code, second.headers["Retry-After"]) == (503, "2")
    assert second.json and second.json["title"] == "Too many searches at once"
    first.close()
    third = app.test_client().get("/api/v1/export?format=csv", buffered=False)
    assert third.status_code == 200
    third.close()


def test_silent_connections_make_room_for_those_who_ask(server: tuple[object, int]) -> None:
    _, port = server
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        assert asked(port, "/?q=bridge")[0] == 200


HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def stepped(index: Path) -> Iterator[Server]:
    """A server whose loop a test turns round by round."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(create_app(index), _sock=listener, bind_socket=False, threads=1)
        yield server
        server.task_dispatcher.shutdown(timeout=5)
        wasyncore.close_all(server._map)


def connected(server: Server) -> socket.socket:
    return socket.create_connection(server.socket.getsockname(), timeout=10)


def test_a_request_that_arrived_while_the_server_was_busy_is_answered(stepped: Server) -> None:
    with connected(stepped) as client:
        stepped.handle_accept()
        (channel,) = stepped.active_channels.values()
        client.sendall(HEALTH)
        stepped.maintenance(time.time() + 60)  # a minute went by before this process came to read it
        channel.handle_read()
        stepped.maintenance(time.time() + 120)
        assert client.recv(12) == b"HTTP/1.1 200"
        stepped.task_dispatcher.shutdown(timeout=5)
        for _ in range(2):
            stepped.maintenance(time.time() + 180)  # now the client is the one who sends nothing
        assert not channel.connected


def test_a_connection_closed_to_make_room_does_not_take_the_new_one_with_it(stepped: Server) -> None:
    stepped.patience = Patience(connections=1)
    with connected(stepped) as old:
        stepped.handle_accept()
        with connected(stepped) as new:
            old.shutdown(socket.SHUT_WR)
            for _ in range(2):
                wasyncore.loop(timeout=1, use_poll=True, map=stepped._map, count=1)
            assert is_closed(old)
            new.sendall(HEALTH)
            wasyncore.loop(timeout=1, use_poll=True, map=stepped._map, count=1)
            assert new.recv(12) == b"HTTP/1.1 200"


def test_half_a_request_is_not_waited_for(server: tuple[object, int]) -> None:
    _, port = server
    with ExitStack() as stack:
        clients = [sending(port, stack, b"GET /?q=bridge HTTP/1.1\r\nHost: 12") for _ in range(20)]
        assert asked(port, "/?q=bridge")[0] == 200
        assert all(map(is_closed, clients))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_within_seconds_whoever_hangs_on(index: Path, tmp_path: Path, how: signal.Signals) -> None:
    with serving(index, tmp_path) as (running, port), ExitStack() as stack:
        assert asked(port, "/healthz", 30)[0] == 200
        for _ in range(4):
            sending(port, stack, EXPORT)
        os.kill(running.pid, how)
        assert running.wait(10) == 0
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_search_beyond_the_queue_is_told_to_come_again(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from searchapp.web import pages

    app = create_app(index, places=Places(searches=1, waiting=0))
    met: list[int] = []

    def nested(*arguments: object) -> object:
        monkeypatch.undo()
        met.append(app.test_client().get("/?q=bridge").status_code)
        met.append(app.test_client().get("/healthz").status_code)
        return pages.search(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pages, "search", nested)
    assert app.test_client().get("/?q=bridge").status_code == 200
    assert met == [503, 200]
    assert app.test_client().get("/?q=bridge").status_code == 200  # the place is free again


def test_the_limits_of_the_server_leave_time_for_an_honest_client() -> None:
    assert Patience().request >= 5
    assert Patience().idle >= 10
