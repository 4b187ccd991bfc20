"""What the Whoosh engine leaves out, and what it looks up, is never seen: pages and phrases are as defined."""

import contextlib
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.article import Article
from searchapp.engines import Ask
from searchapp.engines.whoosh import WhooshEngine, pairs, positions, postings, ranking
from searchapp.engines.whoosh.columns import thaw
from searchapp.engines.whoosh.merging import merge
from searchapp.engines.whoosh.segment import SegmentFile
from searchapp.query.tree import And, Everything, Exact, Near, Not, Or, Phrase, Wildcard, Word

from .oracle import Oracle
from .test_contract_drawn import articles as drawn_articles
from .test_contract_drawn import trees
from .test_whoosh import TEXTS, put_each_in_a_segment_of_its_own


def as_if_large(few=0, seek=16, many=8, slots=12):
    """Let a handful of articles be gone about as a hundred thousand are."""
    stack = contextlib.ExitStack()
    stack.enter_context(mock.patch.object(ranking, "_FEW", few))
    for module in (postings, ranking, positions):
        stack.enter_context(mock.patch.object(module, "SEEK", seek))
    stack.enter_context(mock.patch.object(postings, "_MANY", many))
    stack.enter_context(mock.patch.object(positions, "_SLOTS", slots))
    return stack


def page_of(engine, tree, offset=0, limit=10):
    found = engine.search(Ask(tree, offset=offset, limit=limit))
    return found.total, [(hit.article.id, hit.score) for hit in found.hits]


@settings(max_examples=60, deadline=None)
@given(
    commits=st.lists(st.lists(drawn_articles, min_size=3, max_size=8), min_size=1, max_size=2),
    drawn=st.lists(trees, min_size=6, max_size=12),
    seek=st.sampled_from([1, 16]),
    many=st.sampled_from([0, 8]),
    slots=st.sampled_from([1, 12, 60]),
)
def test_a_page_is_the_same_whether_or_not_all_articles_are_scored(tmp_path_factory, commits, drawn, seek, many, slots):
    engine = WhooshEngine(tmp_path_factory.mktemp("pages") / "gen", "english")
    for commit in commits:
        engine.put(commit)
        engine.commit()
    for tree in drawn:
        total, everything = page_of(engine, tree, limit=50)
        with as_if_large(seek=seek, many=many, slots=slots):
            assert page_of(engine, tree, limit=50) == (total, everything)
            for offset, limit in ((0, 1), (0, 2), (1, 2), (3, 1)):
                assert page_of(engine, tree, offset, limit) == (total, everything[offset : offset + limit])
    engine.close()


# Titles, bylines and bodies of one word each score by that field alone; lengths and numbers of occurrences differ.
GRADED = [
    Article(
        f"{number * 37 % 240:03}",
        title=["", "gas", "gases", "deal"][number % 4],
        byline=["", "", "gas", "", ""][number % 5],
        body=" ".join(["gas"] * (number % 3) + ["oil"] * (number % 7) + ["gases"] * (number % 2) + ["deal"]),
        date=f"2007-01-{1 + number % 3:02}",
    )
    for number in range(240)
]
GRADED_TREES = [
    Word("gas"),
    Word("deal"),
    Word("gas", "body", 3.0),
    Or((Word("gas"), Word("oil"), Word("deal"))),
    Or((Exact("gases"), Word("oil", boost=0.01), Wildcard("dea*"))),
    And((Word("gas"), Word("oil"))),
    And((Or((Word("gas"), Word("oil"))), Not(Exact("gases")))),
    Or((And((Word("gas"), Exact("gases"))), Word("oil", boost=0.1))),
    And((Word("deal"), Or((And((Word("gas"), Or((And((Word("oil"), Exact("gases"))), Word("oil"))))), Word("deal"))))),
    Or((And((Word("gas"), Or((And((Word("oil", boost=9.0), Exact("gases"))), Word("deal"))))), Exact("deal"))),
    Or((Not(Word("gas")), Word("oil"))),
    Or((Wildcard("nowhere*"), Everything())),
    Phrase(("gas", "oil")),
    Phrase(("oil", "oil", "oil")),
    Or((Phrase(("gas", "gas")), Near(("oil", "deal"), 1), Word("gas", boost=0.2))),
]


@pytest.mark.parametrize("tree", GRADED_TREES, ids=str)
@pytest.mark.parametrize("segments", [1, 3])
def test_every_page_of_many_articles_is_that_of_the_definitions(tmp_path, tree, segments):
    engine = WhooshEngine(tmp_path, "english")
    for first in range(segments):
        engine.put(GRADED[first::segments])
        engine.commit()
    expected = Oracle(GRADED).order(tree)
    with as_if_large(slots=200):
        for offset, limit in ((0, 1), (0, 10), (10, 10), (37, 5), (100, 30)):
            total, page = page_of(engine, tree, offset, limit)
            assert (total, [article_id for article_id, _ in page]) == (len(expected), expected[offset : offset + limit])
    engine.close()


def test_articles_that_were_removed_keep_none_from_the_page(tmp_path):
    engine = WhooshEngine(tmp_path, "english")
    engine.put([Article(f"best{number}", "gas gas gas", body="gas") for number in range(5)])
    engine.put([Article(f"good{number}", body=f"gas and {'other ' * number}") for number in range(5)])
    engine.commit()
    engine.remove([f"best{number}" for number in range(5)])
    engine.commit()
    with as_if_large():
        total, page = page_of(engine, Word("gas"), limit=3)
    assert total == 5
    assert [article_id for article_id, _ in page] == ["good0", "good1", "good2"]
    engine.close()


