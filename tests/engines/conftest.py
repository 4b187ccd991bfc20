"""One suite, every engine: a test that asks for `engine` runs once on each."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

import tests.indexing  # noqa: F401  # registers the smallest engine
from searchapp.article import Article
from searchapp.engines import ENGINES, Engine, create_engine, open_engine

Fill = Callable[..., Engine]
Build = Callable[[Iterable[Article]], Engine]


# Not what tests of the indexer register beside them.
REAL = [name for name, module in ENGINES.items() if module.startswith("searchapp.")]


def installed() -> list[str]:
    """Name the engines whose library is there: all of them where a missing one would hide that it was not tested."""
    if os.environ.get("CI"):
        return REAL
    return [name for name in REAL if find_spec(name)]


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
        pytest.skip(f"the library of {request.param} is not installed")
    return request.param


@pytest.fixture(scope="module")
def filled(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fill]:
    """Fill a store with lists of articles, a commit each; tests of a module share it and only read."""
    stores: dict[tuple[tuple[Article, ...], ...], Engine] = {}

    def fill(*commits: Sequence[Article]) -> Engine:
        key = tuple(map(tuple, commits))
        if key not in stores:
            stores[key] = create_engine(name, tmp_path_factory.mktemp("store"), "english")
            for articles in key:
                stores[key].put(articles)
                stores[key].commit()
        return stores[key]

    yield fill
    for store in stores.values():
        store.close()


@pytest.fixture
def open_here(name: str, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Open the same store again and again; all are closed at the end."""
    opened: list[Engine] = []

    def open_it() -> Engine:
        begin = open_engine if (tmp_path / "store").exists() else create_engine
        opened.append(begin(name, tmp_path / "store", "english"))
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()


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
