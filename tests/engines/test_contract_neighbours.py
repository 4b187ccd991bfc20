"""Words that are neighbours in a query count more where they stand near each other, in the best articles."""

import pytest

from searchapp.article import Article
from searchapp.engines import Ask, Budget, Hits, scoring
from searchapp.engines.scoring import BEST, DISTANCE, PAIRS
from searchapp.query.tree import And, AnyOf, Exact, Keyword, Node, Not, Or, Word

from .conftest import Fill
from .oracle import Oracle

GAS, DEAL, OIL, THE = Word("gas"), Word("deal"), Word("oil"), Word("the")
FILLER = " ".join(["w"] * DISTANCE)
OTHERS = [Article(f"z{number}", body=f"nothing of the kind {number}") for number in range(9)]


def pair(near: str, far: str) -> list[Article]:
    """Return two articles with the same words, of which `z` would come second by anything else."""
    return [Article("z", body=near), Article("a", body=far), *OTHERS]


NEAR = pair(f"gas {FILLER} deal w", f"gas w {FILLER} deal")
NEAR_TURNED = pair(f"deal {FILLER} gas w", f"deal w {FILLER} gas")
COUNTS: dict[str, tuple[Node, list[Article]]] = {
    "eight words in a row hold both": (And((GAS, DEAL)), NEAR),
    "in either order": (And((GAS, DEAL)), NEAR_TURNED),
    "of words joined by OR": (Or((GAS, DEAL)), NEAR),
    "with a stop word between them in the query": (Or((GAS, THE, DEAL)), [*NEAR, Article("y", body="the the the")]),
    "with a filter beside them": (And((GAS, DEAL, Not(OIL))), NEAR),
    "in a group": (And((Or((GAS, DEAL)), Not(OIL))), NEAR),
    "in the body alone": (And((Word("gas", "body"), Word("deal", "body"))), NEAR),
}
COUNTS_NOT: dict[str, tuple[Node, list[Article]]] = {
    "words that another one separates in the query": (And((GAS, Word("w"), DEAL)), NEAR),
    "words that something else separates": (And((GAS, Not(OIL), DEAL)), NEAR),
    "one word twice": (And((GAS, GAS)), pair("gas gas w w", "gas w w gas")),
    "words as they stand": (And((Exact("gas"), Exact("deal"))), NEAR),
    "words of different fields": (Or((Word("gas", "body"), DEAL)), NEAR),
    "any of several": (AnyOf((GAS, DEAL, OIL), 2), NEAR),
    "an And that need not match": (Or((And((GAS, DEAL)), OIL)), NEAR),
}


@pytest.mark.parametrize(("tree", "articles"), COUNTS.values(), ids=COUNTS)
def test_neighbours_near_each_other_come_first(filled: Fill, tree: Node, articles: list[Article]) -> None:
    engine = filled(articles)
    best, next_best = engine.search(Ask(tree)).hits[:2]
    assert (best.article.id, next_best.article.id) == ("z", "a")
    assert best.score > next_best.score * 1.01
    assert best.score == pytest.approx(Oracle(articles).score(tree, "z"), rel=1e-5)


@pytest.mark.parametrize(("tree", "articles"), COUNTS_NOT.values(), ids=COUNTS_NOT)
def test_what_are_no_neighbours_counts_as_before(filled: Fill, tree: Node, articles: list[Article]) -> None:
    scores = {hit.article.id: hit.score for hit in filled(articles).search(Ask(tree)).hits}
    assert scores["z"] == pytest.approx(scores["a"], rel=1e-5)


def test_the_boost_of_neighbours_is_the_lesser_of_the_two(filled: Fill) -> None:
    scores = [
        {hit.article.id: hit.score for hit in filled(NEAR).search(Ask(tree)).hits}
        for tree in (And((GAS, DEAL)), And((Word("gas", boost=9.0), Word("deal", boost=3.0))))
    ]
    plain, boosted = (found["z"] - found["a"] for found in scores)
    assert boosted == pytest.approx(3 * plain, rel=1e-3)


