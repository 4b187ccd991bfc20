"""The pages in the reader's language: one file a language has every sentence of theirs."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.nodes import Call, Const, Name, Node, Output, TemplateData

from searchapp.web import app as web_app
from searchapp.web.chart import shown
from searchapp.web.recognising import CONTEXT
from searchapp.web.wording import LANGUAGES, TRANSLATIONS
from tests.web.page_text import text_of

TRANSLATED = [code for code in LANGUAGES if code != "en"]
NAMES = {"CSV", "PNG", "GEXF", "GraphML", "JSON", "UTC", "RIS (Zotero, EndNote)", "BibTeX"}  # alike in all languages
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None, "sentence": None}
SAID = {"marked": None, "sentence": None, "say": None, "_say": None}  # in modules of the search itself
RECORDED = {"recorded": None}  # texts about files that an index has in English
ABOUT_FILES = {**RECORDED, "marked": None, "Remark": (2,), "UnreadableFile": None}  # in the rooms that read files


def templates() -> Path:
    return next(folder for folder in web_app._TEMPLATES if (folder / "base.html").is_file())


@pytest.fixture(scope="module")
def messages() -> set[tuple[str | None, str | tuple[str, ...]]]:
    """Every sentence of the templates, those that modules hand to them, and what the search says, with its context."""
    found = [
        *extract_from_dir(str(templates()), [("**.html", "jinja2.ext:babel_extract")], {"**.html": {"trimmed": "true"}}, KEYWORDS),
        *extracted("web/**.py", KEYWORDS, but=()),
        *extracted("**.py", SAID, but=("web/**.py", "sources/**.py", "indexer/**.py")),
    ]  # fmt: skip
    recorded = [
        *extracted("**.py", RECORDED, but=("sources/**.py", "indexer/**.py")),
        *extracted("sources/**.py", ABOUT_FILES, but=()),
        *extracted("indexer/**.py", ABOUT_FILES, but=()),
    ]
    return {(None, message) for _, _, message, _, _ in found} | {(CONTEXT, message) for _, _, message, _, _ in recorded}


def extracted(modules: str, keywords: dict[str, Any], but: Iterable[str]) -> Iterator[Any]:
    """The sentences in calls of some functions, in modules of the package."""
    methods = [*((path, "ignore") for path in but), (modules, "python")]
    return extract_from_dir(str(Path(web_app.__file__).parent.parent), methods, None, keywords)


def test_no_text_of_a_template_stands_outside_the_catalogue():
    environment = Environment(extensions=["jinja2.ext.i18n"])
    for path in sorted(templates().glob("*.html")):
        tree = environment.parse(re.sub(r"{% block kind %}.*?{% endblock %}", "", path.read_text(encoding="utf-8")))
        text = "".join(node.data if isinstance(node, TemplateData) else "{}" for node in written(tree))
        text = re.sub(r"<(code|kbd)\b.*?</\1>|<!doctype html>", "", text, flags=re.DOTALL)
        shown = [*re.findall(r"\s(?:alt|aria-label|placeholder|title)=\"([^\"{}]*)", text)]
        shown.append(re.sub(r"<[^>]*>|\w+=\"[^\"]*\"", " ", text))
        assert {*re.findall(r"[^\W\d_]+", " ".join(shown))} <= NAMES, path.name
        texts = {node.value for node in tree.find_all(Const) if isinstance(node.value, str)}
        untold = {one for one in texts - told(tree) if re.match(r"[A-Z][a-z]|.*[a-z] [a-z]", one)}
        assert untold <= NAMES, path.name


def written(tree: Node) -> Iterator[Node]:
    """What a template writes, in order."""
    for output in tree.find_all(Output):
        yield from output.nodes


def told(tree: Node) -> set[str]:
    """The texts of a template that go through the catalogue."""
    calls = [call for call in tree.find_all(Call) if isinstance(call.node, Name) and call.node.name in KEYWORDS]
    return {const.value for call in calls for const in call.find_all(Const) if isinstance(const.value, str)}


def catalogue(code: str) -> Catalog:
    with (TRANSLATIONS / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|{\w+}|</?\w+", text))


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_is_translated_and_none_is_left_over(code, messages):
    translated = {(message.context, message.id) for message in catalogue(code) if message.id and all(message.string)}
    assert translated == messages


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_have_the_values_and_the_markup_of_the_sentence(code):
    for message in catalogue(code):
        ids, strings = (
            (value if isinstance(value, tuple) else (value,)) for value in (message.id or "", message.string)
        )
        for string in strings if message.id else ():
            missing = placeholders(ids[-1]) - placeholders(string)
            assert placeholders(string) <= placeholders(ids[-1])
            assert missing <= {"%(n)s", "%(number)s"} if len(ids) > 1 else not missing  # "one article" needs no number


def test_there_is_a_file_for_each_language_that_is_offered():
    assert sorted(path.stem for path in TRANSLATIONS.glob("*.po")) == sorted(TRANSLATED)


@pytest.mark.parametrize(
    ("accepted", "lang", "said"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de", "100 Artikel"),
        ("ar", "ar", "100 مقال"),
        ("fr,ar;q=0.5", "ar", "100 مقال"),
        ("fr", "en", "100 articles"),
        ("", "en", "100 articles"),
    ],
)
def test_a_page_speaks_the_language_that_the_browser_asks_for(client, accepted, lang, said):
    response = client.get("/?q=report", headers={"Accept-Language": accepted})
    assert f'<html lang="{lang}"' in response.text
    assert said in text_of(response.text)
    assert ('dir="rtl">' in response.text.partition("<head>")[0]) == (lang == "ar")
    assert "Accept-Language" in response.headers["Vary"]


def test_the_language_that_a_reader_chose_goes_before_that_of_the_browser(client):
    page = client.get("/?q=report&sort=oldest", headers={"Accept-Language": "ar"}).text
    url = re.search(r'href="([^"]+)"[^>]*hreflang="de"', page)[1].replace("&amp;", "&")
    response = client.get(url)
    assert response.status_code == 303
    assert response.location == "/?q=report&sort=oldest"
    assert "Neueste" in client.get(response.location, headers={"Accept-Language": "ar"}).text


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", ""])
def test_choosing_a_language_leads_to_no_other_site(client, back):
    response = client.get("/language", query_string={"to": "de", "back": back})
    assert response.location == "/"


def test_the_same_page_has_the_addresses_and_the_language_of_each_request(client):
    for root, language, said in [("", "en", "Saved searches"), ("/news", "de", "Gespeicherte Suchen")] * 2:
        page = client.get("/", base_url=f"http://localhost{root}", headers={"Accept-Language": language}).text
        assert f'<a href="{root}/saved">{said}</a>' in page
        assert f'action="{root}/"' in page


def test_a_language_that_is_not_there_is_refused(client):
    assert client.get("/language?to=xx").status_code == 400


def test_what_was_kept_in_one_language_is_not_shown_in_another(client):
    tag = client.get("/?q=report", headers={"Accept-Language": "de"}).headers["ETag"]
    response = client.get("/?q=report", headers={"Accept-Language": "ar", "If-None-Match": tag})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("a* report", "Artikel mit „a“ in jeder Form und „report“ in jeder Form."),
        ("a* report", "Ein Wort mit * oder ? braucht auch mindestens 3 Buchstaben; als einfache Wörter gelesen: „a*“."),
        ('"calm weather" -=storm before:2024-06', "Artikel mit „calm weather“ als Wortfolge, ohne genau „storm“, datiert 31. Mai 2024 oder früher."),
        ("repor* added:2020..", "„repor“ am Anfang eines Wortes, hinzugekommen 2020-01-01 oder später (UTC)"),
        ("titel:report", "Meinten Sie title:?"),
        ("copies:>3", "Artikel mit mehr als 3 Abdrucken."),
        ("report NEAR/5 calm", "Artikel mit genau „report“ und genau „calm“ mit höchstens 5 anderen Wörtern dazwischen."),
    ],
)  # fmt: skip
def test_how_a_query_was_read_is_told_in_the_readers_language(client, query, said):
    page = client.get("/", query_string={"q": query}, headers={"Accept-Language": "de"}).text
    assert said in text_of(page)
    assert 'lang="en" dir="ltr"' not in page.partition('<ol class="hits"')[0]
    told = client.get("/api/v1/search", query_string={"q": query}, headers={"Accept-Language": "de"}).json
    assert told["query"]["sentence"].startswith("Articles ")


def test_a_failure_is_told_in_the_readers_language(client):
    page = client.get("/?q=report&page=99", headers={"Accept-Language": "de"}).text
    assert "Danach kann nicht gesucht werden" in page
    assert "Es gibt keine Seite 99: Die Antwort hat 10 Seiten." in page
    assert "لا توجد هذه الصفحة" in client.get("/nowhere", headers={"Accept-Language": "ar"}).text


def test_a_page_that_is_not_there_offers_the_other_languages(client):
    assert 'hreflang="de"' in client.get("/nowhere").text


def test_arabic_has_commas_of_its_own(client):
    page = client.get("/?q=report", headers={"Accept-Language": "ar"}).text
    said = re.search(r'<p class="count">(.*?)</p>', page, re.DOTALL)[1]
    assert "، " in said
    assert ", " not in said
    home = client.get("/", headers={"Accept-Language": "ar"}).text
    assert re.search(r"عبر الزمن</a>، \s*<a", home)


def test_numbers_and_days_are_written_as_the_language_has_them(client):
    page = text_of(client.get("/?q=bridge", headers={"Accept-Language": "de"}).text)
    assert "9. März 2024" in page
    assert "Englisch" in page


@pytest.mark.parametrize(("code", "written"), [("en", "0.25"), ("de", "0,25"), ("ar", "0.25")])
def test_the_values_of_a_chart_are_written_as_the_language_has_them(app, code, written):
    with app.test_request_context(headers={"Accept-Language": code}):
        assert shown(0.25) == written
        assert shown(1_234.5) == {"en": "1,234", "de": "1.234", "ar": "1,234"}[code]


TELLS = {*SAID, *ABOUT_FILES, "recorded"}
SHELL_ONLY = {
    "answers/signing.py", "catalog/key_runs.py", "catalog/ownership.py", "catalog/saved.py", "catalog/writing.py",
    "indexer/__init__.py", "indexer/events.py", "indexer/migrating.py",
}  # fmt: skip  # what only an operator meets, who indexes or starts a server
UNSAID = (
    "{} cannot be read: {}. If it is on another disk",  # these two are told in the shell alone
    "The processes that read files cannot be started.",
    "{} leads out of {}",  # caught where it is raised
    "This is a sentence that stands for a text",
)


@pytest.mark.parametrize("room", ["answers", "catalog", "indexer", "query", "sources"])
def test_what_the_search_says_stands_in_the_catalogue(room):
    package = Path(web_app.__file__).parent.parent
    for file in sorted((package / room).rglob("*.py")):
        if (module := file.relative_to(package).as_posix()) not in SHELL_ONLY:
            untold = [text for text in untold_texts(ast.parse(file.read_text(encoding="utf-8"))) if is_sentence(text)]
            assert [text for text in untold if not text.startswith(UNSAID)] == [], module


def is_sentence(text: str) -> bool:
    """Whether a text has three words in a row, is no pattern, SQL or list of words, and ends or has values."""
    words = re.findall(r"(?<= )[a-z]{2,}(?=[ .,;:])", text)
    is_other = text.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) or {*"\n|\\"} & {*text}
    return len(words) > 2 and not is_other and ("{" in text or text.endswith((".", ":")))


def untold_texts(node: ast.AST) -> Iterator[str]:
    """The texts of a module that are no docstrings, and that no function takes whose sentences are in the catalogues."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in TELLS:
        return
    if isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from untold_texts(child)
