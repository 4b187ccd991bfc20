"""What each node of a tree finds, the same on every engine."""

import pytest

from searchapp.article import Article
from searchapp.engines import FACETS, Ask, Budget
from searchapp.query.tree import (
    Amount,
    And,
    AnyOf,
    AtLeast,
    Dates,
    Everything,
    Exact,
    Firsts,
    Fuzzy,
    Keyword,
    LiteralFirst,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Proximity,
    Undated,
    Unknown,
    Wildcard,
    Word,
)

from .conftest import Build, Fill

ARTICLES = (
    Article(
        "deal",
        title="Russia signs gas deal",
        byline="By Jane Signer and Dmitri Café, Agencies",
        body="Moscow signed. The deal on gas was signing time; Iran’s gas too.",
        date="2007-08-14",
        source="The Daily",
        language="en",
        authors=("Jane Signer", "Dmitri Café"),
        first="deal",
        similarity=1.0,
        copies=2,
        url="https://www.daily.example/2007/gas-deal?utm_source=mail&page=2",
    ),
    Article(
        "oil",
        title="Oil up",
        byline="JANE SIGNER",
        body="Plan B for oil, 9/11 recalled. Deal gas on. Partnership of partners.",
        date="2007-08",
        source="THE  DAILY",
        language="EN",
        authors=("JANE SIGNER",),
        first="deal",
        similarity=0.87,
        copies=2,
    ),
    Article("tokyo", title="東京都の天気", body="ガス価格が上がる。ไทย", date="2007", source="Asahi", language="ja"),
    Article("cafe", title="Le café", body="Un CAFÉ, des cafés. naïve Straße", source="Le Quotidien", language="fr"),
    Article("empty"),
)
ALL = {article.id for article in ARTICLES}

