"""What the system reports about the disk becomes a sentence, and nothing committed is lost."""

import errno
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchapp import disk
from searchapp.catalog import manifest, open_catalog
from searchapp.errors import (
    StorageProblem,
)
from tests.indexing import article, contents, ledger, lines, looking, opened, paths, run, write


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StorageProblem, "the disk is full"),
        (OSError(errno.EDQUOT, "Quota exceeded"), StorageProblem, "quota"),
        (OSError(errno.EACCES, "Permission denied"), StorageProblem, "no permission"),
        (OSError(errno.EROFS, "Read-only file system"), StorageProblem, "can only be read"),
        (OSError(errno.EIO, "Input/output error"), StorageProblem, "fault"),
        (OSError(errno.EINVAL, "Invalid argument"), OSError, "Invalid argument"),
        (sqlite3.ProgrammingError("closed"), sqlite3.ProgrammingError, "closed"),
    ],
)
def test_what_the_system_says_becomes_a_sentence(
    fault: Exception, error: type[Exception], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=words), disk.storage_problems(tmp_path):
        raise fault


def test_a_ledger_that_may_only_be_read_is_a_problem_of_rights(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(f"file:{index}/gen-0001/ledger.sqlite?mode=ro", uri=True)
    with pytest.raises(StorageProblem, match="no permission"), disk.storage_problems(index):
        connection.execute("DELETE FROM files")
    connection.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True)
    if mount.returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_a_full_disk_is_told_of_and_leaves_the_last_commit(small_disk: Path, tmp_path: Path, engine: str) -> None:
    index, news = small_disk / "index", tmp_path / "news"
    write(news / "a.txt", article(1))
    run(index, news, engine=engine)
    before = contents(index)
    words = (f"word{number}" for number in range(120_000))
    write(news / "large.jsonl", lines(*({"body": " ".join(next(words) for _ in range(400))} for _ in range(300))))
    with pytest.raises(StorageProblem, match=r"full|room"):
        run(index, news, engine=engine)
    assert contents(index) == before
    with pytest.raises(StorageProblem, match=r"full|room"):
        run(index, news, engine=engine, rebuild=True)
    assert [folder.name for folder in index.glob("gen-*")] == ["gen-0001"]
    assert contents(index) == before
    (news / "large.jsonl").unlink()
    run(index, news, engine=engine)
    assert contents(index) == before


def test_an_index_on_a_disk_that_can_only_be_read_is_searched_but_not_written(small_disk: Path, news: Path) -> None:
    index = small_disk / "index"
    run(index, news)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert len(contents(index)) == 5
    assert len(ledger(index)) == 5
    with pytest.raises(StorageProblem, match="can only be read"):
        run(index)


def test_a_folder_without_the_right_to_write_is_told_of(unprivileged: Path) -> None:
    write(unprivileged / "news" / "a.txt", "Rain\n\nIt rained.")
    (unprivileged / "locked").mkdir(mode=0o500)
    with pytest.raises(StorageProblem, match="no permission"):
        run(unprivileged / "locked" / "index", unprivileged / "news")


def test_an_index_that_may_not_be_read_is_told_of(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(StorageProblem, match="cannot be read: Permission denied"):
        open_catalog(index)
    monkeypatch.undo()
    (index / manifest.NAME).unlink()
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(StorageProblem, match="cannot be read: Permission denied"):
        open_catalog(index)


def test_paths_and_engine_agree(index: Path) -> None:
    with looking(index) as catalog:
        engine = opened(catalog)
        assert len(engine) == catalog.coverage().articles == len(paths(index))
        engine.close()
