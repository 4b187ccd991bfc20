"""Memory: a segment builder has a bound, and a run survives one that is killed; only the article to blame is left out."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from searchapp.article import Article
from searchapp.engines import Ask
from searchapp.engines.whoosh import WhooshEngine, building
from searchapp.engines.whoosh.committed import CommittedSegment
from searchapp.errors import StorageProblem
from searchapp.query.tree import Exact
from tests.indexing import adds_up, contents, ledger, lines, looking, run, write
from tests.plain_engine import REFUSED


def deadly(memory: int, folder: Path, language: str, articles: Sequence[Article]) -> CommittedSegment:
    """Build a segment, unless an article says that this has to end otherwise; runs in a builder's process."""
    if any(article.title == "kills" for article in articles):
        os.kill(os.getpid(), signal.SIGKILL)
    if any(article.title == "bloats" for article in articles):
        raise MemoryError
    return building._build(folder, language, articles)


def swollen(memory: int, folder: Path, language: str, articles: Sequence[Article]) -> CommittedSegment:
    """Build a segment in hardly any memory."""
    return building._build_within(1 << 20, folder, language, articles)


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(building, "_build_within", deadly)


@pytest.mark.usefixtures("in_processes")
def test_articles_that_end_their_builder_or_need_too_much_memory_are_returned_and_the_others_stored(
    tmp_path: Path,
) -> None:
    engine = WhooshEngine(tmp_path, "english", processes=1)
    engine.put([Article("2", "old", body="walrus")])
    assert engine.commit() == []
    engine.put([Article("1", "fine", body="walrus"), Article("2", "kills", body="walrus")])
    engine.put([Article("3", "bloats", body="walrus"), Article("4", "fine", body="walrus")])
    assert sorted(article.id for article in engine.commit()) == ["2", "3"]
    assert sorted(engine.ids()) == ["1", "4"]
    assert engine.search(Ask(Exact("walrus"))).total == 2
    engine.put([Article("5", "kills", body="walrus")])
    engine.remove(["5"])
    assert engine.commit() == []
    engine.close()


@pytest.mark.usefixtures("in_processes")
def test_where_whatever_is_built_is_killed_the_run_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_MOST_REFUSED", 1)
    engine = WhooshEngine(tmp_path, "english", processes=1)
    engine.put([Article(str(number), "kills", body="walrus") for number in range(2)])
    with pytest.raises(StorageProblem, match="perhaps for lack of memory"):
        engine.commit()
    assert len(engine) == 0
    engine.close()


@pytest.mark.skipif(os.name == "nt", reason="the system does not count there")
def test_a_builder_gets_no_more_memory_than_it_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(building, "_build_within", swollen)
    engine = WhooshEngine(tmp_path, "english", processes=1)
    engine.put([Article("1", "fine", body=" ".join(f"word{number}" for number in range(200_000)))])
    assert [article.id for article in engine.commit()] == ["1"]
    engine.close()


def test_an_article_that_the_engine_cannot_store_is_a_remark_on_its_file(tmp_path: Path) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    write(
        news / "a.jsonl", lines(*({"title": one, "body": f"text {one}"} for one in ("One", REFUSED, "Three", "Four")))
    )
    write(news / "b.txt", f"{REFUSED}\n\nAnother text of it.\n")
    write(news / "c.txt", "Five\n\nA text.\n")
    for most in (1, 100):  # committed while its file is being read, or long after
        summary = run(index, news, commit_articles=most, rebuild=most == 100)
        assert adds_up(index, summary)
        assert (summary.indexed, summary.errors, summary.articles, summary.records_left_out) == (2, 1, 4, 2)
        assert len(contents(index)) == 4
        status, reason = ledger(index)["news/b.txt"]
        assert (status, reason.startswith(f"{REFUSED}: is not in the index: it needs more memory")) == ("error", True)
        with looking(index) as catalog:
            (file,) = [one for one in catalog.files().files if one.path == "news/a.jsonl"]
        assert (file.status, file.articles, file.left_out, file.remark_count) == ("indexed", 3, 1, 1)
        assert file.remarks[0].where == REFUSED
    assert run(index, news).unchanged == 2
