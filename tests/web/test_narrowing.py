"""Facets, filters and the timeline: each count is what its link finds."""

import re
from html import unescape

import pytest

from tests.web.page_text import text_of


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
