"""Whoosh's own searcher, parser and readers on an index of several thousand articles, as a user of Whoosh has them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
import whoosh.index
import whoosh.qparser
import whoosh.scoring
import whoosh.searching
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import sorting
from whoosh.collectors import TimeLimitCollector
from whoosh.query import And, Every, FuzzyTerm, Not, Or, Phrase, Prefix, Query, Term, TermRange, Wildcard
from whoosh.reading import TermNotFound
from whoosh.writing import IndexingError

from benchmarks.drawn_whoosh_queries import KINDS, Words
from benchmarks.whoosh_check import build_stock, check, with_our_lengths
from searchapp.article import Article
from searchapp.engines import Ask, Budget
from searchapp.engines.fields import days
from searchapp.engines.whoosh import WhooshEngine
from searchapp.query import tree
from searchapp.text import keyword, terms, words

from . import test_contract_drawn as drawn
from .whoosh_corpus import made_up

COUNT = 3_000
ARTICLES = made_up(COUNT)
REMOVED = {article.id for article in ARTICLES[::50]}
LIVING = [article for article in ARTICLES if article.id not in REMOVED]


def fill(folder: Path, articles: list[Article]) -> WhooshEngine:
    engine = WhooshEngine(folder, "english")
    third = len(articles) // 3
    for part in (articles[:third], articles[third:]):
        engine.put(part)
        engine.commit()
    return engine


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[whoosh.index.FileIndex]:
    """Two segments, of which nothing was removed."""
    folder = tmp_path_factory.mktemp("whole")
    fill(folder, [*ARTICLES]).close()
    yield whoosh.index.open_dir(str(folder))


@pytest.fixture(scope="module")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Two segments, of each of which some was removed; beside it, our engine on the same."""
    folder = tmp_path_factory.mktemp("pruned")
    engine = fill(folder, [*ARTICLES])
    engine.remove(REMOVED)
    engine.commit()
    index = whoosh.index.open_dir(str(folder))
    with index.searcher() as searcher:
        assert len(searcher.reader().leaf_readers()) == 2
        yield SimpleNamespace(engine=engine, index=index, searcher=searcher, reader=searcher.reader())
    engine.close()


def ids(searcher: whoosh.searching.Searcher, query: Query) -> set[str]:
    return {searcher.stored_fields(number)["id"] for number in searcher.docs_for_query(query)}


def holding(word: str, field: str = "body") -> set[str]:
    return {article.id for article in LIVING if word in terms(getattr(article, field))}


# Drawn queries


def test_every_kind_of_query_answers_as_on_a_stock_index_and_skipping_loses_nothing(
    whole: whoosh.index.FileIndex, tmp_path: Path
) -> None:
    build_stock(ARTICLES, tmp_path / "stock")
    random = Random(5)
    with whole.searcher() as ours, whoosh.index.open_dir(str(tmp_path / "stock")).searcher() as stock:
        with_our_lengths(stock, ARTICLES)
        vocabulary = Words(ours.reader(), whole.schema)
        drawn = [(kind, KINDS[kind](vocabulary, random)) for kind in KINDS for _ in range(2)]
        tallies = check(ours, stock, iter(drawn), random)
    assert {kind: tally.raised for kind, tally in tallies.items() if tally.raised} == {}
    assert {kind: tally.differ for kind, tally in tallies.items() if tally.differ} == {}
    assert tallies.keys() == KINDS.keys()


@pytest.mark.parametrize("weighting", [whoosh.scoring.BM25F, whoosh.scoring.TF_IDF, whoosh.scoring.Frequency])
@pytest.mark.parametrize("limit", [1, 10, None])
@pytest.mark.parametrize("terms_too", [False, True])
def test_the_best_are_the_best_of_all(
    pruned: SimpleNamespace, weighting: type, limit: int | None, terms_too: bool
) -> None:
    query = Or([Term("body", "gas"), Term("body", "oil", boost=2.0), Term("title", "the")])
    with pruned.index.searcher(weighting=weighting()) as searcher:
        quick = searcher.search(query, limit=limit, terms=terms_too)
        slow = searcher.search(query, limit=limit, terms=terms_too, optimize=False)
        assert [hit.score for hit in quick] == pytest.approx([hit.score for hit in slow])
        assert len(quick) == len(holding("gas") | holding("oil") | holding("the", "title"))
        if terms_too:
            assert ("body", b"oil") in quick.matched_terms()
            assert all(hit.matched_terms() for hit in quick)


