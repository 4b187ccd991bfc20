"""Fragments: the pieces of a text that are shown below a hit."""

from hypothesis import given
from hypothesis import strategies as st

from searchapp.answers.fragments import Fragment
from searchapp.answers.highlight import Highlighter
from searchapp.query import parse
from tests.test_highlight import QUERIES, STEM, TEXTS, show


@given(QUERIES, TEXTS, st.integers(1, 60), st.integers(1, 4))
def test_fragments_are_pieces_of_the_text_in_order(query: str, text: str, width: int, most: int) -> None:
    highlighter = Highlighter(parse(query).tree, STEM)
    whole = highlighter.spans("body", text)
    made = highlighter.fragments("body", text, most, width)
    assert 1 <= len(made) <= most
    at = 0
    for fragment in made:
        end = fragment.start + len(fragment.text)
        assert at <= fragment.start
        assert fragment.text == text[fragment.start : end]
        assert fragment.text == fragment.text.strip()
        assert fragment.is_cut_before == bool(text[: fragment.start].strip())
        assert fragment.is_cut_after == bool(text[end:].strip())
        longest = max((e - s for s, e in fragment.ranges), default=0)
        assert len(fragment.text) <= max(width, longest)
        for s, e in fragment.ranges:
            assert any(a <= s + fragment.start and e + fragment.start <= b for a, b in whole)
        at = end


@given(
    st.lists(
        st.sampled_from(["iran", "partnership", "x", "Iran’s", "e\u0301te\u0301", "می‌خواهم"]), min_size=30, max_size=80
    )
)
def test_fragments_never_cut_a_word(written: list[str]) -> None:
    text = " ".join(written)
    allowed = {*written}
    for fragment in Highlighter(parse("iran OR x").tree, STEM).fragments("body", text, width=50):
        assert set(fragment.text.split()) <= allowed


def test_a_fragment_begins_and_ends_with_sentences_where_it_can() -> None:
    text = (
        "One two three. Four five six seven. Gas is here. Nine ten.\n\nEleven twelve thirteen fourteen fifteen sixteen"
    )
    (fragment,) = Highlighter(parse("gas").tree, STEM).fragments("body", text, width=40)
    assert show(fragment) == "[Gas] is here. Nine ten."
    assert fragment.is_cut_before
    assert fragment.is_cut_after


def test_fragments_show_many_words_of_the_query_before_many_times_the_same() -> None:
    text = "gas gas gas gas. " + "x " * 200 + "gas and oil. " + "x " * 200 + "gas gas."
    (fragment,) = Highlighter(parse("gas oil").tree, STEM).fragments("body", text, most=1)
    assert "[gas] and [oil]" in show(fragment)


def test_rare_words_come_before_frequent_ones() -> None:
    text = "the " * 100 + "x " * 300 + "pezeshkian " + "x " * 300 + "the " * 100
    (fragment,) = Highlighter(parse("the OR pezeshkian").tree, STEM).fragments("body", text, most=1)
    assert "[pezeshkian]" in show(fragment)


def test_fragments_stand_in_text_order_and_apart() -> None:
    text = ("gas here. " + "x " * 300) * 5
    made = Highlighter(parse("gas").tree, STEM).fragments("body", text)
    assert len(made) == 3
    assert [fragment.start for fragment in made] == sorted(fragment.start for fragment in made)


def test_without_a_match_the_beginning_is_shown() -> None:
    (fragment,) = Highlighter(parse("zzz").tree, STEM).fragments("body", "  First sentence. " + "Another word " * 50)
    assert fragment.text.startswith("First sentence.")
    assert fragment.ranges == ()
    assert not fragment.is_cut_before
    assert fragment.is_cut_after


def test_an_empty_body_is_an_empty_fragment() -> None:
    assert Highlighter(parse("gas").tree, STEM).fragments("body", "") == (Fragment(""),)


def test_chinese_is_cut_between_characters() -> None:
    text = "第一句话很长" * 60 + "北京大学" + "后面还有很多字" * 60
    (fragment,) = Highlighter(parse("北京大学").tree, STEM).fragments("body", text, width=60)
    assert "[北京大学]" in show(fragment)
    assert 30 < len(fragment.text) <= 60


def test_a_match_longer_than_a_fragment_is_shown_whole() -> None:
    text = "x " * 50 + "iran " * 30 + "x " * 50
    (fragment,) = Highlighter(parse('"' + "iran " * 30 + '"').tree, STEM).fragments("body", text, width=40)
    assert fragment.ranges == ((0, 149),)
