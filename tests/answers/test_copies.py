"""Copies in answers: each story once, other printings below a hit, the page of a story, and what differs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from searchapp.answers.copies import compare, how_long
from searchapp.answers.library import opened as opened_library
from searchapp.answers.request import ONCE, Request
from searchapp.answers.search import Results, search
from searchapp.article import Article
from searchapp.cli import commands
from searchapp.errors import BadRequest
from searchapp.web import create_app
from tests.indexing import run
from tests.test_copies import articles, record, store, stories, text


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a story in five papers, cut in one, and of an article without copies."""
    folder = tmp_path_factory.mktemp("printed")
    whole = f"Harbour {text(1)} end"
    papers = ("Gazette", "Courier", "Evening Star", "Herald", "Mirror")
    records = [record(n, whole, f"2024-05-0{n}", source=paper) for n, paper in enumerate(papers, 1)]
    records[1]["body"] = " ".join(whole.split()[:120])
    records[4]["body"] = whole.replace("Harbour", "Port <3 & harbour")
    run(folder / "index", store(folder, *records, record(9, f"Harbour {text(2)}")), engine="whoosh")
    return folder / "index"


def asked(index: Path, words: str, **more: Any) -> Results:
    with opened_library(index) as library:
        return search(library, Request(words, **more))


def test_each_story_once_keeps_the_firsts_and_counts_stay_exact(printed: Path) -> None:
    results = asked(printed, "harbour", facets=("source",))
    assert (results.total, results.stories) == (6, 2)
    once = asked(printed, "harbour", filters=(ONCE,), facets=("source",), sort="oldest")
    assert (once.total, once.stories) == (2, 2)
    assert [hit.article.title for hit in once.hits] == ["Title 1", "Title 9"]
    assert once.facets["source"] == (("Gazette", 1), ("none", 1))
    assert asked(printed, "harbour copies:>3").total == 5


def test_many_stories_are_counted_each_once(index: Path, tmp_path: Path) -> None:
    for part in range(2):
        printed = (record(n, text(n % 20), f"2024-05-{n % 28 + 1:02}") for n in range(part * 25, part * 25 + 25))
        run(index, store(tmp_path, *printed, name=f"{part}.jsonl"), engine="whoosh")
    results = asked(index, "")
    assert (results.total, results.stories) == (50, 20)


@pytest.mark.parametrize("words", ["source:herald", "source:herald copies:none"])
def test_of_stories_only_later_printings_of_which_match_is_told_how_many_are_left_out(
    printed: Path, words: str
) -> None:
    every = asked(printed, "source:herald OR source:mirror OR source:none")
    assert (every.total, every.stories, every.stories_left_out) == (3, 2, 0)
    once = asked(printed, words, filters=() if "copies" in words else (ONCE,))
    assert (once.total, once.stories, once.stories_left_out) == (0, 0, 1)
    page = " ".join(create_app(printed).test_client().get("/?q=source:herald&copies=none").text.split())
    assert "Of 1 more story, only later printings match: it is left out." in page
    assert "Copies: <bdi>each story once</bdi>" in page
    told = CliRunner().invoke(commands, ["query", words, "--once", "-i", str(printed)], standalone_mode=False).stderr
    assert "Of 1 more story, only later printings match: it is left out." in told


def test_below_a_hit_stand_three_other_printings(printed: Path) -> None:
    first = next(hit for hit in asked(printed, "harbour").hits if hit.article.title == "Title 1")
    assert [one.source for one in first.also_in] == ["Courier", "Evening Star", "Herald"]
    assert how_long(first.article, first.also_in[0]) == "shortened"
    assert how_long(first.article, first.also_in[1]) == ""


def test_each_of_many_stories_on_a_page_has_its_own_printings_below_it(index: Path, tmp_path: Path) -> None:
    printed = [record(n, text(n % 5 if n < 20 else 6), f"2024-05-{n + 1:02}") for n in range(30)]  # 4 or 10 times
    run(index, store(tmp_path, *printed), engine="whoosh")
    hits = [hit for page in (1, 2, 3) for hit in asked(index, "", page=page).hits]
    assert len(hits) == 30
    for hit in hits:
        number = int(hit.article.title.split()[1])
        story = range(20, 30) if number >= 20 else range(number % 5, 20, 5)
        assert [one.title for one in hit.also_in] == [f"Title {n}" for n in story if n != number][:3]


@pytest.mark.parametrize("value", ["many", ">", "-1", ""])
def test_a_number_of_copies_that_is_none_is_refused_with_examples(printed: Path, value: str) -> None:
    with pytest.raises(BadRequest, match="none .each story once."):
        asked(printed, "harbour", filters=(("copies", value),))


