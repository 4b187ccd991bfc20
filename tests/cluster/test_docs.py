"""The commands of docs/cluster.md run as they stand there, with the address of a real cluster."""

import re
from pathlib import Path

import pytest

from tests.test_docs import IN_A_CLUSTER, NOT_OURS, at_home, blocks, home, run

__all__ = ["at_home", "home"]
ADDRESS = re.compile(r"https://one:9200\S*")


def test_every_command_of_the_page_runs(
    at_home: Path, at: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tantivy")
    writing, moving = blocks(IN_A_CLUSTER)
    monkeypatch.chdir(tmp_path)  # where there is no index yet
    for line in writing.splitlines():
        if not line.startswith(NOT_OURS):
            assert run(ADDRESS.sub(at, line).partition("  #")[0], capsys, monkeypatch) in (0, 1), line
    monkeypatch.chdir(at_home)
    for line in moving.splitlines():
        assert run(ADDRESS.sub(f"{at}-moved", line).partition("  #")[0], capsys, monkeypatch) == 0, line
