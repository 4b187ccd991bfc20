"""Remarks from readers to answers, folders that are out of reach for once, and what is looked at again."""

import os
import shutil
from pathlib import Path

import pytest

from searchapp import sources
from searchapp.catalog import MOST_REMARKS
from searchapp.cli.console import coverage
from searchapp.indexer import Planned
from tests.indexing import adds_up, article, ledger, looking, paths, run, write


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return tmp_path / "news"


def test_remarks_of_a_file_are_kept_up_to_a_thousand_and_then_counted(index: Path, news: Path) -> None:
    write(news / "a.csv", "title,body,views\nOne,Rain,2\n" + ",,7\n" * 3000)
    write(news / "b.txt", article(1))
    run(index, news)
    with looking(index) as catalog:
        (file,) = catalog.files("remarks").files
        assert (file.path, file.status, file.left_out, file.remark_count) == ("news/a.csv", "indexed", 3000, 3000)
        assert len(file.remarks) == MOST_REMARKS
        assert file.remarks[0].where == "line 3"
        (few,) = catalog.files("remarks", most_remarks=5).files
        assert len(few.remarks) == 5


def test_what_every_page_has_beside_its_article_is_kept_as_a_note_and_counts_for_no_remark(
    index: Path, news: Path
) -> None:
    text = "".join(
        f"<p>The ferry to the island is {n} hours late, the harbour board said on Sunday. It is sorry.</p>"
        for n in range(5)
    )
    write(
        news / "a.html", f"<h1>Ferry late</h1><article>{text}</article><footer>All rights are with the paper.</footer>"
    )
    run(index, news)
    with looking(index) as catalog:
        assert catalog.coverage().with_remarks == catalog.count_with_remarks() == 0
        (file,) = catalog.files().files
        assert (file.remark_count, file.remarks) == (0, ())
        assert [note.reason[:44] for note in file.notes] == ["1 short or marginal text is beside the artic"]
        assert not catalog.files("remarks").files
        assert not catalog.remark_reasons(9)


def test_every_answer_says_how_many_files_have_remarks(index: Path, news: Path) -> None:
    write(news / "a.csv", "title,body,views\nOne,Rain,2\n,,7\n")
    write(news / "b.txt", article(1))
    write(news / "c.png", "picture")
    run(index, news)
    with looking(index) as catalog:
        assert coverage(catalog.coverage()).startswith("Searched 2 articles of 3 files, 1 left out, 1 with remarks")
    write(news / "a.csv", "title,body\nOne,Rain\n")
    run(index, news)
    with looking(index) as catalog:
        assert catalog.coverage().with_remarks == 0


def test_a_folder_that_cannot_be_listed_for_once_is_kept_and_told(
    index: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a/1.txt", "a/deep/2.txt", "b/3.txt"):
        write(news / name, article(int(name[-5])))
    run(index, news)
    real = os.scandir

    def refuse(path: object) -> object:
        if str(path).rstrip("/").endswith("/a"):
            raise OSError(5, "Input/output error")
        return real(path)  # type: ignore[call-overload]

    monkeypatch.setattr("os.scandir", refuse)
    summary = run(index, news)
    assert paths(index) == ["news/a/1.txt", "news/a/deep/2.txt", "news/b/3.txt"]
    assert ledger(index)["news/a/"] == ("error", "The folder cannot be read: Input/output error.")
    assert adds_up(index, summary)
    monkeypatch.undo()
    (news / "a" / "1.txt").unlink()
    assert adds_up(index, run(index, news))
    assert paths(index) == ["news/a/deep/2.txt", "news/b/3.txt"]
    assert "news/a/" not in ledger(index)


def test_a_folder_below_that_is_empty_all_of_a_sudden_is_kept_until_that_is_said_to_be_meant(
    index: Path, news: Path
) -> None:
    for number in range(4):
        write(news / "disk" / f"{number}.txt", article(number))
    write(news / "b.txt", article(9))
    (news / "always empty").mkdir()
    run(index, news)
    for number in range(4):
        (news / "disk" / f"{number}.txt").unlink()
    summary = run(index, news)
    assert len(paths(index)) == 5
    status, reason = ledger(index)["news/disk/"]
    assert status == "error"
    assert "empty, but 4 files from it were indexed before" in reason
    assert f"searchapp index --allow-removals --index {index}" in reason
    assert "news/always empty/" not in ledger(index)
    assert adds_up(index, summary)
    assert adds_up(index, run(index, news, allow_removals=True))
    assert paths(index) == ["news/b.txt"]


def test_a_folder_that_is_gone_takes_its_articles_with_it(index: Path, news: Path) -> None:
    write(news / "a" / "1.txt", article(1))
    write(news / "a" / "2.txt", article(2))
    write(news / "b.txt", article(9))
    run(index, news)
    shutil.rmtree(news / "a")
    run(index, news)
    assert paths(index) == ["news/b.txt"]


def test_a_file_of_the_same_size_and_time_that_was_changed_is_read_again(index: Path, news: Path) -> None:
    file = write(news / "a.txt", "Title\n\nThe old words.\n")
    run(index, news)
    found = file.stat()
    file.write_text("Title\n\nThe new words.\n")
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert run(index, news).indexed == 1
    assert run(index, news).unchanged == 1


def test_files_of_a_reader_that_was_mended_are_read_again(
    index: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(news / "a.txt", article(1))
    write(news / "b.jsonl", '{"title": "Two", "body": "Rain."}\n')
    run(index, news)
    monkeypatch.setitem(sources._VERSIONS, "json_lines", 77)
    summary = run(index, news)
    assert (summary.indexed, summary.unchanged) == (1, 1)
    assert run(index, news).unchanged == 2


def test_a_file_too_large_for_its_kind_is_refused_before_it_is_read(
    index: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    news.mkdir()
    with (news / "a.txt").open("wb") as stream:
        stream.write(b"Rain")
        stream.truncate(50 << 30)
    monkeypatch.setattr("searchapp.indexer.reading.fingerprint", None)
    run(index, news)
    assert ledger(index)["news/a.txt"] == ("error", "It is too large for a .txt file: more than 64 MB.")


@pytest.mark.parametrize("is_folder", [False, True])
def test_a_link_out_of_the_root_that_comes_after_the_walk_is_not_followed(
    index: Path, news: Path, tmp_path: Path, is_folder: bool
) -> None:
    write(tmp_path / "secret" / "a.txt", "Secret\n\nSecret body.\n")
    write(news / "in" / "a.txt", article(1))
    write(news / "b.txt", article(2))

    def swap(event: object) -> None:
        if isinstance(event, Planned):
            place = news / "in" if is_folder else news / "in" / "a.txt"
            place.rename(tmp_path / "former")
            place.symlink_to(tmp_path / "secret" if is_folder else tmp_path / "secret" / "a.txt")

    run(index, news, on_event=swap)
    assert paths(index) == ["news/b.txt"]
