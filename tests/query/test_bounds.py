"""What goes past a bound is left out, and named."""

import pytest

from searchapp.query import parse
from searchapp.query.bounds import WILDCARDS, WORDS
from searchapp.query.tree import (
    And,
    Not,
    Nothing,
    Phrase,
    Wildcard,
    Word,
)


def test_words_past_the_bound_are_named() -> None:
    query = parse(" ".join(f"w{number}" for number in range(100)))
    assert isinstance(query.tree, And)
    assert len(query.tree.children) == WORDS.limit
    assert query.notes[0].startswith("A query can have up to 64 words; left out: “w64 w65 w66")
    assert query.notes[0].endswith("w98 w99”.")


@pytest.mark.parametrize(
    "end", ['"open ( quote', "(a OR b))) -", "date:2024 wrong:x", "-dash", "(", "x" * 600], ids=str
)
def test_what_follows_too_many_words_changes_nothing_and_is_named(end: str) -> None:
    words = " ".join(f"w{number}" for number in range(WORDS.limit + 1))
    query, cut = parse(f"{words} {end}"), parse(words)
    assert query.tree == cut.tree
    (note,) = query.notes
    assert note.startswith("A query can have up to 64 words; left out: “w64 ")
    assert note.endswith(f"{end[-20:]}”.")


def test_a_phrase_is_cut_only_if_it_is_too_long_by_itself() -> None:
    query = parse('"' + "a " * 64 + 'b c" OR d')
    assert query.tree == Phrase(("a",) * WORDS.limit)
    assert query.notes == ('A query can have up to 64 words; left out: “b c" OR d”.',)


@pytest.mark.parametrize(
    "part", ['"b c d"', "(b OR c OR d)", "-(b c d)", 'title:"b c d"', "ANY 2 (b c d)", '="b* ccc"']
)
def test_a_part_without_room_is_left_out_whole_and_quoted(part: str) -> None:
    query = parse("a " * 63 + f"OR {part} OR e")
    assert query.tree == parse("a " * 63).tree
    assert query.notes == (f"A query can have up to 64 words; left out: “{part} OR e”.",)


@pytest.mark.parametrize(
    "part", ["partnership", '"b c d"', "(b OR c OR d)", "-(bbbbb c)", 'title:"b c d"', "d NEAR/5 e"]
)
def test_characters_past_the_bound_never_split_a_part(part: str) -> None:
    query = parse("word " * 3 + part + " f", longest=20)
    assert query.tree == parse("word " * 3).tree
    assert query.notes[0].startswith("A query can have up to 20 characters; left out: “")
    assert query.notes[0].endswith(" f”.")


def test_filters_count_as_words_too() -> None:
    query = parse("a " * 63 + 'source:"new york"')
    assert isinstance(query.tree, And)
    assert len(query.tree.children) == 63
    assert "new york" in query.notes[0]


def test_characters_past_the_bound_are_named_and_no_word_is_halved() -> None:
    query = parse("a" * 990 + " partnership")
    assert query.tree == Word("a" * 128)
    assert "1,000 characters" in query.notes[0]
    assert "partnership" in query.notes[0]
    assert parse("(" * 900 + "a" * 200).tree == Nothing()
    assert parse("x" * 2_000).tree == Word("x" * 128)
    assert not parse(("a" * 99 + " ") * 20, longest=4_096).notes


def test_wildcards_past_the_bound_are_plain_words() -> None:
    query = parse(" ".join(["partner*"] * 6))
    assert isinstance(query.tree, And)
    assert sum(isinstance(child, Wildcard) for child in query.tree.children) == WILDCARDS.limit
    assert query.tree.children[-1] == Word("partner")
    assert "4 words with wildcards" in query.notes[0]


def test_quoted_patterns_count_as_patterns() -> None:
    query = parse(" ".join(f'="part* n{number}"' for number in range(WILDCARDS.limit)) + ' ="last* one"')
    assert isinstance(query.tree, And)
    assert query.tree.children[-1] == Phrase(("last", "one"))
    assert query.notes == (str(WILDCARDS).replace("{parts}", "“last* one”"),)


def test_brackets_past_the_bound_are_ignored() -> None:
    query = parse("(a OR " * 30 + "b" + ")" * 30)
    assert any("20 deep" in note for note in query.notes)
    assert parse("(" * 20 + "a" + ")" * 20).notes == ()
    assert len(parse("(" * 21 + "a" + ")" * 21).notes) == 1
    assert parse("-" + "(" * 21 + "a").tree == Not(Word("a"))
