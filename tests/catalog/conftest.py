"""A folder of news and its index."""

from pathlib import Path

import pytest

from tests.indexing import article, run, write


@pytest.fixture
def news(tmp_path: Path) -> Path:
    for number in range(5):
        write(tmp_path / "news" / f"{number}.txt", article(number))
    return tmp_path / "news"


@pytest.fixture
def index(tmp_path: Path, news: Path) -> Path:
    run(tmp_path / "index", news)
    return tmp_path / "index"
