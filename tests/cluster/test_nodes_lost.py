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
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("urllib3")

from searchapp.article import Article
from searchapp.engines import Ask, Budget, Engine, create_engine, discard_engine, open_engine
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


@pytest.fixture
def store(at: str, tmp_path: Path, cluster: Cluster) -> Iterator[Callable[[], Engine]]:
    opened: list[Engine] = []

    def open_it() -> Engine:
        folder = tmp_path / "store"
        begin = partial(create_engine, settings={"at": at}) if not opened else open_engine
        opened.append(begin("opensearch", folder, "english"))
        return opened[-1]

    yield open_it
    whole(cluster)
    for one in opened:
        one.close()
    discard_engine("opensearch", tmp_path / "store")


def on_one_machine(folder: Path, articles: list[Article]) -> Engine:
    engine = create_engine("tantivy", folder, "english")
    engine.put(articles)
    engine.commit()
    return engine


def test_each_node_is_killed_while_articles_are_written_and_none_is_lost(
    cluster: Cluster, store: Callable[[], Engine], tmp_path: Path
) -> None:
    engine = store()
    for round_, number in enumerate(cluster.numbers):
        engine.put(article(n) for n in range(round_ * 400, (round_ + 1) * 400))
        killing = threading.Thread(target=cluster.kill, args=(number,))
        killing.start()
        engine.commit()
        killing.join()
        cluster.start(number)
        whole(cluster)
    expected = on_one_machine(tmp_path / "one", [article(n) for n in range(1200)])
    assert sorted(engine.ids()) == sorted(expected.ids())
    assert [one[:3] for one in answers(engine)] == [one[:3] for one in answers(expected)]
    assert [*engine.each(Everything(), "newest")] == [*expected.each(Everything(), "newest")]
    expected.close()


def test_each_node_is_killed_while_articles_are_read_and_no_answer_is_partial_in_silence(
    cluster: Cluster, store: Callable[[], Engine]
) -> None:
    engine = store()
    engine.put(map(article, range(600)))
    engine.commit()
    whole(cluster)
    expected, ended = answers(engine), threading.Event()

    def read() -> int:
        right = 0
        while not ended.is_set():
            try:
                found = answers(engine)
            except (ClusterProblem, IndexChanging):
                continue
            assert [one[0] for one in found] == [one[0] for one in expected]
            right += 1
        return right

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        exported = engine.each(Word("gas"), "relevance")
        ids = [next(exported).id for _ in range(50)]
        for number in cluster.numbers:
            cluster.kill(number)
            ids += [one.id for one in islice(exported, 50)]
            cluster.start(number)
            whole(cluster)
        ids += [one.id for one in exported]
        ended.set()
        assert all(reader.result() > 0 for reader in readers)
    assert len(ids) == len({*ids}) == engine.count(Word("gas"), Budget())


def test_all_nodes_are_killed_at_once_and_what_was_committed_stands(
    cluster: Cluster, store: Callable[[], Engine]
) -> None:
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


def test_a_node_that_stands_still_delays_and_loses_nothing(cluster: Cluster, store: Callable[[], Engine]) -> None:
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