CASES: list[tuple[str, Node, set[str]]] = [
    ("a word is found in its other forms", Word("sign"), {"deal"}),
    ("a word is found by another form", Word("signing"), {"deal"}),
    ("a word in the byline has no other forms", Word("signers", "byline"), set()),
    ("a word as it stands is found in the byline", Word("signer"), {"deal", "oil"}),
    ("a word bound to the title is not found elsewhere", Word("gas", "title"), {"deal"}),
    ("a word bound to the body is found by its forms", Word("signs", "body"), {"deal"}),
    ("an exact word finds no other form", Exact("signs"), {"deal"}),
    ("an exact word that stands nowhere", Exact("sign"), set()),
    ("an exact word in a field", Exact("signs", "body"), set()),
    ("an unknown word", Word("zebra"), set()),
    ("a possessive and its word meet", Exact("iran"), {"deal"}),
    ("a letter is a word", Phrase(("plan", "b")), {"oil"}),
    ("numbers with a stroke between are a phrase", Phrase(("9", "11")), {"oil"}),
    ("accents are folded", Word("cafe"), {"deal", "cafe"}),
    ("other letters are folded", Exact("strasse"), {"cafe"}),
    ("Chinese characters are pairs", Exact("東京"), {"tokyo"}),
    ("three Chinese characters are a phrase", Phrase(("東京", "京都")), {"tokyo"}),
    ("pairs in another order are none", Phrase(("京都", "東京")), set()),
    ("a pair between kana and characters", Exact("ス価"), {"tokyo"}),
    ("a phrase in this order", Phrase(("deal", "on", "gas")), {"deal"}),
    ("a phrase in another order", Phrase(("deal", "gas", "on")), {"oil"}),
    ("a phrase needs its words side by side", Phrase(("gas", "was", "time")), set()),
    ("a phrase finds no other forms", Phrase(("sign", "gas")), set()),
    ("a phrase does not reach from one field into the next", Phrase(("deal", "by")), set()),
    ("a phrase with a word twice", Phrase(("gas", "gas")), set()),
    ("a phrase with an unknown word", Phrase(("gas", "zebra")), set()),
    ("a phrase in the byline", Phrase(("jane", "signer"), "byline"), {"deal", "oil"}),
    ("a phrase in the wrong field", Phrase(("jane", "signer"), "title"), set()),
    ("near, in the other order", Near(("gas", "russia"), 1), {"deal"}),
    ("near, one word too far", Near(("deal", "russia"), 1), set()),
    ("near, just near enough", Near(("deal", "russia"), 2), {"deal"}),
    ("near with three words", Near(("was", "deal", "gas"), 1), {"deal"}),
    ("near with three words, too far", Near(("moscow", "deal", "gas"), 2), set()),
    ("near with three words, just near enough", Near(("moscow", "deal", "gas"), 3), {"deal"}),
    ("near with a word twice needs it twice", Near(("gas", "gas"), 4), {"deal"}),
    ("near with a word twice, too far", Near(("gas", "gas"), 3), set()),
    ("near with no word between", Near(("signed", "moscow"), 0), {"deal"}),
    ("near in one field only", Near(("up", "plan"), 10), set()),
    ("near with an unknown word", Near(("gas", "zebra"), 10), set()),
    ("a phrase that ends in a pattern", Proximity(((Exact("gas"),), (Wildcard("dea*"),))), {"deal"}),
    ("a phrase with a pattern, the other way round", Proximity(((Wildcard("dea*"),), (Exact("gas"),))), {"oil"}),
    ("a phrase with a typing error", Proximity(((Fuzzy("palns", 2),), (Exact("b"),))), {"oil"}),
    ("a phrase with a pattern that fits nothing", Proximity(((Exact("gas"),), (Wildcard("zeb*"),))), set()),
    ("in this order within words", Proximity(((Exact("russia"),), (Exact("deal"),)), 2), {"deal"}),
    ("in this order, but not near enough", Proximity(((Exact("russia"),), (Exact("deal"),)), 1), set()),
    ("not in this order", Proximity(((Exact("deal"),), (Exact("russia"),)), 9, True, "title"), set()),
    (
        "a phrase near a word",
        Proximity(((Exact("gas"),), (Exact("deal"),), (Exact("russia"),)), 9, False, left=2),
        {"deal"},
    ),
    ("in any order", Proximity(((Wildcard("dea?"),), (Exact("russia"),)), 2, False), {"deal"}),
    ("a slot with a choice", Proximity(((Exact("zebra"), Exact("for")), (Exact("oil"),))), {"oil"}),
    ("a pattern twice needs two words", Proximity(((Wildcard("partn*"),), (Wildcard("*tners"),)), 9, False), {"oil"}),
    ("one word is not two", Proximity(((Wildcard("mosc*"),), (Wildcard("*oscow"),)), 9, False), set()),
    ("a word so often in any form", AtLeast(Word("sign"), 3), {"deal"}),
    ("a word not so often", AtLeast(Word("sign"), 4), set()),
    ("a word so often over all fields", AtLeast(Exact("gas"), 3), {"deal"}),
    ("a phrase twice", AtLeast(Phrase(("gas", "deal")), 2), set()),
    ("at least two of three", AnyOf((Word("gas"), Word("oil"), Word("zebra")), 2), {"oil"}),
    ("at least one of three", AnyOf((Word("gas"), Word("oil"), Word("zebra")), 1), {"deal", "oil"}),
    ("at least two, a lack among them", AnyOf((Word("gas"), Not(Word("oil")), Word("zebra")), 2), {"deal"}),
    ("a name as it stands", LiteralFirst(Phrase(("9", "11")), Wildcard("*a*")), {"oil"}),
    ("a pattern where no article has the name", LiteralFirst(Phrase(("part", "ship")), Wildcard("part*ship")), {"oil"}),
    ("a prefix", Wildcard("part*"), {"oil"}),
    ("a suffix", Wildcard("*ership"), {"oil"}),
    ("inside", Wildcard("*tner*"), {"oil"}),
    ("one letter", Wildcard("partner?"), {"oil"}),
    ("one letter is not none", Wildcard("partners?"), set()),
    ("any letters are also none", Wildcard("partners*"), {"oil"}),
    ("a pattern is the whole word", Wildcard("?artner"), set()),
    ("a pattern in a field", Wildcard("sig*", "title"), {"deal"}),
    ("a pattern in the byline", Wildcard("sign?r"), {"deal", "oil"}),
    ("a pattern of Chinese", Wildcard("京?"), {"tokyo"}),
    ("signs of regular expressions are letters like others", Wildcard("[a-z]+.*"), set()),
    ("one letter wrong", Fuzzy("rassia", 1), {"deal"}),
    ("one letter missing", Fuzzy("rusia", 1), {"deal"}),
    ("one letter more", Fuzzy("russsia", 1), {"deal"}),
    ("two letters swapped are one error", Fuzzy("rusisa", 1), {"deal"}),
    ("two errors are not one", Fuzzy("rosia", 1), set()),
    ("two errors", Fuzzy("rosia", 2), {"deal"}),
    ("the first letter has to be right", Fuzzy("bussia", 1), set()),
    ("the word itself has no error", Fuzzy("russia", 1, "title"), {"deal"}),
    ("a misspelt word in another field", Fuzzy("rusia", 1, "body"), set()),
    ("a source, however written", Keyword("source", "the daily"), {"deal", "oil"}),
    ("a source is the whole of it", Keyword("source", "daily"), set()),
    ("a language", Keyword("language", "En"), {"deal", "oil"}),
    ("the first author", Keyword("author", "Jane Signer"), {"deal", "oil"}),
    ("another author, accents folded", Keyword("author", "dmitri cafe"), {"deal"}),
    ("an author is the whole of it", Keyword("author", "jane"), set()),
    ("nobody", Keyword("author", ""), set()),
    ("no source", Unknown("source"), {"empty"}),
    ("no language", Unknown("language"), {"empty"}),
    ("no author", Unknown("author"), {"tokyo", "cafe", "empty"}),
    ("a day", Dates("2007-08-14", "2007-08-14"), {"deal"}),
    ("a month holds what is known by the month", Dates("2007-08-01", "2007-08-31"), {"deal", "oil"}),
    ("part of a month does not", Dates("2007-08-01", "2007-08-30"), {"deal"}),
    ("a year holds what is known by the year", Dates("2007-01-01", "2007-12-31"), {"deal", "oil", "tokyo"}),
    ("from a day on", Dates("2007-08-01"), {"deal", "oil"}),
    ("up to a day", Dates(last="2007-08-30"), {"deal"}),
    ("any known date", Dates(), {"deal", "oil", "tokyo"}),
    ("no known date", Undated(), {"cafe", "empty"}),
    ("both", And((Word("gas"), Word("partner"))), {"oil"}),
    ("both, one in the title", And((Word("oil", "title"), Word("gas"))), {"oil"}),
    ("either", Or((Word("russia"), Word("oil"))), {"deal", "oil"}),
    ("one and not the other", And((Word("gas"), Not(Word("oil")))), {"deal"}),
    ("only not", Not(Word("gas")), ALL - {"deal", "oil"}),
    ("only negatives together", And((Not(Word("gas")), Not(Undated()))), {"tokyo"}),
    ("a word or the lack of another", Or((Word("oil"), Not(Word("gas")))), ALL - {"deal"}),
    ("not not", Not(Not(Word("gas"))), {"deal", "oil"}),
    ("not both", Not(And((Word("gas"), Word("partner")))), ALL - {"oil"}),
    ("not a phrase leaves its loose words", And((Word("gas"), Not(Phrase(("deal", "on", "gas"))))), {"oil"}),
    ("not near", And((Word("gas"), Not(Near(("was", "deal", "gas"), 1)))), {"oil"}),
    ("not a pattern", Not(Wildcard("*g*")), {"tokyo", "cafe", "empty"}),
    ("each story once", Firsts(), ALL - {"oil"}),
    ("copies of earlier ones", Not(Firsts()), {"oil"}),
    ("the copies of a story", Keyword("first", "deal"), {"deal", "oil"}),
    ("an address", Keyword("url", "http://daily.example/2007/gas-deal/?page=2#top"), {"deal"}),
    ("an address that goes on", Keyword("url", "https://daily.example/2007/gas-deal"), set()),
    ("no address", Unknown("url"), ALL - {"deal"}),
    ("a story without copies", Keyword("first", "tokyo"), set()),
    ("so many copies", Amount("copies", 2, 2), {"deal", "oil"}),
    ("more copies than any", Amount("copies", 3), set()),
    ("more copies than can be counted", Amount("copies", 10**9), set()),
    ("no copies", Amount("copies", 0, 0), ALL - {"deal", "oil"}),
    ("any number of copies", Amount("copies", 0, 10**12), ALL),
    ("a range that has no number in it", Amount("copies", 3, 1), set()),
    ("near to the first", Amount("similarity", 87), {"deal", "oil"}),
    ("less near: what has no copies is not meant", Amount("similarity", 0, 99), {"oil"}),
    ("a word and a filter", And((Word("gas"), Keyword("source", "THE DAILY"), Dates(last="2007-08-30"))), {"deal"}),
    ("filters only", And((Keyword("source", "The Daily"), Not(Keyword("author", "Dmitri Café")))), {"oil"}),
    ("everything", Everything(), ALL),
    ("nothing", Nothing(), set()),
    ("nothing or something", Or((Nothing(), Word("oil"))), {"oil"}),
    ("nothing and something", And((Nothing(), Word("oil"))), set()),
    ("not nothing", Not(Nothing()), ALL),
    ("not everything", Not(Everything()), set()),
    ("deep", Or((And((Or((Word("oil"), Word("tea"))), Not(Nothing()))), And((Word("café"), Undated())))), {"oil"}),
]


