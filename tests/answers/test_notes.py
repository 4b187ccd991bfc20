"""How a query was read is said beside every kind of answer: on its page, in its JSON and in the shell."""

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchapp.answers.collocates import collocates
from searchapp.answers.concordance import concordance
from searchapp.answers.coverage import coverage_by_day
from searchapp.answers.export import notes
from searchapp.answers.keywords import keywords
from searchapp.answers.library import Library, opened
from searchapp.answers.lists import count_list, read_list
from searchapp.answers.parts import contributions
from searchapp.answers.request import Request
from searchapp.answers.sample import sample
from searchapp.answers.search import search
from searchapp.answers.trends import trends
from searchapp.article import Article
from searchapp.web import create_app
from tests.corpus import write_articles
from tests.indexing import sync
from tests.shell import shell

# What the parser says, what the engine says, and what the values in the index say.
SAID = {
    "bail* titel:bridge": "No such field; read as plain words: “titel:bridge”. Did you mean title:?",
    '"R&D bank" OR bank': "Signs like ! + # $ % & @ < > are not searched for; read without them: “R&D”.",
    "R&D bank": "Signs like ! + # $ % & @ < > are not searched for; read without them: “R&D”.",
    "Bail?Out bank": '“Bail?Out” was read as the name “"Bail Out"”, which is in the index. To mean the pattern, write '
    "=Bail?Out",
    'bank source:"Evening Pots"': "No article has the source “Evening Pots”. The nearest, with their articles: "
    "“Evening Post” (40).",
    "bank -lang:englsh": "No article has the language “englsh”. There are, with their articles: “en” (96), “fr” (24).",
    'bank writer:"Adam Quill"': "No article has the author “Adam Quill”. The nearest, with their articles: “Ada Quill” "
    "(60).",
}

ANSWERS: dict[str, Callable[[Library, str], tuple[str, ...]]] = {
    "search": lambda library, words: search(library, Request(words)).notes,
    "export": lambda library, words: notes(library, Request(words)),
    "trends": lambda library, words: trends(library, ["bank", words]).notes,
    "mentions": lambda library, words: trends(library, [words], measure="mentions").notes,
    "concordance": lambda library, words: concordance(library, Request(words)).notes,
    "collocates": lambda library, words: collocates(library, Request(words)).notes,
    "keywords": lambda library, words: keywords(library, Request(words)).notes,
    "against": lambda library, words: keywords(library, Request("bank"), against=words).notes,
    "parts": lambda library, words: contributions(library, Request(words)).notes,
    "sample": lambda library, words: sample(library, Request(words)).notes,
    "list": lambda library, words: tuple(one.reason for one in count_list(library, read_list(words)).problems),
}
PATHS = ("search", "trends", "concordance", "collocates", "keywords", "parts", "sample")
WEB = 'R&D Bail?Out bank -source:"Evening Pots"'
WEB_SAYS = ("read without them: “R&D”", "“Bail?Out” was read as the name", "No article has the source “Evening Pots”")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("US", "The articles also write US as U.S. (2). To find both, search for “US OR U.S.”."),
        ("U.S.", "The articles also write U.S as US (1). To find both, search for “U.S OR US”."),
        ("12700 barrels", "The articles also write 12700 as 12,700 (2). To find both, search for “12700 OR 12,700”."),
        ("12,700", "The articles also write 12,700 as 12700 (1). To find both, search for “12,700 OR 12700”."),
        ("US OR U.S.", ""),
        ("us", ""),
        ("OPEC", ""),
        ("US OIL NEWS", ""),  # a headline
    ],
)
def test_what_is_also_written_in_another_way_is_told(tmp_path: Path, words: str, said: str) -> None:
    bodies = ("U.S. oil: 12,700 barrels.", "The U.S. buys 12,700.", "US news of OPEC, 12700 barrels.")
    write_articles(tmp_path / "news", [Article(body[:4], title="Oil", body=body) for body in bodies])
    sync([tmp_path / "news"], tmp_path / "index", processes=0)
    with opened(tmp_path / "index") as library:
        assert [note for note in search(library, Request(words)).notes if "also write" in note] == [said] * bool(said)


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("words", SAID)
def test_every_answer_says_how_its_query_was_read(library: Library, answer: str, words: str) -> None:
    assert SAID[words] in ANSWERS[answer](library, words)


def test_what_is_there_is_not_told_to_be_missing(library: Library) -> None:
    assert (
        notes(library, Request('bank source:"evening post" lang:English writer:"ada quill" -source:"the lantern"'))
        == ()
    )


def test_a_filter_that_no_article_has_is_told_wherever_it_is_asked(library: Library) -> None:
    assert coverage_by_day(library, (("source", "Evening Pots"),)).notes == (
        "No article has the source “Evening Pots”. The nearest, with their articles: “Evening Post” (40).",
    )


def test_a_language_can_be_named_in_a_filter(library: Library) -> None:
    totals = {search(library, Request("bank", (("language", name),))).total for name in ("en", "English", "eng", "EN")}
    assert len(totals) == 1
    assert totals != {0}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ('bank source:"Evening Pots"', 'bank source:"evening post"'),
        ("bank source:lantern", 'bank source:"the lantern"'),
        ('bank writer:"Adda Quil"', 'bank writer:"ada quill"'),
        ("bank source:Gazette", None),
    ],
)
def test_the_nearest_value_that_finds_something_is_offered(library: Library, typed: str, offered: str | None) -> None:
    results = search(library, Request(typed))
    assert results.suggestion == offered
    if offered:
        assert results.suggestion_count == search(library, Request(offered)).total > 0


@pytest.fixture(scope="module")
def client(index: Path) -> FlaskClient:
    return create_app(index).test_client()


@pytest.mark.parametrize("path", [*PATHS, "certificate"])
def test_every_page_and_every_api_path_says_it(client: FlaskClient, path: str) -> None:
    page = unescape(client.get(f"/{path}" if path != "search" else "/", query_string={"q": WEB}).text)
    given = json.dumps(client.get(f"/api/v1/{path}", query_string={"q": WEB}).json, ensure_ascii=False)
    assert [said for said in WEB_SAYS if said not in page or said not in given] == []


def test_the_page_of_a_list_says_it_by_line(client: FlaskClient) -> None:
    told = client.post("/api/v1/list", data=WEB).json
    reasons = " ".join(problem["reason"] for problem in told["problems"])
    assert [said for said in WEB_SAYS if said not in reasons] == []


@pytest.mark.parametrize(
    "command",
    [
        ("query",),
        ("query", "--export", "csv"),
        ("query", "--parts"),
        ("query", "--sample", "2"),
        *((name,) for name in ("trends", "concordance", "collocates", "keywords")),
        ("save", "banks"),
    ],
    ids=" ".join,
)
def test_every_command_says_it(
    index: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, told = shell(monkeypatch, capsys, index)(*command, WEB)
    assert [said for said in WEB_SAYS if said not in told] == []


def test_the_shell_says_in_words_that_nothing_matches(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, told = shell(monkeypatch, capsys, index)("query", "zzzqqq")
    assert code == 1
    assert "No article matches this search." in told.splitlines()
