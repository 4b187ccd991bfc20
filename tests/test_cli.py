"""The commands as they are typed: what they print, and their exit codes."""

import json
import os
import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from searchapp.cli import commands
from searchapp.web.serve import listening, serve_forever
from tests.corpus import ARTICLES, write_articles
from tests.indexing import sync
from tests.shell import Run, indexed, shell


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return shell(monkeypatch, capsys)


@pytest.fixture
def index(tmp_path: Path, run: Run) -> Path:
    return indexed(run, tmp_path)


def test_indexing_ends_with_a_line_that_adds_up(tmp_path: Path, run: Run) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    (tmp_path / "news" / "empty.txt").touch()
    code, out, _ = run("index", tmp_path / "news", "--index", tmp_path / "index")
    assert code == 0
    assert "read 2 files: 1 indexed, 0 unchanged" in out
    assert "empty" in out
    assert "searchapp files" in out


def test_what_is_found_goes_into_a_pipe_as_columns(index: Path, run: Run) -> None:
    code, out, err = run("query", "storm", "harbour", "--index", index)
    (line,) = out.splitlines()
    _, date, title, byline, path, snippet = line.split("\t")
    assert (code, date, title, byline) == (0, "2024-03-04", "Harbour reopens after storm", "By Jane Doe")
    assert path == "news/articles.jsonl"
    assert "after **storms** had kept" in snippet
    assert "1 article found" in err
    assert "Searched 5 articles of 1 file," in err


def test_nothing_found_is_exit_code_1_with_help(index: Path, run: Run) -> None:
    code, out, err = run("query", "harbor reopens", "--index", index)
    assert (code, out) == (1, "")
    assert "Did you mean: harbour reopens" in err
    code, _, err = run("query", "harbour parliament storm", "--index", index)
    assert "parliament alone finds 1; without it: 1 (harbour storm)" in err


def test_json_has_what_the_api_has(index: Path, run: Run) -> None:
    code, out, _ = run("query", "storm", "--index", index, "--json")
    answer = json.loads(out)
    assert (code, answer["total"], answer["hits"][0]["byline"]["text"]) == (0, 1, "By Jane Doe")


def test_filters_sort_pages_and_facets(index: Path, run: Run) -> None:
    _, out, _ = run("query", "--author", "jane doe", "--sort", "oldest", "--limit", "1", "--page", "2", "-i", index)
    assert out.split("\t")[2] == "Parliament votes on fishing"
    _, out, _ = run("query", "--date", "2022..2023", "--facets", "--json", "-i", index)
    answer = json.loads(out)
    assert answer["total"] == 2
    assert {"value": "2022-07", "count": 1} in answer["facets"]["month"]


def test_values_are_left_out(index: Path, run: Run) -> None:
    total = json.loads(run("query", "", "--json", "-i", index)[1])["total"]
    assert total == len(ARTICLES)
    for option, value in (("author", "jane doe"), ("date", "2022..2023"), ("source", "none"), ("language", "en")):
        kept = json.loads(run("query", "", f"--not-{option}", value, "--json", "-i", index)[1])["total"]
        left_out = json.loads(run("query", "", f"--{option}", value, "--json", "-i", index)[1])["total"]
        assert kept == total - left_out


def test_a_query_is_explained_without_an_index(run: Run) -> None:
    code, out, _ = run("query", "--explain", "title:(oil OR gas) -war")
    assert code == 0
    assert out.startswith("Articles with ")
    assert "Written out: " in out


def test_an_export_is_every_article_whole(index: Path, run: Run) -> None:
    _, out, _ = run("query", "", "--export", "jsonl", "-i", index)
    assert sorted(json.loads(line)["title"] for line in out.splitlines()) == sorted(one.title for one in ARTICLES)
    code, out, _ = run("query", "zzzz", "--export", "csv", "-i", index)
    assert (code, len(out.splitlines())) == (1, 1)


def test_an_article_is_printed_whole_by_its_id(index: Path, run: Run) -> None:
    _, found, _ = run("query", "storm", "-i", index)
    code, out, _ = run("article", found.split("\t")[0], "-i", index)
    assert code == 0
    assert ARTICLES[0].body in out
    assert json.loads(run("article", found.split("\t")[0], "--json", "-i", index)[1])["body"] == ARTICLES[0].body


def test_suggestions_and_statistics(index: Path, run: Run) -> None:
    code, out, _ = run("suggest", "harb", "-i", index)
    assert (code, out.splitlines()[0]) == (0, "word\tharbour\t2")
    assert run("suggest", "zzzz", "-i", index)[0] == 1
    assert "articles\t5" in run("stats", "-i", index)[1]
    assert json.loads(run("stats", "--json", "-i", index)[1])["articles"] == 5


