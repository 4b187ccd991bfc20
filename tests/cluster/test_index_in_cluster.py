"""An index whose articles are in a cluster: written here, read there, moved in and out."""

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("urllib3")

import searchapp
from searchapp.answers.elsewhere import Mirror
from searchapp.answers.keywords import keywords
from searchapp.answers.library import opened
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.catalog import open_catalog
from searchapp.cli import commands
from searchapp.engines.opensearch.connection import Connection
from searchapp.errors import BadRequest, ClusterProblem, IndexDamaged
from searchapp.indexer import SyncSettings, sync
from searchapp.indexer.migrating import migrate
from tests.cluster.conftest import ask, indexes
from tests.indexing import article, write


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Yield a folder of five articles, and a file that is none."""
    folder = tmp_path / "news"
    for number in range(5):
        write(folder / f"{number}.txt", article(number))
    write(folder / "noise.bin", bytes(range(256)))
    return folder


def fill(news: Path, index: Path, at: str) -> None:
    sync([news], index, SyncSettings("opensearch", processes=0, engine_settings={"at": at}))


def run(*arguments: str | Path) -> Result:
    return CliRunner(catch_exceptions=False).invoke(commands, [*map(str, arguments)])


def found(index: Path, words: str) -> list[str]:
    with opened(index) as library:
        return sorted(hit.article.path for hit in search(library, Request(words)).hits)


def test_a_machine_without_the_folder_answers_like_the_one_that_has_it(news: Path, tmp_path: Path, at: str) -> None:
    fill(news, tmp_path / "index", at)
    for command in (["query", "body", "--json"], ["stats"], ["files", "--json"]):
        here, there = run(*command, "--index", tmp_path / "index"), run(*command, "--at", at)
        assert there.exit_code == here.exit_code == 0
        assert settled(there.stdout) == settled(here.stdout)


def settled(output: str) -> list[str]:
    """Leave out what differs from call to call, and the name of the state that is read."""
    changing = ('"seconds"', "version", "engine_folder", '"generation"')
    return [line for line in output.splitlines() if not any(word in line for word in changing)]


def test_a_python_program_opens_an_index_by_its_address(news: Path, tmp_path: Path, at: str) -> None:
    fill(news, tmp_path / "index", at)
    with searchapp.open(at) as library:
        assert (len(library), library.search("body").total) == (5, 5)


def test_readers_elsewhere_take_up_each_commit_and_each_rebuild(news: Path, tmp_path: Path, at: str) -> None:
    index = tmp_path / "index"
    fill(news, index, at)
    mirror = Mirror(at)
    with opened(mirror.folder) as library:
        assert search(library, Request("body")).total == 5
        write(news / "new.txt", "Late\n\nNews of the body.\n")
        sync([], index, SyncSettings(processes=0))
        mirror.refresh()
        library.refresh()
        results = search(library, Request("body"))
        assert (results.total, results.coverage.articles) == (6, 6)
        (news / "new.txt").unlink()
        sync([], index, SyncSettings(rebuild=True, processes=0))
        mirror.refresh()
        library.refresh()
        assert search(library, Request("body")).total == 5
    mirror.close()
    assert not mirror.folder.exists()


def test_a_rebuild_leaves_one_index_in_the_cluster_and_a_migration_out_of_it_none(
    news: Path, tmp_path: Path, at: str
) -> None:
    index, name = tmp_path / "index", at.rpartition("/")[2]
    fill(news, index, at)
    before = indexes(at)
    sync([], index, SyncSettings(rebuild=True, processes=0))
    after = indexes(at)
    assert len(after) == len(before) == 3
    assert {*before} & {*after} == {name}
    migrate(index, "whoosh")
    assert [one for one in indexes(at) if one != name] == []
    assert len(found(index, "body")) == 5


def test_a_rebuild_keeps_the_address_and_the_number_of_shards(news: Path, tmp_path: Path, at: str) -> None:
    index, (node, _, name) = tmp_path / "index", at.rpartition("/")
    settings = {"at": at, "shards": "2"}
    sync([news], index, SyncSettings("opensearch", processes=0, engine_settings=settings))
    assert run("index", "--rebuild", "--index", index).exit_code == 0
    (articles,) = (one for one in indexes(at) if one != name and not one.endswith("-ledger"))
    assert ask(f"{node}/{articles}/_settings")[articles]["settings"]["index"]["number_of_shards"] == "2"


def test_a_run_on_an_index_that_is_there_knows_its_address_and_does_not_change_its_shards(
    news: Path, tmp_path: Path, at: str
) -> None:
    index = tmp_path / "index"
    fill(news, index, at)
    command = ("index", news, "--index", index, "--engine", "opensearch")
    assert run(*command).exit_code == 0
    assert run(*command, "--shards", "1").exit_code == 0
    with pytest.raises(BadRequest, match="add --rebuild"):
        run(*command, "--shards", "2")


def test_an_index_moves_into_a_cluster_and_back_without_its_files(news: Path, tmp_path: Path, at: str) -> None:
    index = tmp_path / "index"
    sync([news], index, SyncSettings(processes=0))
    before = found(index, '"body of article"')
    shutil.rmtree(news)
    assert run("migrate", "--engine", "opensearch", "--at", at, "--index", index).exit_code == 0
    assert found(index, '"body of article"') == before
    assert migrate(index, "whoosh").articles == 5
    assert found(index, '"body of article"') == before


def test_a_name_in_use_by_another_folder_is_refused_until_its_place_is_taken(
    news: Path, tmp_path: Path, at: str
) -> None:
    fill(news, tmp_path / "one", at)
    with pytest.raises(BadRequest, match="in use in the cluster, by the index in .*one"):
        fill(news, tmp_path / "two", at)
    shutil.rmtree(tmp_path / "one")
    of_engine = {"at": at, "take_over": "yes"}
    sync([news], tmp_path / "two", SyncSettings("opensearch", processes=0, engine_settings=of_engine))
    mirror = Mirror(at)
    assert len(found(mirror.folder, "body")) == 5
    mirror.close()


def test_an_index_that_is_not_ours_is_left_untouched(news: Path, tmp_path: Path, at: str) -> None:
    ask(at, "PUT", {"mappings": {"properties": {"theirs": {"type": "keyword"}}}})
    before = ask(at)
    with pytest.raises(BadRequest, match="is taken.*not of searchapp.*Nothing in it was touched"):
        fill(news, tmp_path / "index", at)
    assert ask(at) == before


def test_other_addresses_of_the_same_cluster_are_remembered(news: Path, tmp_path: Path, at: str) -> None:
    index = tmp_path / "index"
    fill(news, index, at)
    fill(news, index, at.replace("127.0.0.1", "localhost"))
    with closing(open_catalog(index)) as catalog:
        note = json.loads((catalog.engine_folder / "cluster.json").read_text())
    assert "localhost" in note["address"]["nodes"][0]
    with pytest.raises(BadRequest, match="is called 'test-.*' in the cluster, not 'other'"):
        fill(news, index, f"{at.rpartition('/')[0]}/other")


def test_an_index_that_has_gone_from_the_cluster_or_was_changed_there_is_told(
    news: Path, tmp_path: Path, at: str
) -> None:
    index = tmp_path / "index"
    fill(news, index, at)
    node, _, name = at.rpartition("/")
    articles = next(one for one in indexes(at) if one != name and not one.endswith("-ledger"))
    ask(f"{node}/{articles}/_mapping", "PUT", {"properties": {"more": {"type": "keyword"}}})
    with pytest.raises(IndexDamaged, match="somebody has changed the fields"):
        found(index, "body")
    ask(f"{node}/{articles}", "DELETE")
    with pytest.raises(IndexDamaged, match="is not in the cluster any more") as told:
        found(index, "body")
    assert "--rebuild" in told.value.command


def test_an_address_without_an_index_says_how_to_build_one(at: str) -> None:
    with pytest.raises(ClusterProblem, match="no index of the name") as told:
        Mirror(at)
    assert told.value.command.startswith("searchapp index FOLDER --engine opensearch --at http://")


def test_the_engine_without_an_address_says_what_is_missing(news: Path, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="--at https://"):
        sync([news], tmp_path / "index", SyncSettings("opensearch", processes=0))
    with pytest.raises(BadRequest, match="--engine opensearch"):
        sync([news], tmp_path / "index", SyncSettings(engine_settings={"at": "http://127.0.0.1:9"}))
    assert not (tmp_path / "index").exists()


def test_a_search_takes_few_requests_whether_it_finds_something_or_nothing(
    news: Path, tmp_path: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"word{number} " for number in range(60))
    for number in range(4):
        write(news / f"copy{number}.txt", f"Printed in {number}\n\nEnding. {text}")
    fill(news, tmp_path / "index", at)
    real, asked = Connection.ask, list[str]()

    def asking(connection: Connection, method: str, path: str, *arguments: Any, **more: Any) -> Any:
        asked.append(path)
        return real(connection, method, path, *arguments, **more)

    monkeypatch.setattr(Connection, "ask", asking)
    with opened(tmp_path / "index") as library:
        for words, found, most in (("body", 5, 4), ("ending", 4, 3), ("body zebra quagga", 0, 12)):
            asked.clear()
            answer = search(library, Request(words))
            assert answer.total == found
            assert len(asked) <= most, asked
            assert {len(hit.also_in) for hit in answer.hits} <= {3 if words == "ending" else 0}
        asked.clear()
        assert keywords(library, Request("ending")).tested == 62
        assert len(asked) <= 12, asked