def test_the_shell_lists_copies_and_prints_what_differs(printed: Path) -> None:
    found = {hit.article.source: hit.article for hit in asked(printed, "harbour").hits}
    listed = CliRunner().invoke(commands, ["copies", found["Mirror"].id, "-i", str(printed)], standalone_mode=False)
    assert [line.split("\t")[2] for line in listed.stdout.splitlines()] == [
        *["Gazette", "Courier", "Evening Star"],
        *["Herald", "Mirror"],
    ]
    assert "shortened" in listed.stdout.splitlines()[1]
    assert (
        CliRunner().invoke(commands, ["copies", found[""].id, "-i", str(printed)], standalone_mode=False).return_value
        == 1
    )
    told = CliRunner().invoke(
        commands, ["diff", found["Gazette"].id, found["Mirror"].id, "-i", str(printed)], standalone_mode=False
    )
    assert "Title [-1-] {+5+}" in told.stdout
    assert "[-Harbour-] {+Port <3 & harbour+}" in told.stdout
    both = ["diff", found["Gazette"].id, found["Gazette"].id, "-i", str(printed), "--json"]
    same = CliRunner().invoke(commands, both, standalone_mode=False)
    assert (same.return_value, json.loads(same.stdout)["inserted"]) == (1, 0)
    assert same.stderr == "The words of both texts are the same.\n"
    once = CliRunner().invoke(commands, ["query", "harbour", "--once", "-i", str(printed)], standalone_mode=False)
    assert len(once.stdout.splitlines()) == 2
    csv = CliRunner().invoke(
        commands, ["query", "harbour", "--export", "csv", "-i", str(printed)], standalone_mode=False
    )
    assert csv.stdout.splitlines()[0].endswith("first_id,copies,similarity")


def test_pages_and_the_api_show_the_story_and_what_differs(printed: Path) -> None:
    client = create_app(printed).test_client()
    page = client.get("/?q=harbour").text
    assert "6 articles, 2 stories" in " ".join(page.split())
    assert "Evening Star" in page and "(shortened)" in page and "and 1 more" in page
    assert 'name="copies" value="none">' in page
    assert 'name="copies" value="none" checked' in client.get("/?q=harbour&copies=none").text
    hit = client.get("/api/v1/search?q=harbour&copies=none&sort=oldest").json["hits"][0]
    assert (hit["copies"], hit["similarity"], hit["first_id"]) == (4, 1.0, hit["id"])
    story = client.get(f"/api/v1/articles/{hit['id']}/copies").json
    assert [one["length"] for one in story["printings"]] == ["same", "shortened", "same", "same", "same"]
    listed = client.get(f"/article/{hit['id']}/copies").text
    assert "One story, 5 printings" in listed
    last = story["printings"][-1]["id"]
    differs = client.get(f"/compare?one={hit['id']}&other={last}").text
    assert "<del>Harbour</del> <ins>Port &lt;3 &amp; harbour</ins> " in differs
    assert client.get(f"/api/v1/articles/{hit['id']}/diff/{last}").json["inserted"] == 5
    assert client.get(f"/compare?one={hit['id']}&other=none").status_code == 404
    assert client.get("/?q=harbour&copies=many").status_code == 400


@given(st.text("ab <&\n", max_size=60), st.text("ab <&\n", max_size=60))
def test_pieces_are_all_of_both_texts(one: str, other: str) -> None:
    pieces = compare(Article("1", body=one), Article("2", body=other)).body
    words = {
        change: "".join(p.text for p in pieces if p.change in ("same", change)).split()
        for change in ("deleted", "inserted")
    }
    assert words == {"deleted": one.split(), "inserted": other.split()}


def test_long_texts_are_compared_in_part_and_that_is_said() -> None:
    one, other = (Article(f"{n}", body=" ".join(f"w{n}{i % 7}" for i in range(30_000))) for n in (1, 2))
    assert compare(one, other).is_cut
    assert not compare(replace(one, body="short"), replace(other, body="text")).is_cut


def test_a_story_that_is_full_is_told_wherever_copies_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("searchapp.catalog.copies", "searchapp.catalog.stories", "searchapp.answers.copies"):
        monkeypatch.setattr(f"{module}.MOST_PRINTINGS", 20)
    index = tmp_path / "index"
    run(index, store(tmp_path, *(record(n, text(1), f"2024-05-{n:02}") for n in range(1, 24))), engine="whoosh")
    assert [len(titles) for titles in stories(index).values()] == [20]
    results = asked(index, "copies:none")
    assert (results.total, results.stories) == (4, 4)
    first = articles(index)["Title 1"].id
    client = create_app(index).test_client()
    assert "1 story is full: further printings are articles by themselves." in client.get("/files").text
    assert "More of them may be in this index" in client.get(f"/article/{first}/copies").text
    assert client.get(f"/api/v1/articles/{first}/copies").json["is_full"] is True
    assert client.get("/api/v1/stats").json["full_stories"] == 1
    told = CliRunner().invoke(commands, ["copies", first, "-i", str(index)], standalone_mode=False)
    assert "printings at most" in told.stderr
