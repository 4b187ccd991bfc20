"""The API: the same answers for programs, one shape for failures, and every hit in reach."""

import csv
import io
import json

import pytest

from searchapp.web import create_app
from searchapp.web.cursors import Cursor, read_cursor, write_cursor
from tests.indexing import sync
from tests.web.corpus import TITLES, records

API = "/api/v1"


def test_a_search_has_hits_with_text_ranges_and_html(client, ids):
    values = client.get(f"{API}/search?q=bridge+partnership").json
    assert values["total"] == 1
    (hit,) = values["hits"]
    assert hit["id"] == ids["bridge"]
    assert hit["authors"] == ["Ada Quill"]
    title = hit["title"]
    assert [title["text"][start:end] for start, end in title["ranges"]] == ["bridge"]
    assert title["html"] == "Old <mark>bridge</mark> reopens after long repair"
    assert values["coverage"]["articles"] == 105
    assert values["query"]["words"] == "bridge partnership"
    assert values["is_partial"] is False


def test_addresses_in_a_hit_lead_to_the_article(client):
    hit = client.get(f"{API}/search?q=walrus").json["hits"][0]
    assert client.get(hit["api_url"]).json["title"] == "A walrus in the harbour"
    assert client.get(hit["page_url"]).status_code == 200


def test_cursors_lead_to_the_last_hit(client):
    seen, cursor = [], ""
    while cursor is not None:
        values = client.get(f"{API}/search", query_string={"q": "report", "size": 30, "cursor": cursor}).json
        seen += [hit["id"] for hit in values["hits"]]
        cursor = values["next"]
    assert len(seen) == len(set(seen)) == 100


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "ä",
        "bnVsbA",
        "W10",
        write_cursor(Cursor("v", 0, 10)),
        write_cursor(Cursor("v", 10**9, 10)),
        "W1tbW1tbW1tbW1tb",
    ],
)
def test_a_text_that_is_no_cursor_is_a_problem(client, cursor):
    response = client.get(f"{API}/search", query_string={"q": "report", "cursor": cursor})
    assert response.status_code == 400
    assert "cursor" in response.json["detail"]


def test_a_cursor_of_another_commit_is_a_problem_that_says_so(client):
    response = client.get(f"{API}/search", query_string={"q": "report", "cursor": write_cursor(Cursor("old", 2, 10))})
    assert response.status_code == 400
    assert "has changed since this cursor" in response.json["detail"]


def test_cursors_read_back():
    assert read_cursor(write_cursor(Cursor("1-x", 2, 10)), "1-x") == Cursor("1-x", 2, 10)


def test_facets_are_counted_as_asked(client):
    values = client.get(f"{API}/search?q=report&facets=author,month").json
    assert set(values["facets"]) == {"author", "month"}
    assert {"value": "Ada Quill", "count": 34} in values["facets"]["author"]
    assert client.get(f"{API}/search?q=report&facets=").json["facets"] == {}
    alone = client.get(f"{API}/facets?q=report&facets=source").json
    assert alone["facets"] == {
        "source": [{"value": "Evening Post", "count": 50}, {"value": "The Lantern", "count": 50}]
    }
    assert alone["total"] == 100
    assert "hits" not in alone


def test_filters_narrow_and_unknown_values_find_nothing(client):
    assert client.get(f"{API}/search?q=report&author=Ada+Quill&month=2024-01").json["total"] == 9
    nobody = client.get(f"{API}/search?q=report&author=Nobody").json
    assert nobody["total"] == 0
    assert nobody["autopsy"][-1]["filter"] == {"name": "author", "value": "Nobody"}


def test_api_and_page_have_one_limit(client):
    words = "bridge " * 200
    notes = client.get("/api/v1/search", query_string={"q": words}).json["notes"]
    assert any("1,000 characters" in note for note in notes)
    assert "1,000 characters" in client.get("/", query_string={"q": words}).text


def test_an_article_is_whole_and_marked_where_words_are_given(client, ids):
    plain = client.get(f"{API}/articles/{ids['bridge']}").json
    assert plain["title"] == "Old bridge reopens after long repair"
    assert plain["body"].startswith("The old stone bridge")
    assert "marked" not in plain
    body = client.get(f"{API}/articles/{ids['bridge']}?q=bridge").json["marked"]["body"]
    assert [body["text"][start:end] for start, end in body["ranges"]] == ["bridge"] * 3


def test_articles_like_one_do_not_hold_it(client, ids):
    articles = client.get(f"{API}/articles/{ids['report']}/similar?limit=3").json["articles"]
    assert 0 < len(articles) <= 3
    assert all(article["id"] != ids["report"] for article in articles)


