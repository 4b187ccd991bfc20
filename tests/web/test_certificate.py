"""The page with a certificate, and its file."""

import json
import re
from base64 import b64decode
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from searchapp.answers.certificate import hash_of, prove
from searchapp.answers.library import opened
from searchapp.answers.verifying import read_certificate
from searchapp.web import create_app
from searchapp.web.certificates import MOST_CERTIFICATE
from tests.indexing import sync


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


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    for number in range(3):
        (tmp_path / "news" / f"{number}.txt").write_text(f"Ferry {number}\n\nThe ferry left, day {number}.\n")
    return tmp_path / "news"


@pytest.fixture
def own_index(tmp_path: Path, own_folder: Path) -> Path:
    sync([own_folder], tmp_path / "index", processes=0)
    return tmp_path / "index"


def checked(index: Path, file: str) -> tuple[dict[str, Any], str]:
    """Send the file of a certificate to the API and to the page; return what both answer."""
    client = create_app(index).test_client()
    page = client.post("/verify", data={"file": (BytesIO(file.encode()), "certificate.json")})
    answer = client.post("/api/v1/verify", data=file)
    assert page.status_code == answer.status_code == 200
    assert page.headers["Cache-Control"] == answer.headers["Cache-Control"] == "no-store"
    return answer.json, unescape(re.sub(r"<[^>]+>", "", page.text))


def test_a_certificate_is_checked_on_the_page_article_by_article(own_index: Path, own_folder: Path) -> None:
    client = create_app(own_index).test_client()
    assert 'href="/verify"' in client.get("/certificate?q=ferry").text
    assert "The file of a certificate" in client.get("/verify").text
    file = client.get("/api/v1/certificate?q=ferry").text
    values, page = checked(own_index, file)
    assert values["is_good"]
    assert "Nothing differs." in page
    assert "3 now; 3 as of" in page
    (own_folder / "0.txt").write_text("Ferry 0\n\nThe ferry sank <b>there</b>.\n")
    (own_folder / "1.txt").unlink()
    for number in (4, 5):
        (own_folder / f"{number}.txt").write_text(f"Ferry {number} <i>new</i>\n\nThe ferry came, day {number}.\n")
    sync([], own_index, processes=0)
    values, page = checked(own_index, file)
    assert not values["is_good"]
    assert [len(values[kind]) for kind in ("new", "edited", "removed", "other_articles")] == [2, 1, 1, 3]
    assert "4 now; 3 as of" in page
    assert "2 new, 1 edited, 1 removed" in " ".join(page.split())
    assert "3 here with a text that was not searched then; 2 of those searched then are not here" in page
    assert "Ferry 4 <i>new</i>" in page


def test_a_proof_is_checked_on_the_page(own_index: Path, own_folder: Path) -> None:
    with opened(own_index) as library:
        one = next(one for one in library.engine.articles(library.engine.ids()) if one.title == "Ferry 0")
        file = json.dumps(prove(library, one.id))
    values, page = checked(own_index, file)
    assert values == {"is_signed": False, "is_good": True, "is_here": True, "is_same_corpus": True}
    assert "Ferry 0: one with its text is here" in page
    (own_folder / "0.txt").unlink()
    sync([], own_index, processes=0)
    values, page = checked(own_index, file)
    assert values == {"is_signed": False, "is_good": False, "is_here": False, "is_same_corpus": False}
    assert "Ferry 0: none with its text is here" in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "is not valid JSON"),
        (b"\xff\xfe", "is not valid JSON"),
        (b"[" * 100_000, "is not valid JSON"),
        (b"[]", "not a certificate"),
        (b'{"kind": "searchapp certificate", "format": 1, "hash": "x"}', "was changed"),
    ],
)
def test_what_is_no_certificate_is_refused(client: FlaskClient, sent: bytes, said: str) -> None:
    answer = client.post("/api/v1/verify", data=sent)
    assert answer.status_code == 400
    assert said in answer.json["detail"]
    page = client.post("/verify", data={"file": (BytesIO(sent), "certificate.json")})
    assert page.status_code == 400
    assert said in page.text
    assert client.post("/verify").status_code == 400


def test_a_file_that_is_too_long_is_refused_unread(client: FlaskClient) -> None:
    answer = client.post("/api/v1/verify", data=b" " * (MOST_CERTIFICATE + 1))
    assert answer.status_code == 400
    assert "can have up to 4,000,000 bytes" in answer.json["detail"]
