"""Requests that are refused, each with a sentence."""

import pytest
from flask import url_for


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
