"""The one door: pages, filters, notes, marks, and help when nothing is found."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchapp.answers import library as library_module
from searchapp.answers.export import notes, whole
from searchapp.answers.library import Library, article, opened, statistics
from searchapp.answers.request import FilterName, Request
from searchapp.answers.search import mark, search
from searchapp.answers.similar import similar
from searchapp.answers.suggestions import suggest
from searchapp.article import Article
from searchapp.engines import FACETS, Engine
from searchapp.errors import BadRequest, IndexDamaged, NotFound
from searchapp.query import parse
from tests.corpus import ARTICLES, write_articles
from tests.indexing import sync


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("search")
    write_articles(folder / "news", ARTICLES)
    sync([folder / "news"], folder / "index", processes=0)
    with opened(folder / "index") as library:
        yield library


Asking = Callable[..., list[str]]


@pytest.fixture
def ask(library: Library) -> Asking:
    return lambda words, **rest: [found.article.title for found in search(library, Request(words, **rest)).hits]


def test_all_words_have_to_be_there_in_any_form(ask: Asking) -> None:
    assert ask("harbour reopening") == ["Harbour reopens after storm"]
    assert ask("harbour parliament") == []


def test_an_answer_says_what_was_searched(library: Library) -> None:
    coverage = search(library, Request("harbour")).coverage
    assert (coverage.articles, coverage.files, coverage.left_out) == (len(ARTICLES), 1, 0)
    assert coverage.as_of


def test_title_and_byline_come_whole_with_their_matches(library: Library) -> None:
    (found,) = search(library, Request("harbour by:jane")).hits
    assert found.title.text == "Harbour reopens after storm"
    assert [found.title.text[start:end] for start, end in found.title.ranges] == ["Harbour"]
    assert [found.byline.text[start:end] for start, end in found.byline.ranges] == ["Jane"]


def test_pages_lead_to_the_last_hit_and_no_further(library: Library) -> None:
    titles = [
        found.article.title for page in (1, 2, 3) for found in search(library, Request("", page=page, size=2)).hits
    ]
    assert sorted(titles) == sorted(one.title for one in ARTICLES)
    with pytest.raises(BadRequest, match="no page 4: the answer has 3 pages"):
        search(library, Request("", page=4, size=2))


@pytest.mark.parametrize(("page", "size"), [(0, 10), (-1, 10), (1, 0), (1, 101)])
def test_a_page_that_cannot_be_is_refused(library: Library, page: int, size: int) -> None:
    with pytest.raises(BadRequest):
        search(library, Request("harbour", page=page, size=size))


def test_an_empty_query_is_all_articles_newest_first(library: Library) -> None:
    results = search(library, Request(""))
    dates = [found.article.date for found in results.hits]
    assert results.total == len(ARTICLES)
    assert dates == sorted(dates, reverse=True)


def test_a_whole_answer_has_its_notes_on_words_and_on_what_they_became(tmp_path: Path) -> None:
    body = " ".join(f"word{number:04}" for number in range(1_100))
    write_articles(tmp_path / "news", [Article("1", title="Words", body=body)])
    sync([tmp_path / "news"], tmp_path / "index", processes=0)
    with opened(tmp_path / "index") as library:
        unclosed, expanded = notes(library, Request('word* "words'))
    assert "not closed" in unclosed
    assert expanded == "“word*” was expanded to 1,024 of 1,101 words; more may match than were found."


def test_filters_keep_what_has_the_value_and_facets_count_it(library: Library) -> None:
    everything = search(library, Request("", facets=FACETS))
    for facet, counts in everything.facets.items():
        for value, count in counts:
            assert search(library, Request("", filters=((facet, value),))).total == count, (facet, value)


def test_a_range_of_dates_is_a_filter(ask: Asking) -> None:
    assert ask("", filters=(("date", "2024-03..2024-05"),)) == [
        "Parliament votes on fishing",
        "Harbour reopens after storm",
    ]


@pytest.mark.parametrize("name", ["month", "date"])
def test_a_filter_that_is_no_date_is_refused_with_ways_to_write_one(library: Library, name: FilterName) -> None:
    with pytest.raises(BadRequest, match="'soon' is no") as refused:
        search(library, Request("", filters=((name, "soon"),)))
    ways = str(refused.value).removesuffix(".").partition("Write it like ")[2]
    for way in re.split(", or | or |, ", ways):
        search(library, Request("", filters=((name, way),)))


def test_words_that_are_nowhere_are_corrected_to_what_finds_something(library: Library) -> None:
    results = search(library, Request("harbor reopens"))
    assert results.total == 0
    assert results.suggestion == "harbour reopens"
    assert search(library, Request(results.suggestion)).total == 1


def test_nothing_is_suggested_where_nothing_would_be_found(library: Library) -> None:
    assert search(library, Request("harbor zzzzqqqq")).suggestion is None


def test_no_hits_are_explained_clause_by_clause(library: Library) -> None:
    results = search(library, Request("harbour parliament storm"))
    found = {clause.text: (clause.count, clause.count_without) for clause in results.autopsy}
    assert found == {"harbour": (2, 0), "parliament": (1, 1), "storm": (1, 0)}
    without = next(clause.text_without for clause in results.autopsy if clause.text == "parliament")
    assert search(library, Request(without)).total == 1


def test_what_dropping_a_filter_would_give_is_counted(library: Library) -> None:
    results = search(library, Request("harbour", filters=(("date", "1999"),)))
    dropped = next(clause for clause in results.autopsy if clause.filter)
    assert (dropped.filter, dropped.count_without, dropped.text_without) == (("date", "1999"), 2, "harbour")


def test_a_phrase_that_stands_nowhere_is_offered_as_loose_words(library: Library) -> None:
    (clause,) = search(library, Request('"reopens harbour"')).autopsy
    assert (clause.text, clause.count_without) == ('"reopens harbour"', 1)
    assert search(library, Request(clause.text_without)).total == 1


def test_an_exact_form_that_stands_nowhere_is_offered_in_any_form(library: Library) -> None:
    (clause,) = search(library, Request("=reopening")).autopsy
    assert (clause.text_without, clause.count_without) == ("reopening", 1)


def test_an_unknown_article_is_named(library: Library) -> None:
    with pytest.raises(NotFound, match="no article 'nope'"):
        article(library, "nope")


def test_an_article_is_marked_whole(library: Library) -> None:
    (hit,) = search(library, Request("storm")).hits
    marked = mark(library, article(library, hit.article.id), "storm")
    (body,) = marked.fragments
    assert body.text == hit.article.body
    assert [body.text[start:end].lower() for start, end in body.ranges] == ["storms"]


def test_an_export_has_every_article_in_the_order_of_the_answer(library: Library) -> None:
    request = Request("", sort="oldest", size=2)
    exported = [one.title for one in whole(library, request)]
    assert len(exported) == len(ARTICLES)
    assert exported[:2] == [found.article.title for found in search(library, request).hits]


def test_suggestions_complete_the_last_word_and_name_authors_and_titles(library: Library) -> None:
    found = {(suggestion.kind, suggestion.text) for suggestion in suggest(library, "storm harb")}
    assert ("word", "storm harbour") in found
    authors = [suggestion for suggestion in suggest(library, "jan") if suggestion.kind == "author"]
    assert [(one.text, one.count) for one in authors] == [("Jane Doe", 2)]
    assert search(library, Request(authors[0].words)).total == 2
    assert ("title", "Harbour reopens after storm") in {(s.kind, s.text) for s in suggest(library, "harb")}
    assert suggest(library, " – ") == ()


def test_articles_like_one_share_its_telling_words(library: Library) -> None:
    (hit,) = search(library, Request("title:harbour storm")).hits
    alike = similar(library, hit.article)
    assert {one.title for one in alike[:2]} == {"Harbour fees rise", "Parliament votes on fishing"}
    assert hit.article.id not in [one.id for one in alike]
    assert similar(library, Article("x", "one")) == ()


def test_statistics_count_what_is_there(library: Library) -> None:
    facts = statistics(library)
    assert (facts["articles"], facts["files"], facts["engine"], facts["stems"]) == (
        len(ARTICLES),
        1,
        "whoosh",
        "auto",
    )
    authors = [
        value for value, _ in search(library, Request("", facets=("author",))).facets["author"] if value != "none"
    ]
    assert facts["authors"] == len(authors) > 2


def test_a_commit_and_a_rebuild_are_taken_up(tmp_path: Path) -> None:
    write_articles(tmp_path / "news", ARTICLES[:2])
    sync([tmp_path / "news"], tmp_path / "index", processes=0)
    with opened(tmp_path / "index") as library:
        before = library.version
        assert not library.refresh()
        write_articles(tmp_path / "news", ARTICLES)
        sync([tmp_path / "news"], tmp_path / "index", processes=0)
        assert library.refresh()
        assert search(library, Request("")).total == len(ARTICLES)
        sync([], tmp_path / "index", rebuild=True, processes=0)
        assert library.refresh()
        assert search(library, Request("")).total == len(ARTICLES)
        assert library.version != before


def test_short_words_are_not_corrected_to_quite_other_ones(library: Library) -> None:
    assert search(library, Request("=fish")).suggestion is None


def test_a_field_in_which_nothing_stands_is_offered_to_be_left_out(library: Library) -> None:
    (clause,) = search(library, Request("body:harbour")).autopsy
    assert (clause.text_without, clause.count_without) == ("harbour", 2)


def test_a_word_that_a_question_has_twice_is_counted_once(library: Library) -> None:
    clauses = search(library, Request("the harbour of the zzzzqqqq")).autopsy
    assert [clause.text for clause in clauses] == ["the", "harbour", "of", "zzzzqqqq"]
    assert clauses[0].text_without == "harbour of zzzzqqqq"


def test_articles_without_a_date_can_be_filtered(ask: Asking) -> None:
    assert ask("", filters=(("date", "none"),)) == [""]


@pytest.mark.parametrize("typed", ["titel:harbour", "storm titel:harbour", "(titel:harbour OR titel:qqqq)"])
def test_the_field_that_is_meant_is_offered_as_a_search(library: Library, typed: str) -> None:
    results = search(library, Request(typed))
    assert results.suggestion == parse(typed.replace("titel", "title")).text
    assert results.suggestion_count == search(library, Request(results.suggestion)).total > 0


def test_a_field_that_is_meant_is_not_offered_where_that_finds_nothing(library: Library) -> None:
    assert search(library, Request("titel:qqqq")).suggestion is None


def test_several_words_can_be_corrected_at_once(library: Library) -> None:
    assert search(library, Request("harbuor reopnes")).suggestion == "harbour reopens"
    assert search(library, Request("harbuor OR harbuur")).suggestion == "harbour"


def test_a_year_as_a_month_is_told_from_the_whole_year(library: Library) -> None:
    asked = Request("", filters=(("month", "2024"),))
    remark = "The month 2024 finds articles with only a year known; the date 2024 finds all of that year."
    assert search(library, asked).notes == notes(library, asked) == (remark,)
    assert search(library, Request("", filters=(("date", "2024"),))).notes == ()


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_a_damaged_index_is_told_of_with_a_command_that_mends_it(tmp_path: Path, engine: str) -> None:
    if engine == "tantivy":
        pytest.importorskip("tantivy")
    index = tmp_path / "index"
    write_articles(tmp_path / "news", ARTICLES)
    sync([tmp_path / "news"], index, engine=engine, processes=0)
    for file in (index / "gen-0001" / "engine").iterdir():
        if file.suffix in (".seg", ".store", ".idx", ".term"):
            file.write_bytes(file.read_bytes()[:10])
    with pytest.raises(IndexDamaged, match=f"searchapp index --rebuild --index {index}$"), opened(index) as library:
        search(library, Request("harbour"))
    sync([], index, rebuild=True, processes=0)
    with opened(index) as library:
        assert search(library, Request("harbour")).total > 0


@pytest.mark.parametrize("fails", [False, True])
def test_a_reader_that_starts_while_a_rebuild_swaps_finds_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    sync([tmp_path / "news"], tmp_path / "index", processes=0)
    real = library_module.open_engine

    def swapped_just_before(*arguments: Any) -> Engine:
        monkeypatch.undo()
        sync([], tmp_path / "index", rebuild=True, processes=0)
        if fails:
            raise IndexDamaged(tmp_path / "index", "its folder has gone")
        return real(*arguments)

    monkeypatch.setattr(library_module, "open_engine", swapped_just_before)
    with opened(tmp_path / "index") as library:
        assert search(library, Request("harbour")).total > 0
        assert not library.refresh()


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def spelled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    if request.param == "tantivy":
        pytest.importorskip("tantivy")
    folder = tmp_path_factory.mktemp("spelled")
    bodies = [
        *["We believe that they receive interest and invest."] * 3,
        *["They believe and invest. The government plan."] * 20,
        "The goverment said so. Red Bull in New York, isn't it, at AT&T.",
        *[f"Redbull number {number} of Lehman Brothers" for number in range(30)],
        "Lehmann Brothers",
        *["He was really disappointed."] * 20,
        *["A real treat."] * 30,
        "He was disapointed by the feburay figures.",
        *["In February."] * 20,
        "Oi, in Tokyo: 東京",
        *["北京 in Beijing"] * 30,
        "An e-mail by O'Brien on 1,250.50 euros, the head of ice",
        *["By mail to the office of Brien."] * 30,
        *["Flats at 12500."] * 2,
    ]
    lines = [json.dumps({"title": f"Article {number}", "body": body}) for number, body in enumerate(bodies)]
    (folder / "news").mkdir()
    (folder / "news" / "a.jsonl").write_text("\n".join(lines), "utf-8")
    sync([folder / "news"], folder / "index", engine=request.param, processes=0)
    with opened(folder / "index") as library:
        yield library


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("recieve", "receive"),
        ("beleive", "believe"),
        ("intrest", "interest"),
        ("recieve intrest", "receive interest"),
        ('"goverment plan"', '"government plan"'),
        ("goverment plan", "government plan"),
        ("newyork", '"new york"'),
        ("realy", "really"),
        ("dissapointed", "disappointed"),
        ("febuary", "february"),
        ("invest red bull lehman", None),
        ("red bull lehman", "redbull lehman"),
        ("Lehmann Brothers", "lehman brothers"),
        ("invest", None),
        ("xqzvw", None),
        ("goverment said", None),
        ("東京", None),
        ("南京", None),
        ("oi", None),
        ("oi*", None),
        ("email", '"e mail"'),
        ("obrien", '"o brien"'),
        ("ofice", "office"),
        ("12501", None),
        (r"oi\l", None),
    ],
)
def test_the_nearest_spelling_that_finds_something_is_offered(spelled: Library, typed: str, meant: str | None) -> None:
    results = search(spelled, Request(typed))
    assert results.suggestion == meant
    if meant:
        assert results.suggestion_count == search(spelled, Request(meant)).total > results.total


def test_a_sentence_that_no_article_has_whole_is_answered_with_what_comes_nearest(spelled: Library) -> None:
    results = search(spelled, Request("do they receive interest from Lehman Brothers"))
    assert (results.total, results.hits) == (0, ())
    assert results.nearly is not None
    assert results.nearly.words == 7
    assert results.nearly.counts[0] == (3, 3)
    wanted = search(spelled, Request(results.nearly.text))
    assert wanted.total == sum(count for _, count in results.nearly.counts)
    assert [found.article for found in results.nearly_found] == [found.article for found in wanted.hits[:5]]


@pytest.mark.parametrize(
    "typed", ["lehm", "red bul", "isn't i", "at&t", "title:art", "number 1", "goverm", "goverment s"]
)
def test_a_completion_has_the_count_that_it_then_finds(spelled: Library, typed: str) -> None:
    found = suggest(spelled, typed)
    assert found
    for suggestion in found:
        if suggestion.kind != "title":
            assert suggestion.count == search(spelled, Request(suggestion.words)).total
    assert len({suggestion.words for suggestion in found}) == len(found)


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
@pytest.mark.parametrize(
    "pasted",
    [
        "https://news.example.org/harbour",
        " http://www.news.example.org/harbour/?utm_source=mail&fbclid=x#comments\n",
    ],
)
def test_the_pasted_address_that_an_article_has_on_the_web_finds_it(tmp_path: Path, pasted: str, engine: str) -> None:
    if engine == "tantivy":
        pytest.importorskip("tantivy")
    address = "https://news.example.org/harbour"
    written = [
        {"id": "there", "title": "Harbour opens", "url": address},
        {"id": "quoting", "title": "Links", "body": f"More at {address} today."},
        {"id": "other", "title": "Harbour closes", "url": "https://news.example.org/harbour-closes"},
    ]
    (tmp_path / "news.jsonl").write_text("\n".join(map(json.dumps, written)), encoding="utf-8")
    sync([tmp_path / "news.jsonl"], tmp_path / "index", engine=engine, processes=0)
    with opened(tmp_path / "index") as library:
        found = search(library, Request(pasted, facets=FACETS))
        assert {hit.article.title for hit in found.hits} == {"Harbour opens", "Links"}
        assert found.sentence.startswith(f"Articles at the address “{pasted.strip()}”, or with ")
        assert {one.title for one in whole(library, Request(pasted))} == {"Harbour opens", "Links"}
        assert search(library, Request("https://news.example.org/nothing-here")).total == 0


def test_the_pasted_address_of_an_article_finds_it(spelled: Library) -> None:
    article = search(spelled, Request("york")).hits[0].article
    for address in (f"http://127.0.0.1:8000/article/{article.id}?q=x#m1", f"/article/{article.id}"):
        assert [found.article for found in search(spelled, Request(address)).hits] == [article]
    assert search(spelled, Request("/article/none")).total == 0
