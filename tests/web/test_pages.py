"""The pages, asked as a browser asks."""

import json
import os
import re
from html import unescape
from pathlib import Path

import pytest
from flask import url_for

from searchapp.answers.library import opened
from searchapp.web import create_app
from tests.indexing import sync


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", "", page)))


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


def test_a_facet_narrows_and_its_chip_widens_again(client):
    page = client.get("/?q=report").text
    narrowed = client.get("/?q=report&author=Cleo+Finch").text
    assert "author=Cleo+Finch" in page
    assert "33 articles" in text_of(narrowed)
    assert 'name="author" value="Cleo Finch"' in narrowed  # a new search keeps the filter
    chip = re.search(r'<ul class="chips".*?href="([^"]+)"', narrowed, re.DOTALL)
    assert "100 articles" in text_of(client.get(unescape(chip[1])).text)


def test_a_facet_of_which_nothing_is_known_takes_no_room(client):
    page = client.get("/?q=walrus").text
    assert 'id="facet-author"' not in page
    assert 'id="facet-source"' not in page
    assert 'id="facet-author"' in client.get("/?q=walrus&author=none").text  # so that it can be given up again
    assert 'id="facet-author"' in client.get("/?q=report").text
    told = client.get("/api/v1/search?q=walrus&facets=author").json
    assert told["facets"]["author"] == [{"value": "none", "count": 1}]


def test_each_count_of_a_facet_is_what_its_link_finds(client):
    page = client.get("/?q=report").text
    links = re.findall(r'<li><a href="([^"]+)"[^>]*><bdi>[^<]+</bdi> <span class="amount">(\d+)</span>', page)
    assert len(links) >= 6
    for url, count in links:
        assert f"{count} article" in text_of(client.get(unescape(url)).text)


def test_each_bar_of_the_timeline_finds_what_it_counts(client):
    page = client.get("/?q=report").text
    rows = re.findall(r'<th scope="row"><a href="([^"]+)">[^<]+</a></th><td class="amount">(\d+)</td>', page)
    assert len(rows) == 12
    for url, count in rows:
        assert f"{count} article" in text_of(client.get(unescape(url)).text)


def test_a_bar_takes_the_place_of_another_filter_by_date(client):
    page = client.get("/?q=report&date=2024").text
    assert 'href="/?q=report&amp;month=2024-03"' in page


def test_a_name_in_a_byline_leads_to_the_articles_of_its_author(client):
    page = client.get("/?q=report").text
    url, name = re.search(r'<bdi>By <a class="author" href="([^"]+)">([^<]+)</a></bdi>', page).groups()
    narrowed = client.get(unescape(url)).text
    assert "100 articles" not in text_of(narrowed)
    assert f"Author: <bdi>{name}</bdi>" in narrowed


def test_facets_say_how_many_values_they_have_and_how_many_articles_have_none(client):
    page = client.get("/?q=").text
    address = unescape(re.search(r'href="([^"]+)">4 authors, 3 unsigned</a>', page)[1])
    assert "4 authors, 3 unsigned" in text_of(client.get(address).text)
    assert "3 sources, 3 unknown" in page


def test_a_facet_of_which_no_value_is_known_is_not_shown(client):
    page = client.get("/?q=walrus").text
    assert 'id="facet-language"' in page
    assert 'id="facet-author"' not in page
    assert 'id="facet-source"' not in page
    assert 'id="facet-author"' in client.get("/?q=walrus&author=none").text


def test_filters_of_one_name_say_how_they_go_together(client):
    def chips(address: str) -> str:
        return text_of(re.search(r'<ul class="chips".*?</ul>', client.get(address).text, re.DOTALL)[0])

    assert "Source: The Lantern × or Remove the filter Evening Post" in chips(
        "/?q=&source=The+Lantern&source=Evening+Post"
    )
    assert "and Remove the filter Nobody" in chips("/?q=&author=Ada+Quill&author=Nobody&authors=all")
    assert "nor Remove the filter Nobody" in chips("/?q=&not_author=Ada+Quill&not_author=Nobody")


def test_a_chosen_month_leaves_the_others_to_be_chosen_and_shows_its_days(client):
    page = client.get("/?q=report&month=2024-03").text
    months, days = re.findall(r"<table>.*?</table>", page[page.index("<aside") :], re.DOTALL)
    assert months.count("<a href") == 12
    rows = re.findall(r'<a href="([^"]+)">([^<]+)</a></th><td class="amount">(\d+)</td>', days)
    assert len(rows) > 1
    for url, name, count in rows:
        assert name.endswith("March 2024")
        assert f"{count} article" in text_of(client.get(unescape(url)).text)


