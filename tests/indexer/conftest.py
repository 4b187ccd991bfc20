"""A folder of news and the place of its index."""

from pathlib import Path

import pytest

from tests.indexing import article, lines, write


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    write(folder / "b.txt", article(1))
    write(folder / "a" / "c.txt", article(2))
    write(folder / "d.jsonl", lines({"id": "x", "title": "Three", "body": "third"}, {"id": "y", "body": "fourth"}))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"
