"""Signatures: what two of them say about their texts, and what they do not depend on."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.article import Article
from searchapp.catalog import copies
from searchapp.indexer.signatures import _numbers, signature, signatures
from tests.test_copies import printings, text


def test_the_estimate_is_near_the_share_of_runs_in_common() -> None:
    whole = text(3, 600).split()
    for kept in (600, 540, 420, 300):
        one, other = printings([" ".join(whole), " ".join(whole[:kept])])
        estimate = copies.similarities([(one.text, one.slots)], [(other.text, other.slots)])[0]
        assert estimate == pytest.approx(kept / 600, abs=0.13)


def test_a_signature_does_not_depend_on_how_words_are_written() -> None:
    body = f"Café, “naïve” {text(4)}"
    assert signature(Article("1", body=body)) == signature(Article("2", body=f"CAFE naive -- {text(4)}!"))
    assert signature(replace(Article("1"), body=body)) != signature(Article("1", body=text(4)))


@given(st.lists(st.sampled_from(["a", "aa", "b", "ba", "ab", "café", "zürich", "x" * 300]), min_size=30, max_size=60))
def test_words_have_one_number_wherever_they_stand(words: list[str]) -> None:
    (numbers,) = _numbers([" ".join(words)])
    assert len(set(zip(words, numbers.tolist(), strict=True))) == len(set(numbers.tolist())) == len(set(words))


def test_a_word_far_into_a_long_text_has_the_number_that_it_has_at_its_beginning() -> None:
    (numbers,) = _numbers(["harbour " * 20_000 + "storm harbour"])
    assert set(numbers[:20_000].tolist()) == {numbers[-1]}
    assert numbers[-2] != numbers[-1]


@given(st.lists(st.integers(0, 40), max_size=6), st.integers(0, 3))
def test_signatures_of_several_texts_are_those_of_each(lengths: list[int], seed: int) -> None:
    some = [Article(f"{n}", title="Storm", body=text(seed + n, words)) for n, words in enumerate(lengths)]
    assert signatures(some) == [signature(one) for one in some]
