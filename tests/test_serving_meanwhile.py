"""A large folder is served while it is being indexed, and the page says how far that is."""

import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest

from searchapp.answers.library import opened
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.catalog.ledger import NAME as LEDGER_NAME
from searchapp.catalog.running import NAME, Progress, ProgressNote, progress
from searchapp.cli import main
from searchapp.indexer import Event, FileRead, Planned, Summary, SyncSettings, sync
from searchapp.web import create_app
from tests.corpus import ARTICLES, write_articles


def serve(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["searchapp", "serve", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_a_large_folder_is_served_before_it_is_read_and_ctrl_c_ends_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    is_served = threading.Event()
    ended: list[str] = []

    def long_run(_: object, __: object, ___: object, on_event: Callable[[Event], None]) -> Summary:
        on_event(Planned(20_000, 1))
        is_served.wait(30)
        try:
            while True:
                on_event(FileRead("a.txt", "indexed", "", 1, 1))
        except KeyboardInterrupt:
            ended.append("as by Ctrl-C")
            raise

    monkeypatch.setattr("searchapp.cli.meanwhile.sync", long_run)
    monkeypatch.setattr("searchapp.cli.serving.listening", lambda *_: nullcontext())
    monkeypatch.setattr("searchapp.cli.serving.serve_forever", lambda *_, **__: is_served.set())
    assert serve(monkeypatch, tmp_path, "--index", tmp_path / "index") == 0
    assert ended == ["as by Ctrl-C"]
    assert "The rest is indexed while the page is served." in capsys.readouterr().err


def test_a_small_folder_is_read_before_it_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    found: list[int] = []

    def look(index: Path, *_: object, **__: object) -> None:
        found.append(create_app(index).test_client().get("/api/v1/search?q=harbour").get_json()["total"])

    monkeypatch.setattr("searchapp.cli.serving.listening", lambda *_: nullcontext())
    monkeypatch.setattr("searchapp.cli.serving.serve_forever", look)
    assert serve(monkeypatch, tmp_path / "news", "--index", tmp_path / "index") == 0
    assert found == [2]


def test_a_folder_that_cannot_be_read_is_not_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[Any] = []
    monkeypatch.setattr("searchapp.cli.serving.listening", lambda *_: nullcontext())
    monkeypatch.setattr("searchapp.cli.serving.serve_forever", lambda *_, **__: served.append(1))
    assert serve(monkeypatch, tmp_path / "nowhere", "--index", tmp_path / "index") == 2
    assert capsys.readouterr().err.count("nowhere") == 1
    assert served == []


def test_a_run_notes_how_far_it_is_until_it_ends(tmp_path: Path) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    seen: list[Progress | None] = []

    def look(event: Event) -> None:
        if isinstance(event, FileRead):
            seen.append(progress(tmp_path / "index"))

    sync([tmp_path / "news"], tmp_path / "index", SyncSettings(processes=0), look)
    assert seen == [Progress(1, 1)]
    assert progress(tmp_path / "index") is None


def test_pages_say_how_far_the_run_is(tmp_path: Path) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    index = tmp_path / "index"
    sync([tmp_path / "news"], index, SyncSettings(processes=0))
    client = create_app(index).test_client()
    before = client.get("/")
    note = ProgressNote(index)
    note.plan(20_000)
    note.count()
    again = client.get("/", headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 200
    for address in ("/", "/?q=harbour", "/files"):
        assert "1 of 20,000 files so far" in client.get(address).text, address
    os.utime(index / NAME, (0, 0))  # of a run that was killed
    assert "so far" not in client.get("/").text
    note.remove()
    assert "so far" not in client.get("/").text


def test_a_note_that_cannot_be_written_or_read_is_none(tmp_path: Path) -> None:
    note = ProgressNote(tmp_path / "nowhere")
    note.plan(3)
    note.count()
    note.remove()
    assert progress(tmp_path / "nowhere") is None
    (tmp_path / NAME).write_text('["many"]')
    assert progress(tmp_path) is None


def test_a_search_does_not_wait_for_a_commit_to_the_ledger(tmp_path: Path) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    sync([tmp_path / "news"], tmp_path / "index", SyncSettings(processes=0))
    (ledger,) = (tmp_path / "index").rglob(LEDGER_NAME)
    with closing(sqlite3.connect(ledger, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        with opened(tmp_path / "index") as library:
            assert search(library, Request("harbour")).total
            assert time.monotonic() - began < 10  # a lock of the ledger is waited for 30 s
            writer.execute("ROLLBACK")
            assert library.catalog.reasons()
