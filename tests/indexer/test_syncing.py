"""An index follows its folders: files that are new, changed or removed, and what counts as a folder."""

import gzip
import os
from contextlib import closing
from pathlib import Path

import pytest

from searchapp.errors import BadRequest
from searchapp.indexer import FileRead, Planned, forget
from searchapp.sources import Options
from tests.indexing import adds_up, article, contents, events_of, ledger, lines, looking, paths, run, sync, write


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_every_article_of_a_folder_is_indexed_under_the_path_of_its_file(news: Path, index: Path, engine: str) -> None:
    summary = run(index, news, engine=engine)
    assert paths(index) == ["news/a/c.txt", "news/b.txt", "news/d.jsonl", "news/d.jsonl"]
    assert (summary.indexed, summary.articles) == (3, 4)
    assert adds_up(index, summary)


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_worker_processes_read_the_same_as_this_process(news: Path, tmp_path: Path, engine: str) -> None:
    run(tmp_path / "here", news, engine=engine)
    sync([news], tmp_path / "beside", engine=engine, processes=2)
    assert contents(tmp_path / "here") == contents(tmp_path / "beside")


def test_a_second_run_reads_nothing(news: Path, index: Path) -> None:
    run(index, news)
    before = contents(index)
    events = events_of(index, news)
    assert [event for event in events if isinstance(event, FileRead)] == []
    assert Planned(0, 0) in events
    summary = run(index, news)
    assert (summary.unchanged, summary.indexed, summary.articles) == (3, 0, 4)
    assert contents(index) == before
    assert adds_up(index, summary)


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_new_changed_and_removed_files_are_taken_up(news: Path, index: Path, engine: str) -> None:
    run(index, news, engine=engine)
    write(news / "e.txt", article(5))
    write(news / "b.txt", article(6))
    (news / "a" / "c.txt").unlink()
    summary = run(index, news, engine=engine)
    assert (summary.indexed, summary.unchanged, summary.removed) == (2, 1, 1)
    assert paths(index) == ["news/b.txt", "news/d.jsonl", "news/d.jsonl", "news/e.txt"]
    assert adds_up(index, summary)


def test_a_file_with_another_time_but_the_same_bytes_is_unchanged(news: Path, index: Path) -> None:
    run(index, news)
    write(news / "b.txt", article(1))
    events = events_of(index, news)
    assert [(event.path, event.status) for event in events if isinstance(event, FileRead)] == [
        ("news/b.txt", "unchanged")
    ]
    assert Planned(0, 0) in events_of(index, news)


def test_a_file_of_the_same_size_that_was_just_written_is_looked_at_again(news: Path, index: Path) -> None:
    file = news / "b.txt"
    file.write_text(article(7))
    stamp = file.stat()
    run(index, news)
    file.write_text(article(8))
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert run(index, news).indexed == 1


def test_records_taken_out_of_a_file_leave_the_index(news: Path, index: Path) -> None:
    run(index, news)
    write(news / "d.jsonl", lines({"id": "y", "body": "fourth"}))
    assert run(index, news).articles == 3
    assert paths(index).count("news/d.jsonl") == 1


def test_files_read_in_another_way_are_read_again(news: Path, index: Path) -> None:
    run(index, news)
    assert run(index, news, options=Options(columns={"body": "title"})).indexed == 3


def test_without_folders_those_known_are_looked_through(news: Path, index: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other / "z.txt", article(9))
    run(index, news)
    run(index, other)
    write(news / "new.txt", article(10))
    assert run(index, other).indexed == 0
    summary = run(index)
    assert (summary.indexed, summary.unchanged) == (1, 4)
    assert adds_up(index, summary)


def test_roots_of_one_name_get_labels_of_their_own(index: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path / str(number) / "news" / "a.txt", article(number))
    write(tmp_path / "3" / "a.txt", article(3))
    write(tmp_path / "4" / "a.txt", article(4))
    roots = [tmp_path / "1" / "news", tmp_path / "2" / "news", tmp_path / "3" / "a.txt", tmp_path / "4" / "a.txt"]
    run(index, *roots, roots[0])
    assert paths(index) == ["a-2.txt", "a.txt", "news-2/a.txt", "news/a.txt"]
    with looking(index) as catalog:
        assert [root.path for root in catalog.roots] == roots


def test_a_file_can_be_a_root(index: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "one.jsonl.gz", gzip.compress(lines({"title": "One", "body": "text"}).encode()))
    run(index, file)
    assert paths(index) == ["one.jsonl.gz"]
    with looking(index) as catalog, closing(catalog.original(next(iter(contents(index)))).stream) as stream:
        assert stream.read() == file.read_bytes()


def test_a_forgotten_folder_leaves_nothing(news: Path, index: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other" / "z.txt", article(1)).parent  # the text of news/b.txt
    run(index, news, other)
    summary = forget(news, index)
    assert (summary.removed, summary.articles) == (3, 1)
    assert paths(index) == ["other/z.txt"]
    with looking(index) as catalog:
        assert [root.path for root in catalog.roots] == [other]
    assert list(ledger(index)) == ["other/z.txt"]
    with pytest.raises(BadRequest, match="not a folder of this index"):
        forget(news, index)
