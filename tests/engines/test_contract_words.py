"""What every engine does with its words: expansions within a budget, completions, spellings; and the time it keeps."""

import pytest

from searchapp.article import Article
from searchapp.engines import FACETS, Ask, Budget, Sort
from searchapp.query.tree import And, Everything, Exact, Fuzzy, Keyword, Near, Node, Not, Or, Phrase, Wildcard, Word

from .conftest import Build, Fill

# ship0 stands in 10 articles, ship1 in 9, ..., ship9 in 1; shop in one title and two bodies
SHIPS = [
    Article(str(n), title="shop" if n == 3 else "", body=" ".join(f"ship{m}" for m in range(n + 1))) for n in range(10)
]
ARTICLES = [*(Article(a.id, a.title, body=a.body + (" shop" if a.id in "34" else "")) for a in reversed(SHIPS))]


def ids(found: object) -> set[str]:
    return {hit.article.id for hit in found.hits}  # type: ignore[attr-defined]


def test_a_pattern_takes_the_words_in_most_articles_and_says_how_many_it_left_out(filled: Fill) -> None:
    found = filled(ARTICLES).search(Ask(Wildcard("ship*"), limit=20, budget=Budget(expansions=3)))
    assert found.total == 10
    assert found.notes == ("“ship*” was expanded to 3 of 10 words; more may match than were found.",)
    assert not found.is_partial


def test_words_in_equally_many_articles_are_taken_in_the_order_of_their_letters(build: Build) -> None:
    engine = build([Article("b", body="shipb"), Article("a", body="shipa"), Article("c", body="shipc")])
    assert ids(engine.search(Ask(Wildcard("ship*"), budget=Budget(expansions=2)))) == {"a", "b"}


def test_how_often_a_word_stands_counts_over_the_fields_that_are_looked_into(build: Build) -> None:
    engine = build(
        [
            Article("1", title="shipa", body="shipb"),
            Article("2", title="shipa", body="shipc"),
            Article("3", title="shipc", body="shipb shipc"),
            Article("4", body="shipb"),
        ]
    )
    one = Budget(expansions=1)
    assert ids(engine.search(Ask(Wildcard("ship*", "title"), budget=one))) == {"1", "2"}
    assert ids(engine.search(Ask(Wildcard("ship*", "body"), budget=one))) == {"1", "3", "4"}
    assert ids(engine.search(Ask(Wildcard("ship*"), budget=one))) == {"1", "3", "4"}


def test_an_expansion_within_its_budget_is_not_worth_a_note(filled: Fill) -> None:
    found = filled(ARTICLES).search(Ask(Wildcard("ship*"), budget=Budget(expansions=10)))
    assert (found.total, found.notes) == (10, ())


def test_a_thousand_and_twenty_four_words_are_taken_unless_told_otherwise(build: Build) -> None:
    engine = build([Article(str(n), body=f"word{n:04}") for n in range(1100)])
    found = engine.search(Ask(Wildcard("word*")))
    assert (found.total, found.notes) == (
        1024,
        ("“word*” was expanded to 1,024 of 1,100 words; more may match than were found.",),
    )
    assert engine.count(Wildcard("word*"), Budget(expansions=2000)) == 1100


TREES: list[Node] = [
    Everything(),
    Word("shop"),
    Phrase(("ship0", "ship1")),
    Near(("ship0", "ship1", "ship2"), 3),
    Wildcard("*hi*"),
    Or((Fuzzy("ship", 2), Keyword("source", "x"))),
    Not(Exact("shop")),
]


@pytest.mark.parametrize("tree", TREES, ids=str)
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_when_the_time_is_over_an_answer_is_partial_and_never_an_error(filled: Fill, tree: Node, sort: Sort) -> None:
    spent = Budget(deadline=0.0)
    found = filled(ARTICLES).search(Ask(tree, sort, facets=FACETS, budget=spent))
    whole = filled(ARTICLES).search(Ask(tree, sort, facets=FACETS))
    assert found.is_partial
    assert found.facets.keys() == whole.facets.keys()
    assert found.total <= whole.total
    assert filled(ARTICLES).count(tree, spent) <= whole.total
    assert not whole.is_partial


