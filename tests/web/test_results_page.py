"""The first page and the page of results."""

import re
from html import unescape

from tests.web.page_text import text_of


def test_the_first_page_has_a_box_and_says_what_is_searched(client):
    page = client.get("/").text
    assert 'name="q"' in page
    assert "105 articles from 3 files" in text_of(page)


def test_an_empty_search_shows_everything(client):
    assert "105 articles" in text_of(client.get("/?q=").text)


def test_results_show_title_byline_source_date_and_marked_snippet(client):
    page = client.get("/?q=bridge+partnership").text
    assert "<strong>1 article</strong>" in page
    assert "Old <mark>bridge</mark> reopens after long repair" in page
    assert "By Ada Quill" in text_of(page)
    assert "The Lantern" in page
    assert '<time datetime="2024-03-09">9 March 2024</time>' in page
    assert "<mark>partnership</mark>" in page


def test_results_say_how_the_search_was_read_and_what_was_searched(client):
    shown = text_of(client.get('/?q="stone+bridge"').text)
    assert "stone bridge" in shown
    assert "Searched 105 articles of 3 files" in shown
    assert "1 file was left out: see why" in shown


def test_markup_in_an_article_stays_text(client, ids):
    for url in ("/?q=zebra", f"/article/{ids['hostile']}?q=zebra"):
        page = client.get(url).text
        assert "&lt;script&gt;alert('<mark" in page
        assert "<script>" not in page
        assert "<img" not in page
        assert "<b>Mallory" not in page
        assert "\x1b" not in page
        assert "\x7f" not in page


def test_every_page_of_results_is_linked_to_the_last_hit(client):
    seen, url = [], "/?q=report"
    while url:
        page = client.get(url).text
        seen += re.findall(r'<li class="hit" id="hit-(\d+)"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        url = unescape(following[1]) if following else ""
    assert seen == [str(number) for number in range(1, 101)]
