"""An index from elsewhere: what is in it is read, never run."""

import json
import os
import pickle
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import whoosh.index

from searchapp.catalog import refuse_foreign
from searchapp.disk import sealed
from searchapp.errors import ForeignIndex
from tests.corpus import ARTICLES, write_articles
from tests.indexing import sync
from tests.shell import exit_code

Run = Callable[..., int]


class Planted:
    """Makes a folder when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str]]:
        return os.mkdir, (str(self.mark),)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return partial(exit_code, monkeypatch)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    write_articles(tmp_path / "news", ARTICLES)
    sync([tmp_path / "news"], tmp_path / "index")
    return tmp_path / "index"


ONCE = [
    ["query", "storm"],
    ["stats"],
    ["files"],
    ["article", "0" * 16],
    ["suggest", "sto"],
    ["trends", "storm"],
    ["index"],
    ["index", "--rebuild"],
    ["migrate", "--engine", "tantivy"],
    ["migrate", "--engine", "whoosh"],
]


@pytest.mark.filterwarnings("ignore:.*:pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves a file open
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_no_command_runs_a_planted_pickle(index: Path, tmp_path: Path, run: Run) -> None:
    planted = pickle.dumps(Planted(tmp_path / "run"))
    for arguments in ONCE:
        plant(index, planted)
        run(*arguments, "--index", index)
        assert not (tmp_path / "run").exists(), arguments
    (tmp_path / "news" / "more.txt").write_text("More\n\nNews.")
    run("index", "--index", index)
    plant(index, planted)
    with suppress(Exception):
        whoosh.index.open_dir(str(next(index.glob("gen-*/engine"))))
    assert (tmp_path / "run").exists()  # it is a pickle that runs, where one is loaded


def plant(index: Path, planted: bytes) -> None:
    """Put a pickle before the first one in each of Whoosh's tables."""
    for table in index.rglob("*.toc"):
        whole = table.read_bytes()
        (start, *_) = (found.start() for found in re.finditer(rb"\x80[\x02-\x05]", whole))
        table.write_bytes(whole[:start] + planted + whole[start:])


def test_a_commit_that_names_files_elsewhere_is_refused(
    index: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (commit,) = index.rglob("commit-*.json")
    for segment in (["MAIN_../../../x", 1, []], ["MAIN_a", 1, [5]], ["MAIN_a", "1", []], [], 7, ["MAIN_\n", 1, []]):
        commit.write_text(json.dumps(sealed({"segments": [segment]})))
        assert run("query", "storm", "--index", index) == 2
        assert "damaged" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="permissions are others there")
def test_an_index_that_was_not_named_has_to_be_ones_own(
    index: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEARCHAPP_INDEX", raising=False)
    assert run("query", "storm") == 0
    index.chmod(0o777)
    assert run("query", "storm") == 2
    assert "written to by other users" in capsys.readouterr().err
    assert run("index", "news") == 2
    assert run("query", "storm", "--index", "index") == 0
    monkeypatch.setenv("SEARCHAPP_INDEX", "index")
    assert run("query", "storm") == 0


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files away")
def test_an_index_of_another_user_is_refused_by_his_name(index: Path) -> None:
    refuse_foreign(index)
    os.chown(index, 1, 1)
    with pytest.raises(ForeignIndex, match="belongs to the user 'daemon'"):
        refuse_foreign(index)
    os.chown(index, 4_000_000, 1)
    with pytest.raises(ForeignIndex, match="user number 4000000"):
        refuse_foreign(index)
    os.chown(index, 0, 0)
    index.chmod(0o775)
    refuse_foreign(index)  # a group of one's own, as many systems have it
    os.chown(index, 0, 1)
    index.chmod(0o775)
    with pytest.raises(ForeignIndex, match="other users"):
        refuse_foreign(index)
