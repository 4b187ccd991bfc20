"""searchapp as a library: the page of examples is true, and what it offers is what it says."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import pytest

import searchapp
from searchapp.errors import BadRequest, NoIndex
from tests.corpus import ARTICLES, write_articles
from tests.indexing import sync

PAGE = Path(__file__).parent.parent / "docs" / "python.md"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_articles(tmp_path / "news", ARTICLES)
    sync([tmp_path / "news"], tmp_path / "index", processes=0)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "index"


def test_every_line_of_the_page_of_examples_is_true(index: Path) -> None:
    pytest.importorskip("pandas")
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried > 15
    assert failed == 0


def test_the_index_is_the_one_named_else_that_of_the_environment(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHAPP_INDEX", str(tmp_path / "nowhere"))
    with pytest.raises(NoIndex):
        searchapp.open()
    with searchapp.open(index) as library:
        assert len(library) == 5
    monkeypatch.setenv("SEARCHAPP_INDEX", str(index))
    with searchapp.open() as library:
        assert library.search("harbour").total == 2


def test_frames_without_pandas_say_what_to_install(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with searchapp.open(index) as library, pytest.raises(BadRequest, match=r"\.\[frames\]"):
        searchapp.frame(library.trends("harbour"))


def test_every_answer_has_a_frame(index: Path) -> None:
    pytest.importorskip("pandas")
    with searchapp.open(index) as library:
        answers = (
            *(
                library.trends("harbour"),
                library.coverage(),
                library.collocates("harbour"),
                library.keywords("harbour"),
            ),
            *(library.list("harbour"), library.parts("harbour fees"), library.sample(size=2)),
            *(library.concordance("harbour"), library.articles("harbour"), library.search("harbour")),
        )
        assert all(len(searchapp.frame(answer).columns) >= 2 for answer in answers)
        page = library.search("harbour", size=1)
        assert [*searchapp.frame(page)["id"]] == [found.article.id for found in page.hits]


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, searchapp; print([name for name in ('numpy', 'flask', 'pandas') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ}, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(searchapp.__file__).parent / "py.typed").is_file()
    with pytest.raises(AttributeError):
        searchapp.nothing  # noqa: B018
