"""How many articles have which source, language, author and month."""

import pytest

from searchapp.article import Article
from searchapp.engines import Ask, Budget, FacetName
from searchapp.query.tree import And, Dates, Everything, Keyword, KeywordField, Node, Nothing, Undated, Unknown, Word

from .conftest import Build, Fill

ARTICLES = (
    Article("1", "gas", date="2007-08-14", source="The Daily", language="en", authors=("Jane Doe", "J. Smith")),
    Article("2", "gas", date="2007-08-15", source="the daily", language="EN", authors=("JANE DOE",)),
    Article("3", "gas", date="2007-08", source="THE DAILY", language="en", authors=("Jane Doe", "JANE  DOE", "Li Wei")),
    Article("4", "oil", date="2007", source="the daily", language="ru", authors=("Jané Doe",)),
    Article("5", "oil", date="2006-01-01", source="Post", authors=("J. Smith",)),
    Article("6", "oil"),
)

CASES: list[tuple[FacetName, Node, tuple[tuple[str, int], ...]]] = [
    ("source", Everything(), (("the daily", 4), ("Post", 1))),
    ("source", Word("gas"), (("THE DAILY", 3),)),
    ("source", Word("oil"), (("Post", 1), ("the daily", 1))),
    ("language", Everything(), (("en", 3), ("ru", 1))),
    ("author", Everything(), (("Jane Doe", 4), ("J. Smith", 2), ("Li Wei", 1))),
    ("author", And((Word("oil"), Keyword("source", "The Daily"))), (("Jané Doe", 1),)),
    ("month", Everything(), (("2007-08", 3), ("2006-01", 1), ("2007", 1))),
    ("month", Dates("2007-08-01", "2007-08-31"), (("2007-08", 3),)),
    ("month", Nothing(), ()),
    ("day", Everything(), tuple((day, 1) for day in ("2006-01-01", "2007", "2007-08", "2007-08-14", "2007-08-15"))),
    ("day", Word("gas"), (("2007-08", 1), ("2007-08-14", 1), ("2007-08-15", 1))),
    ("day", Nothing(), ()),
    ("author", Nothing(), ()),
]


@pytest.mark.parametrize(("facet", "tree", "expected"), CASES)
def test_values_written_in_several_ways_count_as_one_written_the_commonest_way(
    filled: Fill, facet: FacetName, tree: Node, expected: tuple[tuple[str, int], ...]
) -> None:
    for engine in (filled(ARTICLES), filled(ARTICLES[:2], ARTICLES[2:3], ARTICLES[3:])):
        assert engine.search(Ask(tree, facets=(facet,))).facets == {facet: expected}


@pytest.mark.parametrize(("facet", "count"), [("source", 1), ("language", 2), ("author", 1), ("month", 1), ("day", 1)])
def test_articles_without_a_value_are_counted_and_found(filled: Fill, facet: FacetName, count: int) -> None:
    for engine in (filled(ARTICLES), filled(ARTICLES[:2], ARTICLES[2:3], ARTICLES[3:])):
        assert engine.search(Ask(Everything(), limit=0, facets=(facet,))).unknown == {facet: count}
        assert engine.search(Ask(Word("gas"), limit=0, facets=(facet,))).unknown == {facet: 0}
        node = Undated() if facet in ("month", "day") else Unknown(facet)
        assert engine.count(node, Budget()) == count


@pytest.mark.parametrize("facet", ["source", "language", "author"])
def test_a_value_as_a_filter_finds_as_many_articles_as_were_counted(filled: Fill, facet: KeywordField) -> None:
    engine = filled(ARTICLES)
    counted = engine.search(Ask(Everything(), facets=(facet,))).facets[facet]
    assert counted
    for value, count in counted:
        assert engine.count(Keyword(facet, value), Budget()) == count


def test_facets_count_all_hits_whatever_the_page_and_only_those_asked_for(filled: Fill) -> None:
    found = filled(ARTICLES).search(Ask(Word("gas"), offset=2, limit=0, facets=("language", "source")))
    assert found.facets == {"language": (("en", 3),), "source": (("THE DAILY", 3),)}
    assert filled(ARTICLES).search(Ask(Word("gas"))).facets == {}


def test_facets_follow_replaced_and_removed_articles(build: Build) -> None:
    engine = build(ARTICLES)
    engine.put([Article("1", "gas", source="Post")])
    engine.remove(["2", "3"])
    engine.commit()
    found = engine.search(Ask(Everything(), facets=("author", "source", "month")))
    assert found.facets == {
        "author": (("J. Smith", 1), ("Jané Doe", 1)),
        "source": (("Post", 2), ("the daily", 1)),
        "month": (("2006-01", 1), ("2007", 1)),
    }


@pytest.mark.parametrize("since", [1880, 1800])
def test_days_are_counted_as_far_as_they_are_known_over_centuries(filled: Fill, since: int) -> None:
    dates = [f"{year}-{month:02}-{day:02}" for year in range(1890, 1900) for month in range(1, 13) for day in (1, 28)]
    dates += [f"{year}-{month:02}" for year in range(since, 1900) for month in range(1, 13)]
    dates += [f"{year}" for year in range(since, 1900)]
    engine = filled([Article(f"{date} {n}", "gas", date=date) for date in dates for n in range(2)])
    counted = dict(engine.search(Ask(Word("gas"), limit=0, facets=("month", "day"))).facets["day"])
    assert counted == dict.fromkeys(dates, 2)


@pytest.mark.parametrize(
    "tree", [Everything(), Word("gas"), Keyword("source", "post"), Nothing(), And((Word("oil"), Word("gas")))]
)
def test_all_ids_that_match_are_found_as_often_as_they_are_counted(filled: Fill, tree: Node) -> None:
    for engine in (filled(ARTICLES), filled(ARTICLES[:2], ARTICLES[2:3], ARTICLES[3:])):
        found = engine.matching(tree, Budget())
        assert sorted(found) == sorted(hit.article.id for hit in engine.search(Ask(tree)).hits)
        assert len(found) == engine.count(tree, Budget())


def test_ids_that_match_follow_replaced_and_removed_articles(build: Build) -> None:
    engine = build([*ARTICLES, Article("a \udc80 b", "gas")])
    engine.put([Article("1", "oil")])
    engine.remove(["2"])
    engine.commit()
    assert sorted(engine.matching(Word("gas"), Budget())) == ["3", "a \udc80 b"]
    assert sorted(engine.matching(Word("oil"), Budget())) == ["1", "4", "5", "6"]


def test_there_may_be_more_values_than_a_table_holds(build: Build) -> None:
    engine = build(Article(str(n), authors=tuple(f"Author {n} {m}" for m in range(1000))) for n in range(70))
    counted = engine.search(Ask(Everything(), facets=("author",))).facets["author"]
    assert len(counted) == 70_000
    assert {count for _, count in counted} == {1}
