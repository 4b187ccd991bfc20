"""The same made-up articles on every engine, opened for reading."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from searchapp.answers.library import Library, open_library
from searchapp.article import Article
from tests.corpus import write_articles
from tests.engines.conftest import installed
from tests.indexing import sync

_CITIES = ("London", "Paris", "New York", "Lagos")
_SOURCES = ("The Lantern", "Evening Post", "")
_BYLINES = ("By Ada Quill", "By Ben Marrow and Ada Quill", "", "By Cleo Finch")
_LEADS = (
    "The central bank said that banks need a bailout. A bailout of one bank is not enough.",
    "Fishing boats came to the harbour. No bank was open.",
    "Rescue teams reached the old bridge; the rescue took a day. Banking went on.",
    "The mayor’s office closed the bridge. “A bail-out,” said the mayor, “is no rescue.”",
    "Le café du port est ouvert à nouveau. Les banques aussi.",
)


def made(number: int) -> Article:
    year, month, day = 2023 + number % 2, number % 7 + 1, number % 27 + 1
    dates = (f"{year}-{month:02}-{day:02}", f"{year}-{month:02}-{day:02}", f"{year}-{month:02}", f"{year}", "")
    city = _CITIES[number % len(_CITIES)]
    return Article(
        id=f"made-{number}",
        title=f"{city}: bridge report {number}" if number % 3 else f"{city} rescue",
        byline=_BYLINES[number % len(_BYLINES)],
        body=f"{_LEADS[number % len(_LEADS)]}\n\nIn {city}, report {number} ends.",
        date=dates[number % len(dates)],
        source=_SOURCES[number % len(_SOURCES)],
        language="fr" if number % 5 == 4 else "en",
    )


ARTICLES = tuple(map(made, range(120)))


# Not the cluster: hundreds of drawn searches take minutes there, and the contract holds its counts to the same.
@pytest.fixture(scope="session", params=[name for name in installed() if name != "opensearch"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of these articles."""
    folder = tmp_path_factory.mktemp(request.param)
    write_articles(folder / "news", ARTICLES)
    sync([folder / "news"], folder / "index", engine=request.param, processes=0)
    return folder / "index"


@pytest.fixture(scope="session")
def library(index: Path) -> Iterator[Library]:
    opened = open_library(index)
    yield opened
    opened.close()
