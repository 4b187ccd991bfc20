"""Runs that are broken off: the indexer killed, the network gone for a while or for good. Work is repeated, none is lost."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("urllib3")

from searchapp.answers.elsewhere import Mirror
from searchapp.answers.library import opened
from searchapp.engines.opensearch import bulk
from searchapp.engines.opensearch.connection import Connection
from searchapp.errors import BadRequest, ClusterProblem
from searchapp.indexer import Summary, SyncSettings, sync
from searchapp.indexer.migrating import migrate
from tests.cluster.conftest import ask
from tests.cluster.proxy import Proxy
from tests.indexing import adds_up, article, contents, write


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    for number in range(5):
        write(folder / f"{number}.txt", article(number))
    return folder


def fill(news: Path, index: Path, at: str) -> Summary:
    return sync([news], index, SyncSettings("opensearch", processes=0, engine_settings={"at": at}))


def change(news: Path) -> None:
    """Make one file new, one another, and one gone."""
    write(news / "new.txt", article(10))
    write(news / "1.txt", article(11))
    (news / "0.txt").unlink()


def texts(index: Path) -> list[str]:
    """Return the path and the digest of each article."""
    return sorted(f"{path} {digest}" for path, digest in contents(index).values())


def whole(news: Path, folder: Path) -> list[str]:
    """Return what an index of the news has that was never broken off."""
    sync([news], folder / "whole", SyncSettings("plain", processes=0))
    return texts(folder / "whole")


def show_all(at: str) -> None:
    node, _, name = at.rpartition("/")
    ask(f"{node}/{name}-*/_refresh", "POST")


MOMENTS: list[tuple[str, ...]] = [
    ("_bulk", "before"),
    ("_bulk", "after"),
    ("_refresh", "after"),
    ("commit%3A", "before"),
    ("commit%3A", "after"),
    ("published", "before"),
    ("_bulk", "before", "1"),  # ahead of the commit
    ("_bulk", "after", "1"),
    ("_refresh", "after", "1"),
]


def test_an_indexer_that_is_killed_at_any_step_repeats_work_and_loses_none(news: Path, tmp_path: Path, at: str) -> None:
    index = tmp_path / "index"
    fill(news, index, at)
    for round_, moment in enumerate(MOMENTS):
        write(news / "1.txt", article(20 + round_))
        write(news / f"new{round_}.txt", article(40 + round_))
        (news / f"new{round_ - 2}.txt").unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.cluster.dying", news, index, at, *moment]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        show_all(at)  # as a node does that comes back
        assert adds_up(index, fill(news, index, at))
        assert texts(index) == whole(news, tmp_path), moment
    with closing(Mirror(at)) as mirror, opened(mirror.folder) as library:
        assert sorted(library.engine.ids()) == sorted(contents(index))


@pytest.fixture
def proxy(at: str) -> Iterator[Proxy]:
    made = Proxy(int(at.rpartition("/")[0].rpartition(":")[2]))
    yield made
    made.close()


@pytest.fixture
def behind(proxy: Proxy, at: str) -> str:
    """Return the address of the cluster behind the proxy."""
    return f"{proxy.address}/{at.rpartition('/')[2]}"


FAULTS = {"broken": Proxy.cut, "swallowing": Proxy.swallow}
faults = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


def fail_at_the_next_bulk(proxy: Proxy, fault: Callable[[Proxy], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the network fail when articles are sent next."""
    real = Connection.ask

    def ask(connection: Connection, method: str, path: str, *arguments: Any, **more: Any) -> Any:
        if path.endswith("_bulk") and not proxy.was_cut.is_set():
            fault(proxy)
        return real(connection, method, path, *arguments, **more)

    monkeypatch.setattr(Connection, "ask", ask)


