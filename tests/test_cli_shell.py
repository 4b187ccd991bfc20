"""What makes the shell pleasant: formats, words from a pipe, colours, completion, doctor, open; and a quick start."""

import csv
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path

import click
import pytest
from werkzeug.serving import make_server

from searchapp.cli import commands
from searchapp.cli.completing import completed
from searchapp.render.citations import WRITERS
from searchapp.web import create_app
from tests.corpus import ARTICLES, write_articles
from tests.shell import Run, shell


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shell")
    write_articles(folder / "news", ARTICLES)
    commands(["index", str(folder / "news"), "--index", str(folder / "index")], standalone_mode=False)
    return folder / "index"


@pytest.fixture
def run(index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return shell(monkeypatch, capsys, index)


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")


def test_words_are_piped_in(run: Run) -> None:
    assert run("query", "-", piped="harbour\nstorm\n")[1] == run("query", "harbour storm")[1]
    assert run("concordance", "-", piped="boats")[1] == run("concordance", "boats")[1]


def test_a_minus_finds_nothing_where_no_words_are_piped_in(run: Run) -> None:
    code, out, err = run("query", "-", piped="\n")
    assert code == 1
    assert "nothing to search for" in out + err


@pytest.mark.parametrize("form", ["csv", "jsonl", *WRITERS])
def test_a_page_of_hits_is_printed_in_any_format_and_an_export_is_all_of_them(form: str, run: Run) -> None:
    page = run("query", "harbour", "--limit", "1", "--format", form)[1]
    whole = run("query", "harbour", "--limit", "1", "--export", form)[1]
    assert "Harbour reopens" in page + whole
    assert len(page) < len(whole)
    assert whole == run("query", "harbour", "--limit", "2", "--format", form)[1]


def test_table_and_lines_are_had_anywhere(run: Run) -> None:
    table = run("query", "storm", "--format", "table")[1]
    assert table.startswith("1. Harbour reopens after storm\n   By Jane Doe · ")
    assert run("query", "storm", "--format", "tsv")[1] == run("query", "storm")[1]
    assert run("query", "storm", "--format", "json", "--json")[0] == 0
    assert "Choose one: tsv, json" in run("query", "storm", "--format", "tsv", "--json")[2]


def test_figures_are_printed_in_any_format(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    lines = run("trends", "harbour", "--by", "year")[1].splitlines()
    assert lines == run("trends", "harbour", "--by", "year", "--format", "tsv")[1].splitlines()
    rows = list(csv.reader(StringIO(run("trends", "harbour", "--by", "year", "--format", "csv")[1])))
    assert rows == [line.split("\t") for line in lines]
    table = run("trends", "harbour", "--by", "year", "--format", "table")[1]
    assert [line.split()[:3] for line in table.splitlines()[1:4]] == [row[:3] for row in rows[1:4]]
    assert "\t" not in table
    assert json.loads(run("trends", "harbour", "--format", "json")[1])["unit"] == "month"


def test_facets_stand_as_on_the_page_and_what_does_not_fit_is_counted(tmp_path: Path, run: Run) -> None:
    records = [
        {"title": f"Title {n}", "byline": f"By {chr(65 + n)}nna Smith", "date": f"2024-{12 - n % 12:02}", "body": "oil"}
        for n in range(15)
    ]
    lines = [*records, {"title": "Unsigned", "date": "", "body": "oil"}]
    (tmp_path / "many.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    run("index", tmp_path / "many.jsonl", "-i", tmp_path / "index")
    _, _, err = run("query", "oil", "--facets", "-i", tmp_path / "index")
    shown = dict(line.split(": ", 1) for line in err.splitlines() if ": " in line)
    assert shown["author"].count("Smith") == 12
    assert shown["author"].endswith("and 3 more (all of them: --format json), none (1)")
    months = re.findall(r"2024-\d\d", shown["month"])
    assert months == sorted(months)
    assert len(months) == 12
    assert shown["month"].endswith("none (1)")


def test_many_months_are_counted_by_year(tmp_path: Path, run: Run) -> None:
    lines = [{"title": f"T {n}", "date": f"{2000 + n // 12}-{n % 12 + 1:02}", "body": "oil"} for n in range(40)]
    (tmp_path / "many.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    run("index", tmp_path / "many.jsonl", "-i", tmp_path / "index")
    assert (
        "year: 2000 (12), 2001 (12), 2002 (12), 2003 (4)"
        in run("query", "oil", "--facets", "-i", tmp_path / "index")[2]
    )


def test_wrapped_snippets_keep_their_indent(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_terminal(monkeypatch)
    lines = run("query", "boats", "--no-color")[1].split("\n\n")[0].splitlines()
    assert len(lines) > 3
    assert all(re.match(r"   \S", line) for line in lines[1:])


def test_matches_stand_out_on_dark_and_on_light(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_terminal(monkeypatch)
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = run("query", "storm")[1]
    assert "\x1b[1;31mstorm\x1b[0m" in out
    assert not re.search(r"\x1b\[[\d;]*(?:33|93|37|97)m", out)  # yellow and white are not seen on white
    monkeypatch.delenv("FORCE_COLOR")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("query", "storm")[1]


def test_figures_are_a_table_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    heading, first, *_ = run("list", "-", piped="Jane\tbyline:doe\nNobody\tzzz\n")[1].splitlines()
    assert heading.split()[:3] == ["line", "label", "query"]
    assert "\t" not in heading + first


def values(kind: str, index: Path | None, typed: str) -> list[str]:
    return [item.value for item in completed(kind, index, typed)]


def test_completion_offers_what_is_in_the_index(index: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    assert values("author", index, "ja") == ["Jane Doe"]
    assert values("author", index, "no") == ["none"]
    assert values("source", index, "")[:1] == ["Coast Gazette"]
    assert set(values("language", index, "")) >= {"en", "fr", "none"}
    article_id = run("query", "storm")[1].split("\t")[0]
    assert values("id", index, article_id[:5]) == [article_id]
    assert values("author", index.parent / "nowhere", "ja") == []
    assert values("author", None, "ja") == []
    monkeypatch.chdir(index.parent)
    assert values("index", None, "in") == ["index"]
    assert values("index", None, f"{index.parent}/") == [str(index)]
    assert [item.type for item in completed("index", None, "new")] == ["dir"]


def complete_in_bash(line: str, environment: dict[str, str]) -> list[str]:
    """Return what bash offers for the last word of a line, as it is written on the line."""
    words = re.findall(r"(?:\\.|[^\s\\])+", line)
    script = subprocess.run(
        [sys.executable, "-m", "searchapp", "completion", "bash"], capture_output=True, text=True, check=True
    ).stdout.replace("$1)", f"{sys.executable} -m searchapp)")
    given = " ".join("'{}'".format(word.replace("'", "'\\''")) for word in words)
    asked = f"{script}\nCOMP_WORDS=({given}); COMP_CWORD={len(words) - 1}; _searchapp_completion searchapp\n"
    asked += "printf '%s\\n' \"${COMPREPLY[@]}\""
    done = subprocess.run(
        ["bash", "-c", asked], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return done.stdout.splitlines()


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_writes_a_name_of_two_words_with_a_backslash(index: Path) -> None:
    environment = {"SEARCHAPP_INDEX": str(index)}
    assert complete_in_bash("searchapp query --author ja", environment) == ["Jane\\ Doe"]
    assert complete_in_bash("searchapp query --author Jane\\ D", environment) == ["Jane\\ Doe"]


def test_the_doctor_says_what_is_there_and_what_is_wrong(index: Path, tmp_path: Path, run: Run) -> None:
    code, out, err = run("doctor")
    found = dict(line.split("\t")[:2] for line in out.splitlines())
    assert (code, err) == (0, "All is well.\n")
    assert found["contents"].startswith("5 articles of 1 file")
    assert found["built by"].startswith("engine whoosh, stems auto")
    assert {"numpy", "rights", "engine tantivy", "room for the index"} <= found.keys()
    assert not any(article.title in out for article in ARTICLES if article.title)
    assert "yet. Build one with: searchapp index" in run("doctor", "-i", tmp_path / "none")[1]


def test_the_doctor_tells_of_an_index_of_other_rules_and_of_lost_folders(tmp_path: Path, run: Run) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    run("index", tmp_path / "news", "-i", tmp_path / "index")
    shutil.move(tmp_path / "news", tmp_path / "elsewhere")
    code, out, err = run("doctor", "-i", tmp_path / "index")
    assert (code, err) == (2, "1 problem found\n")
    assert f"cannot be read: {tmp_path / 'news'}" in out
    manifest = tmp_path / "index" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 1, "checksum": ""}))
    (tmp_path / "index" / "write.lock").unlink()
    code, out, _ = run("doctor", "--json", "-i", tmp_path / "index")
    (problem,) = [one["problem"] for one in json.loads(out) if one["problem"]]
    assert code == 2
    assert "was built by an older searchapp (format 1" in problem
    assert "--rebuild" in problem


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], int]]:
    """Start servers that answer everything with the same bytes; each is told its port."""
    servers: list[HTTPServer] = []

    def start(body: bytes) -> int:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1].server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_page_is_opened_where_a_server_answers(
    run: Run, answering: Callable[[bytes], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or len(opened) < 2)
    port = answering(b"alive\n")
    assert run("open", "gas & oil", "--port", port)[0] == 0
    assert opened == [f"http://127.0.0.1:{port}/?q=gas+%26+oil"]
    assert "No browser could be opened here. The page is at http" in run("open", "--port", port)[2]
    code, _, err = run("open", "--port", answering(b"<h1>Another program</h1>"))
    assert (code, "Another program answers at" in err) == (2, True)


def test_the_page_of_another_index_is_not_opened_instead(
    run: Run, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    write_articles(tmp_path / "news", ARTICLES[:1])
    run("index", tmp_path / "news", "--index", tmp_path / "other")
    server = make_server("127.0.0.1", 0, create_app(tmp_path / "other"))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        code, _, err = run("open", "--index", index, "--port", server.server_port)
        assert (code, "serves another index than" in err, opened) == (2, True, [])
        assert run("open", "--index", tmp_path / "other", "--port", server.server_port)[0] == 0
        assert len(opened) == 1
        assert "There is no index" in run("open", "--index", tmp_path / "none", "--port", server.server_port)[2]
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("SEARCHAPP_INDEX", raising=False)
        assert run("open", "--port", server.server_port)[0] == 0  # no other index can be meant
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_page_is_served_first_where_none_answers(run: Run, monkeypatch: pytest.MonkeyPatch, index: Path) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    monkeypatch.setattr("searchapp.cli.serving.serve_forever", lambda at, *_, on_start: on_start(f"Serving {at.name}"))
    monkeypatch.setattr("searchapp.cli.serving.listening", lambda *_: nullcontext())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert run("open", "--port", port)[1] == f"Serving {index.name}\n"
    assert opened == [f"http://127.0.0.1:{port}/"]


def imported(*arguments: str, index: Path) -> set[str]:
    """Return the modules that a command has imported when it ends."""
    code = "import sys, atexit; atexit.register(lambda: print('\\n'.join(sys.modules), file=sys.stderr)); "
    code += f"sys.argv = ['searchapp', *{arguments!r}]; from searchapp.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "SEARCHAPP_INDEX": str(index)},
    )
    return set(done.stderr.split())


def test_every_command_is_listed_without_being_imported(index: Path) -> None:
    modules = imported("--help", index=index)
    assert {name for name in modules if name.startswith("searchapp.")} <= {
        "searchapp.cli", "searchapp.cli.options", "searchapp.errors", "searchapp.sentences",
    }  # fmt: skip
    context = click.Context(commands)
    assert all(commands.get_command(context, name) for name in commands.list_commands(context))


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_a_search_in_a_pipe_imports_only_what_it_needs(index: Path, tmp_path: Path, engine: str) -> None:
    asked = tmp_path / engine
    commands(["index", str(index.parent / "news"), "--index", str(asked), "--engine", engine], standalone_mode=False)
    modules = imported("query", "on", index=asked)  # too short for other spellings
    roots = {name.partition(".")[0] for name in modules}
    unneeded = {
        "bleach", "concurrent", "email", "filelock", "flask", "http", "lxml", "multiprocessing", "rapidfuzz", "rich",
        "ssl",
    }  # fmt: skip
    assert not roots & unneeded
    assert ("numpy" in roots) == (engine == "whoosh")
    assert not modules & {
        "searchapp.answers.changes", "searchapp.answers.suggestions", "searchapp.indexer", "searchapp.query.help",
        "whoosh.index", "whoosh.query", "numpy.ma",
    }  # fmt: skip
    assert len(modules) < 400
