"""The page of the saved searches, and what it is made of: it counts and compares, and writes nothing."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from searchapp.answers.library import opened
from searchapp.answers.saved import keep_answer, saved_searches
from searchapp.catalog.saved import save
from searchapp.web import create_app
from tests.indexing import sync


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    add(tmp_path / "news", "zebra", 1)
    return tmp_path / "news"


@pytest.fixture
def index(tmp_path: Path, folder: Path) -> Path:
    sync([folder], tmp_path / "index", processes=0)
    return tmp_path / "index"


@pytest.fixture
def client(index: Path) -> FlaskClient:
    return create_app(index).test_client()


def add(folder: Path, animal: str, number: int) -> None:
    (folder / f"{animal}-{number}.txt").write_text(f"The {animal} {number}\n\nOf the {animal}, day {number}.\n")


def links(page: str) -> dict[str, str]:
    return {text: unescape(url) for url, text in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', page)}


def test_without_saved_searches_the_page_says_how_to_save_one(client: FlaskClient) -> None:
    assert "searchapp save NAME" in client.get("/saved").text


def test_each_search_stands_with_its_articles_and_what_is_new(client: FlaskClient, folder: Path, index: Path) -> None:
    save(index, "stripes", "zebra OR okapi")
    save(index, "none", "walrus")
    page = client.get("/saved?since=2020-01-01").text
    assert "1 since 1 January 2020" in page
    assert "none since 1 January 2020" in page
    new = links(page)["1 since 1 January 2020"]
    assert json.loads(client.get(f"/api/v1/search{new[1:]}").text)["total"] == 1
    assert links(client.get("/saved?since=2999-01-01").text)["1"] == "/?q=zebra+OR+okapi&sort=added"


def test_the_numbers_of_changes_tell_what_has_come_since_they_were_asked_for(
    client: FlaskClient, folder: Path, index: Path
) -> None:
    def ask(since: int) -> Any:
        return client.get(f"/api/v1/saved?since={since}").json

    save(index, "stripes", "zebra")
    first = ask(0)
    assert [len(one["new"]) for one in first["saved"]] == [1]
    add(folder, "zebra", 2)
    add(folder, "okapi", 2)
    sync([], index, processes=0)
    second = ask(first["last"])
    assert [(one["total"], len(one["new"])) for one in second["saved"]] == [(2, 1)]
    assert all(number > first["last"] for number in second["saved"][0]["new"])
    assert [one["new"] for one in ask(second["last"])["saved"]] == [[]]


def test_a_kept_answer_is_compared_article_by_article(client: FlaskClient, folder: Path, index: Path) -> None:
    save(index, "<b>", "zebra")
    with opened(index) as library:
        keep_answer(library, saved_searches(index).named("<b>").entry)
    add(folder, "zebra", 2)
    sync([], index, processes=0)
    address = links(client.get("/saved").text)["What has changed"]
    page = client.get(address).text
    assert "2 now; 1 on" in page
    assert ": 1 new." in page
    assert "The zebra 2" in page
    assert "The zebra 1" not in page
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    values = client.get(f"/api/v1{address}").json
    assert (values["name"], values["now"], values["then"], values["is_same"]) == ("<b>", 2, 1, False)
    assert [one["title"] for one in values["new"]] == ["The zebra 2"]
    assert client.get("/api/v1/saved/compare?name=unknown").status_code == 404
    assert client.get("/saved/compare?name=unknown").status_code == 404
    assert client.get(f"{address}&until=2019").status_code == 404
    assert client.get(f"{address}&until=tomorrow").status_code == 400


def test_lines_that_cannot_be_read_are_shown(client: FlaskClient, index: Path) -> None:
    (index / "saved.txt").write_bytes(b'a\tzebra\nbroken\t"(((\n')
    page = client.get("/saved").text
    assert "Line 2" in page
    assert links(page)["1"] == "/?q=zebra&sort=added"


def test_many_saved_searches_are_shown_a_hundred_at_a_time(client: FlaskClient, index: Path) -> None:
    (index / "saved.txt").write_text("".join(f"s{number}\tw{number}\n" for number in range(250)))
    names = [re.findall(r'data-name="(\w+)"', client.get(f"/saved?page={page}").text) for page in (1, 2, 3)]
    assert [len(page) for page in names] == [100, 100, 50]
    assert len({name for page in names for name in page}) == 250
    assert "data-name" not in client.get("/saved?page=4").text
    values = client.get("/api/v1/saved?page=3").json
    assert (values["count"], [one["name"] for one in values["saved"]]) == (250, names[2])


def test_looking_at_saved_searches_changes_no_file_of_the_index(client: FlaskClient, folder: Path, index: Path) -> None:
    save(index, "stripes", "zebra")
    with opened(index) as library:
        keep_answer(library, saved_searches(index).named("stripes").entry)
    add(folder, "zebra", 2)
    sync([], index, processes=0)
    before = contents(index)
    for address in ("/saved", "/saved?since=2020-01-01", "/saved/compare?name=stripes", "/api/v1/saved?since=0"):
        assert client.get(address).status_code == 200
    assert contents(index) == before


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
