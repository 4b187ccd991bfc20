"""The page of an article."""

import json
import os
import re
from html import unescape
from pathlib import Path

from searchapp.answers.library import opened
from searchapp.web import create_app
from tests.indexing import sync
from tests.web.page_text import text_of


def test_an_article_shows_its_matches_numbered_and_counted(client, ids):
    page = client.get(f"/article/{ids['bridge']}?q=bridge").text
    assert re.findall(r'<mark id="match-(\d+)">(\w+)</mark>', page) == [
        ("1", "bridge"),
        ("2", "bridge"),
        ("3", "bridge"),
        ("4", "bridge"),
    ]
    assert "4 matches" in text_of(page)
    assert 'href="#match-4"' in page


def test_an_article_leads_back_to_its_place_in_the_results(client):
    results = client.get("/?q=report&author=Ada+Quill&sort=oldest&page=2").text
    url = unescape(re.search(r'id="hit-12"[^>]*>\s*<h2><a href="([^"]+)"', results)[1])
    back = unescape(re.search(r'class="back" rel="up" href="([^"]+)"', client.get(url).text)[1])
    assert back == "/?q=report&author=Ada+Quill&sort=oldest&page=2#hit-12"


def test_a_result_is_read_article_by_article(client):
    page = client.get("/?q=report&sort=oldest&author=Ada+Quill").text
    url, read = unescape(re.search(r'id="hit-1"[^>]*>\s*<h2><a href="([^"]+)"', page)[1]), []
    while url:
        article = client.get(url).text
        read.append(re.search(r"<h1>(.*?)</h1>", article)[1])
        assert f"{len(read)} of 34" in text_of(article)
        following = re.search(r'rel="next" href="([^"]+)"', article)
        url = unescape(following[1]) if following else ""
    assert len(read) == len(set(read)) == 34
    before = unescape(re.search(r'rel="prev" href="([^"]+)"', article)[1])
    assert re.search(r"<h1>(.*?)</h1>", client.get(before).text)[1] == read[-2]


def test_an_article_that_has_not_this_place_in_the_result_stands_alone(client, ids):
    for search in ("q=report&hit=1", "q=bridge&hit=7", "q=bridge&hit=999999", ""):
        page = client.get(f"/article/{ids['bridge']}?{search}").text
        assert 'rel="next"' not in page
        assert 'rel="prev"' not in page


def test_an_article_tells_what_was_remarked_about_its_file(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    (news / "a.jsonl").write_text('{"title": "A lynx", "date": "03/04/2007"}\n')
    sync([news], tmp_path / "index", processes=0)
    client = create_app(tmp_path / "index").test_client()
    url = unescape(re.search(r'<h2><a href="([^"]+)"', client.get("/?q=lynx").text)[1])
    assert "Remarks on the file" in client.get(url).text
    assert "the date is uncertain" in text_of(client.get(url).text)


def test_an_article_lists_the_other_printings_of_its_story(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    body = " ".join(f"The lynx walked over the {number} frozen lakes of the north." for number in range(40))
    for source in ("Lantern", "Post"):
        (news / f"{source}.jsonl").write_text(json.dumps({"title": "A lynx", "body": body, "source": source}))
    sync([news], tmp_path / "index", processes=0)
    client = create_app(tmp_path / "index").test_client()
    url = unescape(re.search(r'<h2><a href="([^"]+)"', client.get("/?q=lynx source:post").text)[1])
    page = client.get(url).text
    printings = re.search(r'<section class="about" aria-labelledby="printings">.*?</section>', page, re.DOTALL)[0]
    assert "Lantern" in printings
    assert "Post" not in printings
    compared = unescape(re.search(r'href="(/compare[^"]+)"', printings)[1])
    assert "0 words deleted" in text_of(client.get(compared).text)


def test_an_article_without_a_search_has_no_marks_and_no_way_back(client, ids):
    page = client.get(f"/article/{ids['bridge']}").text
    assert "<mark" not in page
    assert "Back to the results" not in page
    assert '<p dir="auto">The old stone bridge opened again on Saturday.</p>' in page


def test_an_article_links_its_address_and_lists_articles_like_it(client, ids):
    page = client.get(f"/article/{ids['report']}").text
    similar = unescape(re.search(r'href="([^"]+)" data-similar', page)[1])
    assert 'class="others"' in client.get(similar).text
    assert "There is none." in client.get(f"/article/{ids['arabic']}/similar").text
    assert 'href="https://news.example.org/bridge"' in client.get(f"/article/{ids['bridge']}").text


def test_texts_find_their_own_direction(client, ids):
    article = client.get(f"/article/{ids['arabic']}").text
    assert '<article dir="rtl" lang="ar">' in article
    assert '<p dir="auto">أعيد افتتاح' in article
    results = client.get("/?q=report OR الجسر&size=100").text
    assert re.search(r'dir="rtl" lang="ar">\s*<h2><a [^>]*>افتتاح', results)
    assert re.search(r'dir="ltr" lang="en">\s*<h2><a [^>]*>Valley', results)


def test_an_untitled_article_has_a_name_to_click(client):
    page = client.get("/?q=quokka").text
    assert "Without a title" in page


def test_only_web_addresses_are_linked(client):
    url = unescape(re.search(r'<h2><a href="([^"]+)"', client.get("/?q=quokka").text)[1])
    assert "javascript:" not in client.get(url).text


def test_the_original_is_handed_out_by_id_to_be_kept(client, folder, ids):
    response = client.get(f"/original/{ids['bridge']}")
    assert response.data == (folder / "reports.jsonl").read_bytes()
    assert response.headers["Content-Disposition"] == "attachment; filename=reports.jsonl"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert response.mimetype == "application/octet-stream"
    assert client.get("/original/reports.jsonl").status_code == 404


def test_names_that_no_header_can_hold_are_downloads_too(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    for name in (b"line\nbreak.txt", b"caf\xe9.txt", 'q"uote‮.txt'.encode()):
        Path(os.fsdecode(os.fsencode(news) + b"/" + name)).write_text(f"A text of its own {len(name)}")
    sync([news], tmp_path / "index", processes=0)
    client = create_app(tmp_path / "index").test_client()
    with opened(tmp_path / "index") as library:
        ids = list(library.engine.ids())
    answers = [client.get(f"/original/{one}") for one in ids]
    for answer in answers:
        answer.close()
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.headers["Content-Disposition"].split(";")[0] for answer in answers} == {"attachment"}