def test_completions_are_the_words_in_most_articles_first(filled: Fill) -> None:
    engine = filled(ARTICLES)
    assert engine.completions("ship", 3) == [("ship0", 10), ("ship1", 9), ("ship2", 8)]
    words = [*((f"ship{n}", 10 - n) for n in range(9)), ("shop", 2), ("ship9", 1)]
    assert engine.completions("sh", 100) == words
    assert engine.completions("x", 3) == []
    assert engine.completions("ship0", 3) == [("ship0", 10)]
    assert engine.completions("ship", 0) == []


def test_completions_count_an_article_once_however_many_fields_have_the_word(build: Build) -> None:
    engine = build([Article("1", "gas", "gas", "gas"), Article("2", body="gases"), Article("3", body="gases")])
    assert engine.completions("gas", 1) == [("gases", 2)]
    assert engine.completions("gas", 5) == [("gases", 2), ("gas", 1)]


def test_completions_are_counted_over_all_commits(filled: Fill) -> None:
    assert filled(ARTICLES[:4], ARTICLES[4:]).completions("ship", 2) == [("ship0", 10), ("ship1", 9)]


def test_spellings_are_nearest_first_then_those_in_most_articles(build: Build) -> None:
    engine = build(
        [
            Article("1", "russia", body="rusia prussia russian asia"),
            Article("2", "prussia", body="russian ruses"),
            Article("3", body="russian"),
        ]
    )
    assert engine.spellings("russia", 10) == [("russian", 3), ("prussia", 2), ("rusia", 1)]
    assert engine.spellings("rusisa", 10) == [
        ("rusia", 1),
        ("russia", 1),
        ("russian", 3),
        ("prussia", 2),
        ("ruses", 1),
    ]
    assert engine.spellings("russia", 1) == [("russian", 3)]
    assert engine.spellings("xyz", 10) == []


def test_a_spelling_is_in_as_many_articles_as_a_search_for_it_finds(filled: Fill) -> None:
    fields = [
        ("shipa", "shipb", "shipc"),
        ("shipb", "shipb", "shipb shipd"),
        ("", "", "shipa shipc"),
        ("shipd", "", ""),
    ]
    articles = [
        Article(f"{commit}-{number}", title, byline, body=f"{body} ship{commit}")
        for commit in range(3)
        for number, (title, byline, body) in enumerate(fields * 2)
    ]
    engine = filled(articles[:8], articles[8:16], articles[16:])
    engine.remove(["0-1", "1-2", "1-5", "2-3"])
    engine.commit()
    found = engine.spellings("shipx", 50)
    assert len(found) == 7
    assert found == [(word, engine.count(Exact(word), Budget())) for word, _ in found]
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
    for limit in range(1, 7):
        assert engine.spellings("shipx", limit) == found[:limit]


def test_spellings_leave_out_words_of_removed_articles(build: Build) -> None:
    engine = build([Article("1", "russia"), Article("2", "prussia")])
    engine.remove(["2"])
    engine.commit()
    assert engine.spellings("russla", 10) == [("russia", 1)]
    assert engine.completions("prus", 10) == []


def test_patterns_share_the_words_they_may_become_whatever_their_order(build: Build) -> None:
    words = " ".join(f"w{number}tion" for number in range(20))
    engine = build([Article("1", body=f"{words} macron macabre")])
    patterns = (Wildcard("*tion*"), Wildcard("mac*"))
    for tree in (And(patterns), And(patterns[::-1])):
        hits = engine.search(Ask(tree, budget=Budget(expansions=8)))
        assert hits.total == 1
        assert hits.notes == ("“*tion*” was expanded to 4 of 20 words; more may match than were found.",)
