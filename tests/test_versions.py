"""What changed in a folder: former texts of articles, and ids that hold when files move."""

import json
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner, Result

from searchapp.article import Article
from searchapp.cli import commands
from searchapp.engines.stored import unpack
from searchapp.errors import NotFound
from searchapp.indexer.migrating import migrate
from searchapp.sources import Options
from searchapp.web import create_app
from tests.indexing import adds_up, lines, looking, opened, run, write

TEXT = "Harbour\n\nThe harbour is closed. Nobody knows why.\n"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return tmp_path / "news"


def ids(index: Path) -> dict[str, str]:
    """Return the ids of all articles, by the path of their file and title."""
    return {f"{one.path} {one.title}": one.id for one in articles(index)}


def articles(index: Path) -> list[Article]:
    with looking(index) as catalog, closing(opened(catalog)) as engine:
        found = [engine.get(article_id) for article_id in engine.ids()]
    return sorted((one for one in found if one), key=lambda one: (one.path, one.title))


def former(index: Path, article_id: str) -> list[tuple[int, str]]:
    """Return number and body of each former text of an article."""
    with looking(index) as catalog:
        return [(version.number, unpack(version.packed).body) for version in catalog.versions(article_id)]


@pytest.mark.parametrize("engine", ["plain", "whoosh", "tantivy"])
def test_an_article_whose_file_changed_keeps_its_former_texts(index: Path, news: Path, engine: str) -> None:
    for number in range(3):
        write(news / "a.txt", f"{TEXT}Line {number}.\n")
        run(index, news, engine=engine)
    (one,) = articles(index)
    assert [number for number, _ in former(index, one.id)] == [1, 2]
    assert ["Line 0" in body for _, body in former(index, one.id)] == [True, False]
    assert "Line 2" in one.body


def test_a_file_that_is_the_same_or_read_anew_has_no_former_text(index: Path, news: Path) -> None:
    write(news / "a.txt", TEXT)
    for _ in range(2):
        run(index, news)
        write(news / "a.txt", TEXT)
    run(index, news, rebuild=True)
    assert former(index, articles(index)[0].id) == []


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize("is_packed", [False, True])
def test_what_is_read_otherwise_from_the_same_bytes_is_no_edit(
    index: Path, news: Path, rebuild: bool, is_packed: bool
) -> None:
    def store(*records: dict[str, str]) -> None:
        text = lines(*({"id": f"{n}", **one} for n, one in enumerate(records)))
        write(news / "a.jsonl", text)
        if is_packed:
            with zipfile.ZipFile(news / "z.zip", "w") as packed:
                packed.writestr(zipfile.ZipInfo("a.jsonl"), text)
            (news / "a.jsonl").unlink()

    def read_as(column: str, **more: bool) -> dict[str, Article]:
        run(index, news, options=Options(columns={"body": column}), **more)
        return {one.title: one for one in articles(index)}

    one, other = ({"title": f"T{n}", "body": f"A text {n}.", "long": f"A longer text {n}."} for n in (1, 2))
    store(one, other)
    before = read_as("body")
    after = read_as("long", rebuild=rebuild)
    assert {title: text.body for title, text in after.items()} == {"T1": "A longer text 1.", "T2": "A longer text 2."}
    assert all((text.added, text.edited) == (before[title].added, "") for title, text in after.items())
    assert all(former(index, text.id) == [] for text in after.values())
    with looking(index) as catalog:
        assert len(catalog.arrivals_since(0)) == 2
        last = catalog.last_number()
    store(one, {**other, "body": "Rewritten."})
    after = read_as("body")  # bytes and reading have changed: an edit, of all texts that are others now
    assert all(bool(text.edited) == (len(former(index, text.id)) == 1) for text in after.values())
    assert after["T2"].edited
    with looking(index) as catalog:
        assert {arrival.id for arrival in catalog.arrivals_since(last)} == {
            text.id for text in after.values() if text.edited
        }


def test_as_many_former_texts_are_kept_as_was_said_last(index: Path, news: Path) -> None:
    def edit(*numbers: int, **more: int) -> list[int]:
        for number in numbers:
            write(news / "a.txt", f"{TEXT}Line {number}.\n")
            run(index, news, **more)
            more = {}
        return [number for number, _ in former(index, articles(index)[0].id)]

    assert edit(*range(8)) == [3, 4, 5, 6, 7]
    assert edit(8, keep_versions=2) == [7, 8]
    assert edit(9) == [8, 9]
    assert edit(10, keep_versions=0) == []
    assert edit(11) == []


