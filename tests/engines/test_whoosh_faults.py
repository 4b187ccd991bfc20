"""Faults of Whoosh that are mended while our index is open: each test fails on Whoosh as it comes."""

from pathlib import Path

import pytest
import whoosh.index
import whoosh.searching
from whoosh.query import AndNot, ColumnQuery, Or, Prefix, Require, Term

from searchapp.article import Article
from searchapp.engines.whoosh import WhooshEngine


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> whoosh.searching.Searcher:
    folder: Path = tmp_path_factory.mktemp("faults")
    engine = WhooshEngine(folder, "english")
    engine.put(
        Article(f"{n:03}", body="gas " * (1 + n % 5) + ("oil" if n % 2 else "coal"), date="2007") for n in range(300)
    )
    engine.commit()
    engine.close()
    return whoosh.index.open_dir(str(folder)).searcher()


def test_a_required_query_may_skip_nothing(searcher: whoosh.searching.Searcher) -> None:
    assert len(searcher.search(Require(Term("body", "gas"), Term("body", "oil")), limit=1)) == 150


def test_what_is_left_out_may_come_first(searcher: whoosh.searching.Searcher) -> None:
    left_out = Or([Term("body", "gas"), Prefix("body", "co")])
    assert {*searcher.docs_for_query(AndNot(Term("id", "100"), left_out))} == set()


def test_the_best_hits_can_be_found_by_column(searcher: whoosh.searching.Searcher) -> None:
    assert len(searcher.search(ColumnQuery("date", "2007"), limit=3)) == 300
