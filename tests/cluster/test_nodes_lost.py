"""Three nodes: each killed while articles are written and read, all at once, one standing still.

Nothing is lost, nothing is partial in silence, and afterwards the answers are those of one machine.
"""

import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("urllib3")

from searchapp.article import Article
from searchapp.engines import Ask, Budget, Engine, create_engine, discard_engine, open_engine
from searchapp.engines.opensearch import bulk
from searchapp.errors import ClusterProblem, IndexChanging
from searchapp.query.tree import And, Everything, Exact, Node, Or, Wildcard, Word
from tests.cluster.conftest import ask, need_cluster
from tests.cluster.nodes import Cluster
from tests.cluster.shared import free_port

NODES = 3
WORDS = ("gas", "oil", "deal", "ship", "port", "bank", "rate", "vote")
QUESTIONS: list[Node] = [
    Word("gas"),
    And((Word("oil"), Word("deal"))),
    Or((Word("ship"), Word("port"), Word("vote"))),
    Wildcard("ba*"),
    Exact("rate", "title"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    need_cluster()
    folder = Path(tempfile.mkdtemp(prefix="searchapp-nodes-"))  # nodes may run as somebody else, who has to reach it
    begun = Cluster(folder, NODES, free_port(NODES), {"cluster.fault_detection.follower_check.timeout": "2s"})
    begun.start()
    try:
        begun.wait()
        yield begun
    finally:
        begun.kill()
        shutil.rmtree(folder)


@pytest.fixture
def at(cluster: Cluster) -> str:
    return ",".join(cluster.addresses)


def article(number: int) -> Article:
    words = [word for place, word in enumerate(WORDS) if number >> place & 1 or number % (place + 3) == 0]
    title, body = " ".join(words[:2]), " ".join(words * 3)
    return Article(f"{number}", title, "", body, f"2007-{1 + number % 12:02}", "Daily" if number % 3 else "Post")


def whole(cluster: Cluster) -> None:
    """Wait until every copy of everything is there again."""
    cluster.wait()
    end = time.monotonic() + 180
    while ask(f"{cluster.addresses[0]}/_cluster/health?wait_for_status=green&timeout=30s")["status"] != "green":
        assert time.monotonic() < end


def answers(engine: Engine) -> list[tuple[object, ...]]:
    found = [engine.search(Ask(tree, limit=20, facets=("source", "month"))) for tree in QUESTIONS]
    return [
        (one.total, one.is_partial, one.facets, [(hit.article, round(hit.score, 4)) for hit in one.hits])
        for one in found
    ]


Open = Callable[..., Engine]


@pytest.fixture
def store(at: str, tmp_path: Path, cluster: Cluster) -> Iterator[Open]:
    """Begin stores by name, and open those that were begun."""
    opened: list[Engine] = []

    def open_it(name: str = "store") -> Engine:
        folder = tmp_path / name
        begin = open_engine if folder.exists() else partial(create_engine, settings={"at": at})
        opened.append(begin("opensearch", folder, "english"))
        return opened[-1]

    yield open_it
    whole(cluster)
    for one in opened:
        one.close()
    for note in tmp_path.glob("*/cluster.json"):
        discard_engine("opensearch", note.parent)


@pytest.fixture(autouse=True)
def small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have articles sent ahead of their commit, although they are few."""
    monkeypatch.setattr(bulk, "CHUNK", 20_000)


@contextmanager
def closing_with(ended: threading.Event) -> Iterator[None]:
    """End those who wait for an event when a `with` ends, however it does."""
    try:
        yield
    finally:
        ended.set()


def on_one_machine(folder: Path, articles: list[Article]) -> Engine:
    engine = create_engine("tantivy", folder, "english")
    engine.put(articles)
    engine.commit()
    return engine


def test_each_node_is_killed_while_articles_are_written_and_read_none_is_lost_and_no_answer_partial_in_silence(
    cluster: Cluster, store: Open, tmp_path: Path
) -> None:
    writer, reader, ended = store("written"), store("read"), threading.Event()
    reader.put(map(article, range(600)))
    reader.commit()
    whole(cluster)
    expected = answers(reader)

    def read() -> int:
        right = 0
        while not ended.is_set():
            try:
                found = answers(reader)
            except (ClusterProblem, IndexChanging):
                continue
            assert [one[0] for one in found] == [one[0] for one in expected]
            right += 1
        return right

    with ThreadPoolExecutor(4) as pool, closing_with(ended):
        readers = [pool.submit(read) for _ in range(2)]
        exported = reader.each(Word("gas"), "relevance")
        ids = [next(exported).id for _ in range(50)]
        for round_, number in enumerate(cluster.numbers):
            numbers = iter(range(round_ * 400, (round_ + 1) * 400))
            writer.put(article(n) for n in islice(numbers, 200))
            killing = pool.submit(cluster.kill, number)
            writer.put(map(article, numbers))
            committing = pool.submit(writer.commit)
            killing.result()
            ids += [one.id for one in islice(exported, 50)]
            committing.result()
            cluster.start(number)
            whole(cluster)
        ids += [one.id for one in exported]
        ended.set()
        assert all(one.result() > 0 for one in readers)
    assert len(ids) == len({*ids}) == reader.count(Word("gas"), Budget())
    one = on_one_machine(tmp_path / "one", [article(n) for n in range(1200)])
    assert sorted(writer.ids()) == sorted(one.ids())
    assert [found[:3] for found in answers(writer)] == [found[:3] for found in answers(one)]
    assert [*writer.each(Everything(), "newest")] == [*one.each(Everything(), "newest")]
    one.close()


def test_all_nodes_are_killed_at_once_and_what_was_committed_stands(cluster: Cluster, store: Open) -> None:
    engine = store()
    engine.put(map(article, range(300)))
    engine.commit()
    expected = answers(engine)
    cluster.kill()
    with pytest.raises(ClusterProblem, match="cannot be reached|did not answer"):
        engine.search(Ask(Word("gas"), budget=Budget.of(1.0)))
    cluster.start()
    whole(cluster)
    assert answers(engine) == expected
    engine.put(map(article, range(300, 400)))
    engine.commit()
    assert len(engine) == 400


def test_a_node_that_stands_still_delays_and_loses_nothing(cluster: Cluster, store: Open) -> None:
    engine = store()
    engine.put(map(article, range(300)))
    engine.commit()
    expected = [one[0] for one in answers(engine)]
    cluster.signal(2, signal.SIGSTOP)
    with suppress(ClusterProblem, IndexChanging):
        found = engine.search(Ask(QUESTIONS[0], budget=Budget.of(1.0)))
        assert found.is_partial or found.total == expected[0]
    engine.put(map(article, range(300, 320)))
    cluster.signal(2, signal.SIGCONT)
    engine.commit()
    whole(cluster)
    assert sorted(engine.ids(), key=int) == [f"{number}" for number in range(320)]