def give_up_soon(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nobody wait for long while the network has failed."""
    real = Connection.ask

    def ask(
        connection: Connection, method: str, path: str, body: Any = None, *, until: float | None = None, **more: str
    ) -> Any:
        soon = time.monotonic() + 0.2 if proxy.fails else None
        return real(connection, method, path, body, until=soon or until, **more)

    monkeypatch.setattr(Connection, "ask", ask)


@faults
@pytest.mark.parametrize("size", [1, bulk.CHUNK], ids=["ahead", "commit"])
def test_a_run_goes_on_by_itself_when_the_network_is_back(
    news: Path,
    tmp_path: Path,
    proxy: Proxy,
    behind: str,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[Proxy], None],
    size: int,
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", size)
    fail_at_the_next_bulk(proxy, fault, monkeypatch)

    def mend() -> None:
        assert proxy.was_cut.wait(60)
        threading.Timer(1.0, proxy.mend).start()

    mending = threading.Thread(target=mend)
    mending.start()
    assert adds_up(tmp_path / "index", fill(news, tmp_path / "index", behind))
    mending.join()
    assert texts(tmp_path / "index") == whole(news, tmp_path)


@faults
def test_what_was_committed_stands_when_the_network_is_gone_for_good_and_the_next_run_goes_on(
    news: Path,
    tmp_path: Path,
    at: str,
    proxy: Proxy,
    behind: str,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[Proxy], None],
) -> None:
    index = tmp_path / "index"
    fill(news, index, behind)
    before = texts(index)
    change(news)
    give_up_soon(proxy, monkeypatch)
    fail_at_the_next_bulk(proxy, fault, monkeypatch)
    with pytest.raises(ClusterProblem, match="cannot be reached|did not answer in time"):
        fill(news, index, behind)
    with closing(Mirror(at)) as mirror:
        assert texts(mirror.folder) == before
    proxy.mend()
    assert adds_up(index, fill(news, index, behind))
    assert texts(index) == whole(news, tmp_path)


def test_a_migration_goes_on_when_the_network_is_back(
    news: Path, tmp_path: Path, proxy: Proxy, behind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    sync([news], index, SyncSettings(processes=0))
    before = texts(index)
    give_up_soon(proxy, monkeypatch)

    def tell(done: int) -> None:
        if done == 4:
            proxy.cut()

    with pytest.raises(ClusterProblem, match="cannot be reached"):
        migrate(index, "opensearch", settings={"at": behind}, on_progress=tell, batch=2)
    proxy.mend()
    assert migrate(index, "opensearch", settings={"at": behind}).before == 5  # what was being sent is finished first
    assert texts(index) == before


@pytest.mark.parametrize("part", ["_bulk", "_refresh"])
def test_a_migration_that_is_killed_is_resumed(news: Path, tmp_path: Path, at: str, part: str) -> None:
    index = tmp_path / "index"
    sync([news], index, SyncSettings(processes=0))
    there = texts(index)
    command = [sys.executable, "-m", "tests.cluster.dying", "migrate", index, at, part, "after"]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert texts(index) == there
    moved = migrate(index, "opensearch", settings={"at": at}, batch=2)
    assert (moved.articles, moved.before) == (5, 2)  # what was being sent is finished first
    assert texts(index) == there


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_migration_that_is_killed_as_it_is_published_is_published_by_the_same_command(
    news: Path, tmp_path: Path, at: str, when: str
) -> None:
    index = tmp_path / "index"
    sync([news], index, SyncSettings(processes=0))
    there = texts(index)
    command = [sys.executable, "-m", "tests.cluster.dying", "migrate", index, at, "published", when]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert texts(index) == there
    moved = migrate(index, "opensearch", settings={"at": at})
    assert (moved.articles, moved.before) == (5, 5)
    with closing(Mirror(at)) as mirror:
        assert texts(mirror.folder) == there
    assert not [*index.glob("gen-*/engine/*.seg")]
    with pytest.raises(BadRequest, match="has the opensearch engine already"):
        migrate(index, "opensearch", settings={"at": at})
