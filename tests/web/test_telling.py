"""What the search says is told in the reader's language, and nothing of it is left in English."""

import io
import re

import pytest
from flask.testing import FlaskClient

from tests.web.page_text import text_of

GERMAN, ARABIC = {"Accept-Language": "de"}, {"Accept-Language": "ar"}
ENGLISH = re.compile(r'<(\w+)[^>]* lang="en" dir="ltr"[^>]*>([^<]*)')


@pytest.mark.parametrize(
    ("address", "german", "arabic"),
    [
        ("/?q=report&size=1000", "Eine Seite kann bis zu 100 Artikel haben.", "يمكن أن تضم الصفحة حتى 100 مقال."),
        ("/?q=report&page=0", "page muss eine ganze Zahl ab 1 sein, nicht '0'.", "يجب أن يكون page عددًا صحيحًا"),
        ("/?q=report&sorted=date", "Einen Parameter 'sorted' gibt es nicht. Meinten Sie sort?", "لا يوجد معامل باسم"),
        ("/?q=report&date=soon", "'soon' ist kein Datum.", "تاريخًا. اكتبه مثل 2025-01-17"),
        ("/concordance?q=report&words=1000", "auf jeder Seite 1 bis", "يمكن أن يضم السطر 1"),
        ("/article/nowhere", "In diesem Index gibt es keinen Artikel 'nowhere'.", "nowhere"),
        ("/saved/compare?name=nothing", "Es gibt keine gespeicherte Suche 'nothing'.", "لا يوجد بحث محفوظ باسم"),
        ("/saved?since=soon", "'soon' ist kein Datum und keine Zeit.", "تاريخًا ولا وقتًا"),
        ("/language?to=xx", "In der Sprache 'xx' gibt es keine Seiten.", "لا صفحات باللغة"),
    ],
)
def test_a_failure_is_told_in_the_readers_language(client: FlaskClient, address: str, german: str, arabic: str) -> None:
    for language, said in ((GERMAN, german), (ARABIC, arabic)):
        page = client.get(address, headers=language).text
        assert said in text_of(page)
        assert not ENGLISH.search(page)
    assert "detail" in client.get("/api/v1/search?q=a&size=1000", headers=GERMAN).json
    detail = client.get("/api/v1/search?q=a&size=1000", headers=GERMAN).json["detail"]
    assert detail == "A page can have up to 100 articles. Ask for size=100 and for more pages."


def test_a_number_in_what_the_search_says_is_written_as_in_the_readers_language(client: FlaskClient) -> None:
    page = client.get("/", query_string={"q": "word " * 201}, headers=GERMAN).text
    assert "bis zu 1.000 Zeichen" in text_of(page)


def test_the_problems_of_a_list_are_told_in_the_readers_language(client: FlaskClient) -> None:
    page = client.post("/list", data={"list": '-\nferry (\n"calm weather"'}, headers=GERMAN).text
    assert "Zeile 1: -: Diese Zeile enthält nichts, wonach gesucht werden kann." in text_of(page)
    assert "Eine Klammer ist nicht geschlossen" in text_of(page)
    assert not ENGLISH.search(page)


def test_a_certificate_and_what_is_wrong_with_one_are_told_in_the_readers_language(client: FlaskClient) -> None:
    file = client.get("/api/v1/certificate?q=ferr*+added:2020..").data
    page = client.post("/verify", data={"file": (io.BytesIO(file), "certificate.json")}, headers=GERMAN).text
    assert "Artikel mit „ferr“ am Anfang eines Wortes" in text_of(page)
    assert "Es fragt danach, wann Artikel hinzukamen oder geändert wurden." in text_of(page)
    assert not ENGLISH.search(page)
    page = client.post("/verify", data={"file": (io.BytesIO(b"{}"), "certificate.json")}, headers=ARABIC).text
    assert "هذا الملف ليس شهادة بحث." in text_of(page)
    assert not ENGLISH.search(page)


def test_the_edits_of_an_article_are_told_in_the_readers_language(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/article/{ids['hostile']}", headers=GERMAN).text
    assert re.search(r"bearbeitet am [^:]+: 1 Satz neu geschrieben", text_of(page))


def test_the_help_is_in_the_readers_language_and_its_examples_stay_as_they_are(client: FlaskClient) -> None:
    pages = {code: client.get("/help", headers={"Accept-Language": code}).text for code in ("en", "de", "ar")}
    for code, heading, meaning in (
        ("de", "Wortfolgen", "mindestens zwei der drei"),
        ("ar", "العبارات", "اثنتان من الثلاث على الأقل"),
    ):
        assert heading in text_of(pages[code])
        assert meaning in text_of(pages[code])
        assert not ENGLISH.search(pages[code])
        assert re.findall("<code>.*?</code>", pages[code]) == re.findall("<code>.*?</code>", pages["en"])
    assert "bis zu 1.000 Zeichen" in text_of(pages["de"])
