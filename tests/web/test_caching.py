"""Answers that were given before come again without a search, as long as nothing has changed."""

import pytest
from flask import Response

from searchapp.web import pages
from searchapp.web.caching import AnswerCache


@pytest.fixture
def searches(monkeypatch):
    """Count the searches of the page of results."""
    asked = []
    search = pages.search
    monkeypatch.setattr(pages, "search", lambda *args: asked.append(args[1].words) or search(*args))
    return asked


def test_a_page_asked_for_again_is_the_same_without_a_search(client, searches):
    first, second = client.get("/?q=bridge"), client.get("/?q=bridge")
    assert searches == ["bridge"]
    assert second.data == first.data
    assert dict(second.headers) == dict(first.headers)


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/?q=bridge&page=1"},
        {"headers": {"Accept-Language": "de"}},
        {"base_url": "https://localhost"},  # whose addresses stand in the page
    ],
)
def test_another_address_or_language_is_another_page(client, searches, other):
    client.get("/?q=bridge")
    client.get(**{"path": "/?q=bridge", **other})
    assert searches == ["bridge", "bridge"]


def test_an_answer_that_is_not_complete_is_searched_for_again(client, searches):
    for _ in range(2):
        client.get("/?q=bridge&certified=yes")
    assert searches == ["bridge", "bridge"]


def test_the_answers_asked_for_longest_ago_go_first():
    kept = AnswerCache(most=25)
    for name in ("a", "b", "c", "d"):
        kept.keep(name, Response(name * 10))
        kept.get("a")
    assert [kept.get(name) and kept.get(name).data for name in "abcd"] == [b"a" * 10, None, None, b"d" * 10]


@pytest.mark.parametrize(
    "response",
    [
        Response("?", status=404),
        Response(iter(["a stream"])),
        Response("", headers={"Location": "/"}),
        Response(b"x" * (1 << 20)),
    ],
)
def test_only_pages_of_moderate_length_are_kept(response):
    kept = AnswerCache()
    kept.keep("it", response)
    assert kept.get("it") is None
