"""Folders and files that are missing, empty or not readable."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from searchapp.errors import BadRequest, EmptiedFolder, NoIndex, UnreadableFolder
from searchapp.indexer import Planned, forget
from tests.indexing import adds_up, article, contents, ledger, lines, paths, run, write


def test_a_folder_that_is_not_there_changes_nothing(news: Path, index: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFolder, match="nowhere"):
        run(index, tmp_path / "nowhere")
    assert not index.exists()
    run(index, news)
    before = contents(index)
    news.rename(tmp_path / "away")
    with pytest.raises(UnreadableFolder, match="connected"):
        run(index)
    assert contents(index) == before


def test_an_index_needs_a_folder_and_nothing_is_made_without(index: Path, news: Path) -> None:
    with pytest.raises(BadRequest, match="at least one folder"):
        run(index)
    with pytest.raises(NoIndex):
        forget(news, index)
    assert not index.exists()


def numbered(folder: Path, numbers: range) -> None:
    """Make a folder hold files of just these numbers, whatever it held."""
    for file in folder.glob("*.txt"):
        file.unlink()
    folder.mkdir(exist_ok=True)
    for number in numbers:
        write(folder / f"{number}.txt", article(number))


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize(("before", "left"), [(2, 0), (100, 9)])
def test_an_emptied_folder_may_be_a_disk_that_is_not_connected(
    index: Path, tmp_path: Path, before: int, left: int, rebuild: bool
) -> None:
    news, other = tmp_path / "disk of news", tmp_path / "other"
    numbered(news, range(before))
    numbered(other, range(1000, 1002))
    run(index, news, other)
    was, listed = contents(index), ledger(index)
    numbered(news, range(left))
    write(news / "NOT CONNECTED", "a note")
    write(other / "new.txt", article(2000))
    with pytest.raises(EmptiedFolder, match=f"has {left or 'no'} files to be read, where {before} were") as refused:
        run(index, rebuild=rebuild)
    assert f"run: searchapp index '{news}' --allow-removals --index {index}" in str(refused.value)
    assert (contents(index), ledger(index)) == (was, listed)
    summary = run(index, rebuild=rebuild, allow_removals=True)
    assert summary.articles == left + 4
    assert adds_up(index, summary)
    numbered(news, range(before))
    assert run(index).articles == before + 4


@pytest.mark.parametrize(("before", "left"), [(1, 0), (2, 1), (99, 1), (100, 10)])
def test_files_that_go_go_unasked_as_long_as_others_stay_or_it_was_a_single_one(
    index: Path, tmp_path: Path, before: int, left: int
) -> None:
    numbered(tmp_path / "news", range(before))
    run(index, tmp_path / "news")
    numbered(tmp_path / "news", range(left))
    assert run(index).removed == before - left
    assert run(index, rebuild=True).articles == left


def test_a_folder_in_another_order_is_not_an_emptied_one(news: Path, index: Path, tmp_path: Path) -> None:
    run(index, news)
    (tmp_path / "archive").mkdir()
    news.rename(tmp_path / "archive" / "2024")
    (tmp_path / "archive").rename(news)
    assert (run(index).removed, len(contents(index))) == (3, 4)


def test_files_that_were_never_read_are_not_missed(index: Path, tmp_path: Path) -> None:
    for number in range(200):
        write(tmp_path / "news" / f"{number}.png", "picture")
    write(tmp_path / "news" / "a.txt", article(1))
    run(index, tmp_path / "news")
    for picture in (tmp_path / "news").glob("*.png"):
        picture.unlink()
    assert run(index).articles == 1


def test_what_may_not_be_read_is_an_error_of_its_own(unprivileged: Path) -> None:
    news, index = unprivileged / "news", unprivileged / "index"
    for name in ("a/c.txt", "b.txt", "d.txt"):
        write(news / name, f"Rain in {name}")
    (news / "a").chmod(0)
    (news / "b.txt").chmod(0)
    run(index, news)
    assert ledger(index)["news/a/"] == ("error", "The folder cannot be read: Permission denied.")
    assert ledger(index)["news/b.txt"] == ("error", "It cannot be read: Permission denied.")
    (news / "a").chmod(0o700)
    (news / "b.txt").chmod(0o600)
    run(index, news)
    assert set(paths(index)) == {"news/a/c.txt", "news/b.txt", "news/d.txt"}


def test_a_folder_that_fails_while_it_is_listed_is_an_error(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_to_list(monkeypatch, "/a")
    summary = run(index, news)
    assert ledger(index)["news/a/"] == ("error", "The folder cannot be read: Permission denied.")
    assert adds_up(index, summary)
    monkeypatch.undo()
    summary = run(index, news)
    assert "news/a/c.txt" in paths(index)
    assert adds_up(index, summary)


def test_articles_of_a_folder_that_fails_run_after_run_are_kept(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(index, news)
    refuse_to_list(monkeypatch, "/a")
    for _ in range(3):
        summary = run(index, news)
        assert (summary.unchanged, summary.errors, summary.removed) == (3, 1, 0)
        assert adds_up(index, summary)
        assert "news/a/c.txt" in paths(index)


def refuse_to_list(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    real = os.scandir

    def refuse(path: object) -> object:
        if str(path).endswith(ending):
            raise PermissionError(13, "Permission denied")
        return real(path)  # type: ignore[call-overload]

    monkeypatch.setattr("os.scandir", refuse)


def test_a_file_that_may_not_be_read_is_tried_again_by_the_next_run(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def refuse(self: Path, *args: object, **more: object) -> object:
        if self.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    summary = run(index, news)
    assert ledger(index)["news/b.txt"] == ("error", "It cannot be read: Permission denied.")
    assert adds_up(index, summary)
    monkeypatch.undo()
    assert run(index, news).indexed == 1


def test_a_file_that_goes_between_walk_and_reading_is_no_longer_counted(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(index, news)
    write(news / "b.txt", article(5))
    write(news / "new.txt", article(6))

    def vanish(event: object) -> None:
        if isinstance(event, Planned):
            (news / "b.txt").unlink()
            (news / "new.txt").unlink()

    summary = run(index, news, on_event=vanish)
    assert summary.removed == 1
    assert "news/b.txt" not in ledger(index)
    assert adds_up(index, summary)


def test_a_socket_is_no_file(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = tmp_path / "n"
    news.mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(news)  # the path of a socket may not be long
        listening.bind("s.txt")
        run(index, news)
    assert ledger(index)["n/s.txt"][0] == "skipped"


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """Let this process write no file beyond a size, as on a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_whose_language_could_not_be_told_for_lack_of_room_is_read_by_the_next_run(
    index: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library for languages unpacks its model into a temporary file, and readers have such libraries, too."""

    def fail(*_: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for name in ("searchapp.sources.detecting.detect", "searchapp.sources.records.people_of"):
        write(
            news / "more.jsonl",
            lines({"title": "One", "body": f"Rain {name}"}, {"title": "Two", "byline": "By Jane Doe"}),
        )
        with monkeypatch.context() as patch:
            patch.setattr(name, fail)
            run(index, news, language="auto", processes=0)
        assert ledger(index)["news/more.jsonl"][1].endswith("The next run tries it again.")
        assert adds_up(index, run(index))
        assert ledger(index)["news/more.jsonl"] == ("indexed", "")


def test_what_there_was_no_room_to_unpack_is_read_by_the_next_run(index: Path, news: Path) -> None:
    with ZipFile(news / "packed.zip", "w") as archive:
        archive.writestr("1.txt", article(71))
        archive.writestr("2.txt", article(72) + "walrus " * 600_000)
    with small_files(3_000_000):
        run(index, news)
    status, reason = ledger(index)["news/packed.zip"]
    assert (status, "The next run tries it again" in reason) == ("error", True)
    assert "news/packed.zip/2.txt" not in paths(index)
    assert adds_up(index, run(index))
    assert {"news/packed.zip/1.txt", "news/packed.zip/2.txt"} <= {*paths(index)}
    assert ledger(index)["news/packed.zip"] == ("indexed", "an archive of 2 files")