def test_leaves_that_count_nothing_or_less_are_scored_as_they_stand(tmp_path):
    engine = WhooshEngine(tmp_path, "english")
    engine.put([Article(str(number), body="gas " * number + "oil " * (9 - number)) for number in range(1, 9)])
    engine.commit()
    for boost in (0.0, -1.0):
        tree = Or((Word("gas"), Word("oil", boost=boost)))
        _, everything = page_of(engine, tree, limit=50)
        with as_if_large():
            assert page_of(engine, tree, limit=2) == (8, everything[:2])
    engine.close()


LETTERS = st.lists(st.sampled_from("abc"), max_size=30).map(" ".join)
TOGETHER = [
    Phrase(("a", "b")),
    Phrase(("c", "c"), "body"),
    Phrase(("a", "b", "a")),
    Phrase(("b", "c", "c", "a")),
    Near(("a", "b"), 0),
    Near(("a", "c", "b"), 2),
    Near(("c", "a", "c"), 3),
    Near(("b", "b"), 9),
]


def with_pairs(common, at_once=100_000):
    """Keep pairs of so many words, however small a segment is."""
    return mock.patch.object(pairs, "USUAL", pairs.PairLimits(common, fewest=0, at_once=at_once))


def assert_is_as_defined(engine, articles, leaves):
    oracle = Oracle(articles)
    for leaf in leaves:
        total, page = page_of(engine, leaf, limit=50)
        assert sorted(article_id for article_id, _ in page) == sorted(oracle.order(leaf))
        assert total == len(page)
        for article_id, score in page:
            assert score == pytest.approx(oracle.score(leaf, article_id), rel=1e-9)


@given(texts=st.lists(LETTERS, min_size=1, max_size=6), common=st.sampled_from([0, 1, 2, 3]))
@settings(max_examples=40, deadline=None)
def test_words_stand_together_only_within_one_article(tmp_path_factory, texts, common):
    articles = [Article(str(number), body=text) for number, text in enumerate(texts)]
    engine = WhooshEngine(tmp_path_factory.mktemp("positions"), "english")
    with with_pairs(common):
        engine.put(articles)
        engine.commit()
    for slots in (1, 40):
        with as_if_large(slots=slots):
            assert_is_as_defined(engine, articles, TOGETHER)
    engine.close()


@given(
    texts=st.lists(LETTERS, min_size=17, max_size=20),
    common=st.sampled_from([1, 2, 3]),
    at_once=st.sampled_from([1, 2, 100]),
    slots=st.sampled_from([1, 50]),
)
@settings(max_examples=25, deadline=None)
def test_merged_segments_find_words_that_stand_together(tmp_path_factory, texts, common, at_once, slots):
    articles = [Article(str(number), body=text) for number, text in enumerate(texts)]
    engine = WhooshEngine(tmp_path_factory.mktemp("merged"), "english")
    with with_pairs(common, at_once), as_if_large(slots=slots):
        put_each_in_a_segment_of_its_own(engine, articles, together=2)
        assert len(engine._snapshot.segments) < 8
        assert_is_as_defined(engine, articles, TOGETHER)
    engine.close()


def test_pairs_of_common_words_are_counted_by_article_and_not_across_articles(tmp_path):
    texts = ["the cat of the house of the cat", "of the", "the", "of", "the of the of the", "house"]
    engine = WhooshEngine(tmp_path, "english")
    with with_pairs(2):
        put_each_in_a_segment_of_its_own(engine, [Article(f"a{n}", body=text) for n, text in enumerate(texts)], 2)
        engine.remove(["a1"])
        engine.commit()
        merge(engine._snapshot.segments, tmp_path / "one")
    merged = SegmentFile(tmp_path / "one")
    assert merged.paired_words == {"of", "the"}
    lexicon = merged.word_pairs.lexicon
    kept = {
        lexicon[n]: (merged.word_pairs.docs(n).tolist(), merged.word_pairs.tf(n).tolist()) for n in range(len(lexicon))
    }
    stored = [thaw(merged.stored(number)).id for number in range(merged.count)]
    assert {pair: [stored[number] for number in docs] for pair, (docs, _) in kept.items()} == {
        b"of the": ["a0", "a4"],
        b"the of": ["a4"],
    }
    assert (kept[b"of the"][1], kept[b"the of"][1]) == ([2, 2], [2])
    engine.close()


def test_phrases_are_found_where_segments_were_written_before_pairs_were_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("searchapp.engines.whoosh.inverting.write_pairs", lambda *_: None)
    articles = [Article(f"a{number}", body=text) for number, text in enumerate(TEXTS)]
    engine = WhooshEngine(tmp_path, "english")
    put_each_in_a_segment_of_its_own(engine, articles)
    leaves = [Phrase(("the", "cat")), Phrase(("on", "the", "mat"))]
    assert_is_as_defined(engine, articles, leaves)
    with with_pairs(5):
        merge(engine._snapshot.segments, tmp_path / "one")
    assert SegmentFile(tmp_path / "one").paired_words >= {"cat", "the"}
    engine.close()
