"""An index of made-up articles, and the app that reads it."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from searchapp.answers.library import opened
from searchapp.answers.saved import keep_answer, saved_searches
from searchapp.catalog.saved import save
from searchapp.web import create_app
from searchapp.web.admission import Places
from searchapp.web.caching import AnswerCache
from tests.indexing import sync
from tests.web.corpus import TITLES, edit_corpus, write_corpus

PLACES = Places(searches=100, exports=10_000)  # not every client of these tests closes what it was sent


class Client(FlaskClient):
    """Reads each answer to its end and closes it."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        return super().open(*args, buffered=buffered, **kwargs)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus") / "news")


@pytest.fixture(scope="session")
def index(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("made") / "index"
    sync([folder], index, processes=0)
    edit_corpus(folder)
    sync([folder], index, processes=0)
    save(index, "ferries", "ferry OR ferries")
    with opened(index) as library:
        keep_answer(library, saved_searches(index).named("ferries").entry)
    return index


@pytest.fixture(scope="session")
def app(index: Path) -> Flask:
    app = create_app(index, hosts=["articles.test"], origins=["https://www.example.org"], places=PLACES)
    app.test_client_class = Client
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.extensions["searchapp-answers"] = AnswerCache()  # what other tests asked is no answer here
    return app.test_client()


@pytest.fixture(scope="session")
def ids(app: Flask) -> dict[str, str]:
    """The ids that the special articles and one report got."""
    lines = app.test_client().get("/api/v1/export?format=jsonl").text.splitlines()
    found = {values["title"]: values["id"] for values in map(json.loads, lines)}
    return {name: found[title] for name, title in TITLES.items()}
