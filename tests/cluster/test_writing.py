"""Writing to a cluster: all of a commit or none of it, one writer, and what happens to a process that dies."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("urllib3")

from searchapp.article import Article
from searchapp.engines import Engine, create_engine, discard_engine, open_engine
from searchapp.engines.opensearch import bulk, spool
from searchapp.engines.opensearch.address import read_address
from searchapp.engines.opensearch.connection import Connection, Refused
from searchapp.engines.opensearch.credentials import Credentials
from searchapp.engines.opensearch.documents import key_of
from searchapp.engines.opensearch.engine import OpenSearchEngine
from searchapp.engines.opensearch.lock import Lock
from searchapp.engines.opensearch.register import Register
from searchapp.errors import ClusterProblem, IndexLocked, StorageProblem
from tests.cluster.conftest import ask

Open = Callable[[], Engine]


@pytest.fixture
def store(at: str, tmp_path: Path) -> Iterator[Open]:
    """Open the same store again and again."""
    folder, opened = tmp_path / "store", list[Engine]()

    def open_it() -> Engine:
        begin = partial(create_engine, settings={"at": at}) if not opened else open_engine
        opened.append(begin("opensearch", folder, "english"))
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()
    discard_engine("opensearch", folder)


def articles(*numbers: int) -> list[Article]:
    return [Article(f"{number}", "gas", body=f"gas {number}") for number in numbers]


def test_a_commit_that_was_broken_off_half_way_is_finished_by_the_next_writer(
    store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, real = store(), bulk.send

    def half(to: Any, chunks: Any, check: Any, index: str) -> None:
        some = [change for chunk in chunks for change in chunk.changes]
        real(to, [spool.Chunk(tuple(some[:2]))], check, index)
        raise ClusterProblem("The lights went out.")

    engine.put(articles(1, 2, 3, 4))
    monkeypatch.setattr(bulk, "send", half)
    with pytest.raises(ClusterProblem, match="lights"):
        engine.commit()
    monkeypatch.undo()
    engine.close()
    assert len(store()) == 0
    again = store()
    again.put(articles(5))
    again.commit()
    assert sorted(again.ids()) == ["1", "2", "3", "4", "5"]


def test_articles_sent_ahead_of_a_commit_are_new_ones_that_nobody_sees_before_it(
    store: Open, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 1)
    engine, reader = store(), store()
    engine.put(articles(1, 2))
    engine.commit()
    engine.put([Article("1", "oil"), *articles(3, 4), Article("3", "tea")])
    engine.remove(["2", "4"])
    engine.put(articles(5))
    sent = _bulks(monkeypatch)
    assert reader.refresh()
    assert {one.id: one.title for one in reader.articles("12345")} == {"1": "gas", "2": "gas"}
    engine.commit()
    puts = [number for number in "12345" if any(f'"index":{{"_id":"{key_of(number)}'.encode() in one for one in sent)]
    assert puts == ["1", "3"]  # 1 was there, 3 was sent with another text, and 5 was sent ahead
    assert {one.id: one.title for one in engine.articles("12345")} == {"1": "oil", "3": "tea", "5": "gas"}
    assert reader.refresh()
    assert sorted(reader.ids()) == ["1", "3", "5"]


def test_what_a_dead_writer_sent_ahead_is_taken_out_by_the_next_one(
    store: Open, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 1)
    dead = store()
    dead.put(articles(1))
    dead.commit()
    dead.put(articles(1, 2, 3))
    _die(dead)
    _show_all(at)
    after = store()
    after.recover()
    assert sorted(after.ids()) == ["1"]
    after.put(articles(4))
    after.commit()
    after.put(articles(5, 6))
    after.commit()
    assert sorted(after.ids()) == ["1", "4", "5", "6"]


def test_what_was_sent_ahead_and_is_not_committed_goes_when_the_engine_is_closed(
    store: Open, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 1)
    engine = store()
    engine.put(articles(1))
    engine.close()
    _show_all(at)
    assert len(store()) == 0


def _bulks(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Note the bulk requests from now on."""
    real, sent = Connection.ask, list[bytes]()

    def asking(connection: Connection, method: str, path: str, *arguments: Any, **more: Any) -> Any:
        if path.endswith("_bulk"):
            sent.append(arguments[0])
        return real(connection, method, path, *arguments, **more)

    monkeypatch.setattr(Connection, "ask", asking)
    return sent


