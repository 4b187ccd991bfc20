"""The manifest: what an index was built by, and which folders are indexes."""

import json
import os
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.catalog import Coverage, Manifest, Root, manifest, open_catalog
from searchapp.disk import sealed
from searchapp.errors import (
    BadRequest,
    IndexDamaged,
    IndexOutdated,
    NoIndex,
    NotAnIndex,
    SearchappError,
    UnknownEngine,
    UnknownLanguage,
)
from tests.indexing import contents, looking, run, write

MANIFEST = Manifest("plain", "english", "2026-01-01T00:00:00+00:00")


def change_manifest(index: Path, **values: object) -> None:
    file = index / manifest.NAME
    changed = json.loads(file.read_text()) | values
    del changed["checksum"]
    file.write_text(json.dumps(sealed(changed)))


# The manifest


@given(st.text(min_size=1), st.binary(min_size=1).map(os.fsdecode), st.integers(1), st.integers(0))
def test_what_is_written_to_a_manifest_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, label: str, path: str, generation: int, count: int
) -> None:
    folder = tmp_path_factory.mktemp("index")
    told = Coverage(count, count, count, "2026-01-01")
    written = replace(MANIFEST, generation=generation, roots=(Root(label, Path(path)),), coverage=told)
    manifest.write(folder, written)
    assert manifest.read(folder) == written


def test_a_new_index_says_what_it_was_built_by(index: Path, news: Path) -> None:
    with looking(index) as catalog:
        assert (catalog.engine, catalog.language, catalog.roots) == ("plain", "auto", (Root("news", news),))
        assert catalog.engine_folder == index / "gen-0001" / "engine"


@pytest.mark.parametrize(
    ("present", "error"),
    [
        ([], NoIndex),
        (["README.md"], NoIndex),
        (["write.lock", "gen-0001/ledger.sqlite"], NoIndex),
        (["write.lock", "saved.txt", "news.json", "news.lock", "running.json", "kept/0f.jsonl"], NoIndex),
        (["holiday.jpg"], NotAnIndex),
        (["README.md", "src/main.c"], NotAnIndex),
        (["gen-0001/precious.txt"], NotAnIndex),
    ],
)
def test_a_folder_without_a_manifest_is_an_index_only_if_nothing_else_is_in_it(
    tmp_path: Path, news: Path, present: list[str], error: type[SearchappError]
) -> None:
    index = tmp_path / "index"
    index.mkdir()
    for name in present:
        write(index / name, "content")
    with pytest.raises(error):
        open_catalog(index)
    if error is NoIndex:
        assert run(index, news).articles == 5
        return
    for rebuild in (False, True):
        with pytest.raises(NotAnIndex, match="Nothing in it was touched"):
            run(index, news, rebuild=rebuild)
    assert sorted(str(file.relative_to(index)) for file in index.rglob("*") if file.is_file()) == sorted(present)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"kind": "bookmarks"}', NotAnIndex),
        ("[1, 2]", NotAnIndex),
        ('{"kind": "searchapp ind', IndexDamaged),
        ('{"kind": "searchapp index", "format": 5}', IndexDamaged),
        ('{"kind": "searchapp index", "format": 99}', IndexOutdated),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why_and_what_to_do(
    index: Path, news: Path, text: str, error: type[SearchappError]
) -> None:
    (index / manifest.NAME).write_text(text)
    with pytest.raises(error):
        open_catalog(index)
    with pytest.raises(error):
        run(index, news)
    if error is not NotAnIndex:
        assert run(index, news, rebuild=True).articles == 5


@pytest.mark.parametrize("built", [0, 99])
def test_the_command_for_an_index_of_another_format_can_be_run_as_it_stands(index: Path, built: int) -> None:
    change_manifest(index, format=built)
    with pytest.raises(IndexOutdated) as told:
        open_catalog(index)
    assert ("was built by a newer searchapp (format 99" in str(told.value)) == (built == 99)
    assert ("wrong answers" in str(told.value)) == (built == 0)
    _, command, *roots, rebuild, _, folder = shlex.split(told.value.command)
    assert (command, rebuild, folder) == ("index", "--rebuild", str(index))
    assert run(index, *map(Path, roots), rebuild=True).articles == 5


@pytest.mark.parametrize("rule", ["analysis", "schema"])
def test_an_index_of_other_rules_has_to_be_rebuilt(index: Path, rule: str) -> None:
    change_manifest(index, **{rule: 0})
    with pytest.raises(IndexOutdated, match="--rebuild"):
        open_catalog(index)
    with pytest.raises(IndexOutdated):
        run(index)
    assert run(index, rebuild=True).articles == 5
    assert len(contents(index)) == 5


def test_a_file_is_no_index(news: Path) -> None:
    with pytest.raises(NotAnIndex, match="it is a file"):
        open_catalog(news / "0.txt")
    with pytest.raises(NotAnIndex):
        run(news / "0.txt", news)


@pytest.mark.parametrize(("what", "value"), [("engine", "whoosh"), ("language", "french")])
def test_engine_and_language_are_changed_by_a_rebuild_only(index: Path, what: str, value: str) -> None:
    with pytest.raises(BadRequest, match="--rebuild"):
        run(index, **{what: value})
    run(index, rebuild=True, **{what: value})
    with looking(index) as catalog:
        assert getattr(catalog, what) == value
    assert len(contents(index)) == 5
    assert run(index, engine=None).unchanged == 5


@pytest.mark.parametrize(
    ("wrong", "error"), [({"engine": "steam"}, UnknownEngine), ({"engine": "whoosh", "language": "x"}, UnknownLanguage)]
)
def test_an_index_that_cannot_be_begun_leaves_nothing_behind(
    tmp_path: Path, news: Path, wrong: dict[str, str], error: type[SearchappError]
) -> None:
    with pytest.raises(error):
        run(tmp_path / "index", news, **wrong)
    assert not (tmp_path / "index").exists()
    assert run(tmp_path / "index", news).articles == 5
