"""Hosts, other sites, and what pages may load."""

import hashlib
import re
from base64 import b64encode

import pytest

from searchapp.web import create_app


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


def test_no_page_has_inline_script_or_a_style_but_ours_or_loads_from_elsewhere(client, ids):
    for url in ("/", "/?q=report", f"/article/{ids['bridge']}?q=bridge", "/help", "/files", "/nowhere"):
        response = client.get(url)
        (style,) = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
        digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}';" in response.headers["Content-Security-Policy"]
        assert not re.search(r"<style(?!>)|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", response.text)
        assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', response.text)


def test_a_page_is_asked_for_again_only_when_the_index_changed(client):
    first = client.get("/?q=bridge")
    again = client.get("/?q=bridge", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert client.get("/?q=report", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
