"""What the search says is told in the reader's language, and nothing of it is left in English."""

import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from searchapp.catalog import FileRemark
from searchapp.sentences import PLACE, Language, filled, recorded
from searchapp.web import create_app
from searchapp.web.recognising import CONTEXT, Recogniser
from searchapp.web.telling import told, told_remarks
from searchapp.web.wording import LANGUAGES, templates
from tests.indexing import sync
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
        assert said in re.sub("[\u2068\u2069]", "", text_of(page))
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


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The pages of an index of files with reasons and remarks of many kinds."""
    folder = tmp_path_factory.mktemp("damaged") / "news"
    folder.mkdir()
    lines = [json.dumps({"title": f"Report {number}", "text": "Calm weather."}) for number in range(1_100)]
    (folder / "lines.jsonl").write_text("\n".join([*lines, '{"broken', '{"colour": "red"}']), encoding="utf-8")
    (folder / "only.jsonl").write_text("[1, 2", encoding="utf-8")
    (folder / "titles.jsonl").write_text(
        "\n".join(json.dumps({"title": f"Only {n}"}) for n in range(2)), encoding="utf-8"
    )
    (folder / "table.csv").write_text('title,text\nA,B,C\n"D,E\n', encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n" * 9)
    (folder / "feed.xml").write_text("<rss><channel><item><title>A<title></item>", encoding="utf-8")
    (folder / ".hidden").mkdir()
    (folder / "mail.eml").write_bytes(
        b"Subject: A\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText.\n"
        b"--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=map.png\n\nx\n--b--\n"
    )
    index = folder.parent / "index"
    sync([folder], index, processes=0)
    return create_app(index)


@pytest.mark.parametrize(("code", "said"), [
    ("de", ("Anhang map.png: wird nicht gelesen: Es ist ein Bild", "Zeile 1.101: ist kein JSON: ", "kein Artikel: weder Titel")),
    ("ar", ("السطر 1,101: ليس JSON: ",)),
])  # fmt: skip
def test_reasons_and_remarks_of_files_are_told_in_the_readers_language(
    damaged: Flask, code: str, said: tuple[str, ...]
) -> None:
    client, wanted = damaged.test_client(), {"Accept-Language": code}
    for address in ("/files", "/files?status=remarks", "/files?status=error", "/certificate?q=report"):
        page = client.get(address, headers=wanted).text
        assert not ENGLISH.search(page), address
    text = text_of(client.get("/files?status=remarks", headers=wanted).text)
    for one in said:
        assert one in text
    assert (
        client.get("/api/v1/files?status=error").json == client.get("/api/v1/files?status=error", headers=wanted).json
    )
    assert "is not JSON" in client.get("/files?status=remarks").text


def test_a_reason_that_another_reader_wrote_stays_english_and_says_so(damaged: Flask) -> None:
    with damaged.test_request_context(headers=GERMAN):
        assert told("It is empty.") == "Sie ist leer."
        assert told("It is a poem.") == "It is a poem."
        page = damaged.jinja_env.from_string("<bdi{{ in_english(text) }}>{{ told(text) }}</bdi>")
        assert page.render(text="It is a <b>.") == '<bdi lang="en" dir="ltr">It is a &lt;b&gt;.</bdi>'
        assert page.render(text="It is not JSON: {fault} <b>.") == "<bdi>Das ist kein JSON: {fault} &lt;b&gt;.</bdi>"


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_text_about_a_file_is_recognised_by_its_template(code: str) -> None:
    recogniser, language = Recogniser(templates(code, CONTEXT)), Language(lambda text: f"<{text}>", "{:_}".format)
    for template in templates(code, CONTEXT):
        values = {name: 1_234 if name in ("number", "total") else "Some Name" for name in PLACE.findall(template)}
        written = filled(
            f"<{template}>", {name: f"{value:_}" if isinstance(value, int) else value for name, value in values.items()}
        )
        assert recogniser.told(recorded(template, **values), language) == written


def test_a_text_within_a_text_about_a_file_is_told_too() -> None:
    recogniser = Recogniser(["Only {number} could be read. {why}", "It is not JSON: {fault}.", "It is empty."])
    german = Language(
        {"Only {number} could be read. {why}": "Nur {number} lesbar. {why}", "It is empty.": "Leer."}.get, str
    )
    assert recogniser.told("Only 1,200 could be read. It is empty.", german) == "Nur 1200 lesbar. Leer."
    assert recogniser.told("Only some could be read. It is empty.", german) is None
    assert recogniser.told("It is not JSON.", german) is None


def test_values_keep_their_order_in_a_sentence_from_right_to_left(damaged: Flask) -> None:
    with damaged.test_request_context(headers=ARABIC):
        assert "\u2068.png\u2069" in told("no reader for .png files")
        assert told("line 12") == "السطر 12"
    with damaged.test_request_context(headers=GERMAN):
        assert told("no reader for .png files") == "kein Leser für Dateien mit .png"


def test_remarks_are_told_with_their_places_and_escaped(damaged: Flask) -> None:
    remarks = [FileRemark("message 3, attachment map, old.png", "is empty"), FileRemark("line 12", "is <b>")]
    with damaged.test_request_context(headers=GERMAN):
        assert told_remarks(remarks) == [
            "<bdi>Nachricht 3, Anhang map, old.png</bdi>: <bdi>ist leer</bdi>",
            '<bdi>Zeile 12</bdi>: <bdi lang="en" dir="ltr">is &lt;b&gt;</bdi>',
        ]
    with damaged.test_request_context():
        assert told_remarks(remarks)[1] == "line 12: is &lt;b&gt;"


def test_a_text_that_is_longer_than_any_about_a_file_stays_as_it_is(app: Flask) -> None:
    with app.test_request_context(headers=GERMAN):
        for template in templates("de", CONTEXT):
            text = filled(template, dict.fromkeys(PLACE.findall(template), "9" * 5_000))
            assert len(text) < 5_000 or told(text) == text
