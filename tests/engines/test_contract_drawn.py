"""All engines and the oracle agree on articles and trees that nobody thought of."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.article import Article
from searchapp.engines import Ask, Budget, Engine, discard_engine
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
from searchapp.text import terms

from .conftest import create, installed, missing
from .oracle import Oracle

WRITTEN = [
    "gas",
    "Gas",
    "gases",
    "GAS’S",
    "deal",
    "deals",
    "dealt",
    "déal",
    "oil",
    "the",
    "die",
    "portes",
    "porte",
    "東京都",
    "x",
    "11",
]
TERMS = sorted({term for word in WRITTEN for term in terms(word)})
DATES = ["", "2007", "2007-08", "2007-08-14", "2007-08-15", "2006-12-31"]
LANGUAGES = ["en", "en", "de", "fr", "ja", "", "Klingon"]
SOURCES = ["", "The Daily", "the daily", "Post"]

ADDRESSES = [
    "",
    "https://www.post.example/a?utm_source=x",
    "http://post.example/a/",
    "https://post.example/a?b=c",
    "gas",
]

texts = st.lists(st.sampled_from(WRITTEN), max_size=9).map(" ".join)
articles = st.builds(
    Article,
    id=st.sampled_from("abcdefgh"),
    title=texts,
    byline=texts,
    body=texts,
    date=st.sampled_from(DATES),
    source=st.sampled_from(SOURCES),
    language=st.sampled_from(LANGUAGES),
    first=st.sampled_from("abcdefgh") | st.just(""),
    url=st.sampled_from(ADDRESSES),
    similarity=st.integers(0, 100).map(lambda percent: percent / 100),
    copies=st.integers(0, 4),
    added=st.sampled_from(["", *(f"1970-01-01T00:00:0{second}Z" for second in range(1, 8))]),
    edited=st.sampled_from(["", *(f"1970-01-01T00:00:0{second}Z" for second in range(1, 8))]),
    authors=st.lists(st.sampled_from(["Jane Doe", "JANE DOE", "Li"]), max_size=2).map(tuple),
)
term = st.sampled_from(TERMS)
sequences = st.lists(term, min_size=2, max_size=3).map(tuple)
fields = st.sampled_from([None, None, "title", "byline", "body"])
boosts = st.sampled_from([1.0, 1.0, 2.5])
days = st.sampled_from(["", "2006-12-31", "2007-01-01", "2007-08-14", "2007-08-31", "2007-12-31"])
patterns = st.sampled_from(["ga*", "*al", "*a*", "d?al", "?as*", "京?"])
choices = st.one_of(st.builds(Exact, term), st.builds(Wildcard, patterns), st.builds(Fuzzy, term, st.just(1)))
slots = st.lists(choices, min_size=1, max_size=2).map(tuple)
proximities = st.one_of(
    st.builds(Proximity, st.tuples(slots, slots), st.integers(0, 3), st.booleans(), fields, boosts),
    st.builds(
        Proximity,
        st.lists(slots, min_size=3, max_size=4).map(tuple),
        st.integers(0, 3),
        st.booleans(),
        fields,
        boosts,
        st.integers(1, 2),
    ),
)
countable = st.one_of(
    st.builds(Word, term, fields, boosts), st.builds(Exact, term, fields), st.builds(Phrase, sequences, fields)
)
leaves = st.one_of(
    proximities,
    st.builds(Word, term, fields, boosts),
    st.builds(Exact, term, fields, boosts),
    st.builds(Phrase, sequences, fields, boosts),
    st.builds(Near, sequences, st.integers(0, 4), fields, boosts),
    st.builds(Wildcard, patterns, fields, boosts),
    st.builds(Fuzzy, term, st.sampled_from([1, 2]), fields, boosts),
)
filters = st.one_of(
    st.builds(Keyword, st.just("source"), st.sampled_from(SOURCES)),
    st.builds(Keyword, st.just("author"), st.sampled_from(["jane doe", "LI", "nobody"])),
    st.builds(Unknown, st.sampled_from(["source", "language", "author", "url"])),
    st.builds(Keyword, st.just("url"), st.sampled_from([address for address in ADDRESSES if address])),
    st.builds(Dates, days, days),
    st.builds(Keyword, st.just("first"), st.sampled_from("abcdefgh")),
    st.builds(Amount, st.just("copies"), st.integers(0, 5), st.none() | st.integers(0, 5)),
    st.builds(Amount, st.just("similarity"), st.integers(0, 101), st.none() | st.integers(0, 101)),
    st.builds(Amount, st.sampled_from(["added", "edited"]), st.integers(0, 9), st.none() | st.integers(0, 9)),
    st.just(Firsts()),
    st.just(Undated()),
    st.just(Everything()),
    st.just(Nothing()),
)
trees: st.SearchStrategy[Node] = st.recursive(
    st.one_of(
        leaves,
        leaves,
        filters,
        st.builds(AtLeast, countable, st.integers(1, 4)),
        st.builds(LiteralFirst, leaves, leaves),
    ),
    lambda children: st.one_of(
        st.lists(children, min_size=2, max_size=3).map(lambda nodes: And(tuple(nodes))),
        st.lists(children, min_size=2, max_size=3).map(lambda nodes: Or(tuple(nodes))),
        st.lists(children, min_size=2, max_size=4).flatmap(
            lambda nodes: st.integers(1, len(nodes)).map(lambda least: AnyOf(tuple(nodes), least))
        ),
        children.map(Not),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("drawn")
    return (base / str(number) for number in itertools.count())


commits_of_articles = st.lists(st.lists(articles, max_size=6), max_size=2)
many_trees = st.lists(trees, min_size=8, max_size=16)
languages = st.sampled_from(["auto", "auto", "english", "none"])
IN_A_CLUSTER = "opensearch"  # where each question takes milliseconds


@settings(max_examples=30, deadline=None)
@given(commits_of_articles, many_trees, languages)
def test_engines_find_count_and_order_as_the_definitions_say(
    folders: Iterator[Path], commits: list[list[Article]], drawn: list[Node], language: str
) -> None:
    all_agree([name for name in installed() if name != IN_A_CLUSTER], folders, commits, drawn, language)


@pytest.mark.skipif(IN_A_CLUSTER not in installed(), reason=missing(IN_A_CLUSTER))
@settings(max_examples=10, deadline=None)
@given(commits_of_articles, many_trees, languages)
def test_a_cluster_finds_counts_and_orders_as_the_definitions_say(
    folders: Iterator[Path], commits: list[list[Article]], drawn: list[Node], language: str
) -> None:
    all_agree([IN_A_CLUSTER], folders, commits, drawn, language)


def all_agree(
    names: list[str], folders: Iterator[Path], commits: list[list[Article]], drawn: list[Node], language: str
) -> None:
    oracle = Oracle([article for commit in commits for article in commit], language)
    is_replaced = len(oracle.articles) < sum(map(len, commits))
    for name in names:
        folder = next(folders)
        engine = create(name, folder, language)
        for commit in commits:
            engine.put(commit)
            engine.commit()
        for tree in drawn:
            agrees(engine, oracle, tree, is_replaced)
        engine.close()
        discard_engine(name, folder)


def agrees(engine: Engine, oracle: Oracle, tree: Node, is_replaced: bool) -> None:
    found = engine.search(Ask(tree, limit=50))
    expected = oracle.order(tree)
    ids = [hit.article.id for hit in found.hits]
    assert sorted(ids) == sorted(expected)
    assert found.total == engine.count(tree, Budget()) == len(expected)
    assert engine.count_stories(tree, Budget()) == oracle.count_stories(tree)
    assert [hit.article for hit in found.hits] == [oracle.articles[article_id] for article_id in ids]
    for sort in ("newest", "oldest", "added"):
        assert [hit.article.id for hit in engine.search(Ask(tree, sort, limit=50)).hits] == oracle.order(tree, sort)
    if not is_replaced:  # replaced articles may still count in the statistics of an engine
        assert [hit.score for hit in found.hits] == pytest.approx(
            [oracle.score(tree, article_id) for article_id in ids], rel=1e-5
        )
        assert ids == expected
