"""A cluster with TLS, users and roles: the roles of docs/cluster.md suffice, the reader's cannot write, secrets stay so."""

import base64
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("urllib3")

from searchapp.article import Article
from searchapp.catalog import open_catalog
from searchapp.engines import open_engine
from searchapp.errors import ClusterProblem
from tests.cluster import jars
from tests.cluster.secured import Secured, secured
from tests.indexing import article, write
from tests.shell import Run, shell

PASSWORDS = {"writer": "Quite!Unlikely7", "reader": "Rather.Improbable8"}
ROLES = Path(__file__).parents[2] / "docs/cluster.md"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Secured]:
    if why := jars.missing(jars.SECURED) or ("" if shutil.which("openssl") else "apt-get install openssl"):
        pytest.skip(why)
    folder = Path(tempfile.mkdtemp(prefix="searchapp-secured-"))  # the node may run as somebody else
    try:
        with secured(folder) as begun:
            roles = re.findall(r"```json\n(.*?)```", ROLES.read_text("utf-8"), re.DOTALL)
            for (name, password), role in zip(PASSWORDS.items(), roles, strict=True):
                begun.add_user(name, password, json.loads(role))
            yield begun
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def at(cluster: Secured) -> Iterator[str]:
    yield f"{cluster.address}/newsroom"
    cluster.ask("DELETE", "/newsroom*?expand_wildcards=open")


Be = Callable[[str], None]


@pytest.fixture
def be(cluster: Secured, monkeypatch: pytest.MonkeyPatch) -> Be:
    """Return what makes us a user of the cluster."""
    monkeypatch.setenv("SEARCHAPP_CLUSTER_CA", str(cluster.authority))

    def become(name: str) -> None:
        monkeypatch.setenv("SEARCHAPP_CLUSTER_USER", name)
        monkeypatch.setenv("SEARCHAPP_CLUSTER_PASSWORD", PASSWORDS[name])

    become("writer")
    return become


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(5):
        write(tmp_path / "news" / f"{number}.txt", article(number))
    return tmp_path


@pytest.fixture
def run(be: Be, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return shell(monkeypatch, capsys)


@pytest.fixture
def index(folder: Path, at: str, run: Run) -> Path:
    """Index what is in the folder, as writer."""
    code, _, err = run("index", folder / "news", "--engine", "opensearch", "--at", at, "--index", folder / "index")
    assert code == 0, err
    return folder / "index"


def test_the_role_of_who_writes_suffices_for_all_that_writes(folder: Path, index: Path, at: str, run: Run) -> None:
    (folder / "news/0.txt").unlink()
    steps = [
        ["index"],
        ["index", "--rebuild"],
        ["check"],
        ["query", "body"],
        ["migrate", "--engine", "whoosh"],
        ["migrate", "--engine", "opensearch", "--at", at],
        ["forget", folder / "news"],
    ]
    for step in steps:
        code, _, err = run(*step, "--index", index)
        assert code == 0, (step, err)


def test_the_role_of_who_reads_suffices_for_all_that_reads_and_for_nothing_else(
    folder: Path, index: Path, at: str, be: Be, run: Run
) -> None:
    be("reader")
    found = json.loads(run("query", "body", "--json", "--at", at)[1])["hits"]
    steps = [
        ["query", "bod*", "--sort", "newest", "--facets"],
        ["query", "body", "--export", "jsonl"],
        ["query", "body OR zebra"],
        ["article", found[0]["id"]],
        ["suggest", "bo"],
        ["trends", "body"],
        ["files"],
        ["stats"],
    ]
    for step in steps:
        code, _, err = run(*step, "--at", at)
        assert code == 0, (step, err)
    with closing(open_catalog(index)) as catalog:
        engine = open_engine("opensearch", catalog.engine_folder, catalog.language)
    with pytest.raises(ClusterProblem, match="does not allow this user to do that .*docs/cluster.md has the role"):
        engine.put([Article("more", "gas")])
    engine.close()
    (folder / "news/more.txt").write_text("More\n\nOf the body.\n")
    for step in (["index"], ["index", "--rebuild"]):
        code, _, err = run(*step, "--index", index)
        assert (code, "does not allow this user" in err) == (2, True), (step, err)
    assert json.loads(run("query", "body", "--json", "--at", at)[1])["hits"] == found


FAULTS = {
    "wrong password": ({"SEARCHAPP_CLUSTER_PASSWORD": "Wrong!Secret9"}, "", "does not know this user or password"),
    "unknown certificate": ({"SEARCHAPP_CLUSTER_CA": ""}, "", "signed by nobody we know.*SEARCHAPP_CLUSTER_CA=FILE"),
    "http for https": ({"SEARCHAPP_CLUSTER_USER": ""}, "http:", "cannot be reached.*If it wants TLS, write https://"),
}


@pytest.mark.parametrize(("changed", "scheme", "sentence"), FAULTS.values(), ids=FAULTS)
def test_each_way_of_not_getting_in_is_told_and_no_secret_with_it(
    at: str, run: Run, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], scheme: str, sentence: str
) -> None:
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    code, out, err = run("stats", "--at", at.replace("https:", scheme or "https:"))
    assert (code, out) == (2, "")
    assert re.search(sentence, " ".join(err.split())), err
    assert not [secret for secret in ("Wrong!Secret9", *PASSWORDS.values()) if secret in err]


def test_a_token_lets_in_for_what_its_user_may_do_and_is_shown_nowhere(
    folder: Path, index: Path, cluster: Secured, at: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "PASSWORD"):
        monkeypatch.delenv(f"SEARCHAPP_CLUSTER_{name}")
    (folder / "news/more.txt").write_text("More\n\nOf the body.\n")
    reading, writing = cluster.token("reader"), cluster.token("writer")
    steps = [
        (reading, ["query", "body", "--at", at], 0, ""),
        (reading, ["index", "--index", index], 2, "does not allow this user"),
        (f"{reading[:-4]}AAAA", ["query", "body", "--at", at], 2, "does not know this user or password"),
        (writing, ["index", "--index", index], 0, ""),
    ]
    for token, step, expected, sentence in steps:
        monkeypatch.setenv("SEARCHAPP_CLUSTER_TOKEN", token)
        code, out, err = run(*step)
        assert (code, sentence in " ".join(err.split())) == (expected, True), (step, err)
        assert token not in out + err
    kept = [file.read_bytes() for file in index.rglob("*") if file.is_file()]
    assert not [token for token in (reading, writing) if token.encode() in b"".join(kept)]


def test_no_secret_is_written_down_anywhere(index: Path, cluster: Secured) -> None:
    password = PASSWORDS["writer"]
    secrets = [password.encode(), base64.b64encode(f"writer:{password}".encode())]
    kept = [file.read_bytes() for file in [*index.rglob("*"), *cluster.cluster.folder.rglob("*.log")] if file.is_file()]
    kept.append(json.dumps(cluster.ask("GET", "/newsroom/_search?size=100")).encode())
    assert b"newsroom" in b"".join(kept)
    assert not [secret for secret in secrets if secret in b"".join(kept)]