def test_suggestions_come_from_words_authors_and_titles(client):
    found = client.get(f"{API}/suggest?q=brid").json["suggestions"]
    assert {"word", "title"} <= {suggestion["kind"] for suggestion in found}
    authors = client.get(f"{API}/suggest?q=quil").json["suggestions"]
    assert any(one["kind"] == "author" and one["text"] == "Ada Quill" for one in authors)
    assert client.get(f"{API}/suggest").json == {"suggestions": []}
    title = next(one for one in found if one["kind"] == "title")
    assert client.get(title["page_url"]).status_code == 200


def test_a_browser_gets_suggestions_in_its_own_form(client):
    response = client.get(f"{API}/suggest/browser?q=brid")
    assert response.mimetype == "application/x-suggestions+json"
    typed, completions = json.loads(response.data)
    assert typed == "brid"
    assert "bridge" in completions


def test_stats_say_what_the_index_holds(client):
    stats = client.get(f"{API}/stats").json
    assert stats["articles"] == 105
    assert stats["files"] == 3
    assert stats["left_out"] == 1
    assert stats["engine"]
    assert (stats["language"], stats["stemmed"]) == ("auto", ["ar", "en"])


def test_files_are_listed_page_by_page(client):
    first = client.get(f"{API}/files?limit=1").json
    second = client.get(f"{API}/files?limit=2&after={first['after']}").json
    names = [file["path"].rpartition("/")[2] for file in first["files"] + second["files"]]
    assert names == ["hostile.txt", "picture.png", "reports.jsonl"]
    assert second["after"] is None


def test_files_of_a_status_that_there_is_not_are_a_problem_that_names_those_there_are(client):
    problem = client.get(f"{API}/files?status=zzz")
    assert problem.status_code == 400
    assert "indexed, duplicate, skipped, error" in problem.json["detail"]
    assert len(client.get(f"{API}/files?status=").json["files"]) == 3
    assert len(client.get(f"{API}/files?status=skipped").json["files"]) == 1


def test_bytes_that_are_no_text_are_noted(client):
    (note,) = client.get(f"{API}/search?q=caf%e9+bridge").json["notes"]
    assert "“caf\ufffd”" in note
    assert "Unreadable characters" in client.get("/?q=%ff").text
    as_sent = client.get("/", environ_overrides={"QUERY_STRING": "q=caf\xe9"})
    assert as_sent.status_code == 200
    assert "Unreadable characters" in as_sent.text


def test_an_export_tells_its_notes_in_a_header(client):
    response = client.get(f"{API}/export?format=csv&q=%22bridge")
    notes = json.loads(response.headers["Searchapp-Notes"])
    assert notes == client.get(f"{API}/search?q=%22bridge").json["notes"]
    assert "The quotation mark before “bridge” is not closed" in notes[0]
    assert "Searchapp-Notes" not in client.get(f"{API}/export?format=csv&q=bridge").headers


def test_an_export_with_many_notes_says_where_to_read_them(client):
    query = " ".join(
        f"{letter}{'ä' * 30}{sign}" for sign in ("~", "~9", "^1000", ":x", "\ufffd") for letter in "abcdefgh"
    )
    response = client.get(f"{API}/export", query_string={"format": "csv", "q": query})
    (note,) = json.loads(response.headers["Searchapp-Notes"])
    assert "the answer in JSON has all of them" in note


def test_csv_holds_everything_found_and_no_formula(client):
    response = client.get(f"{API}/export?format=csv&q=report")
    assert response.headers["Content-Disposition"] == "attachment; filename=articles.csv"
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    assert len(rows) == 100
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_json_lines_hold_everything_found(client):
    lines = client.get(f"{API}/export?format=jsonl").data.decode().splitlines()
    titles = sorted(json.loads(line)["title"] for line in lines)
    assert titles == sorted([TITLES["hostile"], *(record["title"] for record in records())])


def test_an_export_of_nothing_is_empty_and_one_that_cannot_be_is_a_problem(client):
    assert client.get(f"{API}/export?format=jsonl&q=qqqqq").data == b""
    assert client.get(f"{API}/export?q=report").status_code == 400
    assert client.get(f"{API}/export?format=jsonl&month=x").json["status"] == 400


@pytest.mark.parametrize("path", ["export?format=jsonl", "export?format=csv", "concordance/export?q=report"])
def test_an_export_is_sent_piece_by_piece(client, monkeypatch, path):
    from searchapp.web import sending

    monkeypatch.setattr(sending, "_CHUNK", 1_000)
    response = client.get(f"{API}/{path}")
    assert len(list(response.response)) > 10


