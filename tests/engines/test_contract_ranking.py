"""In which order articles come, and page by page."""

import pytest

from searchapp.answers.highlight import Highlighter
from searchapp.article import Article
from searchapp.engines import Ask, Budget, Sort
from searchapp.languages import Stems
from searchapp.query.tree import (
    FIELDS,
    And,
    Countable,
    Dates,
    Everything,
    Exact,
    Keyword,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Wildcard,
    Word,
)

from .conftest import Build, Fill
from .oracle import Oracle

ARTICLES = [
    Article("a", "Gas deal", "By Gas Man", "The gas deal of deals. Gas, gas deal.", "2007-08-14", "Daily"),
    Article("b", "Deal", "", "gas " * 30 + "deal", "2007-08-15", "Daily"),
    Article(
        "c", "Gases dealt", "By Jane", "Signed deals over gas; other words follow here and it is longer.", "", "Post"
    ),
    Article("d", "Other news", "", "Nothing of the kind, but a deal for gas " + "and more words " * 40, "2007", "Post"),
    Article("e", "", "", "deal"),
    Article("f"),
]
TREES: list[Node] = [
    Word("gas"),
    Word("deal", boost=3.0),
    Word("gas", "title"),
    Word("jane"),
    Exact("gas"),
    Exact("deal", "body", 0.25),
    Phrase(("gas", "deal")),
    Phrase(("gas", "gas")),
    Phrase(("gas", "deal"), "body", 2.0),
    Near(("gas", "deal"), 3),
    Near(("deal", "gas", "the"), 4, boost=2.0),
    Near(("gas", "gas"), 2),
    Wildcard("de*", boost=1.5),
    And((Word("gas"), Word("deal"))),
    Or((Word("gas"), Exact("deal"), Wildcard("d*l*"), Word("follow", boost=2.0))),
    And((Word("gas"), Keyword("source", "Daily"), Dates(), Not(Word("man")))),
    And((Or((Word("gas"), Not(Word("deal")))), Word("deal"))),
    Or((And((Word("gas"), Word("jane"))), Word("deal"))),
]


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_scores_are_those_of_the_formula(filled: Fill, tree: Node) -> None:
    engine, oracle = filled(ARTICLES), Oracle(ARTICLES)
    hits = engine.search(Ask(tree, limit=10)).hits
    assert hits
    for hit in hits:
        assert hit.score == pytest.approx(oracle.score(tree, hit.article.id), rel=1e-5)
    assert [hit.article.id for hit in hits] == oracle.order(tree)


def test_scores_count_articles_of_all_commits(filled: Fill) -> None:
    oracle = Oracle(ARTICLES)
    for hit in filled(*([article] for article in ARTICLES)).search(Ask(Word("gas"))).hits:
        assert hit.score == pytest.approx(oracle.score(Word("gas"), hit.article.id), rel=1e-5)


def test_long_texts_score_by_the_length_that_a_byte_can_hold(filled: Fill) -> None:
    articles = [Article(str(length), body="gas " + "x " * (length - 1)) for length in (1, 40, 41, 43, 200, 5000)]
    engine, oracle = filled(articles), Oracle(articles)
    for hit in engine.search(Ask(Exact("gas"))).hits:
        assert hit.score == pytest.approx(oracle.score(Exact("gas"), hit.article.id), rel=1e-5)


@pytest.mark.parametrize("tree", [Everything(), Keyword("source", "Daily"), Not(Word("gas")), Dates()], ids=str)
def test_what_only_filters_has_no_score_and_comes_newest_first(filled: Fill, tree: Node) -> None:
    hits = filled(ARTICLES).search(Ask(tree)).hits
    assert [hit.article.id for hit in hits] == Oracle(ARTICLES).order(tree)
    assert {hit.score for hit in hits} == {0.0}


DATED = [
    Article(name, title="gas", date=date)
    for name, date in [
        ("late", "2008-01-01"),
        ("z-early", "2006-12-31"),
        ("year", "2007"),
        ("a-new-year", "2007-01-01"),
        ("month", "2007-01"),
        ("never", ""),
        ("b-never", ""),
        ("a-late", "2008-01-01"),
    ]
]
NEWEST = ["a-late", "late", "a-new-year", "month", "year", "z-early", "b-never", "never"]
OLDEST = ["z-early", "a-new-year", "month", "year", "a-late", "late", "b-never", "never"]


@pytest.mark.parametrize(("sort", "expected"), [("newest", NEWEST), ("oldest", OLDEST), ("relevance", NEWEST)])
@pytest.mark.parametrize("tree", [Word("gas"), Everything(), Wildcard("g*")], ids=str)
def test_articles_sort_by_day_then_id_and_undated_ones_come_last(
    filled: Fill, sort: Sort, expected: list[str], tree: Node
) -> None:
    hits = filled(DATED).search(Ask(tree, sort)).hits
    assert [hit.article.id for hit in hits] == expected
    if sort != "relevance":
        assert {hit.score for hit in hits} == {0.0}


