"""One suite, every engine: a test that asks for `engine` runs once on each."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

import tests.indexing  # noqa: F401  # registers the smallest engine
from searchapp.article import Article
from searchapp.engines import ENGINES, Engine, create_engine, discard_engine, open_engine
from tests.cluster import jars, shared

Fill = Callable[..., Engine]
Build = Callable[[Iterable[Article]], Engine]


# Not what tests of the indexer register beside them.
REAL = [name for name, module in ENGINES.items() if module.startswith("searchapp.")]


def installed() -> list[str]:
    """Name the engines whose library is there: all of them where a missing one would hide that it was not tested."""
    if os.environ.get("CI"):
        return REAL
    return [name for name in REAL if not missing(name)]


def missing(name: str) -> str:
    """Say what is missing to test an engine, and how to get it; "" where nothing is."""
    library = {"opensearch": "urllib3"}.get(name, name)
    if not find_spec(library):
        return f"The library {library} is not installed. Run: pip install '.[{name}]'"
    return jars.missing() if name == "opensearch" else ""


def create(name: str, folder: Path, language: str = "english") -> Engine:
    """Begin a store; one in a cluster begins a cluster of one node, which all tests share."""
    settings = {"at": shared.address()} if name == "opensearch" else {}
    return create_engine(name, folder, language, settings)


collect_ignore = [f"test_{name}.py" for name in REAL if name not in installed()]


# The core of the contract, which the smallest engine passes, too.
CORE = ("test_contract_store", "test_contract_matching")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "name" in metafunc.fixturenames:
        plain = ["plain"] if metafunc.module.__name__.endswith(CORE) else []
        metafunc.parametrize("name", [*REAL, *plain], indirect=True, scope="module")


@pytest.fixture(scope="module")
def name(request: pytest.FixtureRequest) -> str:
    if request.param != "plain" and request.param not in installed():
        pytest.skip(missing(request.param))
    return request.param


@pytest.fixture(scope="module")
def filled(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fill]:
    """Fill a store with lists of articles, a commit each; tests of a module share it and only read."""
    stores: dict[tuple[tuple[Article, ...], ...], Engine] = {}
    folders: list[Path] = []

    def fill(*commits: Sequence[Article]) -> Engine:
        key = tuple(map(tuple, commits))
        if key not in stores:
            folders.append(tmp_path_factory.mktemp("store"))
            stores[key] = create(name, folders[-1])
            for articles in key:
                stores[key].put(articles)
                stores[key].commit()
        return stores[key]

    yield fill
    for store in stores.values():
        store.close()
    for folder in folders:
        discard_engine(name, folder)


@pytest.fixture
def open_here(name: str, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Open the same store again and again; all are closed at the end."""
    opened: list[Engine] = []

    def open_it() -> Engine:
        folder = tmp_path / "store"
        opened.append(open_engine(name, folder, "english") if folder.exists() else create(name, folder))
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()
    discard_engine(name, tmp_path / "store")


@pytest.fixture
def engine(open_here: Callable[[], Engine]) -> Engine:
    return open_here()


@pytest.fixture
def build(engine: Engine) -> Build:
    """Fill the store with articles."""

    def fill(articles: Iterable[Article]) -> Engine:
        engine.put(articles)
        engine.commit()
        return engine

    return fill