# The same articles as our own queries find


def by_whoosh(node: tree.Node) -> Query:
    """Write a query of ours as one of Whoosh's, for what both have."""
    match node:
        case tree.And(children):
            return And([by_whoosh(child) for child in children])
        case tree.Or(children):
            return Or([by_whoosh(child) for child in children])
        case tree.Not(child):
            return Not(by_whoosh(child))
        case tree.Exact(term, field):
            return Or([Term(one, term) for one in ([field] if field else tree.FIELDS)])
        case tree.Phrase(several, field):
            return Or([Phrase(one, list(several)) for one in ([field] if field else tree.FIELDS)])
        case tree.Wildcard(pattern, field):
            return Or([Wildcard(one, pattern) for one in ([field] if field else tree.FIELDS)])
        case tree.Fuzzy(term, edits, field):
            return Or([FuzzyTerm(one, term, maxdist=edits) for one in ([field] if field else tree.FIELDS)])
        case tree.Keyword(field, value):
            return Term(field, value)
        case tree.Everything():
            return Every()
        case tree.Undated():
            return Not(Every("date"))
        case _:
            raise AssertionError(node)


OF_BOTH = [
    tree.Exact("gas"),
    tree.Exact("cafe"),
    tree.Exact("jane", "byline"),
    tree.Phrase(("oil", "prices")),
    tree.Phrase(("the", "the")),
    tree.Phrase(("of", "the", "market"), "body"),
    tree.Wildcard("ga*"),
    tree.Wildcard("?a?ed", "title"),
    tree.Wildcard("*ing"),
    tree.Fuzzy("gsa", 1),
    tree.Fuzzy("treade", 2, "body"),
    tree.Keyword("source", "The Daily"),
    tree.Keyword("author", "jane doe"),
    tree.Keyword("language", "DE"),
    tree.Undated(),
    tree.Everything(),
    tree.And((tree.Exact("gas"), tree.Exact("oil"))),
    tree.And((tree.Or((tree.Exact("port"), tree.Exact("vote"))), tree.Not(tree.Exact("storm")))),
    tree.And((tree.Keyword("author", "Li"), tree.Not(tree.Phrase(("in", "the"))))),
]


@pytest.mark.parametrize("node", OF_BOTH, ids=repr)
def test_whoosh_finds_the_articles_that_we_find(pruned: SimpleNamespace, node: tree.Node) -> None:
    found = ids(pruned.searcher, by_whoosh(node))
    assert found == {hit.article.id for hit in pruned.engine.search(Ask(node, limit=COUNT)).hits}
    assert len(found) == pruned.engine.count(node, Budget())


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("date:2007-08", "2007-08-01", "2007-08-31"),
        ("date:2007", "2007-01-01", "2007-12-31"),
        ("date:[2007-03 TO 2007-04-15]", "2007-03-01", "2007-04-15"),
        ("date:{2007-03 TO 2007-04-15}", "2007-04-01", "2007-04-14"),
        ("date:[2007-11 TO]", "2007-11-01", ""),
        ("date:2007-03..2007-05", "2007-03-01", "2007-05-31"),
    ],
)
def test_dates_are_parsed_by_the_calendar(pruned: SimpleNamespace, written: str, first: str, last: str) -> None:
    query = whoosh.qparser.QueryParser("body", pruned.index.schema).parse(written)
    hits = pruned.engine.search(Ask(tree.Dates(first, last), limit=COUNT)).hits
    assert ids(pruned.searcher, query) == {hit.article.id for hit in hits} != set()


def test_what_is_no_date_finds_nothing(pruned: SimpleNamespace) -> None:
    parser = whoosh.qparser.QueryParser("body", pruned.index.schema)
    assert (
        ids(pruned.searcher, parser.parse("date:spring"))
        == ids(pruned.searcher, parser.parse("date:[a TO b]"))
        == set()
    )