def test_former_texts_stay_through_a_rebuild_and_a_migration_and_go_with_their_article(index: Path, news: Path) -> None:
    write(news / "b.txt", "Another\n\nText.\n")
    for text in (TEXT, TEXT + "More.\n"):
        write(news / "a.txt", text)
        run(index, news, engine="whoosh")
    one = articles(index)[0].id
    before = former(index, one)
    run(index, news, engine="whoosh", rebuild=True)
    assert former(index, one) == before and len(before) == 1
    migrate(index, "plain")
    assert former(index, one) == before
    (news / "a.txt").unlink()
    run(index, news)
    assert former(index, one) == []


@pytest.mark.parametrize("engine", ["plain", "whoosh", "tantivy"])
def test_ids_stay_when_files_are_renamed_and_moved_and_edited_there(index: Path, news: Path, engine: str) -> None:
    write(news / "a.txt", TEXT)
    write(news / "b.jsonl", lines(*({"id": f"{n}", "title": f"T{n}", "body": f"Body {n}"} for n in range(3))))
    write(news / "c.csv", "title,body\nOne,First body\nTwo,Second body\n")
    run(index, news, engine=engine)
    before = {one.title: one.id for one in articles(index)}
    (news / "later" / "deep").mkdir(parents=True)
    for name in ("a.txt", "b.jsonl", "c.csv"):
        (news / name).rename(news / "later" / "deep" / f"x{name}")
    assert adds_up(index, run(index, news, engine=engine))
    assert {one.title: one.id for one in articles(index)} == before
    assert all("/later/deep/x" in one.path for one in articles(index))
    write(news / "later" / "deep" / "xa.txt", TEXT + "More.\n")
    run(index, news, engine=engine)
    assert {one.title: one.id for one in articles(index)} == before
    assert len(former(index, before["Harbour"])) == 1
    run(index, news, engine=engine, rebuild=True)
    assert {one.title: one.id for one in articles(index)} == before
    run(index, news, engine=engine)
    assert {one.title: one.id for one in articles(index)} == before


def test_a_rebuild_after_a_move_keeps_ids(index: Path, news: Path) -> None:
    write(news / "a.txt", TEXT)
    write(news / "b.txt", "Another\n\nText.\n")
    run(index, news)
    before = {one.title: one.id for one in articles(index)}
    (news / "a.txt").rename(news / "z.txt")
    run(index, news, rebuild=True)
    assert {one.title: one.id for one in articles(index)} == before


def test_a_new_file_where_a_moved_one_was_has_an_id_of_its_own(index: Path, news: Path) -> None:
    write(news / "a.txt", TEXT)
    write(news / "c.txt", "Third\n\nText.\n")
    run(index, news)
    first = ids(index)["news/a.txt Harbour"]
    (news / "a.txt").rename(news / "b.txt")
    run(index, news)
    write(news / "a.txt", "Other\n\nAnother text.\n")
    run(index, news)
    found = ids(index)
    assert found["news/b.txt Harbour"] == first != found["news/a.txt Other"]
    run(index, news, rebuild=True)
    assert ids(index) == found
    (news / "a.txt").unlink()
    run(index, news)
    (news / "b.txt").rename(news / "a.txt")
    run(index, news)
    assert ids(index)["news/a.txt Harbour"] == first


def test_two_equal_files_have_two_ids_and_the_copy_keeps_what_it_knows(index: Path, news: Path) -> None:
    write(news / "a.txt", TEXT)
    write(news / "b.txt", TEXT)
    run(index, news)
    assert len(articles(index)) == 1
    run(index, news, rebuild=True)
    before = articles(index)
    write(news / "b.txt", TEXT + "More.\n")
    run(index, news)
    found = articles(index)
    assert len({one.id for one in found}) == 2
    assert before[0].id in {one.id for one in found}