def test_statistics_name_the_languages_that_are_stemmed(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    languages = ["de", "en", "zh"]
    (folder / "a.jsonl").write_text(
        "".join(
            json.dumps({"title": f"Title {code}", "body": "A text.", "language": code}) + "\n" for code in languages
        )
    )
    sync([folder], tmp_path / "index")
    assert "stemmed\tde en\n" in run("stats", "-i", tmp_path / "index")[1]
    assert json.loads(run("stats", "--json", "-i", tmp_path / "index")[1])["stemmed"] == ["de", "en"]


def test_every_file_is_listed_with_what_became_of_it(tmp_path: Path, run: Run) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    (tmp_path / "news" / "empty.txt").touch()
    (tmp_path / "news" / "one.txt").write_text("Ferry stops\n\nThe ferry to the island has stopped.")
    (tmp_path / "news" / "photo.jpg").write_bytes(b"jpg")
    run("index", tmp_path / "news", "--index", tmp_path / "index")
    code, out, _ = run("files", "-i", tmp_path / "index")
    listed = {line.split("\t")[3]: tuple(line.split("\t")[:2]) for line in out.splitlines()}
    assert code == 0
    assert listed["news/articles.jsonl"] == ("indexed", "5 articles")
    assert listed["news/one.txt"] == ("indexed", "1 article")
    assert len(listed) == 4
    assert listed["news/photo.jpg"] == ("skipped", "0 articles")
    records = [
        json.loads(line)
        for line in run("files", "--status", "skipped", "--json", "-i", tmp_path / "index")[1].splitlines()
    ]
    assert "news/photo.jpg" in [record["path"] for record in records]
    assert run("files", "--reason", "no such reason", "-i", tmp_path / "index")[0] == 1


def test_a_folder_is_forgotten(index: Path, tmp_path: Path, run: Run) -> None:
    code, out, _ = run("forget", tmp_path / "news", "-i", index)
    assert code == 0
    assert "0 articles in the index" in out
    assert run("query", "harbour", "-i", index)[0] == 1
    assert run("forget", tmp_path / "news", "-i", index)[0] == 2


def test_the_query_language_is_taught(run: Run) -> None:
    code, out, _ = run("help-query")
    assert code == 0
    assert '"strategic partnership"' in out


def test_each_reason_for_leaving_something_out_of_a_file_is_listed(tmp_path: Path, run: Run) -> None:
    (tmp_path / "bad.jsonl").write_text('{"title": "One"}\n{"title": \n7\n', encoding="utf-8")
    (tmp_path / "none.html").write_text("<html></html>", encoding="utf-8")
    run("index", tmp_path / "bad.jsonl", tmp_path / "none.html", "-i", tmp_path / "index")
    first, second = run("files", "-i", tmp_path / "index")[1].splitlines()
    assert re.search(r"line 2: .*; line 3: ", first)
    assert "It contains no text" in second


def test_a_watch_says_how_it_watches_and_what_it_takes_up(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles(tmp_path / "news", ARTICLES)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("searchapp.indexer.watching.changes_in", interrupted)
    monkeypatch.setattr("searchapp.indexer.watching.sends_events", lambda _: True)
    code, out, err = run("watch", tmp_path / "news", "-i", tmp_path / "index")
    assert out.splitlines() == [
        "read 1 file: 1 indexed, 0 unchanged, 0 skipped; 5 articles in the index",
        f"Watching {tmp_path / 'news'}, by events of the system. Stop with Ctrl-C.",
    ]
    assert (code, "Stopped" in err) == (2, True)


def test_an_index_is_moved_to_another_engine(index: Path, run: Run) -> None:
    pytest.importorskip("tantivy")
    code, out, _ = run("migrate", "--engine", "tantivy", "-i", index)
    assert code == 0
    assert re.fullmatch(r"Moved 5 articles to tantivy; \d+ sample questions had the same answers\.\n", out)
    assert "engine\ttantivy" in run("stats", "-i", index)[1]


def test_serving_indexes_the_folders_first_and_says_where_there_is_nothing_to_serve(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Path] = []
    monkeypatch.setattr("searchapp.cli.serving.listening", lambda *_: nullcontext())
    monkeypatch.setattr("searchapp.cli.serving.serve_forever", lambda index, *_, **__: served.append(index))
    write_articles(tmp_path / "news", ARTICLES)
    code, out, err = run("serve", tmp_path / "news", "-i", tmp_path / "index")
    assert code == 0
    assert "searchapp: " not in err
    assert out.startswith("read 1 file: 1 indexed")
    assert "There is no index" in run("serve", "-i", tmp_path / "none")[2]
    assert served == [tmp_path / "index", tmp_path / "none"]


def test_texts_cannot_steer_the_terminal(tmp_path: Path, run: Run) -> None:
    (tmp_path / "evil.txt").write_text(
        "\x1b[2J evil\x07 title\nBy \x1b]0;x\x07Me\nThe \u202eevil\x9b31m body.\n", encoding="utf-8"
    )
    run("index", tmp_path / "evil.txt", "--index", tmp_path / "index")
    for arguments in (["query", "evil"], ["query", "evil", "--json"], ["query", "\x1b[31mzzz"], ["suggest", "evil"]):
        _, out, err = run(*arguments, "-i", tmp_path / "index")
        assert not set("\x1b\x07\x9b\u202e") & set(out + err), arguments


def test_a_terminal_gets_marks_in_colour_and_none_when_told(
    index: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    _, out, _ = run("query", "storm", "--no-color", "--facets", "-i", index)
    assert "1. Harbour reopens after **storm**" in out
    assert "By Jane Doe · 2024-03-04 · Coast Gazette · news/articles.jsonl" in out
    assert "author: Jane Doe (1)" in out
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, out, _ = run("query", "storm", "-i", index)
    assert "\x1b[" in out
    assert "**" not in out


def test_an_export_says_how_many_articles_there_are_and_nothing_of_pages(index: Path, run: Run) -> None:
    _, _, err = run("query", "", "--export", "jsonl", "-i", index)
    assert err.startswith("5 articles found in ")


def test_a_pager_gets_the_answer_where_one_is_named(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("PAGER", "cat")
    shown: list[str] = []
    monkeypatch.setattr("pydoc.pager", shown.append)
    run("query", "storm", "--no-color", "-i", index)
    assert "1. Harbour reopens after **storm**" in "".join(shown)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(shell: str, run: Run) -> None:
    code, out, _ = run("completion", shell)
    assert code == 0
    assert "_SEARCHAPP_COMPLETE" in out


def test_completion_offers_what_a_command_takes() -> None:
    environment = {
        **os.environ,
        "_SEARCHAPP_COMPLETE": "bash_complete",
        "COMP_WORDS": "searchapp query --s",
        "COMP_CWORD": "2",
    }
    command = [sys.executable, "-c", "import sys; sys.argv = ['searchapp']; from searchapp.cli import main; main()"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "--sort" in done.stdout


def test_a_closed_pipe_ends_quietly(index: Path) -> None:
    command = [sys.executable, "-m", "searchapp", "query", "", "--export", "jsonl", "-i", str(index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def every_command(group: click.Group) -> list[tuple[str, click.Command]]:
    context = click.Context(group)
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [(name, command) for name, command in found if command]


@pytest.mark.parametrize(("name", "command"), every_command(commands), ids=lambda value: str(value)[:20])
def test_every_command_has_help_an_example_and_described_options(name: str, command: click.Command) -> None:
    result: Result = CliRunner().invoke(commands, [name, "--help"], prog_name="searchapp")
    assert result.exit_code == 0
    assert f"Example: searchapp {name}" in result.output.replace("\n", " ")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_the_module_runs_as_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "searchapp", "--version"], capture_output=True, text=True, check=True, env=os.environ
    )
    assert "searchapp, version" in done.stdout


def test_an_export_says_on_stderr_what_an_answer_would(index: Path, run: Run) -> None:
    code, out, err = run("query", "storm date:foo", "--export", "csv", "-i", index)
    assert (code, len(out.splitlines())) == (1, 1)
    assert "Not a date; read as plain words" in err
    assert run("query", "storm", "--export", "csv", "--json", "-i", index)[0] == 2


def test_facets_go_to_stderr_where_lines_go_into_a_pipe(index: Path, run: Run) -> None:
    _, out, err = run("query", "storm", "--facets", "-i", index)
    assert len(out.splitlines()) == 1
    assert "author: Jane Doe (1)" in err


def test_duplicates_inside_a_file_are_listed(tmp_path: Path, run: Run) -> None:
    write_articles(tmp_path / "news", (ARTICLES[0], ARTICLES[0]))
    run("index", tmp_path / "news", "-i", tmp_path / "index")
    assert "1 duplicate of other articles" in run("files", "-i", tmp_path / "index")[1]


@pytest.mark.parametrize(("host", "is_told"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_who_may_read_is_told_where_other_machines_are_answered(tmp_path: Path, host: str, is_told: bool) -> None:
    said: list[str] = []

    def on_start(sentence: str) -> None:
        said.append(sentence)
        raise KeyboardInterrupt

    with listening(host, 0) as address, pytest.raises(KeyboardInterrupt):
        serve_forever(tmp_path, address, 1, on_start=on_start)
    assert ("everyone who can reach this machine" in said[0]) == is_told
