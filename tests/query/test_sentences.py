"""Sentences and notes have words, patterns and names as typed."""

import pytest

from searchapp.query import parse
from searchapp.query.sentence import explain
from searchapp.query.tree import (
    And,
    Everything,
    Not,
    Nothing,
    Or,
    Undated,
    Word,
)
from searchapp.query.typed import as_typed, note_as_typed
from searchapp.sentences import Language, Told, sentence


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("E*Trade", "the phrase “E Trade” or else a word like “E*Trade”"),
        ("O'Bri*", "“O” right before a word that begins with “Bri”"),
        ("Al-Qeada~", "“Al” right before “Qeada” with at most one typing error"),
        ("AT&T", "the phrase “AT&T”"),
        ('"C’est la  Vie"', "the phrase “C’est la Vie”"),
        (
            "Part* NEAR/3 Iran",
            "a word that begins with “Part” and exactly “Iran” with at most 3 other words in between",
        ),
    ],
)
def test_a_sentence_has_words_patterns_and_names_as_typed(typed: str, said: str) -> None:
    assert parse(typed).sentence == f"Articles with {said}."


def test_an_author_is_named_as_typed() -> None:
    assert parse('writer:"Jane O\'Neil"').sentence == "Articles by the author “Jane O'Neil”."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("e*trade", "E*Trade"),
        ('"at t" OR -title:e*trade', '"AT&T" OR -title:E*Trade'),
        ('="o e*" NEAR/5 bank', '="O E*" NEAR/5 bank'),
    ],
)
def test_a_canonical_text_is_shown_with_words_as_typed(text: str, shown: str) -> None:
    assert as_typed(text, {"e": "E", "trade": "Trade", "at t": "AT&T", "o": "O"}) == shown


def test_notes_of_an_engine_name_parts_as_typed() -> None:
    typed = {"e": "E", "trade": "Trade", "the": "THE", "was": "WAS"}
    literal = '“e*trade” was read as the name “"e trade"”. To mean the pattern, write =e*trade'
    assert note_as_typed(literal, typed) == literal.replace("e*trade", "E*Trade").replace("e trade", "E Trade")
    assert note_as_typed("“trade*” was expanded to the 9 words.", typed) == "“Trade*” was expanded to the 9 words."


def test_notes_of_an_engine_name_parts_as_typed_in_every_language() -> None:
    german = Language(lambda template: template.replace("was expanded to", "wurde erweitert zu"), "{:_}".format)
    note = sentence("{pattern} was expanded to {number} words.", pattern="“trade*”", number=1_024)
    told = note_as_typed(note, {"trade": "Trade"})
    assert told == "“Trade*” was expanded to 1,024 words."
    assert isinstance(told, Told)
    assert told.told(german) == "“Trade*” wurde erweitert zu 1_024 words."


def test_everything_and_nothing_can_be_said_inside_of_a_sentence_too() -> None:
    assert explain(Or((Everything(), Not(Undated())))) == "Articles of any kind, or with a known date."
    assert explain(And((Nothing(), Word("a")))) == "Articles of no kind, with any form of “a”."