def test_neighbours_of_which_one_counts_nothing_add_nothing(filled: Fill) -> None:
    tree = Or((GAS, Word("deal", boost=0.0)))
    hits = filled(MANY).search(Ask(tree, limit=5)).hits
    assert [hit.article.id for hit in hits] == Oracle(MANY).order(tree)[:5]


def ranked(number: int, body: str) -> Article:
    """Return an article that comes the later the higher its number is, since it is longer."""
    return Article(f"{number:03}", body=f"{body} {'x ' * 2 * number}", source="Post" if number % 2 else "Daily")


SHORT, LONG = "gas " + "w " * 8 + "deal", "gas deal " + "w " * 8
# Of these, the last two of the best have them near each other, and all that come after the best.
MANY = [ranked(number, LONG if number >= BEST - 2 else SHORT) for number in range(BEST + 20)]


@pytest.mark.parametrize("tree", [Or((GAS, DEAL)), And((GAS, DEAL))], ids=str)
def test_only_the_best_change_places_and_pages_hold_each_article_once(filled: Fill, tree: Node) -> None:
    engine, oracle = filled(MANY[::3], MANY[1::3], MANY[2::3]), Oracle(MANY)
    expected = oracle.order(tree)
    lifted = [f"{BEST - 2:03}", f"{BEST - 1:03}"]
    assert sorted(expected[:BEST]) == [f"{number:03}" for number in range(BEST)]
    assert expected[BEST:] == [f"{number:03}" for number in range(BEST, BEST + 20)]
    assert expected[BEST - 2 : BEST] != lifted
    for size in (1, 7, 10, BEST, BEST + 3, 200):
        for offset in range(0, len(MANY), size):
            page = engine.search(Ask(tree, offset=offset, limit=size))
            assert [hit.article.id for hit in page.hits] == expected[offset : offset + size]
            assert [hit.score for hit in page.hits] == pytest.approx(
                [oracle.score(tree, hit.article.id) for hit in page.hits], rel=1e-5
            )
            assert page.total == len(MANY) == engine.count(tree, Budget())
    assert [article.id for article in engine.each(tree, "relevance")] == expected


def test_equals_at_the_border_of_the_best_are_told_apart_by_day_and_id(filled: Fill) -> None:
    equals = [Article(f"{number:03}", body=LONG, date="2007" if number % 2 else "") for number in range(BEST + 30)]
    tree = And((GAS, DEAL))
    engine, expected = filled(equals[::2], equals[1::2]), Oracle(equals).order(tree)
    for offset in (0, BEST - 5, BEST, BEST + 20):
        hits = engine.search(Ask(tree, offset=offset, limit=10)).hits
        assert [hit.article.id for hit in hits] == expected[offset : offset + 10]


def test_other_orders_and_filters_are_as_before(filled: Fill) -> None:
    engine = filled(MANY)
    tree = And((GAS, DEAL, Keyword("source", "Post")))
    hits = engine.search(Ask(tree, "newest", limit=100)).hits
    assert [hit.article.id for hit in hits] == Oracle(MANY).order(tree, "newest")
    assert {hit.score for hit in hits} == {0.0}
    assert engine.search(Ask(tree, limit=0)).total == len(hits)


@pytest.mark.parametrize("tree", [And((GAS, OIL)), And((GAS, DEAL, OIL)), Or((OIL, Word("nowhere")))], ids=str)
def test_neighbours_that_no_article_has_find_nothing(filled: Fill, tree: Node) -> None:
    assert filled(MANY).search(Ask(tree)) == Hits(0)


def test_when_time_is_over_nothing_is_looked_up_any_more(filled: Fill) -> None:
    assert filled(MANY).search(Ask(And((GAS, DEAL)), budget=Budget(deadline=0))).is_partial


def test_a_long_query_has_so_many_pairs_and_no_more() -> None:
    tree = And(tuple(Word(f"w{number}") for number in range(3 * PAIRS)))
    pairs = scoring.neighbours(tree, lambda _: False, lambda _: 1.0)
    assert [*pairs] == [(f"w{number}", f"w{number + 1}") for number in range(PAIRS)]
    turned = scoring.neighbours(And((GAS, DEAL, GAS, DEAL)), lambda _: False, lambda _: 1.0)
    assert turned == {("gas", "deal"): pytest.approx(0.2)}