@pytest.mark.parametrize(
    ("fields", "filters"),
    [
        ("from=2024-03-01&to=2024-04-30", "&date=2024-03-01..2024-04-30"),
        ("from=2024-04-30&to=2024-03-01", "&date=2024-03-01..2024-04-30"),
        ("from=2024-03-01&to=", "&date=2024-03-01.."),
        ("from=&to=2024-03-01", "&date=..2024-03-01"),
        ("from=2024-03-01&to=2024-03-01", "&date=2024-03-01"),
        ("from=&to=", ""),
    ],
)
def test_fields_for_two_days_become_one_filter_in_a_tidy_address(client, fields, filters):
    response = client.get(f"/between?q=report&month=2024-01&author=Ada+Quill&{fields}")
    assert response.status_code == 302
    assert response.location == f"/?q=report&author=Ada+Quill{filters}"
    shown = client.get(response.location).text
    assert "articles" in text_of(shown)


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


@pytest.mark.parametrize("arguments", ["size=0", "size=-1", "size=101", "size=x", "sort=best", "month=2024-13"])
def test_what_cannot_be_asked_is_a_400_with_a_sentence(client, arguments):
    response = client.get(f"/?q=bridge&{arguments}")
    assert response.status_code == 400
    assert "That cannot be searched for" in response.text


def test_too_many_filters_are_a_400(client):
    assert client.get("/?q=a&" + "&".join(f"author={n}" for n in range(21))).status_code == 400


def test_a_query_of_100_kilobytes_is_answered_with_a_note_and_stays_short(client):
    response = client.get("/", query_string={"q": "bridge " * 15_000})
    assert response.status_code == 200
    assert "left out:" in response.text
    assert len(response.data) < 300_000


@pytest.mark.parametrize("url", ["/?q=%ff%fe", "/?q=%00", "/?author=%ff", "/?q=%ed%a0%80", "/?source=%ff"])
def test_bytes_that_are_no_text_are_answered(client, url):
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    "url", ["/article/%ff", "/article/nobody", "/article/..%2f..%2fetc%2fpasswd", "/article/~~~", "/x"]
)
def test_what_is_not_there_is_a_404_page(client, url):
    response = client.get(url)
    assert response.status_code == 404
    assert "A new search" in response.text