@pytest.mark.parametrize(
    ("written", "word"), [("Iran’s", "iran"), ("CAFE", "cafe"), ("café", "cafe"), ("SCO", "sco"), ("zurich", "zurich")]
)
def test_the_parser_asks_for_the_words_that_are_there(pruned: SimpleNamespace, written: str, word: str) -> None:
    parser = whoosh.qparser.QueryParser("body", pruned.index.schema)
    assert ids(pruned.searcher, parser.parse(written)) == holding(word) != set()


def test_a_word_of_several_is_a_phrase(pruned: SimpleNamespace) -> None:
    parser = whoosh.qparser.QueryParser("body", pruned.index.schema)
    assert parser.parse("e-mail") == Phrase("body", ["e", "mail"])
    assert ids(pruned.searcher, parser.parse("東京都")) == holding("東京") != set()


def test_patterns_are_folded_but_not_their_escapes(pruned: SimpleNamespace) -> None:
    parser = whoosh.qparser.QueryParser("body", pruned.index.schema)
    parser.add_plugin(whoosh.qparser.RegexPlugin())
    assert ids(pruned.searcher, parser.parse("Caf?")) == holding("cafe")
    assert ids(pruned.searcher, parser.parse(r'r"CAF\D$"')) == holding("cafe")


# What hits can do


def test_hits_have_their_fields_and_highlights(pruned: SimpleNamespace) -> None:
    hit = pruned.searcher.search(Term("body", "cafe"), limit=1)[0]
    article = next(article for article in LIVING if article.id == hit["id"])
    for field in ("title", "byline", "body", "date", "source", "language", "url", "path"):
        assert hit[field] == getattr(article, field)
    assert hit["author"] == [*article.authors]
    assert ">café</b>" in hit.highlights("body")
    assert pruned.searcher.document(id=hit["id"])["path"] == article.path


def test_key_terms_and_more_like_this_come_of_the_stored_text(pruned: SimpleNamespace) -> None:
    hits = pruned.searcher.search(Term("body", "sco"), limit=5)
    assert "sco" in dict(hits.key_terms("body", numterms=20))
    assert len(hits[0].more_like_this("body", top=3)) > 0
    assert "sco" in dict(pruned.searcher.key_terms([hits.docnum(0)], "body", numterms=50))


@pytest.mark.parametrize("field", ["date", "source", "language"])
def test_hits_are_sorted_and_grouped_by_what_is_written(pruned: SimpleNamespace, field: str) -> None:
    expected = [getattr(article, field) for article in LIVING]
    results = pruned.searcher.search(Every(), limit=None, sortedby=field, groupedby=field)
    assert [hit[field] for hit in results] == sorted(expected)
    assert {name: len(docs) for name, docs in results.groups(field).items()} == Counter(expected)
    backwards = pruned.searcher.search(Every(), limit=20, sortedby=sorting.FieldFacet(field, reverse=True))
    assert [hit[field] for hit in backwards] == sorted(expected, reverse=True)[:20]


def test_hits_are_grouped_by_each_of_their_authors(pruned: SimpleNamespace) -> None:
    facet = sorting.FieldFacet("author", allow_overlap=True)
    groups = pruned.searcher.search(Every(), limit=None, groupedby=facet).groups()
    expected = Counter(name for article in LIVING for name in {keyword(author) for author in article.authors})
    assert {name: len(docs) for name, docs in groups.items() if name} == expected
    first = [min(article.authors, key=keyword, default="") for article in LIVING]
    by_first = pruned.searcher.search(Every(), limit=None, sortedby="author")
    assert Counter(keyword(name) for name in first) == Counter(
        keyword(min(hit["author"], key=keyword, default="")) for hit in by_first
    )


def test_a_search_can_be_stopped_by_the_clock(pruned: SimpleNamespace) -> None:
    collector = TimeLimitCollector(pruned.searcher.collector(limit=10), timelimit=10.0)
    pruned.searcher.search_with_collector(Term("body", "the"), collector)
    assert len(collector.results()) == len(holding("the"))


def test_words_are_suggested(pruned: SimpleNamespace) -> None:
    assert "trade" in pruned.searcher.suggest("body", "traed", limit=5)
    assert "storm" in pruned.searcher.corrector("title").suggest("strom", limit=5)
    parsed = whoosh.qparser.QueryParser("body", pruned.index.schema).parse("markt")
    assert pruned.searcher.correct_query(parsed, "markt").string == "market"


# Its readers


