"""A request that is narrowed finds no more than it did, whatever it asks for already."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from searchapp.answers.request import FilterName, Request, grouped, lately, within_days
from searchapp.query import parse
from searchapp.query.tree import Nothing, join

Filter = tuple[FilterName, str]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [("date", "2024-03")]),
        ([("source", "Post"), ("date", "2024")], [("source", "Post"), ("date", "2024-03")]),
        ([("month", "2024-03")], [("date", "2024-03")]),
        ([("date", "2024-03-10..2025")], [("date", "2024-03-10..2024-03-31")]),
        ([("date", "..2024-03-10")], [("date", "2024-03-01..2024-03-10")]),
        ([("date", "2024..")], [("date", "2024-03")]),
    ],
)
def test_a_filter_of_days_gives_way_to_the_days_that_both_have(before: list[Filter], after: list[Filter]) -> None:
    narrowed = within_days(Request("gas", tuple(before), page=3), "2024-03")
    assert narrowed == Request("gas", tuple(after))


@pytest.mark.parametrize(
    "filters",
    [
        [("date", "2025")],
        [("date", "none")],
        [("date", "2023"), ("date", "2024")],
        [("month", "2024")],  # articles of which no more than the year is known
    ],
)
def test_words_narrow_a_request_whose_filters_have_no_stretch_in_common(filters: list[Filter]) -> None:
    narrowed = within_days(Request("gas OR oil", tuple(filters)), "2024-03")
    assert narrowed == Request("(gas OR oil) date:2024-03", tuple(filters))


@pytest.mark.parametrize("words", ["gas OR oil", '"gas oil', "(gas", "gas) oil", "IRAN AND RUSSIA", "-gas", "gas NOT"])
def test_words_in_brackets_mean_what_they_meant(words: str) -> None:
    behind = parse("date:2024")
    assert parse(f"{grouped(words)} date:2024").tree == join([parse(words).tree, behind.tree])


@given(st.text("ab \"'()-:*~OR", max_size=12))
def test_any_words_in_brackets_mean_what_they_meant(words: str) -> None:
    tree = parse(words).tree
    assume(words.strip() and tree != Nothing())
    assert parse(f"{grouped(words)} date:2024").tree == join([tree, parse("date:2024").tree])


def test_what_is_new_came_or_was_edited() -> None:
    assert lately(Request("gas OR oil", page=2), "2024-03-01") == Request(
        "(gas OR oil) (added:2024-03-01.. OR edited:2024-03-01..)", sort="added"
    )
    assert lately(Request(), "2024-03-01").words == "added:2024-03-01.. OR edited:2024-03-01.."
