"""The help teaches what is true: each of its examples finds in the seeds what it says."""

import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from searchapp.article import Article
from searchapp.engines import Ask, Engine
from searchapp.query import parse
from searchapp.query.help import SECTIONS, Example, as_text
from tests.engines import oracle
from tests.engines.conftest import create, installed
from tests.engines.oracle import Oracle

SEED = next((Path(__file__).parent.parent.parent / "seeds").glob("*.txt"))
EXAMPLES = [example for section in SECTIONS for example in section.examples]


@pytest.fixture(autouse=True, scope="module")
def quick_oracle() -> Iterator[None]:
    """Have the definition of typing errors, which is exponential, remember its answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(oracle, "errors", functools.cache(oracle.errors))
        yield


def read_seed() -> Article:
    title, byline, body = SEED.read_text("utf-8").split("\n\n", 2)
    return Article("seed", title, byline, body, authors=("Staff", "Agencies"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.query)
def test_examples_find_what_the_help_says(example: Example) -> None:
    query = parse(example.query)
    assert query.notes == ()
    assert len(Oracle([read_seed()]).order(query.tree)) == example.found


@pytest.fixture(scope="module", params=[name for name in installed() if name != "opensearch"])
def seeded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The seed article in an engine, as a folder would be indexed."""
    engine = create(request.param, tmp_path_factory.mktemp(request.param), "auto")
    engine.put([replace(read_seed(), language="en")])
    engine.commit()
    yield engine
    engine.close()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.query)
def test_every_engine_finds_what_the_help_says(seeded: Engine, example: Example) -> None:
    assert seeded.search(Ask(parse(example.query).tree)).total == example.found


def test_help_as_text_fits_a_terminal_and_shows_every_example() -> None:
    text = as_text()
    assert max(map(len, text.splitlines())) <= 80
    assert all(example.query in text and example.meaning in text for example in EXAMPLES)