TIMED = [
    Article("noon", "gas", date="2007-08-14", time="12:00"),
    Article("a-noon", "gas", date="2007-08-14", time="14:00+02:00"),
    Article("tokyo", "gas", date="2007-08-14", time="09:00:30+09:00"),
    Article("day", "gas", date="2007-08-14"),
    Article("evening", "gas", date="2007-08-14", time="23:15:00-05:00"),
    Article("before", "gas", date="2007-08-13", time="23:59"),
    Article("month", "gas", date="2007-08", time=""),
]


@pytest.mark.parametrize("tree", [Word("gas"), Everything(), Wildcard("g*")], ids=str)
def test_articles_of_a_day_sort_by_the_moment_and_without_one_as_its_first(filled: Fill, tree: Node) -> None:
    engine = filled(TIMED[:3], TIMED[3:])
    newest = ["evening", "a-noon", "noon", "tokyo", "day", "before", "month"]
    assert [hit.article.id for hit in engine.search(Ask(tree, "newest")).hits] == newest
    assert [hit.article.id for hit in engine.search(Ask(tree)).hits] == newest
    assert [hit.article.id for hit in engine.search(Ask(tree, "newest", limit=3, offset=2)).hits] == newest[2:5]
    oldest = ["month", "before", "day", "tokyo", "a-noon", "noon", "evening"]
    assert [hit.article.id for hit in engine.search(Ask(tree, "oldest")).hits] == oldest
    found = engine.get("tokyo")
    assert found
    assert found.time == "09:00:30+09:00"


def test_sorting_by_date_leaves_the_matches_as_they_are(filled: Fill) -> None:
    hits = filled(ARTICLES).search(Ask(Phrase(("gas", "deal")), "oldest")).hits
    assert [hit.article.id for hit in hits] == ["a", "b"]


MANY = [
    Article(
        f"{number * 37 % 260:03}",
        title="gas",
        body="x " * (number % 3),
        date=f"2007-01-{1 + number % 9:02}" if number < 120 else "",
    )
    for number in range(260)
]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("tree", [Word("gas"), Wildcard("g*"), Everything()], ids=str)
@pytest.mark.parametrize("size", [1, 7, 100, 259, 260, 1000])
def test_pages_together_are_all_hits_once_and_in_order(filled: Fill, tree: Node, sort: Sort, size: int) -> None:
    engine = filled(MANY[:100], MANY[100:180], MANY[180:])
    expected = Oracle(MANY).order(tree, sort)
    offsets = range(0, 260, size) if size > 1 else (0, 1, 99, 100, 101, 258, 259)
    for offset in offsets:
        page = engine.search(Ask(tree, sort, offset, size))
        assert [hit.article.id for hit in page.hits] == expected[offset : offset + size]
        assert page.total == 260


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "added"])
@pytest.mark.parametrize("tree", [Word("gas"), Wildcard("g*"), Everything(), Word("oil")], ids=str)
def test_each_article_found_comes_once_and_in_order(filled: Fill, tree: Node, sort: Sort) -> None:
    engine = filled(MANY[:100], MANY[100:180], MANY[180:])
    expected = engine.search(Ask(tree, sort, limit=1_000)).hits
    assert [*engine.each(tree, sort)] == [hit.article for hit in expected]


def test_all_that_is_found_is_as_one_commit_has_it(build: Build) -> None:
    engine = build(MANY[:150])
    found = engine.each(Everything(), "oldest")
    begun = next(found).id
    engine.remove([article.id for article in MANY[:150]])
    engine.commit()
    assert {begun, *(article.id for article in found)} == {article.id for article in MANY[:150]}


@pytest.mark.parametrize(
    "leaf", [Word("deal"), Exact("deals"), Phrase(("gas", "deal")), Exact("oil"), Word("gas", "title")], ids=str
)
@pytest.mark.parametrize("among", [Everything(), Word("gas"), Not(Word("gas")), Nothing()], ids=str)
def test_what_an_engine_tells_of_occurrences_is_what_the_texts_have(filled: Fill, leaf: Countable, among: Node) -> None:
    told = filled(ARTICLES[:2], ARTICLES[2:]).occurrences(leaf, among, Budget())
    found = Oracle(ARTICLES).order(among, "newest")
    marking = Highlighter(leaf, Stems("english").of("en"))
    texts = [(field, getattr(article, field)) for article in ARTICLES if article.id in found for field in FIELDS]
    assert told in {None, sum(len(marking.matches(field, text)) for field, text in texts)}


def test_many_equals_below_better_hits_come_in_the_order_of_their_ids(filled: Fill) -> None:
    better = [Article(f"a{number:03}", "gas", body="gas") for number in range(150)]
    equals = [Article(f"b{number * 7 % 150:03}", body="gas") for number in range(150)]
    engine = filled(better + equals)
    for offset in (148, 150, 299):
        hits = engine.search(Ask(Wildcard("ga*"), offset=offset, limit=3)).hits
        assert [hit.article.id for hit in hits] == Oracle(better + equals).order(Wildcard("ga*"))[offset : offset + 3]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_a_page_past_the_last_is_empty_and_a_page_of_none_still_counts(filled: Fill, sort: Sort) -> None:
    engine = filled(MANY)
    for ask in (Ask(Word("gas"), sort, 260, 10), Ask(Word("gas"), sort, 10**9, 10), Ask(Word("gas"), sort, 0, 0)):
        found = engine.search(ask)
        assert (found.total, found.hits) == (260, ())
