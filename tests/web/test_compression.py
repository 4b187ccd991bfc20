"""Answers are compressed for those who take it, and only for those; streams stay streams."""

import gzip
import zlib

import pytest
from flask import Response

from searchapp.web import compression

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
STABLE = ("/help", "/api/v1/export?q=report&format=csv", "/api/v1/openapi.json", "/static/style.css", "/nowhere-at-all")


@pytest.mark.parametrize("url", STABLE)
def test_a_text_is_the_same_compressed(client, url):
    plain, compressed = client.get(url), client.get(url, headers=GZIP)
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.data) == plain.data
    assert len(compressed.data) < len(plain.data)
    assert "Content-Encoding" not in plain.headers
    for response in (plain, compressed):
        assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_who_takes_no_gzip_gets_none(client, accepted):
    assert "Content-Encoding" not in client.get("/help", headers={"Accept-Encoding": accepted}).headers


def test_an_original_is_handed_out_as_it_is(client, ids):
    assert "Content-Encoding" not in client.get(f"/original/{ids['bridge']}", headers=GZIP).headers


@pytest.mark.parametrize("url", ["/?q=bridge", "/static/style.css"])
def test_what_a_browser_has_is_not_sent_again(client, url):
    tag = client.get(url, headers=GZIP).headers["ETag"]
    assert client.get(url, headers={**GZIP, "If-None-Match": tag}).status_code == 304


def test_a_page_is_a_third_of_its_size_at_most(client):
    assert 3 * len(client.get("/?q=report", headers=GZIP).data) < len(client.get("/?q=report").data)


def test_a_stream_is_sent_on_before_its_end(app):
    written = []

    def lines():
        for number in range(40):
            written.append(number)
            yield f"{number} ".encode() * 1000

    with app.test_request_context("/", headers=GZIP):
        response = compression._compressed(Response(lines(), mimetype="text/csv"))
        chunks = iter(response.response)
        reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
        first = reader.decompress(next(chunks)) + reader.decompress(next(chunks))
        assert first.startswith(b"0 0 0")
        assert len(written) < 20
        whole = first + b"".join(map(reader.decompress, chunks))
    assert whole == b"".join(f"{number} ".encode() * 1000 for number in range(40))
    assert reader.eof
