"""The events and the summary of a run."""

import os
from pathlib import Path

import pytest

from searchapp.errors import UnreadableFolder
from searchapp.indexer import Committed, Done, FileRead, FilesFound, Planned, Summary
from tests.indexing import adds_up, article, contents, events_of, ledger, run, write


def test_events_tell_what_happens_in_order(news: Path, index: Path) -> None:
    events = events_of(index, news)
    assert [type(event) for event in events] == [
        FilesFound, Committed, Planned, FileRead, FileRead, FileRead, Committed, Done,
    ]  # fmt: skip
    assert events[0] == FilesFound(3)
    assert isinstance(events[2], Planned)
    assert events[2].files == 3
    assert events[2].size == sum(event.size for event in events if isinstance(event, FileRead))
    assert [event.path for event in events if isinstance(event, FileRead)] == [
        "news/a/c.txt", "news/b.txt", "news/d.jsonl",
    ]  # fmt: skip
    assert events[-2] == Committed(4)


def test_the_summary_is_one_line_that_adds_up() -> None:
    summary = Summary(12, 1, 20_000, 2, 1, removed=3, articles=20_013, records_left_out=4)
    assert summary.files == 20_016
    assert str(summary) == (
        "read 20,016 files: 12 indexed, 1 duplicate, 20,000 unchanged, 2 skipped, 1 unreadable;"
        " 4 broken records left out; 3 files removed; 20,013 articles in the index"
    )
    assert str(Summary(1, articles=1)) == "read 1 file: 1 indexed, 0 unchanged, 0 skipped; 1 article in the index"


def test_why_a_file_could_not_be_read_is_told(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "news" / "a.txt.gz", b"not packed at all")
    write(tmp_path / "news" / "b.txt", article(1))
    run(index, tmp_path / "news")
    status, reason = ledger(index)["news/a.txt.gz"]
    assert status == "error"
    assert "unpacked" in reason

    def want_too_much(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("searchapp.sources.read_prepared", want_too_much)
    write(tmp_path / "news" / "b.txt", article(2))
    summary = run(index, tmp_path / "news")
    assert ledger(index)["news/b.txt"] == ("error", "It needs more memory than one file may use.")
    assert adds_up(index, summary)


@pytest.mark.parametrize("step", ["os.stat", "os.scandir"])
def test_a_root_that_goes_while_it_is_looked_at_is_unreadable(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run(index, news)
    before = contents(index)
    real, calls = getattr(os, step.removeprefix("os.")), []

    def vanish(path: object, *args: object, **more: object) -> object:
        calls.append(path)
        if path == news and len(calls) > 1 - (step == "os.scandir"):
            raise FileNotFoundError(2, "No such file or directory")
        return real(path, *args, **more)

    if step == "os.stat":
        calls.append("the first look, before anything is locked")
        monkeypatch.setattr("searchapp.indexer._resolved", lambda folder: folder)
    monkeypatch.setattr(step, vanish)
    with pytest.raises(UnreadableFolder, match="news"):
        run(index, news)
    monkeypatch.undo()
    assert contents(index) == before


def test_a_long_run_is_committed_batch_by_batch(news: Path, index: Path) -> None:
    committed = [event.articles for event in events_of(index, news, commit_articles=2) if isinstance(event, Committed)]
    assert committed == [0, 2, 4, 4]
    write(news / "new.txt", article(9))
    assert Committed(5) in events_of(index, news, commit_seconds=-1.0)[:-2]
