"""Asking a cluster: what is tried again, what is told, and what is kept secret. A server of our own plays the cluster."""

import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("urllib3")

from searchapp.engines.opensearch.address import Address, read_address
from searchapp.engines.opensearch.connection import Connection, Refused
from searchapp.engines.opensearch.credentials import Credentials, read_credentials
from searchapp.errors import BadRequest, ClusterProblem, StorageProblem

Answer = tuple[int, Any]
ROOT = {"version": {"distribution": "opensearch", "number": "2.19.6"}}


class Played:
    """A cluster of one node that gives its answers one after the other, the last one again and again."""

    def __init__(self, answers: list[Answer], context: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, str | None]] = []
        played = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                played.asked.append((self.path, self.headers.get("Authorization")))
                status, values = answers.pop(0) if len(answers) > 1 else answers[0]
                body = values.encode() if isinstance(values, str) else json.dumps(values).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if context else "http"
        self.address = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


Play = Callable[..., Played]


@pytest.fixture
def play() -> Iterator[Play]:
    played: list[Played] = []

    def begin(*answers: Answer, context: ssl.SSLContext | None = None) -> Played:
        played.append(Played([*answers], context))
        return played[-1]

    yield begin
    for one in played:
        one.stop()


def connected(*addresses: str, header: str = "", certificates: str | None = None) -> Connection:
    return Connection(addresses, Credentials(header, certificates))


def error(status: int, kind: str, reason: str = "why") -> Answer:
    return status, {"error": {"type": kind, "reason": reason, "root_cause": [{"type": kind, "reason": reason}]}}


def test_what_passes_is_tried_again_on_any_node(play: Play) -> None:
    busy, other = play(error(503, "busy"), error(429, "busy"), (200, {"n": 1})), play((503, "starting"))
    connection = connected(busy.address, other.address)
    assert connection.ask("GET", "/x") == {"n": 1}
    connection.close()


def test_a_node_that_is_not_there_is_made_up_for_by_another(play: Play) -> None:
    there = play((200, {"n": 1}))
    connection = connected("http://127.0.0.1:9", there.address)
    assert [connection.ask("GET", "/x") for _ in range(3)] == [{"n": 1}] * 3
    connection.close()


SENTENCES = [
    ((200, "<html>hello</html>"), ClusterProblem, "is not OpenSearch"),
    ((200, {"version": {"number": "8.11.0"}}), ClusterProblem, "is not OpenSearch, but says '8.11.0'"),
    ((200, {"version": {"number": "1.3.0", "distribution": "opensearch"}}), ClusterProblem, "2.12 or later is needed"),
    ((401, "Unauthorized"), ClusterProblem, "does not know this user or password. Set SEARCHAPP_CLUSTER_USER"),
    (error(403, "security_exception", "no permissions for [x]"), ClusterProblem, "not allow .*no permissions for .x."),
    (error(403, "cluster_block_exception", "index read-only"), StorageProblem, "disk is nearly full.*Make room"),
    (error(429, "cluster_block_exception", "flood-stage"), StorageProblem, "disk is nearly full.*flood-stage"),
]


@pytest.mark.parametrize(("answer", "kind", "sentence"), SENTENCES, ids=[case[2][:20] for case in SENTENCES])
def test_each_fault_has_a_sentence_of_its_own(play: Play, answer: Answer, kind: type[Exception], sentence: str) -> None:
    connection = connected(play(answer).address)
    with pytest.raises(kind, match=sentence):
        connection.check()
    connection.close()


@pytest.mark.parametrize("kind", ["node_not_connected_exception", "node_disconnected_exception"])
def test_a_node_that_others_have_lost_is_told_as_such(kind: str) -> None:
    connection = connected("http://127.0.0.1:9")
    told = str(connection.explained(Refused(500, kind, "[node2] Node not connected", kind)))
    connection.close()
    assert "A node of the cluster at http://127.0.0.1:9 has gone" in told
    assert "node2" in told


