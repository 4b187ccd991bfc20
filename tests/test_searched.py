"""What was searched, counted to be handed over: the figures add up, and agree in the shell, on the page and in CSV."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from searchapp.answers.library import opened
from searchapp.answers.searched import searched
from searchapp.cli import main
from searchapp.web import create_app
from tests.indexing import sync

RECORDS = [
    {"id": "1", "title": "One", "body": "The first of the texts.", "date": "2024-01-01", "language": "en", "byline": "By Ada Quill"},
    {"id": "2", "title": "Two", "body": "The second of the texts.", "date": "2024-01-10", "language": "en"},
    {"id": "3", "title": "Three", "body": "The third of the texts.", "date": "2024-02", "language": "de"},
    {"id": "4", "title": "Four", "body": "The fourth of the texts.", "language": "en"},
]  # fmt: skip


@pytest.fixture
def index(tmp_path: Path) -> Path:
    news = tmp_path / "news"
    (news / "2024" / "01" / "deep").mkdir(parents=True)
    (news / "=old <b>").mkdir()
    (news / "2024" / "01" / "deep" / "a.JSONL").write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    (news / "=old <b>" / "b.jsonl").write_text(json.dumps(RECORDS[0]) + "\n")
    (news / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (news / "README").write_text("Title\n\nA text without an ending in its name.\n")
    sync([news], tmp_path / "index", processes=0)
    return tmp_path / "index"


def test_counts_by_folder_and_format_add_up_to_all_files(index: Path) -> None:
    with opened(index) as library:
        answer = searched(library)
    for counts in (answer.folders, answer.formats):
        assert sum(one.files for one in counts) == answer.coverage.files == 4
        assert sum(one.left_out for one in counts) == answer.coverage.left_out
        assert sum(one.articles - one.duplicates for one in counts) == answer.coverage.articles
    assert [one.name for one in answer.folders] == ["news", "news/2024", "news/=old <b>"]
    assert {one.name: one.files for one in answer.formats} == {"jsonl": 2, "png": 1, "": 1}
    assert answer.duplicates == 1


def test_days_without_an_article_are_told_and_dates_that_are_no_days(index: Path) -> None:
    with opened(index) as library:
        answer = searched(library)
    assert (answer.first_day, answer.last_day) == ("2024-01-01", "2024-01-10")
    assert [(run.first, run.last, run.days) for run in answer.missing] == [("2024-01-02", "2024-01-09", 8)]
    assert (answer.missing_days, answer.only_month, answer.undated) == (8, 1, 2)
    assert dict(answer.languages)["de"] == 1


def test_an_empty_index_has_counts_too(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    sync([tmp_path / "news"], tmp_path / "index", processes=0, allow_removals=True)
    with opened(tmp_path / "index") as library:
        answer = searched(library)
    assert (answer.folders, answer.missing, answer.first_day) == ((), (), "")
    assert create_app(tmp_path / "index").test_client().get("/files").status_code == 200


def rows(text: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]


def test_shell_page_and_api_tell_the_same(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = create_app(index).test_client()
    run: Callable[[str], str] = lambda form: shell(index, form, monkeypatch, capsys)  # noqa: E731
    summary = rows(client.get("/api/v1/files/summary?format=csv").text)
    assert summary == rows(run("--csv"))
    assert client.get("/api/v1/files/summary").json == json.loads(run("--json"))
    assert {row["name"] for row in summary if row["kind"] == "folder"} == {"news", "news/2024", "news/=old <b>"}
    page = client.get("/files").text
    for said in ("news/=old &lt;b&gt;", "8 days between have no article", "no reader for .png files"):
        assert said in page
    assert "By folder" not in client.get("/files?status=skipped").text
    listed = rows(client.get("/api/v1/files/export").text)
    assert [row["status"] for row in listed].count("skipped") == 1
    assert len(listed) == 4


def shell(index: Path, form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", ["searchapp", "files", "--summary", form, "--index", str(index)])
    with pytest.raises(SystemExit, match="0"):
        main()
    return capsys.readouterr().out
