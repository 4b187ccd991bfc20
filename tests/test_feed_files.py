"""A search as a feed in files: read by a reader of feeds, page by page."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import feedparser
import pytest

from tests.indexing import age, sync
from tests.shell import exit_code

Run = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    records = [
        {"id": str(n), "title": f"Report {n} <b>&", "body": f"On zebras, {n}.", "url": f"https://news.test/{n}" if n else ""}
        for n in range(120)
    ]  # fmt: skip
    (tmp_path / "news" / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return tmp_path / "news"


@pytest.fixture
def run(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    sync([folder], tmp_path / "index", processes=0)
    monkeypatch.setenv("SEARCHAPP_INDEX", str(tmp_path / "index"))
    return partial(exit_code, monkeypatch)


def test_files_lead_from_one_to_the_next_to_all_articles_once(run: Run, tmp_path: Path) -> None:
    assert run("query", "zebra", "--feed", tmp_path / "out.atom") == 0
    seen, name = [], "out.atom"
    while name:
        feed = feedparser.parse((tmp_path / name).read_bytes())
        assert not feed.bozo
        seen += [entry.title for entry in feed.entries]
        name = next((link.href for link in feed.feed.links if link.rel == "next"), "")
    assert sorted(seen) == sorted(f"Report {n} <b>&" for n in range(120))
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out-2.atom", "out-3.atom", "out.atom"]


def test_entries_lead_to_where_articles_were_published_and_others_hold_their_text(run: Run, tmp_path: Path) -> None:
    run("query", "zebra", "--feed", tmp_path / "out.atom")
    entries = [entry for file in tmp_path.glob("out*") for entry in feedparser.parse(file.read_bytes()).entries]
    linked = [entry.link for entry in entries if entry.get("link", "").startswith("https://news.test/")]
    assert len(linked) == 119
    (other,) = (entry for entry in entries if entry.title.startswith("Report 0 "))
    assert other.content[0].value == "On zebras, 0."


def test_a_json_feed_has_the_same_articles(run: Run, tmp_path: Path) -> None:
    run("query", "zebra", "--feed", tmp_path / "out.json", "--feed-address", "https://feeds.test/zebra/out.json")
    first = json.loads((tmp_path / "out.json").read_text())
    assert first["feed_url"] == "https://feeds.test/zebra/out.json"
    assert first["next_url"] == "https://feeds.test/zebra/out-2.json"
    items = [item for file in tmp_path.glob("out*.json") for item in json.loads(file.read_text())["items"]]
    assert len({item["id"] for item in items}) == 120


def test_nothing_found_is_a_feed_without_entries(run: Run, tmp_path: Path) -> None:
    assert run("query", "qqqqq", "--feed", tmp_path / "out.atom") == 1
    feed = feedparser.parse((tmp_path / "out.atom").read_bytes())
    assert (feed.bozo, feed.entries) == (False, [])


def test_a_file_that_would_not_change_is_left_and_a_later_article_stands_first(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "out.atom"
    run("query", "zebra", "--feed", file)
    before = file.stat()
    run("query", "zebra", "--feed", file)
    assert file.stat().st_ino == before.st_ino
    age(tmp_path / "index")
    sync([], tmp_path / "index", rebuild=True)
    (folder / "b.txt").write_text("Late\n\nA zebra came.\n")
    sync([], tmp_path / "index")
    run("query", "zebra", "--feed", file)
    assert feedparser.parse(file.read_bytes()).entries[0].title == "Late"


@pytest.mark.parametrize("name", ["out.html", "out", "missing/out.atom"])
def test_what_cannot_be_written_is_said(
    run: Run, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("query", "zebra", "--feed", tmp_path / name) == 2
    assert capsys.readouterr().err.startswith("searchapp: ")
