"""The documents say what is true: their commands run, their addresses answer, their links lead somewhere."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from io import BytesIO, TextIOWrapper
from pathlib import Path

import click
import pytest
import yaml

from searchapp.answers.library import opened
from searchapp.article import Article
from searchapp.cli import commands
from searchapp.query.help import as_markdown
from searchapp.web import create_app
from tests.corpus import ARTICLES, write_articles

DOCS = Path(__file__).parent.parent / "docs"
IN_A_CLUSTER = DOCS / "cluster.md"  # whose commands tests/cluster runs
PAGES = sorted({*DOCS.rglob("*.md")} - {IN_A_CLUSTER})
NOT_OURS = ("python3 ", "source ", "export ", "curl ", "pip ")
TOPICS = Article(
    "6",
    "Subprime crisis reaches Northern Rock",
    "By Jane Doe",
    "The bailout of Northern Rock came after Lehman warned of subprime mortgage loans, the credit crunch and interest "
    "rates. Gas and oil fell. Putin met Pezeshkian to sign a strategic partnership.",
    "2007-02-14",
    "Coast Gazette",
    "en",
)


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def lines(page: Path) -> list[str]:
    return [line for block in blocks(page) for line in block.splitlines()]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with articles, a list of names, and an index of the articles."""
    home = tmp_path_factory.mktemp("home")
    write_articles(home / "articles", (*ARTICLES, TOPICS))
    (home / "names.txt").write_text("Northern Rock\nJane Doe\nLehman\n", encoding="utf-8")
    write_articles(home / "articles" / "old", ARTICLES[:1])
    for folder in (home / "articles", home / "articles" / "old"):
        commands(["index", str(folder), "--index", str(home / "index")], standalone_mode=False)
    return home


@pytest.fixture
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Be at home, where servers and watches end at once."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr("searchapp.cli.serving.listening", lambda *_: nullcontext())
    monkeypatch.setattr("searchapp.cli.serving.serve_forever", lambda *_, **__: None)
    monkeypatch.setattr("searchapp.cli.indexing.watch_folders", lambda *_, **__: None)
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    yield home


def run(line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a line of a document: a command of ours, which may read from `echo` and write into a file, or two with `||`."""
    first, _, otherwise = line.partition(" || ")
    if otherwise:
        return run(first, capsys, monkeypatch) and run(otherwise, capsys, monkeypatch)
    piped, _, command = line.rpartition(" | ")
    command, _, target = command.partition(" >")
    said = shlex.split(piped)[1:] if piped.startswith("echo ") else []
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(" ".join(said).encode())))
    arguments = [str(Path(word).expanduser()) if word.startswith("~") else word for word in shlex.split(command)]
    capsys.readouterr()
    try:
        code = commands(arguments[1:], standalone_mode=False)
    finally:
        out = capsys.readouterr().out
    if target and "~" not in target:
        Path(target.strip()).write_text(out, encoding="utf-8")
    return code if isinstance(code, int) else 0


@pytest.mark.parametrize("page", [page for page in PAGES if lines(page)], ids=lambda page: page.name)
def test_every_command_of_a_page_runs(
    page: Path, at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(at_home / "index") as library:
        one, other, *_ = sorted(library.engine.ids())
    for line in lines(page):
        if line.startswith(NOT_OURS):
            continue
        if "migrate" in line:
            pytest.importorskip("tantivy")
        asked = line.replace("OTHER_ID", other).replace("ID", one)
        assert run(asked, capsys, monkeypatch) in (0, 1), line


def test_the_recipe_that_proves_that_nothing_was_found_does_so(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, checked = (line for line in lines(DOCS / "recipes.md") if "nothing.json" in line)
    assert run(made, capsys, monkeypatch) == 0
    assert json.loads(Path("nothing.json").read_text("utf-8"))["answer"]["total"] == 0
    assert run(checked, capsys, monkeypatch) == 0
    Path("nothing.json").unlink()
    assert run(made.replace("zeppelin", "harbour"), capsys, monkeypatch) == 0
    assert not Path("nothing.json").exists()


def test_every_address_of_the_api_page_answers(home: Path) -> None:
    client = create_app(home / "index").test_client()
    addresses = [
        address for page in PAGES for address in re.findall(r"curl 'http://127.0.0.1:8000(.*?)'", page.read_text())
    ]
    assert len(addresses) > 8
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_every_path_of_the_api_is_on_the_page(home: Path) -> None:
    page = (DOCS / "api.md").read_text("utf-8")
    described = create_app(home / "index").test_client().get("/api/v1/openapi.json").get_json()["paths"]
    last = {path.rsplit("/", 1)[-1] for path in described if not path.endswith("}")}
    assert sorted(name for name in last if f"/{name}" not in page) == []


def test_an_error_has_the_members_that_the_page_names(home: Path) -> None:
    named = re.search(r"`(application/\S+)`\): `{(.*?)}`", (DOCS / "api.md").read_text("utf-8"))
    answer = create_app(home / "index").test_client().get("/api/v1/search?page=0")
    assert named
    assert (answer.status_code, answer.mimetype) == (400, named[1])
    assert [*answer.get_json()] == re.findall(r'"(\w+)": …', named[2])


def test_the_query_language_on_the_page_is_that_of_the_help() -> None:
    assert (DOCS / "query.md").read_text("utf-8") == as_markdown(), (
        "run: searchapp help-query --markdown > docs/query.md"
    )


def test_the_contents_name_every_page_and_every_link_leads_to_a_file() -> None:
    contents = yaml.safe_load((DOCS.parent / "mkdocs.yml").read_text("utf-8"))["nav"]
    assert {path for entry in contents for path in entry.values()} == {
        page.relative_to(DOCS).as_posix() for page in PAGES
    }
    for page in (*PAGES, DOCS.parent / "README.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_is_one_that_a_page_or_the_readme_names() -> None:
    text = "\n".join(page.read_text("utf-8") for page in (*PAGES, DOCS.parent / "README.md"))
    unnamed = [
        name for name in commands.list_commands(click.Context(commands)) if not re.search(rf"[` ]{name}\b", text)
    ]
    assert unnamed == []


def test_services_and_the_proxy_start_what_there_is() -> None:
    deploy = DOCS / "deploy"
    for service in deploy.glob("*.service"):
        (line,) = re.findall(r"^ExecStart=/opt/searchapp/bin/searchapp (.*)$", service.read_text("utf-8"), re.MULTILINE)
        name, *arguments = shlex.split(line)
        command = commands.get_command(click.Context(commands), name)
        assert command
        assert command.make_context(name, arguments)
    ports = re.findall(r"127\.0\.0\.1:(\d+)", (deploy / "nginx.conf").read_text("utf-8"))
    assert ports == ["8000"]


def test_the_pages_become_a_site_that_asks_no_other_one(tmp_path: Path) -> None:
    pytest.importorskip("zensical")
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copy(DOCS.parent / "mkdocs.yml", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(PAGES)
    loaded = [
        re.findall(r"""<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]+)""", page.read_text("utf-8"))
        for page in pages
    ]
    assert not any(loaded)