def _die(engine: Engine) -> None:
    """Leave an engine as a dead process does, when all that it has asked for has been answered."""
    assert isinstance(engine, OpenSearchEngine)
    assert engine._ahead
    engine._ahead.end()
    engine._ahead = None


def _show_all(at: str) -> None:
    """Show what was written, as a node does that comes back."""
    node, _, name = at.rpartition("/")
    ask(f"{node}/{name}-*/_refresh", "POST")


def test_a_long_run_leaves_no_former_commit_open_in_the_cluster(store: Open, at: str) -> None:
    engine = store()
    for number in range(4):
        engine.put(articles(number))
        engine.commit()
    node, _, name = at.rpartition("/")
    told = ask(f"{node}/{name}-*/_stats/search")
    assert told["_all"]["primaries"]["search"]["point_in_time_current"] == 1


def test_a_commit_that_can_be_seen_and_is_not_in_force_is_finished_by_the_next_writer(
    store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, real = store(), Register.write

    def never(register: Register, key: str, *rest: Any) -> Any:
        if key.startswith("commit:"):
            raise ClusterProblem("The lights went out.")
        return real(register, key, *rest)

    engine.put(articles(1))
    engine.commit()
    engine.put(articles(2, 3))
    monkeypatch.setattr(Register, "write", never)
    with pytest.raises(ClusterProblem, match="lights"):
        engine.commit()
    monkeypatch.undo()
    engine.close()
    again = store()
    again.recover()
    assert sorted(again.ids()) == ["1", "2", "3"]


def test_who_opens_while_a_commit_is_half_seen_waits_for_the_whole(
    store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, real, is_shown, may_end = store(), Register.write, threading.Event(), threading.Event()

    def late(register: Register, key: str, *rest: Any) -> Any:
        if key.startswith("commit:"):
            is_shown.set()
            may_end.wait(60)
        return real(register, key, *rest)

    monkeypatch.setattr(Register, "write", late)
    writer.put(articles(*range(50)))
    committing = threading.Thread(target=writer.commit)
    committing.start()
    assert is_shown.wait(60)
    threading.Timer(0.5, may_end.set).start()
    reader = store()
    committing.join()
    assert may_end.is_set()
    assert (len(reader), len({*reader.ids()}), reader.version()) == (50, 50, "1")


def test_a_document_that_is_refused_names_its_article_and_leaves_what_was_there(
    store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = store()
    engine.put(articles(1))
    engine.commit()
    monkeypatch.setattr("searchapp.engines.opensearch.documents.fields.amounts", lambda _: {"unheard_of": 1})
    engine.put([Article("odd", path="news/odd.txt")])
    with pytest.raises(StorageProblem, match=r"does not take the article 'odd' of 'news/odd.txt'.*unheard_of"):
        engine.commit()
    engine.close()
    monkeypatch.undo()
    assert [*store().ids()] == ["1"]
    later = store()
    later.put(articles(2))  # the refused article is in the way of no later run
    later.commit()
    assert sorted(later.ids()) == ["1", "2"]


def test_what_is_too_much_for_one_request_goes_in_several(store: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, real = store(), Connection.ask

    def strict(connection: Connection, method: str, path: str, body: Any = None, **rest: Any) -> Any:
        if path.endswith("_bulk") and len(body) > 2_000:
            raise Refused(413, "", "too large")
        return real(connection, method, path, body, **rest)

    monkeypatch.setattr(Connection, "ask", strict)
    engine.put(articles(*range(40)))
    engine.commit()
    assert len(engine) == 40
    engine.put([Article("long", body="gas " * 1_000)])
    engine.put(articles(50))
    with pytest.raises(StorageProblem, match="the article 'long' is too long for the cluster.*max_content_length"):
        engine.commit()
    engine.close()
    later = store()
    later.recover()
    assert len(later) == 41


def test_an_index_that_is_only_read_here_cannot_be_written(store: Open) -> None:
    engine = store()
    assert isinstance(engine, OpenSearchEngine)
    reader = OpenSearchEngine(engine._store, engine._stems, None)
    with pytest.raises(StorageProblem, match="from its index folder only"):
        reader.put(articles(1))
    reader.close()


@pytest.fixture
def register(at: str) -> Iterator[Register]:
    address = read_address(at)
    connection = Connection(address.nodes, Credentials())
    register = Register(connection, address)
    register.begin()
    yield register
    connection.close()


def test_a_lock_is_held_by_one_and_free_when_released(register: Register) -> None:
    one, other = (Lock(register, "lock:x", owner, lease=2.0) for owner in ("one", "other"))
    one.take()
    with pytest.raises(IndexLocked, match="written to by process"):
        other.take()
    one.check()
    one.release()
    other.take()
    other.release()


def test_a_lock_that_nobody_keeps_alive_is_taken_over_and_its_last_holder_told(register: Register) -> None:
    dead, heir = (Lock(register, "lock:x", owner, lease=1.0) for owner in ("one", "other"))
    dead.take()
    dead._released.set()  # as if its process had died, or stood still
    heir.take()
    dead._until = 0.0
    with pytest.raises(IndexLocked, match="could not tell the cluster for some time"):
        dead.check()
    heir.check()
    heir.release()


def test_a_lock_whose_renewal_was_answered_too_late_is_renewed_again(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = Lock(register, "lock:x", "one", lease=60.0)
    lock.take()
    real, late = lock._end, [0.0, 0.0]
    monkeypatch.setattr(lock, "_end", lambda: late.pop() if late else real())
    lock._until = 0.0
    lock.check()
    assert not late
    lock.release()


def test_a_lock_is_kept_where_a_renewal_was_written_and_its_answer_lost(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, other = (Lock(register, "lock:x", owner, lease=2.0) for owner in ("one", "other"))
    lock.take()
    real = register.write

    def unanswered(*arguments: Any) -> Any:
        real(*arguments)
        raise ClusterProblem("No answer.")

    with monkeypatch.context() as patched:
        patched.setattr(register, "write", unanswered)
        with pytest.raises(ClusterProblem):
            lock._renew()
    lock._until = 0.0
    lock.check()
    with pytest.raises(IndexLocked, match="written to by process"):
        other.take()
    lock.release()


def test_a_lock_that_a_dead_process_of_the_same_folder_left_is_taken_at_once(register: Register) -> None:
    dead, heir = (Lock(register, "lock:x", "one", lease=60.0) for _ in range(2))
    dead.take()
    dead._released.set()
    heir.take()
    heir.release()


@pytest.mark.parametrize("year", [1980, 2090])
def test_clocks_that_are_wrong_or_set_matter_to_no_lock(
    register: Register, monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    one, other = (Lock(register, "lock:x", owner, lease=1.0) for owner in ("one", "other"))
    one.take()
    monkeypatch.setattr("time.time", lambda: (year - 1970) * 31_556_952.0)
    monkeypatch.setattr(one, "_about", lambda: Lock._about(one) | {"at": f"{year}-01-01T00:00:00+00:00"})
    with pytest.raises(IndexLocked, match="written to by process"):
        other.take()
    one.check()
    one._released.set()  # as if its process had died
    other.take()
    other.check()
    other.release()
