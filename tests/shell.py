"""Commands as the program runs them, for tests of what people meet in the shell."""

import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from searchapp.cli import main
from tests.corpus import ARTICLES, write_articles

Run = Callable[..., tuple[int, str, str]]


def exit_code(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run a command and return the code that it exits with."""
    monkeypatch.setattr(sys, "argv", ["searchapp", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def indexed(run: Run, folder: Path) -> Path:
    """Index the usual articles with a command; return the index."""
    write_articles(folder / "news", ARTICLES)
    assert run("index", folder / "news", "--index", folder / "index")[0] == 0
    return folder / "index"


def shell(monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str], index: Path | None = None) -> Run:
    """Return what runs a command: its exit code, and what it wrote to stdout and stderr.

    `index` is what SEARCHAPP_INDEX names, `piped` what the command finds on stdin.
    """
    if index:
        monkeypatch.setenv("SEARCHAPP_INDEX", str(index))

    def run(*arguments: object, piped: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(piped.encode())))
        code = exit_code(monkeypatch, *arguments)
        return code, *captured.readouterr()

    return run