def test_a_cluster_that_is_not_there_is_named() -> None:
    connection = connected("http://127.0.0.1:9")
    with pytest.raises(ClusterProblem, match=r"http://127.0.0.1:9 cannot be reached.*If it wants TLS, write https://"):
        connection.ask("GET", "/", until=0.0)
    connection.close()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """Return a certificate that nobody has signed but its owner, and what serves with it."""
    if not shutil.which("openssl"):
        pytest.skip("This needs openssl: apt-get install openssl")
    paths = tmp_path / "key.pem", tmp_path / "certificate.pem"
    names = ["-subj", "/CN=node", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", paths[0], "-out", paths[1], *names],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paths[1], paths[0])
    return paths[1], context


def test_a_certificate_is_believed_only_if_it_is_known(play: Play, certificate: tuple[Path, ssl.SSLContext]) -> None:
    file, context = certificate
    played = play((200, ROOT), context=context)
    stranger, known = connected(played.address), connected(played.address, certificates=str(file), header="Bearer x")
    with pytest.raises(ClusterProblem, match="signed by nobody we know.*SEARCHAPP_CLUSTER_CA=FILE"):
        stranger.check()
    assert played.asked == []
    known.check()
    assert played.asked == [("/", "Bearer x")]
    for one in (stranger, known):
        one.close()


def test_https_where_only_http_is_spoken_is_told(play: Play) -> None:
    connection = connected(play((200, ROOT)).address.replace("http:", "https:"))
    with pytest.raises(ClusterProblem, match="does not speak TLS.*Is it http:// instead"):
        connection.check()
    connection.close()


def test_a_password_never_travels_where_others_can_read_it_and_is_shown_nowhere() -> None:
    credentials = read_credentials({"SEARCHAPP_CLUSTER_USER": "me", "SEARCHAPP_CLUSTER_PASSWORD": "geheim"})
    assert credentials.header == "Basic bWU6Z2VoZWlt"
    assert "bWU6" not in repr(credentials)
    with pytest.raises(BadRequest, match="Write https:// for http://"):
        Connection(("http://search.example:9200",), credentials)
    with pytest.raises(BadRequest) as told:
        read_address("https://me:geheim@search.example:9200")
    assert "geheim" not in str(told.value)


def test_credentials_come_from_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text("user: me\npassword: a:b c\n")
    file.chmod(0o644)
    with pytest.raises(BadRequest, match="can be read by other users. Run: chmod 600"):
        read_credentials({"SEARCHAPP_CLUSTER_CREDENTIALS": str(file)})
    file.chmod(0o600)
    assert read_credentials({"SEARCHAPP_CLUSTER_CREDENTIALS": str(file)}).header == "Basic bWU6YTpiIGM="
    file.write_text("token: t\n")
    assert read_credentials({"SEARCHAPP_CLUSTER_CREDENTIALS": str(file)}).header == "Bearer t"
    for text in ("", "pass: x\n"):
        file.write_text(text)
        with pytest.raises(BadRequest, match="may have lines like"):
            read_credentials({"SEARCHAPP_CLUSTER_CREDENTIALS": str(file)})
    with pytest.raises(BadRequest, match="cannot be read: No such file"):
        read_credentials({"SEARCHAPP_CLUSTER_CREDENTIALS": str(tmp_path / "none")})
    with pytest.raises(BadRequest, match="There is no file"):
        read_credentials({"SEARCHAPP_CLUSTER_CA": str(tmp_path / "none")})
    assert read_credentials({}) == Credentials()


def test_an_address_names_nodes_and_an_index() -> None:
    assert read_address("https://one:9200, http://two/news-room") == Address(
        ("https://one:9200", "http://two"), "news-room"
    )
    assert read_address("http://[::1]:9200") == Address(("http://[::1]:9200",), "searchapp")
    assert str(read_address("https://a:1,https://b:2/c")) == "https://a:1,https://b:2/c"
    for wrong in (
        "",
        "localhost:9200",
        "ftp://x",
        "https://",
        "https://x/A",
        "https://x/a/b",
        "https://x/_a",
        "https://x?y",
    ):
        with pytest.raises(BadRequest):
            read_address(wrong)
