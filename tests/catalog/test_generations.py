"""Rebuilds fill another generation, which one step puts in force."""

import sqlite3
from pathlib import Path

import pytest

from searchapp import catalog as catalog_module
from searchapp.catalog import Manifest, ledger, manifest
from searchapp.catalog.ledger_writing import Recorder
from tests.indexing import article, contents, looking, run, write


def test_a_rebuild_reads_all_roots_anew_into_another_generation(index: Path, news: Path, tmp_path: Path) -> None:
    write(tmp_path / "other" / "a.txt", article(9))
    run(index, tmp_path / "other")
    with looking(index) as catalog:
        before, generation = contents(index), catalog.generation
        summary = run(index, rebuild=True)
        assert catalog.is_superseded()
        assert catalog.coverage().articles == 6
        assert len(catalog.files().files) == 6  # readers of the old generation finish on it
    assert (summary.indexed, summary.unchanged) == (6, 0)
    assert contents(index) == before
    assert sorted(path.name for path in index.glob("gen-*")) == ["gen-0002"]
    with looking(index) as catalog:
        assert catalog.generation != generation


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(index: Path, news: Path) -> None:
    before = contents(index)

    def fail(event: object) -> None:
        if "Planned" in repr(event):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(index, rebuild=True, on_event=fail)
    assert contents(index) == before
    assert sorted(path.name for path in index.glob("gen-*")) == ["gen-0001"]
    run(index)
    assert sorted(path.name for path in index.glob("gen-*")) == ["gen-0001"]
    assert contents(index) == before


def test_a_rebuild_on_a_full_disk_does_not_begin_without_the_moments_of_articles(index: Path, tmp_path: Path) -> None:
    former = sqlite3.connect(next(index.rglob(ledger.NAME)))
    rows = ((f"{number:020}".encode(), f"{number:016}", number, "2020") for number in range(100, 600))
    former.executemany("INSERT INTO arrivals (digest, id, number, added) VALUES (?, ?, ?, ?)", rows)
    connection = ledger.open_for_writing(tmp_path / ledger.NAME)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 5}")
    recorder = Recorder(connection)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        recorder.inherit(former)
    recorder.close()


def test_a_reader_that_starts_while_a_rebuild_swaps_reads_the_new_generation(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = catalog_module._open_ledger

    def swapped_just_before(folder: Path, found: Manifest) -> sqlite3.Connection:
        monkeypatch.undo()
        run(index, rebuild=True)
        return real(folder, found)

    monkeypatch.setattr(catalog_module, "_open_ledger", swapped_just_before)
    with looking(index) as catalog:
        assert catalog.engine_folder == index / "gen-0002" / "engine"
        assert len(catalog.files().files) == 5
        assert not catalog.is_superseded()


def test_a_catalog_takes_up_each_commit_of_its_generation(index: Path, news: Path) -> None:
    with looking(index) as catalog:
        assert catalog.coverage().articles == 5
        write(news / "new.txt", article(9))
        run(index)
        assert not catalog.is_superseded()
        assert (catalog.coverage().articles, catalog.coverage().files) == (6, 6)
        (index / manifest.NAME).unlink()
        assert catalog.coverage().articles == 6