def test_a_record_put_before_others_is_not_taken_for_their_new_text(index: Path, news: Path) -> None:
    rows = [f"T{n},Body {n} of it" for n in range(4)]
    write(news / "a.csv", "\n".join(["title,body", *rows[1:]]))
    run(index, news)
    before = ids(index)
    write(news / "a.csv", "\n".join(["title,body", *rows]))
    run(index, news)
    found = ids(index)
    assert len(found) == 4 and before.items() <= found.items()
    assert all(former(index, article_id) == [] for article_id in found.values())


def test_the_only_record_of_a_file_keeps_its_id_when_another_comes_and_goes(index: Path, news: Path) -> None:
    found = []
    for count in (1, 2, 1):
        rows = [json.dumps({"title": f"T{n}", "body": f"Body {n} of it"}) for n in range(count)]
        write(news / "a.jsonl", "\n".join(rows))
        run(index, news)
        found.append(ids(index)["news/a.jsonl T0"])
    assert len(set(found)) == 1


def test_a_file_that_comes_back_has_its_ids_again(index: Path, news: Path) -> None:
    write(news / "a.txt", TEXT)
    write(news / "b.txt", "Another\n\nText.\n")
    run(index, news)
    before = ids(index)
    (news / "a.txt").rename(news.parent / "a.txt")
    run(index, news)
    assert len(articles(index)) == 1
    (news.parent / "a.txt").rename(news / "c.txt")
    run(index, news)
    assert set(ids(index).values()) == set(before.values())


# Answers


@pytest.fixture
def edited(index: Path, news: Path) -> str:
    """Index a file that was edited twice, and return the id of its article."""
    end = "\n\nThe port <b>may</b> open. On Monday it did. More ships came! All is well.\n"
    for text in (TEXT, TEXT + end, (TEXT + end).replace("Nobody", "Everybody").replace("Harbour", "Port", 1)):
        write(news / "a.txt", text)
        run(index, news, engine="whoosh")
    return articles(index)[0].id


def shell(index: Path, *words: str) -> Result:
    return CliRunner().invoke(commands, [*words, "-i", str(index)], standalone_mode=False)


def test_the_article_says_when_it_was_edited_and_how(index: Path, edited: str) -> None:
    client = create_app(index).test_client()
    page = " ".join(client.get(f"/article/{edited}").text.split())
    assert ">4 sentences added</a>" in page and ">1 sentence rewritten; title changed</a>" in page
    assert f'href="/article/{edited}/versions/1?to=2"' in page and f'href="/article/{edited}/versions/2"' in page
    first = client.get(f"/article/{edited}/versions/1?to=2").text
    assert "<ins>The port &lt;b&gt;may&lt;/b&gt; open." in first and "Everybody" not in first
    assert "<del>Nobody</del> <ins>Everybody</ins> " in client.get(f"/article/{edited}/versions/1").text
    assert client.get(f"/article/{edited}/versions/3").status_code == 404
    assert client.get(f"/article/{edited}/versions/1?to=x").status_code == 400


def test_shell_and_api_list_the_edits_and_what_differs(index: Path, edited: str) -> None:
    client = create_app(index).test_client()
    told = client.get(f"/api/v1/articles/{edited}/versions").json["edits"]
    assert [(edit["number"], edit["added"], edit["rewritten"]) for edit in told] == [(2, 0, 1), (1, 4, 0)]
    listed = shell(index, "versions", edited).stdout.splitlines()
    assert [line.split("\t")[::2] for line in listed] == [[f"{edit['number']}", edit["told"]] for edit in told]
    assert "[-Nobody-] {+Everybody+}" in shell(index, "diff", edited, "--version", "2").stdout
    assert "Everybody" not in shell(index, "diff", edited, "--version", "1", "--to", "2").stdout
    answer = client.get(f"/api/v1/articles/{edited}/versions/2").json
    assert (answer["inserted"], answer["deleted"]) == (2, 2)
    assert isinstance(shell(index, "diff", edited, "--version", "9").exception, NotFound)
    assert isinstance(shell(index, "diff", edited).exception, UsageError)


def test_the_shell_switches_former_texts_off(index: Path, news: Path, edited: str) -> None:
    write(news / "a.txt", TEXT)
    shell(index, "index", str(news), "--keep-versions", "0")
    assert former(index, edited) == []
    assert shell(index, "versions", edited).return_value == 1