def test_a_reader_counts_as_the_articles_say(pruned: SimpleNamespace) -> None:
    reader = pruned.reader
    bodies = [terms(article.body) for article in ARTICLES]
    assert reader.doc_count() == len(LIVING) and reader.doc_count_all() == COUNT and reader.has_deletions()
    assert reader.doc_frequency("body", "gas") == sum("gas" in body for body in bodies)
    assert reader.frequency("body", "gas") == sum(body.count("gas") for body in bodies)
    assert reader.doc_frequency("body", "zzyzx") == reader.frequency("body", "zzyzx") == 0
    assert reader.field_length("body") == sum(map(len, bodies))
    assert reader.max_field_length("title") >= 6
    assert reader.min_field_length("byline") == 0
    info = reader.term_info("body", "gas")
    assert info.max_weight() == max(body.count("gas") for body in bodies)
    assert info.min_id() == next(number for number, body in enumerate(bodies) if "gas" in body)
    assert info.max_id() == max(number for number, body in enumerate(bodies) if "gas" in body)
    with pytest.raises(TermNotFound):
        reader.term_info("body", "zzyzx")


def test_a_reader_lists_the_terms_of_the_articles(pruned: SimpleNamespace) -> None:
    reader = pruned.reader
    vocabulary = sorted({word for article in ARTICLES for word in terms(article.body)}, key=str.encode)
    assert [*reader.field_terms("body")] == vocabulary
    assert [*reader.lexicon("body")] == [word.encode() for word in vocabulary]
    assert [*reader.expand_prefix("body", "ga")] == [word.encode() for word in vocabulary if word.startswith("ga")]
    after = [term for term in reader.terms_from("title", b"vote") if term[0] == "title"]
    assert after[0] == ("title", b"vote")
    assert [*reader.all_terms()] == sorted(reader.all_terms())
    assert {field for field, _ in reader.all_terms()} == {*reader.indexed_field_names()} == {
        "title", "byline", "body", "source", "language", "author", "date", "id",
    }  # fmt: skip
    assert [*reader.field_terms("source")] == ["coast gazette", "the daily"]
    assert [*reader.field_terms("date")] == sorted({article.date for article in ARTICLES if article.date})
    assert reader.most_frequent_terms("body", 1)[0][1] in [word.encode() for word in vocabulary]
    assert len(reader.most_distinctive_terms("body", 3)) == 3
    assert {info.doc_frequency() for _, info in reader.iter_prefix("body", "caf")} == {
        reader.doc_frequency("body", "cafe")
    }
    assert {*reader.terms_within("body", "trdae", 1)} == {"trade"}


def test_a_reader_gives_the_articles_and_where_words_stand(pruned: SimpleNamespace) -> None:
    reader = pruned.reader
    postings = reader.postings("body", "gas")
    number = postings.id()
    assert number == next(n for n, a in enumerate(ARTICLES) if a.id in holding("gas"))
    standing = [place for place, word in enumerate(words(ARTICLES[number].body)) if word.term == "gas"]
    assert postings.value_as("positions") == standing
    assert postings.weight() == len(standing)
    assert next(iter(reader.leaf_readers()[0][0].postings("body", "gas").items_as("frequency"))) == (
        number,
        len(standing),
    )
    assert reader.first_id("body", "gas") == number
    assert reader.stored_fields(number)["id"] == ARTICLES[number].id
    assert [stored["id"] for stored in reader.all_stored_fields()] == [article.id for article in LIVING]
    assert [number for number, _ in reader.iter_docs()] == [n for n, a in enumerate(ARTICLES) if a.id not in REMOVED]
    assert [reader.is_deleted(number) for number in range(51)] == [number % 50 == 0 for number in range(51)]
    column = reader.column_reader("date")
    assert [column[number] for number in range(COUNT)] == [article.date for article in ARTICLES]
    assert all(days(reader.stored_fields(number)["date"]) == days(column[number]) for number in range(5))
    cursor = reader.leaf_readers()[0][0].cursor("body")
    assert cursor.find(b"gas") == "gas" and cursor.next() == "gased" and cursor.term_info().doc_frequency() > 0


def test_vectors_are_refused_in_words(pruned: SimpleNamespace) -> None:
    assert not pruned.reader.has_vector(0, "body")
    with pytest.raises(Exception, match="No vectors are stored for field 'body'"):
        pruned.reader.vector(0, "body")


