"""The page with a certificate, and its file."""

import json
import re
from base64 import b64decode
from html import unescape

import pytest
from flask.testing import FlaskClient

from searchapp.answers.certificate import hash_of
from searchapp.answers.verifying import read_certificate


@pytest.mark.parametrize(
    "query", ["q=report&author=Ada+Quill&sort=newest", "q=qqqqq", "q=zebra", "q=%3Cb%3E%00%1b", ""]
)
def test_the_file_is_whole_and_the_page_shows_its_query_and_hash(client: FlaskClient, query: str) -> None:
    file = client.get(f"/api/v1/certificate?{query}")
    values = json.loads(file.text)
    assert read_certificate(file.text)["hash"] == hash_of(values)
    assert file.headers["Cache-Control"] == "no-store"
    page = client.get(f"/certificate?{query}")
    assert page.status_code == 200
    assert values["searched"]["root"] in page.text
    assert values["answer"]["root"] in page.text


def test_the_empty_answer_leads_to_its_certificate_and_keeps_filters_and_order(client: FlaskClient) -> None:
    page = client.get("/?q=qqqqq&source=none&sort=oldest").text
    assert 'href="/certificate?q=qqqqq&amp;source=none&amp;sort=oldest"' in page
    certificate = client.get("/certificate?q=qqqqq&source=none&sort=oldest").text
    assert "0 articles" in certificate
    assert "nothing in this index answers the search" in certificate


def test_a_certificate_is_of_the_whole_answer_whatever_the_page(client: FlaskClient) -> None:
    answer = json.loads(client.get("/api/v1/certificate?q=report&size=1&page=2").text)["answer"]
    assert answer["total"] == len(answer["articles"]) == client.get("/api/v1/search?q=report").json["total"]


@pytest.mark.parametrize("query", ["page=x", "sort=up", "unknown=1"])
def test_what_cannot_be_asked_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/certificate?{query}").status_code == 400
    assert client.get(f"/api/v1/certificate?{query}").status_code == 400


def test_the_file_of_a_page_is_the_certificate_that_it_shows(client: FlaskClient) -> None:
    for url in ("/certificate?q=bridge", "/?q=bridge&certified=yes", "/?q=qqqqq&certified=yes"):
        page = client.get(url)
        assert page.headers["Cache-Control"] == "no-store"
        held = re.search(r'href="data:application/json;base64,([^"]+)" download="certificate.json"', page.text)
        assert held
        values = json.loads(b64decode(unescape(held[1])))
        assert read_certificate(json.dumps(values))["hash"] in page.text.replace(held[0], "")
        assert values["made"] in page.text
    assert "certified=yes" in client.get("/?q=bridge").text
    assert client.get("/?q=bridge&certified=perhaps").status_code == 400
