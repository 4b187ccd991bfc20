"""What the README says can be pasted: its first command ends with the seed article found in a browser's place."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from io import BytesIO, TextIOWrapper
from pathlib import Path

import click
import pytest

from searchapp.cli import commands

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000/"
LONGEST_SETUP = 600  # seconds


def block(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```(?:sh|python)\n(.*?)\n```", README, re.DOTALL)
    assert found, name
    return found.group(1)


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return str(answer.read().decode())


def wait_for(process: "subprocess.Popen[str]") -> str:
    """Return the front page as soon as there is one; connecting is tried again as long as it is refused."""
    deadline = time.monotonic() + LONGEST_SETUP
    while time.monotonic() < deadline:
        try:
            return get(ADDRESS)
        except urllib.error.URLError:
            try:
                process.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"it ended: {process.communicate()}") from None
    raise AssertionError("no page in time")


def test_the_first_command_indexes_the_seed_and_serves_it(tmp_path: Path) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 8000)) == 0:
            pytest.skip("something else listens on port 8000")
    checkout = tmp_path / "checkout"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_bytes((ROOT / name).read_bytes())
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    command = ["bash", "-c", block("start")]
    with subprocess.Popen(
        command, cwd=checkout, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            assert "<form" in wait_for(process)
            for query, marked in {
                "putin pezeshkian": "<mark>Pezeshkian</mark>",
                '"strategic partnership"': "<mark>Strategic Partnership</mark>",
                "byline:agencies": "<mark>Agencies</mark>",
            }.items():
                page = get(f"{ADDRESS}?q={urllib.parse.quote(query)}")
                assert marked in page, query
                assert "1 article" in page
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def test_whoosh_opens_the_index_as_the_readme_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = tmp_path / "index"
    commands(["index", str(ROOT / "seeds"), "--index", str(index)], standalone_mode=False)
    capsys.readouterr()
    commands(["stats", "--json", "--index", str(index)], standalone_mode=False)
    folder = json.loads(capsys.readouterr().out)["engine_folder"]
    assert Path(folder) == index / "gen-0001" / "engine"
    exec(block("whoosh").replace('"index/gen-0001/engine"', repr(folder)), {})
    assert re.fullmatch(
        r"\d+\.\d+ .*Russia.*<b class=\"match term0\">Putin</b>.*\n", capsys.readouterr().out, re.DOTALL
    )


def test_the_article_that_the_readme_names_is_that_of_the_seeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands(["index", str(ROOT / "seeds"), "--index", str(tmp_path / "index")], standalone_mode=False)
    (named,) = re.findall(r"^searchapp article (\w+) ", README, re.MULTILINE)
    capsys.readouterr()
    commands(["article", named, "--index", str(tmp_path / "index")], standalone_mode=False)
    assert "Pezeshkian" in capsys.readouterr().out


def test_the_examples_of_the_readme_find_something_in_the_seeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = str(tmp_path / "index")
    commands(["index", str(ROOT / "seeds"), "--index", index], standalone_mode=False)
    asking = "query|trends|concordance|list|certify|save"
    found = re.findall(rf"^(?:echo '(.*)' \| )?searchapp ((?:{asking}) .*?)(?: +#|$)", README, re.MULTILINE)
    assert {line.split()[0] for _, line in found} == {*asking.split("|")}
    for piped, line in found:
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(piped.encode())))
        assert not commands([*shlex.split(line), "--index", index], standalone_mode=False), line


def shell_lines() -> list[str]:
    texts = [README, (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")]
    found = [line for text in texts for line in re.findall(r"(?:^|`)(searchapp [^`\n]+)", text, re.MULTILINE)]
    return sorted({line.split("  #")[0].strip() for line in found})


@pytest.mark.parametrize("line", shell_lines())
def test_every_command_in_the_documents_is_one(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    if name == "--help":
        return
    command = commands.get_command(click.Context(commands), name)
    assert command
    assert isinstance(command.make_context(name, arguments), click.Context)


def test_the_limits_in_the_readme_are_those_of_the_table() -> None:
    from searchapp.query import bounds

    assert (
        f"{bounds.CHARACTERS.limit:,} characters and {bounds.WORDS.limit} words, four of them with wildcards" in README
    )
    assert bounds.WILDCARDS.limit == 4
    assert bounds.SECONDS.limit == 2
