"""What engines share: names and days as they are indexed, facet values merged, typing errors counted."""

import pickle
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.article import Article
from searchapp.engines import ENGINES, Budget, fields, open_engine, stored
from searchapp.engines.distance import within
from searchapp.engines.facets import distinct, merge_facet
from searchapp.errors import UnknownEngine

from .oracle import errors

letters = st.text("abé東", max_size=6)


@given(letters, st.integers(0, 6), st.lists(letters, max_size=5))
def test_typing_errors_are_counted_by_their_definition(term: str, most: int, words: list[str]) -> None:
    apart = {word: errors(term, word) for word in words}
    assert within(term, most, words) == {word: count for word, count in apart.items() if count <= most}


@pytest.mark.parametrize("letters", [64, 65, 130, 300])
def test_typing_errors_are_counted_to_the_end_of_very_long_words(letters: int) -> None:
    word = ("abcdefghij" * 30)[:letters]
    apart = {
        word: 0,
        word[1:]: 1,
        word + "x": 1,
        word[:-2] + word[-1] + word[-2]: 1,
        "x" + word[:-1] + "x": 2,
        "xy" + word[2:-1]: 3,
    }
    assert within(word, 2, apart) == {other: count for other, count in apart.items() if count <= 2}


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("", (0, 0)),
        ("2007", (20070101, 20071231)),
        ("2007-02", (20070201, 20070228)),
        ("2008-02", (20080201, 20080229)),
        ("2007-08-14", (20070814, 20070814)),
    ],
)
def test_a_date_is_a_first_and_a_last_day(date: str, expected: tuple[int, int]) -> None:
    assert fields.days(date) == expected


@given(st.text(st.characters(max_codepoint=0x10D7FF)))
def test_any_text_can_be_stored_and_comes_back(text: str) -> None:
    assert fields.restored(fields.storable(text)) == text


@given(st.text(st.characters(categories=["Cs", "L"])))
def test_lone_surrogates_can_be_stored_and_come_back(text: str) -> None:
    fields.storable(text).encode()
    assert fields.restored(fields.storable(text)) == text
    assert fields.written(fields.entry(text)) == " ".join(text.split())


ANY_CHARACTER = st.text(st.characters(exclude_categories=[]), max_size=8)


@given(st.builds(Article, *[ANY_CHARACTER] * 9, authors=st.lists(ANY_CHARACTER, max_size=3).map(tuple)))
def test_an_article_that_was_packed_or_sent_to_another_process_comes_back(article: Article) -> None:
    assert stored.unpack(stored.pack(article)) == article
    assert pickle.loads(pickle.dumps(article)) == article


def test_values_that_are_one_keyword_are_one_value_written_the_commonest_way() -> None:
    counts = {"Reuters": 2, "REUTERS": 3, "AP": 5, "A.P.": 1, "reuters’s": 1}
    assert merge_facet(counts) == (("REUTERS", 6), ("AP", 5), ("A.P.", 1))


def test_of_ways_equally_common_the_first_in_the_alphabet_is_taken() -> None:
    assert merge_facet({"b": 1, "The Daily": 1, "THE DAILY": 1}) == (("THE DAILY", 2), ("b", 1))


def test_an_article_has_each_of_its_values_once_as_first_written() -> None:
    assert distinct(["Jane Doe", "Li", "JANE  DOE", "jané doe"]) == ("Jane Doe", "Li")


def test_an_unknown_engine_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownEngine, match=r"'sphinx'.*whoosh, tantivy"):
        open_engine("sphinx", tmp_path, "english")


def test_an_engine_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "tantivy", "no_such_library")
    with pytest.raises(UnknownEngine, match=r"needs the library 'no_such_library'.*pip install '\.\[tantivy\]'"):
        open_engine("tantivy", tmp_path, "english")


def test_a_budget_is_spent_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    budget = Budget.of(2.0)
    assert not budget.is_spent
    monkeypatch.setattr(time, "monotonic", lambda: 102.1)
    assert budget.is_spent
    assert not Budget().is_spent