# As the index changes


def test_a_searcher_is_refreshed_through_merges_removals_and_emptiness(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, "english")
    engine.put([Article("a", body="gas deal")])
    engine.commit()
    searcher = whoosh.index.open_dir(str(tmp_path)).searcher()
    for number in range(6):  # four segments of one size are merged
        engine.put([Article(f"b{number}", body="gas deal")])
        if number == 5:
            engine.remove(["b0"])
        engine.commit()
        assert not searcher.up_to_date()
        searcher = searcher.refresh()
        assert searcher.up_to_date()
        assert ids(searcher, Term("body", "gas")) == set(engine.ids())
    engine.remove([*engine.ids()])
    engine.commit()
    searcher = searcher.refresh()
    assert ids(searcher, Every()) == set()
    engine.put([Article("c", body="oil")])
    engine.commit()
    assert ids(searcher.refresh(), Every()) == {"c"}
    engine.close()


@pytest.mark.parametrize("count", [0, 3])
def test_writing_through_whoosh_is_refused_and_changes_nothing(tmp_path: Path, count: int) -> None:
    engine = WhooshEngine(tmp_path, "english")
    engine.put([Article("a", body="gas"), *(Article(str(n), body="gas") for n in range(count))])
    engine.commit()
    if not count:
        engine.remove(["a"])
        engine.commit()
    index = whoosh.index.open_dir(str(tmp_path))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    for attempt in (index.writer, lambda: index.delete_by_term("id", "1"), index.optimize, index.writer):
        with pytest.raises(IndexingError, match="searchapp index"):
            attempt()
    after = {file.name: file.read_bytes() for file in tmp_path.iterdir() if "WRITELOCK" not in file.name}
    assert after == before
    engine.put([Article("z", body="gas")])
    engine.commit()
    assert engine.count(tree.Exact("gas"), Budget()) == (count + 2 if count else 1)
    engine.close()


def test_prefixes_and_ranges_of_keywords_are_compared_folded(pruned: SimpleNamespace) -> None:
    daily = {article.id for article in LIVING if keyword(article.source) == "the daily"}
    assert ids(pruned.searcher, Prefix("source", "THE")) == daily
    assert ids(pruned.searcher, TermRange("source", "D", "Z")) == daily
    assert ids(pruned.searcher, Term("source", "!!!")) == set()
    assert ids(pruned.searcher, Term("author", "\ud800")) == set()


# The same on whatever is drawn: the contract's corpora, in trees of what both have

BOTH = st.recursive(
    st.one_of(
        st.builds(tree.Exact, drawn.term, drawn.fields),
        st.builds(tree.Phrase, drawn.sequences, drawn.fields),
        st.builds(tree.Wildcard, drawn.patterns, drawn.fields),
        st.builds(tree.Keyword, st.just("source"), st.sampled_from(drawn.SOURCES[1:])),
        st.builds(tree.Keyword, st.just("author"), st.sampled_from(["jane doe", "LI", "nobody"])),
        st.just(tree.Everything()),
        st.just(tree.Undated()),
    ),
    lambda children: st.one_of(
        st.builds(tree.And, st.lists(children, min_size=2, max_size=3).map(tuple)),
        st.builds(tree.Or, st.lists(children, min_size=2, max_size=3).map(tuple)),
        st.builds(tree.Not, children),
    ),
    max_leaves=6,
)


@given(st.lists(st.lists(drawn.articles, max_size=6), min_size=1, max_size=2), st.lists(BOTH, min_size=4, max_size=9))
@settings(max_examples=30, deadline=None)
def test_whoosh_finds_what_we_find_on_any_articles(
    tmp_path_factory: pytest.TempPathFactory, commits: list[list[Article]], nodes: list[tree.Node]
) -> None:
    engine = WhooshEngine(tmp_path_factory.mktemp("drawn"), "english")
    for articles in (*commits, [Article("always", "gas")]):
        engine.put(articles)
        engine.commit()
    index = whoosh.index.open_dir(str(engine._folder))
    with index.searcher() as searcher:
        for node in nodes:
            ours = {hit.article.id for hit in engine.search(Ask(node, limit=99)).hits}
            assert ids(searcher, And([Every(), by_whoosh(node)])) == ours, node
    index.close()
    engine.close()
