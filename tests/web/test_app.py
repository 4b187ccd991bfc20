"""What the app does around its pages: help, a missing or newer index, faults, static files."""

import re
from html import unescape
from pathlib import Path

import pytest

from searchapp.web import create_app
from tests.indexing import sync
from tests.web.page_text import text_of


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

    client = create_app(tmp_path / "late").test_client()
    assert client.get("/?q=bridge").status_code == 503
    sync([folder], tmp_path / "late", processes=0)
    assert client.get("/?q=bridge").status_code == 200


def test_a_new_commit_is_taken_up_and_changes_the_tag(tmp_path):

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
    assert len(loaded) == 2  # the scripts and the icon: the stylesheet stands in the page
    assert len(page.data) + sum(len(part.data) for part in loaded) < 80_000


def test_all_scripts_are_one_file_that_is_not_sent_twice(client):
    sent = client.get("/static/scripts.js")
    assert sent.mimetype == "text/javascript"
    for name in ("history.js", "page.js", "timeline.js"):
        assert client.get(f"/static/{name}").text in sent.text
    assert client.get("/static/scripts.js", headers={"If-None-Match": sent.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["none.js", "..%2Fapp.py", ""])
def test_no_other_file_is_sent_as_a_static_one(client, name):
    assert client.get(f"/static/{name}").status_code == 404


def test_a_static_file_is_not_left_open(client):
    assert not client.get("/static/icon.svg").is_streamed


def test_static_files_are_kept_for_long_under_an_address_that_changes_with_them(client):
    url = unescape(re.search(r'src="(/static/scripts[^"]+)"', client.get("/").text)[1])
    assert "v=" in url
    assert client.get(url).cache_control.max_age > 10_000_000


def test_templates_are_found_beside_the_package_and_above_it():
    from searchapp.web import app

    packaged, checkout = app._TEMPLATES
    assert packaged == Path(app.__file__).parents[1] / "templates"
    assert (checkout / "base.html").is_file() or (packaged / "base.html").is_file()
