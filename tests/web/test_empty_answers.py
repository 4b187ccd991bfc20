"""Order, notes, and what a page says when nothing, little or no such page is found."""

import re
from html import unescape

import pytest

from tests.web.page_text import text_of


def test_the_order_can_be_chosen(client):
    def dates(sort: str) -> list[str]:
        return re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)">', client.get(f"/?q=report&sort={sort}").text)

    assert dates("newest") == sorted(dates("newest"), reverse=True)
    assert dates("oldest") == sorted(dates("oldest"))
    assert dates("newest")[0] > dates("oldest")[0]


def test_nothing_found_says_which_part_finds_nothing(client):
    shown = text_of(client.get("/?q=bridge+qqqqq").text)
    assert "Nothing was found" in shown
    assert "qqqqq 0 1" in shown


def test_a_misspelt_word_is_asked_about(client):
    page = client.get("/?q=brigde").text
    assert "Did you mean" in page
    assert ">bridge<" in page


def test_nothing_found_under_a_filter_offers_the_search_without_it(client):
    page = client.get("/?q=bridge&author=nobody").text
    assert "Nothing was found" in page
    assert "author: nobody" in page
    assert "Search again without the filters" in page


def test_a_partial_answer_says_so_and_is_not_kept(client, monkeypatch):
    from dataclasses import replace

    from searchapp.web import pages

    real = pages.search
    monkeypatch.setattr(pages, "search", lambda *args: replace(real(*args), is_partial=True))
    response = client.get("/?q=bridge")
    assert "This answer is incomplete." in response.text
    assert "at least 1 article" in text_of(response.text)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_notes_say_what_was_read_otherwise(client):
    assert "read as plain words" in client.get("/?q=a*+bridge").text


@pytest.mark.parametrize("page", ["-1", "0", "1e9", "x", "9" * 40, "１", "1000000"])
def test_a_page_that_cannot_be_is_a_400_that_leads_back(client, page):
    response = client.get("/", query_string={"q": "bridge", "page": page})
    assert response.status_code == 400
    assert "The first page of this search" in response.text
    assert "Nothing was found" not in response.text


def test_a_page_past_the_end_keeps_what_was_asked(client):
    page = client.get("/?q=report&author=Ada+Quill&sort=oldest&page=99").text
    assert 'name="q" type="search" value="report"' in page
    assert 'name="author" value="Ada Quill"' in page
    first = unescape(re.search(r'href="([^"]+)">The first page of this search', page)[1])
    assert first == "/?q=report&author=Ada+Quill&sort=oldest"
    assert 'value="bridge"' in client.get("/?q=bridge&size=x").text


def test_each_part_of_a_search_that_finds_nothing_leads_to_what_it_finds(client):
    page = client.get("/?q=bridge+report+qqqqq&source=The+Lantern").text
    rows = re.findall(r'<bdi>([^<]+)</bdi></th>\s*<td class="amount">(.*?)</td>', page)
    assert [name for name, _ in rows] == ["bridge", "report", "qqqqq", "source: The Lantern"]
    for _, cell in rows:
        if cell != "0":
            url, count = re.fullmatch(r'<a href="([^"]+)">(\d+)</a>', cell).groups()
            assert f"{count} article" in text_of(client.get(unescape(url)).text)


def test_a_small_answer_leads_to_its_parts(client):
    page = client.get("/?q=bridge+partnership").text
    url = unescape(re.search(r'href="([^"]+)">See what each part', page)[1])
    assert "partnership" in client.get(url).text
    assert "See what each part" not in client.get("/?q=report").text
