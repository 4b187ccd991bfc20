"""What is told of a run while it goes on: a bar on a terminal, a line now and then elsewhere."""

import itertools
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from searchapp.cli import progress
from searchapp.cli.progress import closing, shown, tell_watching
from searchapp.indexer import Committed, Done, Event, FileRead, FilesFound, Planned, Summary
from searchapp.indexer.watching import Failed, Watching

EVENTS = (
    FilesFound(2),
    Planned(2, 30),
    FileRead("news/a.txt", "indexed", "", 10, 1),
    Committed(1),
    FileRead("news/b.zip/1.txt", "indexed", "", 0, 1499, is_planned=False),
    FileRead("news/b.zip", "indexed", "", 20, 1),
    Committed(1501),
    Done(Summary(2, articles=1501)),
)
Telling = Callable[[float], list[str]]


@pytest.fixture
def telling(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Telling:
    """Tell the events to a pipe, with a clock that goes on by some seconds whenever it is read; return the lines."""

    def tell(seconds: float) -> list[str]:
        clock = itertools.count(0.0, seconds)
        monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
        with shown() as on_event:
            for event in EVENTS:
                on_event(event)
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err.splitlines()

    return tell


def test_a_long_run_says_into_a_pipe_how_far_it_is(telling: Telling) -> None:
    lines = telling(10.0)
    read = [line for line in lines if line.startswith("read")]
    assert [line.partition(",")[0] for line in read] == [
        "read 1 of 2 files", "read 1 of 2 files", "read 2 of 2 files",
    ]  # fmt: skip
    assert all(line.endswith("articles/s") for line in read)
    assert lines[1::3] == ["1 article can be searched", "1,501 articles can be searched"]


def test_a_short_run_says_nothing_into_a_pipe(telling: Telling) -> None:
    assert telling(0.1) == []


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    with shown() as on_event:
        for event in EVENTS:
            on_event(event)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.search(r"Reading 2 files.*100 %.* articles/s", captured.err)


def test_the_most_frequent_reasons_are_named_and_the_others_counted() -> None:
    left_out = tuple(("skipped", f"reason {number}", 20 - number) for number in range(10))
    first, *lines = closing(Summary(skipped=155, seconds=1.25, left_out=left_out))
    assert first.endswith("(1.2 s)")
    assert lines[0] == "  skipped: reason 0 (20 files)"
    assert lines[8:] == ["  and 2 more reasons", "  See which: searchapp files"]


def test_files_that_the_install_cannot_read_are_counted_in_all_with_the_command_that_adds_what_reads_them() -> None:
    command = "pip install '.[documents]'"
    left_out = tuple(
        ("error", f"To read {kind} files, run in the checkout of searchapp: {command}", 3) for kind in ("PDF", ".xlsx")
    )
    _, *lines = closing(Summary(errors=7, left_out=(*left_out, ("error", "It is empty.", 1))))
    assert lines == [
        "  error: It is empty. (1 file)",
        f"  To read 6 more files, run in the checkout of searchapp: {command}",
        "  See which: searchapp files",
    ]


@pytest.mark.parametrize(
    ("event", "out", "err"),
    [
        (Watching((Path("news"), Path("more")), by_polling=True), "Watching news, more, by polling", ""),
        (Watching((Path("news"),), by_polling=False), "Watching news, by events of the system", ""),
        (Failed("The disk\nis full."), "", "Failed, will be tried again: The disk is full."),
        (Done(Summary(indexed=1)), "read 1 file: 1 indexed", ""),
        (Done(Summary(removed=1)), "read 0 files", ""),
        (Done(Summary(unchanged=1)), "", ""),
        (FilesFound(3), "", ""),
    ],
)
def test_a_watch_tells_what_changes_and_what_fails_and_nothing_else(
    event: Event | Watching | Failed, out: str, err: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_watching(event)
    captured = capsys.readouterr()
    assert captured.out.startswith(out)
    assert captured.err.startswith(err)
    assert (bool(captured.out), bool(captured.err)) == (bool(out), bool(err))
