"""What a command says where it cannot do what it was asked, and its exit code then."""

import os
from pathlib import Path

import pytest

from searchapp.catalog.writing import writing
from searchapp.engines import discard_engine
from searchapp.web import create_app
from tests.corpus import ARTICLES, write_articles
from tests.shell import Run, indexed, shell


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return shell(monkeypatch, capsys)


@pytest.fixture
def index(tmp_path: Path, run: Run) -> Path:
    return indexed(run, tmp_path)


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_an_unknown_article_is_exit_code_2(index: Path, run: Run) -> None:
    code, out, err = run("article", "nope", "-i", index)
    assert (code, out) == (2, "")
    assert err.startswith("searchapp: There is no article 'nope'")


def test_no_index_is_a_sentence_that_says_what_to_run(tmp_path: Path, run: Run) -> None:
    code, out, err = run("query", "oil", "--index", tmp_path / "none")
    assert (code, out) == (2, "")
    assert "Build one with: searchapp index FOLDER --index" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", [["query", "oil"], ["check"]])
def test_an_index_that_is_being_built_is_told_as_such(tmp_path: Path, run: Run, command: list[str]) -> None:
    with writing(tmp_path / "index", discard_engine):
        code, out, err = run(*command, "--index", tmp_path / "index")
    assert (code, out) == (2, "")
    assert f"is being built (process {os.getpid()} on " in err
    assert "There is no index" in run(*command, "--index", tmp_path / "index")[2]


def test_an_index_that_may_not_be_read_is_told_in_a_sentence_of_ours(
    index: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # what click asks
    assert run("query", "harbour", "--index", index)[0] == 0


def test_a_folder_that_is_not_there_says_nothing_of_an_index_that_is_not_there(tmp_path: Path, run: Run) -> None:
    code, _, err = run("index", tmp_path / "nowhere", "--index", tmp_path / "index")
    assert code == 2
    assert err.endswith("check that the disk is connected. Nothing was changed.\n")


@pytest.mark.parametrize(
    "arguments", [["query", "--limit", "0"], ["query", "--sort", "worst"], ["nonsense"], ["index", "-x"]]
)
def test_wrong_use_is_exit_code_2(arguments: list[str], run: Run) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert "Usage:" in err


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, run: Run) -> None:
    code, _, err = run("index", tmp_path / "nowhere", "--index", tmp_path / "index")
    assert code == 2
    assert "nowhere" in err


@pytest.mark.parametrize("wrong", [[], ["--language", "klingon"]])
def test_arguments_that_cannot_be_leave_no_index_behind(tmp_path: Path, run: Run, wrong: list[str]) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    code, _, err = run("index", "-i", tmp_path / "index", *([*wrong, tmp_path / "news"] if wrong else []))
    assert (code, err.count("searchapp: ")) == (2, 1)
    assert not (tmp_path / "index").exists()


def test_files_removed_on_purpose_are_taken_out_when_told(tmp_path: Path, run: Run) -> None:
    for name in ("one", "two"):
        (tmp_path / "news").mkdir(exist_ok=True)
        (tmp_path / "news" / f"{name}.txt").write_text(f"Title {name}\n\nBody {name}.\n")
    run("index", tmp_path / "news", "-i", tmp_path / "index")
    for file in (tmp_path / "news").iterdir():
        file.unlink()
    code, _, err = run("index", "-i", tmp_path / "index")
    assert code == 2
    assert "check that the disk is connected" in err
    assert run("query", "title", "-i", tmp_path / "index")[0] == 0
    assert "2 files removed" in run("index", "--allow-removals", "-i", tmp_path / "index")[1]


def test_a_folder_of_articles_is_not_taken_for_an_index(tmp_path: Path, run: Run) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    code, _, err = run("index", tmp_path / "news", "-i", tmp_path / "news")
    assert code == 2
    assert "is not an index of searchapp (it holds 'articles.jsonl'" in err


def test_an_interrupt_says_what_is_kept(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchapp.cli.indexing.sync", interrupt)
    code, _, err = run("index", tmp_path)
    assert code == 2
    assert "searchapp: Stopped. Everything committed so far is kept" in err


def test_a_run_that_was_broken_off_is_told_of_until_one_is_finished(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    with monkeypatch.context() as patched:
        patched.setattr("searchapp.indexer._SyncRun._read", interrupt)
        assert run("index", tmp_path / "news", "-i", tmp_path / "index")[0] == 2
    remark = "More is being indexed; if that run was interrupted, finish it with: searchapp index"
    assert remark in run("query", "storm", "-i", tmp_path / "index")[2]
    client = create_app(tmp_path / "index").test_client()
    assert all("More is being indexed" in client.get(url).text for url in ("/", "/?q=storm", "/files"))
    run("index", "-i", tmp_path / "index")
    assert remark not in run("query", "storm", "-i", tmp_path / "index")[2]


def test_serving_where_something_else_listens_is_refused_before_anything_is_indexed(tmp_path: Path, run: Run) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        write_articles(tmp_path / "news", ARTICLES)
        code, _, err = run("serve", tmp_path / "news", "-i", tmp_path / "index", "--port", taken.getsockname()[1])
        assert not (tmp_path / "index").exists()
        assert run("serve", "-i", tmp_path / "index", "--port", taken.getsockname()[1])[2] == err
    assert code == 2
    assert "Choose another --port" in err
    assert err.count("searchapp: ") == 1
    _, _, err = run("serve", "-i", tmp_path / "index", "--host", "192.0.2.1")  # an address of no machine
    assert "Choose another --host" in err


def test_a_word_to_be_left_out_that_looks_like_an_option_is_explained(index: Path, run: Run) -> None:
    code, _, err = run("query", "-gaza", "-i", index)
    assert code == 2
    assert "searchapp query -- iran -gaza" in err
    assert run("query", "-i", index, "--", "-harbour")[0] == 0