@pytest.mark.parametrize(("tree", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_node_finds(filled: Fill, tree: Node, expected: set[str]) -> None:
    engine = filled(ARTICLES)
    found = engine.search(Ask(tree, limit=100))
    assert {hit.article.id for hit in found.hits} == expected
    assert found.total == len(found.hits) == engine.count(tree, Budget()) == len(expected)
    assert (found.is_partial, found.total_is) == (False, "exact")
    assert found.notes == () or isinstance(tree, LiteralFirst)


def test_an_empty_store_finds_nothing_by_any_node(build: Build) -> None:
    engine = build([])
    trees = [case[1] for case in CASES]
    assert [engine.search(Ask(tree)).total for tree in trees] == [0] * len(trees)
    assert engine.counts(trees, Budget()) == [0] * len(trees)


def test_stories_are_counted_once_across_commits_and_without_what_was_removed(build: Build) -> None:
    def printing(number: int, first: str, title: str = "gas") -> Article:
        return Article(str(number), title, first=first, copies=1 if first else 0)

    engine = build([printing(1, "1"), printing(2, "1"), printing(3, ""), printing(4, "4", "oil"), printing(9, "9")])
    engine.put([printing(5, "1"), printing(6, "4"), printing(7, ""), printing(8, "")])
    engine.commit()
    engine.remove(["8", "9"])
    engine.commit()
    counted = {word: engine.count_stories(Word(word), Budget()) for word in ("gas", "oil", "none")}
    assert counted == {"gas": 4, "oil": 1, "none": 0}
    assert engine.count_stories(Everything(), Budget()) == 4
    assert engine.count_stories(Word("gas"), Budget(deadline=0)) is None
    for facets in ((), FACETS):
        assert engine.search(Ask(Everything(), facets=facets, stories=True)).stories in (None, 4)
    assert engine.search(Ask(Everything())).stories is None


def test_printings_that_come_with_hits_are_all_of_their_story_oldest_first(build: Build) -> None:
    def printing(name: str, copies: int, date: str, title: str = "gas") -> Article:
        return Article(name, title, date=date, first=f"{name[0]}1", copies=copies)

    small = [printing("a1", 2, "2024-03-01"), printing("a2", 2, "2024-01-01", "oil"), printing("a3", 2, "2024-02-01")]
    large = [printing(f"b{number}", 4, f"2024-05-0{number}") for number in range(1, 6)]
    engine = build([*small, *large, Article("alone", "gas")])
    found = engine.search(Ask(Word("gas"), limit=100, printings=2))
    assert {hit.article.id for hit in found.hits} == {"a1", "a3", "b1", "b2", "b3", "b4", "b5", "alone"}
    whole = {"a1": ["a2", "a3", "a1"], "b1": ["b1", "b2", "b3", "b4", "b5"]}
    assert all([one.id for one in some] == whole[first] for first, some in found.printings.items())
    assert not engine.search(Ask(Word("gas"))).printings


def test_several_trees_are_counted_like_each_of_them(build: Build) -> None:
    engine = build([Article("a", "gas"), Article("b", "gas oil"), Article("c", body="gasoline")])
    trees = [Word("gas"), Wildcard("gas*"), And((Word("gas"), Not(Word("oil")))), Exact("none"), Word("gas")]
    assert engine.counts(trees, Budget()) == [engine.count(tree, Budget()) for tree in trees] == [2, 3, 1, 0, 2]
    assert [*engine.counts([], Budget())] == [*engine.counts(trees, Budget(deadline=0))] == []


def test_a_word_is_found_across_commits(filled: Fill) -> None:
    engine = filled(ARTICLES[:1], ARTICLES[1:])
    for tree in (Word("gas"), Near(("on", "gas", "deal"), 2), Wildcard("*eal"), Keyword("source", "The Daily")):
        assert engine.count(tree, Budget()) == 2
