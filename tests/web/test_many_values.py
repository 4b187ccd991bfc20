"""What is too much for one answer: patterns of very many words, and facets of very many values."""

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from searchapp.query import bounds
from searchapp.query.bounds import EXPANSIONS, NEGATED_EXPANSIONS
from searchapp.web import create_app
from tests.indexing import sync


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("many")
    common = " ".join(f"codex{number}" for number in range(EXPANSIONS))
    articles = [
        {"title": "Common", "body": f"gas {common}"},
        {"title": "Common, too", "body": f"gas {common}"},
        {"title": "Rare", "body": "gas codexrare"},
        {"title": "Vast", "body": "oil " + " ".join(f"tag{number}" for number in range(NEGATED_EXPANSIONS))},
        {"title": "Vast, too", "body": "oil " + " ".join(f"tag{number}" for number in range(NEGATED_EXPANSIONS))},
        {"title": "Past all", "body": "oil tagrare"},
        {"title": "Signed", "authors": [f"Author {number:03}" for number in range(450)]},
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    sync([folder / "news.jsonl"], folder / "index", processes=0)
    return create_app(folder / "index").test_client()


@pytest.mark.parametrize(
    ("query", "total", "is_what", "shown"),
    [
        ("gas codex*", 2, "at_least", "at least 2 articles"),
        ("oil -tag*", 1, "at_most", "at most 1 article"),
        ("gas", 3, "exact", "<strong>3 articles"),
    ],
)
def test_a_total_says_what_it_is_where_a_pattern_has_too_many_words(
    many: FlaskClient, query: str, total: int, is_what: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SECONDS", bounds.SECONDS._replace(limit=60))  # it is the words that run out here
    answer = many.get("/api/v1/search", query_string={"q": query}).json
    assert (answer["total"], answer["total_is"]) == (total, is_what)
    assert shown in many.get("/", query_string={"q": query}).text


def test_all_values_of_a_facet_come_in_pages_each_value_once(many: FlaskClient) -> None:
    seen: list[str] = []
    address: str | None = "/values/author?q="
    while address:
        text = many.get(address).text
        seen += re.findall(r"<bdi>(Author \d+)</bdi></a></th>", text)
        following = re.search(r'<p><a href="([^"]+)">More</a></p>', text)
        address = unescape(following[1]) if following else None
    assert seen == [f"Author {number:03}" for number in range(450)]
    assert re.findall(r"<bdi>(Author \d+)</bdi></a></th>", many.get("/values/author?q=&find=449").text) == [
        "Author 449"
    ]
