"""When articles came: moments that outlive reading again, moving, rebuilding and migrating; and one hash over all."""

import re
import sqlite3
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.catalog import corpus_hash
from searchapp.indexer.migrating import migrate
from tests.indexing import LONG_AGO, age, article, lines, looking, opened, run, write


def moments(index: Path) -> dict[str, tuple[str, str]]:
    """Return when each article was added and edited, by title."""
    with looking(index) as catalog, closing(opened(catalog)) as engine:
        found = [one for article_id in engine.ids() if (one := engine.get(article_id))]
    return {one.title: (one.added, one.edited) for one in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(3):
        write(tmp_path / "news" / f"{number}.txt", article(number))
    return tmp_path / "news"


@pytest.fixture
def index(tmp_path: Path, folder: Path) -> Path:
    run(tmp_path / "index", folder)
    age(tmp_path / "index")
    return tmp_path / "index"


def test_each_article_has_the_moment_it_came_in_utc(tmp_path: Path, folder: Path) -> None:
    run(tmp_path / "index", folder)
    for added, edited in moments(tmp_path / "index").values():
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", added)
        assert edited == ""


def test_the_moment_is_kept_through_a_rebuild(index: Path, folder: Path) -> None:
    write(folder / "3.txt", article(3))
    run(index, rebuild=True)
    found = moments(index)
    assert [found[f"Title {number}"][0] for number in range(3)] == [LONG_AGO] * 3
    assert found["Title 3"][0] > LONG_AGO


def test_a_long_rebuild_that_has_forgotten_its_first_statements_ends(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python keeps 128 statements of a connection; a rebuild of tens of thousands of articles has more."""
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, cached_statements=1))
    run(index, rebuild=True)
    assert {added for added, _ in moments(index).values()} == {LONG_AGO}


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_the_moment_is_kept_through_a_migration_and_a_rebuild_after_it(index: Path, engine: str) -> None:
    run(index, rebuild=True)
    migrate(index, engine)
    assert {added for added, _ in moments(index).values()} == {LONG_AGO}
    run(index, engine=None, rebuild=True)
    assert {added for added, _ in moments(index).values()} == {LONG_AGO}


def test_a_file_that_is_moved_or_renamed_is_not_new(index: Path, folder: Path) -> None:
    (folder / "1.txt").rename(folder / "moved.txt")
    with looking(index) as catalog:
        last = catalog.last_number()
    run(index)
    assert moments(index)["Title 1"] == (LONG_AGO, "")
    with looking(index) as catalog:
        assert catalog.arrivals_since(last) == ()


def test_an_article_that_is_taken_out_and_put_back_is_not_new(index: Path, folder: Path) -> None:
    text = (folder / "1.txt").read_text()
    (folder / "1.txt").unlink()
    run(index)
    write(folder / "1.txt", text)
    run(index)
    assert moments(index)["Title 1"] == (LONG_AGO, "")


def test_an_article_whose_text_changes_is_edited_and_keeps_when_it_was_added(index: Path, folder: Path) -> None:
    write(folder / "1.txt", article(1) + "\nMore of it.\n")
    run(index)
    added, edited = moments(index)["Title 1"]
    assert added == LONG_AGO < edited
    run(index, rebuild=True)
    assert moments(index)["Title 1"] == (added, edited)


def test_a_text_that_is_restored_is_edited_once_more(index: Path, folder: Path) -> None:
    write(folder / "1.txt", article(1) + "\nMore of it.\n")
    run(index)
    write(folder / "1.txt", article(1))
    with looking(index) as catalog:
        last = catalog.last_number()
    run(index)
    added, edited = moments(index)["Title 1"]
    assert added == LONG_AGO < edited
    with looking(index) as catalog:
        assert len(catalog.arrivals_since(last)) == 1


def test_records_behind_one_that_is_put_first_keep_their_moments(tmp_path: Path) -> None:
    records = [{"title": f"Story {number}", "body": f"Words of story {number}."} for number in range(4)]
    write(tmp_path / "news" / "all.jsonl", lines(*records[1:]))
    run(tmp_path / "index", tmp_path / "news")
    age(tmp_path / "index")
    write(tmp_path / "news" / "all.jsonl", lines(*records))
    run(tmp_path / "index")
    found = moments(tmp_path / "index")
    assert [found[f"Story {number}"] for number in (1, 2, 3)] == [(LONG_AGO, "")] * 3


def root(index: Path) -> str:
    with looking(index) as catalog:
        assert catalog.coverage().root == catalog.root()
        return catalog.root()


def test_the_hash_over_all_articles_tells_their_texts_and_nothing_else(
    index: Path, folder: Path, tmp_path: Path
) -> None:
    first = root(index)
    run(index, rebuild=True)
    assert root(index) == first
    migrate(index, "whoosh")
    assert root(index) == first
    folder.rename(tmp_path / "other")
    run(tmp_path / "second", tmp_path / "other")
    assert root(tmp_path / "second") == first
    write(tmp_path / "other" / "1.txt", article(1).replace("Body", "Bodi"))
    run(tmp_path / "second")
    assert root(tmp_path / "second") != first
    write(tmp_path / "other" / "1.txt", article(1))
    run(tmp_path / "second")
    assert root(tmp_path / "second") == first


def test_the_kept_hash_is_that_from_nothing_whatever_comes_and_goes(tmp_path: Path) -> None:
    folder, index = tmp_path / "news", tmp_path / "index"
    for step in range(6):
        for number in range(step * 7, step * 7 + 12):  # some are there already, and some are doubled
            write(folder / f"{number}.txt", article(number))
            write(folder / f"{number}-again.txt", article(number + step % 2))
        for number in range(step * 3, step * 3 + 2):
            (folder / f"{number}.txt").unlink(missing_ok=True)
        run(index, folder, allow_removals=True)
        with looking(index) as catalog, closing(opened(catalog)) as engine:
            digests = [bytes.fromhex(one.digest) for each in engine.ids() if (one := engine.get(each))]
        assert root(index) == corpus_hash.root_of_digests(digests)


def test_a_proof_leads_from_an_article_to_the_hash_and_from_no_other(index: Path) -> None:
    with looking(index) as catalog, closing(opened(catalog)) as engine:
        for article_id in engine.ids():
            one = engine.get(article_id)
            assert one
            steps = catalog.proof(one.digest)
            assert corpus_hash.follow(one.digest, steps) == catalog.root()
            assert corpus_hash.follow("00" * 16, steps) != catalog.root()
        assert catalog.proof("00" * 16) == ()


def test_the_tree_is_that_of_rfc_6962() -> None:
    """The root over the empty list, and over three leaves, as the RFC defines it."""
    assert corpus_hash._tree([]) == sha256(b"").digest()
    a, b, c = (sha256(b"\0" + letter).digest() for letter in (b"a", b"b", b"c"))
    left = sha256(b"\1" + a + b).digest()
    assert corpus_hash._tree([a, b, c]) == sha256(b"\1" + left + c).digest()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=20, unique=True), st.data())
def test_a_path_leads_from_each_leaf_to_the_root(hashes: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(hashes) - 1))
    reached = hashes[place]
    for side, other in corpus_hash._path(place, hashes):
        beside = bytes.fromhex(other)
        reached = sha256(b"\1" + (beside + reached if side == "left" else reached + beside)).digest()
    assert reached == corpus_hash._tree(hashes)