def test_no_command_out_of_an_address_is_shown_to_be_run(client):
    page = client.get("/article/x. Repair it with: rm -rf").text
    assert "rm -rf" in page
    assert "<code>" not in page


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_but_reading_is_done(client, method):
    response = client.open("/?q=bridge", method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_head_is_get_without_the_body(client):
    got, head = client.get("/?q=bridge"), client.head("/?q=bridge")
    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["ETag"] == got.headers["ETag"]


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:80", "[::1]:8000", "articles.test", "LOCALHOST"]
)
def test_listed_hosts_are_answered(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.test", "articles.test.evil.test", "localhost.evil.test", "[::2]", "a b", ""])
def test_other_hosts_are_not(client, host):
    response = client.get("/?q=bridge", headers={"Host": host})
    assert response.status_code == 400
    assert "bridge" not in response.text


LINK = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
NAMED = {"Origin": "https://www.example.org", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}


@pytest.mark.parametrize(
    ("url", "headers", "is_answered"),
    [
        ("/?q=bridge", LINK, True),
        ("/?q=bridge", {**LINK, "Sec-Fetch-Dest": "iframe"}, False),
        ("/?q=bridge", NAMED, False),
        ("/static/style.css", {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "style"}, False),
        ("/api/v1/search?q=bridge", NAMED, True),
        ("/api/v1/search?q=bridge", {**NAMED, "Origin": "https://evil.test"}, False),
        ("/api/v1/search?q=bridge", {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, False),
        ("/api/v1/export?q=bridge&format=csv", LINK, False),
        ("/static/search-box.js", {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "script"}, True),
    ],
)
def test_another_site_gets_pages_that_are_linked_and_where_it_is_named_the_api(
    client, index, url, headers, is_answered
):
    of_another_site = {**headers, "Sec-Fetch-Site": "cross-site"}
    response = client.get(url, headers=of_another_site)
    assert (response.status_code == 200) == is_answered
    assert is_answered or (response.status_code == 400 and "bridge opened" not in response.text)
    assert client.get(url, headers={**headers, "Sec-Fetch-Site": "same-origin"}).status_code == 200
    naming_nobody = create_app(index).test_client().get(url, headers=of_another_site)
    assert (naming_nobody.status_code == 200) == (headers == LINK and "/api/" not in url)


def test_every_answer_forbids_what_pages_do_not_need(client):
    for url in ("/", "/?q=bridge", "/nowhere", "/api/v1/stats", "/static/style.css", "/?page=x", "/metrics"):
        headers = client.get(url).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_no_page_has_inline_script_or_style_or_loads_from_elsewhere(client, ids):
    for url in ("/", "/?q=report", f"/article/{ids['bridge']}?q=bridge", "/help", "/files", "/nowhere"):
        page = client.get(url).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", page)
        assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', page)


def test_a_page_is_asked_for_again_only_when_the_index_changed(client):
    first = client.get("/?q=bridge")
    again = client.get("/?q=bridge", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert client.get("/?q=report", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


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


def test_what_was_left_out_is_listed_with_its_reason(client):
    shown = text_of(client.get("/files").text)
    assert "picture.png" in shown
    assert "reports.jsonl" in shown


def test_files_can_be_listed_by_what_became_of_them(client):
    shown = text_of(client.get("/files?status=indexed").text)
    assert "picture.png" not in shown
    assert "reports.jsonl" in shown


def test_files_of_a_status_that_there_is_not_are_a_failure_that_names_those_there_are(client):
    page = client.get("/files?status=zzz")
    assert page.status_code == 400
    assert "indexed, duplicate, skipped, error" in text_of(page.text)


def test_what_is_told_of_a_file_reads_as_a_sentence(tmp_path):
    from tests.indexing import sync

    news = tmp_path / "news"
    news.mkdir()
    (news / "a.jsonl").write_text('{"title": "A lynx", "date": "03/04/2007"}\n')
    sync([news], tmp_path / "index", processes=0)
    shown = text_of(create_app(tmp_path / "index").test_client().get("/files").text)
    assert "1 article: the date is uncertain, as in '03/04/2007'" in shown


def test_texts_that_are_in_other_files_too_are_counted_beside_a_file(tmp_path):
    from tests.indexing import sync

    news = tmp_path / "news"
    news.mkdir()
    (news / "a.jsonl").write_text('{"title": "A lynx"}\n')
    (news / "b.jsonl").write_text('{"title": "A lynx"}\n{"title": "A wolf"}\n')
    sync([news], tmp_path / "index", processes=0)
    shown = text_of(create_app(tmp_path / "index").test_client().get("/files").text)
    assert "2 articles, 1 of them in other files, too" in shown


def test_help_teaches_the_query_language(client):
    page = client.get("/help").text
    assert "strategic partnership" in page
    assert "NOT" in page


def test_the_search_describes_itself_to_browsers(client):
    response = client.get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    assert 'template="http://localhost/?q={searchTerms}"' in response.text
    assert "/opensearch.xml" in client.get("/").text


def test_without_an_index_the_page_says_what_to_run(tmp_path, ids):
    client = create_app(tmp_path / "none").test_client()
    for url in ("/", "/?q=bridge", f"/article/{ids['bridge']}", "/files"):
        response = client.get(url)
        assert response.status_code == 503
        assert "There is no index yet" in response.text
        assert "searchapp index FOLDER" in response.text
    assert client.get("/help").status_code == 200


def test_an_index_that_comes_later_is_taken_up(tmp_path, folder):
    from tests.indexing import sync

    client = create_app(tmp_path / "late").test_client()
    assert client.get("/?q=bridge").status_code == 503
    sync([folder], tmp_path / "late", processes=0)
    assert client.get("/?q=bridge").status_code == 200


def test_a_new_commit_is_taken_up_and_changes_the_tag(tmp_path):
    from tests.indexing import sync

    news = tmp_path / "news"
    news.mkdir()
    (news / "one.txt").write_text("First title\n\nA lynx was seen.\n")
    sync([news], tmp_path / "index", processes=0)
    client = create_app(tmp_path / "index").test_client()
    before = client.get("/?q=lynx")
    (news / "two.txt").write_text("Second title\n\nThe lynx came back.\n")
    sync([news], tmp_path / "index", processes=0)
    after = client.get("/?q=lynx", headers={"If-None-Match": before.headers["ETag"]})
    assert "1 article" in text_of(before.text)
    assert "2 articles" in text_of(after.text)


def test_a_fault_is_a_500_that_is_no_answer_and_is_logged(app, monkeypatch, caplog):
    from searchapp.web import pages

    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(pages, "search", broken)
    response = app.test_client().get("/?q=bridge")
    assert response.status_code == 500
    assert "The search failed" in response.text
    assert "Nothing was found" not in response.text
    assert "secret detail" not in response.text
    assert "secret detail" in caplog.text


def test_a_page_of_results_weighs_less_than_80_kilobytes_with_all_it_loads(client):
    page = client.get("/?q=report")
    loaded = [client.get(unescape(url)) for url in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)]
    assert len(loaded) == 5
    assert len(page.data) + sum(len(part.data) for part in loaded) < 80_000


def test_static_files_are_kept_for_long_under_an_address_that_changes_with_them(client):
    url = unescape(re.search(r'href="(/static/style[^"]+)"', client.get("/").text)[1])
    assert "v=" in url
    assert client.get(url).cache_control.max_age > 10_000_000


def test_templates_are_found_beside_the_package_and_above_it():
    from searchapp.web import app

    packaged, checkout = app._TEMPLATES
    assert packaged == Path(app.__file__).parents[1] / "templates"
    assert (checkout / "base.html").is_file() or (packaged / "base.html").is_file()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("/?q=bridge&autor=Doe", "There is no parameter &#39;autor&#39;. Did you mean author?"),
        ("/?%ff=%ff", "There is no parameter"),
        ("/files?state=x", "There is no parameter &#39;state&#39;. Did you mean status?"),
    ],
)
def test_what_no_page_knows_is_refused_by_name(client, url, said):
    response = client.get(url)
    assert response.status_code == 400
    assert said in response.text


def test_every_address_refuses_a_parameter_that_it_does_not_know(app, client, ids):
    known = {"article_id": ids["bridge"], "other_id": ids["hostile"], "facet": "author", "number": "1"}
    refused = set()
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith(("static", "health.")):
                continue
            given = {name: known.get(name, "x") for name in rule.arguments}
            address = url_for(rule.endpoint, **given)
            method = "POST" if "POST" in rule.methods else "GET"
            response = client.open(f"{address}?autor=Doe", method=method)
            refused.add(
                (rule.rule, response.status_code, "&#39;autor&#39;" in response.text or "'autor'" in response.text)
            )
    assert {(status, is_named) for _, status, is_named in refused} == {(400, True)}


@pytest.mark.parametrize("added", ["utm_source=mail", "fbclid=x", "gclid=y&utm_campaign=z"])
def test_what_a_shared_link_is_followed_by_changes_nothing(client, added):
    assert client.get(f"/?q=report&{added}").status_code == 200


def test_each_value_of_a_facet_can_be_left_out_from_the_page(client):
    text = client.get("/?q=").text
    address = unescape(re.search(r'class="not" href="([^"]+not_author=Ada[^"]+)"', text)[1])
    without = client.get(address).text
    assert "Not by: <bdi>Ada Quill</bdi>" in without
    assert ">Ada Quill</bdi> <span" not in without.partition("<aside")[2]


def test_of_two_authors_chosen_any_or_all_can_be_asked_for(client):
    assert "By all of them together" not in client.get("/?q=&author=Ada+Quill").text
    text = client.get("/?q=&author=Ada+Quill&author=Nobody").text
    address = unescape(re.search(r'href="([^"]+authors=all[^"]*)"[^>]*>By all of them together', text)[1])
    answer = client.get(address)
    assert answer.status_code == 200
    assert 'aria-current="true">By all of them together' in answer.text
    assert "By any of these authors" in answer.text


def test_all_values_of_a_facet_are_on_a_page_of_their_own_and_can_be_searched(client):
    text = client.get("/values/author?q=").text
    assert "Ada Quill" in text
    assert "unknown" in text
    found = client.get("/values/author?q=&find=QUI").text
    assert "Ada Quill" in found
    assert "unknown" not in found
    assert client.get("/values/colour?q=").status_code == 404


def test_of_two_sources_either_is_found_and_a_value_can_be_left_out(client):
    def total(**asked):
        return client.get("/api/v1/search", query_string=asked).json["total"]

    values = client.get("/api/v1/facets?facets=source").json
    assert sum(one["count"] for one in values["facets"]["source"]) == values["total"]
    first, second = values["facets"]["source"][:2]
    assert total(source=[first["value"], second["value"]]) == first["count"] + second["count"]
    assert total(not_source=first["value"]) == values["total"] - first["count"]
    chosen = client.get("/api/v1/facets", query_string={"facets": "source", "source": first["value"]}).json
    assert chosen["facets"] == values["facets"]


def test_a_timeline_keeps_its_other_bars_when_one_is_chosen(client):
    whole = client.get("/api/v1/facets?facets=month").json["facets"]["month"]
    chosen = client.get(f"/api/v1/facets?facets=month&month={whole[0]['value']}").json
    assert chosen["total"] == whole[0]["count"]
    assert chosen["facets"]["month"] == whole
