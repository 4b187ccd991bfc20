"""Another engine for the same articles, without their files."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from searchapp.answers.library import opened
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.catalog import manifest
from searchapp.catalog.ledger_writing import Recorder
from searchapp.catalog.writing import Writing, writing
from searchapp.errors import BadRequest, MigrationFailed, StorageProblem
from searchapp.indexer.migrating import migrate
from tests.corpus import ARTICLES, write_articles
from tests.indexing import sync

pytest.importorskip("tantivy")
QUERIES = ["harbour", '"storms had kept"', "fish*", "by:jane", "-harbour", "date:2024", "café"]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    write_articles(tmp_path / "news", ARTICLES)
    (tmp_path / "news" / "empty.txt").touch()
    sync([tmp_path / "news"], tmp_path / "index", processes=0)
    return tmp_path / "index"


def answers(index: Path) -> list[list[str]]:
    with opened(index) as library:
        return [[found.article.id for found in search(library, Request(query)).hits] for query in QUERIES]


def test_an_index_moves_there_and_back_without_its_files(index: Path, tmp_path: Path) -> None:
    before = answers(index)
    shutil.move(tmp_path / "news", tmp_path / "elsewhere")
    moved = migrate(index, "tantivy")
    assert moved.articles == len(ARTICLES)
    assert moved.questions > len(ARTICLES)
    with opened(index) as library:
        assert library.catalog.engine == "tantivy"
        assert library.catalog.coverage().left_out == 1
        assert library.catalog.reasons()[0][2] == 1
    assert answers(index) == before
    migrate(index, "whoosh")
    assert answers(index) == before
    assert len(list(index.glob("gen-*"))) == 1


def test_what_is_moved_is_the_index_in_force_when_writing_begins(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(index)

    @contextmanager
    def rebuilt_just_before(*arguments: Any, **more: Any) -> Iterator[Writing]:
        sync([], index, rebuild=True, processes=0)
        with writing(*arguments, **more) as held:
            yield held

    monkeypatch.setattr("searchapp.indexer.migrating.writing", rebuilt_just_before)
    assert migrate(index, "tantivy").articles == len(ARTICLES)
    assert answers(index) == before


def test_after_a_move_nothing_has_to_be_read_again(index: Path, tmp_path: Path) -> None:
    migrate(index, "tantivy")
    summary = sync([], index, processes=0)
    assert (summary.indexed, summary.unchanged) == (0, 1)


def test_an_engine_that_answers_otherwise_is_not_put_in_force(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from searchapp.engines.tantivy import TantivyEngine

    before = answers(index)
    monkeypatch.setattr(TantivyEngine, "count", lambda *_: 77)
    with pytest.raises(MigrationFailed, match="the new one 77. The index stays as it was"):
        migrate(index, "tantivy")
    monkeypatch.undo()
    assert answers(index) == before
    with opened(index) as library:
        assert library.catalog.engine == "whoosh"
        assert len(library.engine) == len(ARTICLES)


def test_the_engine_it_has_is_refused(index: Path) -> None:
    with pytest.raises(BadRequest, match="has the whoosh engine already"):
        migrate(index, "whoosh")


def test_an_interrupted_run_has_to_be_finished_first(index: Path) -> None:
    (generation,) = index.glob("gen-*")
    (generation / "pending.json").write_text("[]")
    with pytest.raises(BadRequest, match="interrupted. Run first: searchapp index"):
        migrate(index, "tantivy")


@pytest.mark.parametrize("step", ["engine", "ledger", "manifest"])
def test_a_migration_on_a_full_disk_says_so_and_leaves_nothing_behind(
    index: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from searchapp.engines.tantivy import TantivyEngine

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = answers(index)
    where = {"engine": (TantivyEngine, "commit"), "ledger": (Recorder, "take_over"), "manifest": (manifest, "write")}
    with monkeypatch.context() as patch, pytest.raises(StorageProblem, match="the disk is full"):
        patch.setattr(*where[step], fail)
        migrate(index, "tantivy")
    assert [one.name for one in index.glob("gen-*")] == ["gen-0001"]
    assert answers(index) == before
    assert migrate(index, "tantivy").articles == len(ARTICLES)


class LightsOut(BaseException):
    """What ends a run, as a kill does: nobody catches it."""


@pytest.fixture
def broken_off(index: Path) -> Path:
    """Return an index of which a migration to tantivy has moved two articles."""

    def tell(done: int) -> None:
        raise LightsOut(done)

    with pytest.raises(LightsOut, match="2"):
        migrate(index, "tantivy", on_progress=tell, batch=2)
    return index


def test_an_interrupted_migration_is_resumed(broken_off: Path) -> None:
    before, told = answers(broken_off), list[int]()
    moved = migrate(broken_off, "tantivy", on_progress=told.append, batch=2)
    assert (moved.articles, moved.before, told[0]) == (len(ARTICLES), 2, 4)
    assert answers(broken_off) == before
    assert len(list(broken_off.glob("gen-*"))) == 1
    assert not list(broken_off.glob("gen-*/purpose.txt"))


def test_a_migration_begins_anew_where_the_index_was_written_to_in_between(broken_off: Path, tmp_path: Path) -> None:
    (tmp_path / "news" / "more.txt").write_text("More\n\nOf the harbour.\n")
    sync([], broken_off, processes=0)
    assert len(list(broken_off.glob("gen-*"))) == 1
    moved = migrate(broken_off, "tantivy")
    assert (moved.articles, moved.before) == (len(ARTICLES) + 1, 0)


def test_a_migration_begins_anew_where_what_it_had_moved_is_damaged(broken_off: Path) -> None:
    before = answers(broken_off)
    (half,) = (note.parent for note in broken_off.glob("gen-*/purpose.txt"))
    shutil.rmtree(half / "engine")
    assert migrate(broken_off, "tantivy").before == 0
    assert answers(broken_off) == before


def test_another_migration_does_not_go_on_with_what_one_has_begun(broken_off: Path) -> None:
    assert migrate(broken_off, "plain").before == 0
    assert [file.read_text() for file in broken_off.glob("gen-*/engine.txt")] == ["plain"]
