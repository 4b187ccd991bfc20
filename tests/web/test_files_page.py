"""The page of what was searched."""

from searchapp.web import create_app
from tests.indexing import sync
from tests.web.page_text import text_of


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

    news = tmp_path / "news"
    news.mkdir()
    (news / "a.jsonl").write_text('{"title": "A lynx", "date": "03/04/2007"}\n')
    sync([news], tmp_path / "index", processes=0)
    shown = text_of(create_app(tmp_path / "index").test_client().get("/files").text)
    assert "1 article: the date is uncertain, as in '03/04/2007'" in shown


def test_texts_that_are_in_other_files_too_are_counted_beside_a_file(tmp_path):

    news = tmp_path / "news"
    news.mkdir()
    (news / "a.jsonl").write_text('{"title": "A lynx"}\n')
    (news / "b.jsonl").write_text('{"title": "A lynx"}\n{"title": "A wolf"}\n')
    sync([news], tmp_path / "index", processes=0)
    shown = text_of(create_app(tmp_path / "index").test_client().get("/files").text)
    assert "2 articles, 1 of them in other files, too" in shown