@pytest.mark.parametrize(
    ("url", "status", "kind"),
    [
        ("/search?page=-1", 400, "urn:searchapp:problem:bad-request"),
        ("/search?page=1e9", 400, "urn:searchapp:problem:bad-request"),
        ("/search?size=0", 400, "urn:searchapp:problem:bad-request"),
        ("/search?size=101", 400, "urn:searchapp:problem:bad-request"),
        ("/search?q=bridge&page=7", 400, "urn:searchapp:problem:bad-request"),
        ("/search?sort=best", 400, "urn:searchapp:problem:bad-request"),
        ("/search?facets=colour", 400, "urn:searchapp:problem:bad-request"),
        ("/search?month=2024-13", 400, "urn:searchapp:problem:bad-request"),
        ("/articles/nobody", 404, "urn:searchapp:problem:not-found"),
        ("/articles/nobody/similar", 404, "urn:searchapp:problem:not-found"),
        ("/articles/..%2f..%2fetc", 404, "about:blank"),
        ("/nowhere", 404, "about:blank"),
        ("/suggest?limit=0", 400, "urn:searchapp:problem:bad-request"),
    ],
)
def test_failures_have_one_shape(client, url, status, kind):
    response = client.get(API + url)
    assert response.mimetype == "application/problem+json"
    assert response.status_code == response.json["status"] == status
    assert response.json["type"] == kind
    assert set(response.json) == {"type", "title", "status", "detail", "instance"}
    assert response.json["detail"]


def test_a_wrong_method_and_a_wrong_host_are_problems_too(client):
    assert client.post(f"{API}/search").json["status"] == 405
    assert client.get(f"{API}/search", headers={"Host": "evil.test"}).json["type"].endswith("unlisted-host")


def test_without_an_index_the_problem_says_what_to_run(tmp_path):
    response = create_app(tmp_path / "none").test_client().get(f"{API}/search?q=x")
    assert response.status_code == 503
    assert response.json["type"] == "urn:searchapp:problem:no-index"
    assert "searchapp index" in response.json["detail"]


def test_bytes_that_are_no_text_are_answered(client):
    assert client.get(f"{API}/search?q=%ff").status_code == 200


def test_hostile_text_comes_out_as_text(client, ids):
    hit = client.get(f"{API}/search?q=zebra").json["hits"][0]
    assert hit["id"] == ids["hostile"]
    assert hit["title"]["text"].startswith("<script>")
    assert hit["title"]["html"].startswith("&lt;script&gt;")


def test_texts_are_sent_as_they_are_read(client, ids):
    assert "الجسر" in client.get(f"{API}/articles/{ids['arabic']}").data.decode()


def test_an_answer_is_asked_for_again_only_when_the_index_changed(client):
    first = client.get(f"{API}/search?q=bridge")
    assert client.get(f"{API}/search?q=bridge", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("url", ["/api/v1/search?q=bridge", "/api/v1/suggest?q=b", "/static/search-box.js"])
def test_listed_origins_and_no_others_may_read_the_api(client, url):
    listed = client.get(url, headers={"Origin": "https://www.example.org"})
    assert listed.headers["Access-Control-Allow-Origin"] == "https://www.example.org"
    assert "Origin" in listed.headers["Vary"]
    assert listed.headers["Access-Control-Expose-Headers"] == "Searchapp-Notes"
    for origin in ("https://evil.example", "null", "https://www.example.org.evil.example"):
        assert "Access-Control-Allow-Origin" not in client.get(url, headers={"Origin": origin}).headers


def test_pages_are_shared_with_no_other_site(client):
    response = client.get("/?q=bridge", headers={"Origin": "https://www.example.org"})
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_without_listed_origins_nothing_is_shared(index):
    headers = create_app(index).test_client().get(f"{API}/stats", headers={"Origin": "https://www.example.org"}).headers
    assert "Access-Control-Allow-Origin" not in headers


def test_a_cursor_does_not_outlive_a_commit(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    for number in range(3):
        (news / f"{number}.txt").write_text(f"Title {number}\n\nA lynx, {number} times.\n")
    sync([news], tmp_path / "index", processes=0)
    client = create_app(tmp_path / "index").test_client()
    cursor = client.get(f"{API}/search?q=lynx&size=1").json["next"]
    assert client.get(f"{API}/search?q=lynx&cursor={cursor}").json["page"] == 2
    (news / "3.txt").write_text("Title 3\n\nAnother lynx.\n")
    sync([news], tmp_path / "index", processes=0)
    assert client.get(f"{API}/search?q=lynx&cursor={cursor}").status_code == 400


def test_any_tag_does_not_turn_a_failure_into_what_the_browser_has(client):
    answer = client.get("/api/v1/articles/nonsense", headers={"If-None-Match": "*"})
    assert answer.status_code == 404


def test_a_static_file_is_kept_for_good_only_under_an_address_with_its_version(client):
    with client.get("/static/search-box.js") as answer:
        assert answer.cache_control.no_cache
    with client.get("/static/search-box.js?v=1") as answer:
        assert answer.cache_control.max_age > 10_000_000
