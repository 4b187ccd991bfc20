"""Searches as feeds, read by a reader of feeds."""

import json
from urllib.parse import urlsplit

import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import etree

QUERIES = ["q=report", "q=zebra", "q=qqqqq", "q=", "q=report&author=Ada+Quill", "q=%3Cb%3E%26%00%1b%ef%bf%bf%ef%bf%be"]


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("query", QUERIES)
def test_a_reader_finds_what_the_search_finds(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/feed.atom?{query}")
    assert answer.mimetype == "application/atom+xml"
    feed = feedparser.parse(answer.data)
    assert not feed.bozo, feed.get("bozo_exception")
    hits = client.get(f"/api/v1/search?{query}&sort=added&size=50").json["hits"]
    assert [entry.title for entry in feed.entries] == [
        " ".join(hit["title"]["text"].split()) or "Without a title" for hit in hits
    ]
    assert [entry.updated for entry in feed.entries] == [hit["edited"] or hit["added"] for hit in hits]
    assert [path_of(entry.link).rstrip("?") for entry in feed.entries] == [hit["page_url"] for hit in hits]
    values = json.loads(client.get(f"/feed.json?{query}").data)
    assert [item["id"] for item in values["items"]] == [entry.id for entry in feed.entries]


@pytest.mark.parametrize("query", QUERIES)
def test_an_atom_feed_has_what_the_standard_asks_for(client: FlaskClient, query: str) -> None:
    """RFC 4287: each feed and entry has one id, title and updated; ids differ; texts are plain; links are absolute."""
    feed = etree.fromstring(client.get(f"/feed.atom?{query}").data)
    names = {"a": "http://www.w3.org/2005/Atom"}
    for element in (feed, *feed.findall("a:entry", names)):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", names)) == 1
        assert all(link.get("href").startswith("http://") for link in element.findall("a:link", names))
    assert feed.find("a:author/a:name", names) is not None
    ids = [one.text for one in feed.iter("{http://www.w3.org/2005/Atom}id")]
    assert len(set(ids)) == len(ids)
    assert {
        element.get("type", "text") for element in feed.iter(*(f"{{{names['a']}}}{n}" for n in ("title", "summary")))
    } == {"text"}


@pytest.mark.parametrize("size", ["", "&size=3", "&size=10", "&size=50", "&size="])
def test_pages_of_a_feed_lead_on_to_all_articles_once(client: FlaskClient, size: str) -> None:
    seen: list[str] = []
    address = f"/feed.atom?q=report{size}"
    total = client.get("/api/v1/search?q=report").json["total"]
    while address:
        feed = feedparser.parse(client.get(address).data)
        seen += [entry.id for entry in feed.entries]
        address = next((path_of(link.href) for link in feed.feed.links if link.rel == "next"), "")
    assert len(seen) == len(set(seen)) == total > 50


def test_the_pages_of_a_feed_are_as_long_as_was_asked(client: FlaskClient) -> None:
    feed = client.get("/feed.json?q=report&size=10").json
    assert len(feed["items"]) == len(client.get(path_of(feed["next_url"])).json["items"]) == 10
    assert "size" not in client.get("/feed.json?q=report").json["next_url"]


def test_who_has_a_feed_already_is_told_so(client: FlaskClient) -> None:
    for address in ("/feed.atom?q=report", "/feed.json?q=report"):
        tag = client.get(address).headers["ETag"]
        again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")


def test_a_feed_says_who_it_is_on_every_host(client: FlaskClient) -> None:
    one = feedparser.parse(client.get("/feed.atom?q=report").data)
    other = feedparser.parse(client.get("/feed.atom?q=report", headers={"Host": "articles.test"}).data)
    assert one.feed.id == other.feed.id
    assert [entry.id for entry in one.entries] == [entry.id for entry in other.entries]


def test_a_page_of_results_names_its_feeds(client: FlaskClient) -> None:
    page = client.get("/?q=report&source=none").text
    assert (
        '<link rel="alternate" type="application/atom+xml" title="This search as a feed" href="/feed.atom?q=report&amp;source=none">'
        in page
    )
    assert 'href="/feed.json?q=report"' in client.get("/?q=report").text
