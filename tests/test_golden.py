"""What a person would get: queries, what is found in which order, and what is marked, in a file that a person has read.

To accept new answers: GOLDEN=accept pytest tests/test_golden.py, then read the difference.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchapp.answers.library import Library, opened
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.render.terminal import terminal
from tests.corpus import ARTICLES, write_articles
from tests.indexing import sync

GOLDEN = Path(__file__).parent / "golden" / "answers.json"
QUERIES = [
    "harbour",
    "harbour storm",
    "Harbour’s STORMS",
    "fish",
    "=fish",
    "=fishing",
    '"kept them out"',
    '"kept out"',
    '"out kept"~2',
    '"storms monday"~5',
    '"storms monday"~1',
    "boats OR vote",
    "boats -fees",
    "NOT boats",
    "(boats OR vote) by:jane",
    "title:harbour",
    "body:harbour",
    "title:(storm OR fees)",
    "byline:agencies",
    "author:doe",
    "by:staff",
    'source:"coast gazette"',
    "lang:fr",
    "date:2024",
    "date:2024-03",
    "date:2024-05-01",
    "date:2022..2023",
    "after:2024-04",
    "before:2023-12",
    "date:none",
    "harb*",
    "*ouvert*",
    "p?ys",
    "harbuor~",
    "parlament~2",
    "cafe pecheurs",
    "café",
    "port^3 boats",
    "boats AND",
    '"the port',
    "harbour zebra",
    "zebra -boats",
    "",
    "…",
]


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    if request.param == "tantivy":
        pytest.importorskip("tantivy")
    folder = tmp_path_factory.mktemp("golden")
    write_articles(folder / "news", ARTICLES)
    sync([folder / "news"], folder / "index", engine=request.param, processes=0)
    with opened(folder / "index") as library:
        yield library


def answer(library: Library, words: str) -> dict[str, object]:
    results = search(library, Request(words))
    shown = {
        "query": words,
        "reads": results.query.text,
        "sentence": results.sentence,
        "notes": list(results.notes),
        "found": [
            " | ".join(
                terminal(fragment, "[", "]")
                for fragment in (found.title, found.byline, *found.fragments)
                if fragment.text
            )
            for found in results.hits
        ],
        "did you mean": results.suggestion,
        "parts": [f"{one.text}: {one.count}, without it {one.count_without}" for one in results.autopsy],
    }
    return {name: value for name, value in shown.items() if value or name == "query"}


def test_answers_are_those_a_person_accepted(library: Library) -> None:
    answers = [answer(library, words) for words in QUERIES]
    if os.environ.get("GOLDEN") == "accept":
        GOLDEN.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert answers == json.loads(GOLDEN.read_text(encoding="utf-8"))
