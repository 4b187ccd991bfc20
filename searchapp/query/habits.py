"""What people type who come from a newspaper's page or another archive: what it is read as, or told about.

A pasted headline in capitals has no operators in it; or, and not in lower case are words; a dash at the end of a
headline looks like a minus.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from searchapp.query.field_names import FIELD_NAMES, LEAF_FIELDS
from searchapp.query.notes import Notes
from searchapp.query.scanning import OPERATORS, Kind, Token
from searchapp.sentences import marked

_HEADLINE = marked(
    "The whole query is in capitals, so AND, OR and NOT were read as words, and a minus as a dash. To use them as "
    "operators, write the other words in lower case: {parts}."
)
_SMALL_OR = marked("Unless in capitals, “or” is a word like any other. To find articles with either word, write OR.")
_SMALL_NOT = marked("Unless in capitals, “and not” are words like any others. To exclude a word, write NOT or a minus.")
_LONE_NOT = marked("Unless in capitals, “not” is a word like any other. To exclude a word, write NOT or a minus.")
_NO_OPERATOR = marked(
    "Read as a word, because it is not an operator here: {parts}. The operators are AND, OR, NOT, NEAR/5, PRE/5, "
    "ATLEAST 3 and ANY 2 (a b c)."
)
_NO_COUNT = marked("Read as a word: {parts}. The operators are written like ATLEAST 3 oil and ANY 2 (oil gas iran).")
_NOTHING_BEFORE = marked("Read as words, because it is not between two words: {parts}. Write it like oil NEAR/5 gas.")
_AS_PHRASE = marked(
    "Words joined without spaces are a phrase: {parts}. To find them anywhere, put a space after each sign."
)
_BARE_RANGE = marked("Read as numbers: {parts}. To search for days, write date: before them, as in date:2024..2025.")
_DATE_IS = marked("Read as words: {parts}. Write date:2025-01, after:2025-01 or before:2025-01.")
_OTHER_BRACKETS = marked("Only round brackets make a group; the others were ignored: {parts}.")
_NO_NUMBER = marked(
    "Read as a word: {parts}. To find words near each other, say how near: NEAR/5, or PRE/5 in this order."
)
_SINGLE_QUOTES = marked("Straight single quotation marks are apostrophes; put a phrase in double ones: {parts}.")
_SUSPICIOUS_MINUS = marked(
    "The minus excludes articles with: {parts}. If it is the dash of a headline, put a space after it, or remove it."
)
_WITH_A_NUMBER = re.compile(r"(?:ATLEAST|W|N|P|NEAR|AROUND|PRE|ADJ|ONEAR)/[0-9]+|(?:NEAR|AROUND|PRE)\([0-9]+\)")
_DISTANCE_AMISS = re.compile(r"(?:(?i:NEAR|ADJ|ONEAR|AROUND)|PRE|BEFORE)[/,:\[].*|[NW][0-9]{1,2}")
_STRAY_DISTANCE = re.compile(r"(?i:W|N|NEAR|AROUND|PRE|ADJ|ONEAR)?/[0-9]+")
_LIST = re.compile(r"[^\W\d_]{2,}(?:[,;][^\W\d_]{2,})+")
_RANGE = re.compile(r"[0-9]{4}(?:-[0-9]{1,2}){0,2}\.\.(?:[0-9]{4}(?:-[0-9]{1,2}){0,2})?")
_LIKE_NEAR = frozenset(("NEAR", "ADJ", "WITHIN", "AROUND"))
_LIKE_OPERATORS = frozenset(("XOR", "ANDNOT", "BUT", "BUTNOT", "SAME", "BEFORE", "AFTER", "FOLLOWED", "NAND", "NOR"))
_COMPARING = frozenset(("is", "aft", "bef", "after", "before", "geq", "leq", "="))
_OPERATOR_WORDS = ("AND", "OR", "NOT")
_COUNTING_WORDS = ("ANY", "ATLEAST")
_FEWEST_OF_A_HEADLINE = 4  # words
_MOST_OF_A_QUERY = 10  # words up to which a lower-case “or” may have been meant as an operator
_WORDS_AROUND_NOT = 3
_FEWEST_BEFORE_A_DASH = 4  # words


def is_headline(query: str) -> bool:
    """Whether a query looks like a headline in capitals that holds an operator's name, or a dash before a word.

    Two words side by side tell it from a query such as ``SCO AND BRICS``, and what a headline has not from a group, a
    phrase or a field.
    """
    if query.upper() != query or '"' in query:
        return False
    words = query.split()
    others = [word for word in words if word not in _OPERATOR_WORDS]
    named = [word for word in others if word not in _COUNTING_WORDS]
    is_in_doubt = len(others) < len(words) or _is_dash(words[-1] if words else "")
    if not is_in_doubt or len(words) < _FEWEST_OF_A_HEADLINE or not _are_capitals(named):
        return False
    are_neighbours = any(one in others and two in others for one, two in pairwise(words))
    return are_neighbours and not any(_is_of_the_language(word) for word in words)


def note_headline(query: str, notes: Notes) -> None:
    """Say how a headline in capitals was read, and how to mean its operators."""
    words = (word if word in _OPERATOR_WORDS else word.lower() for word in query.split())
    notes.add(_HEADLINE, " ".join(words))


def note_habits(tokens: Sequence[Token], notes: Notes) -> None:
    """Say what operators of other archives mean here, where they may have been meant."""
    kinds = [token.kind for token in tokens]
    words = [token.text if token.kind is Kind.PLAIN else "" for token in tokens]
    if len(tokens) <= _MOST_OF_A_QUERY:
        _note_small_words(words, notes)
        if any(word != word.upper() for word in words):
            _note_capitals(words, notes)
        if "any" in map(str.lower, words):
            _note_any(tokens, notes)
        if words and words[0][:1] == "'" and words[-1][-1:] == "'" and words != ["'"]:
            notes.add(_SINGLE_QUOTES, " ".join(words))
    _note_dates(tokens, words, notes)
    for previous, word in zip(("", *(token.text for token in tokens)), words, strict=False):
        if word and not word.isalpha():
            _note_signs(word, kinds, notes)
            if _LIST.fullmatch(word) and (previous[-1:] != ":" or previous[:-1].lower() in LEAF_FIELDS):
                notes.add(_AS_PHRASE, word)
        elif word.lower() == "atleast" and len(words) > 1:
            notes.add(_NO_COUNT, word)
    before = kinds[-_FEWEST_BEFORE_A_DASH - 2 : -2]
    ends_in_a_dash = kinds[-2:] == [Kind.MINUS, Kind.PLAIN] and kinds.count(Kind.MINUS) == 1
    if ends_in_a_dash and before == [Kind.PLAIN] * _FEWEST_BEFORE_A_DASH:
        notes.add(_SUSPICIOUS_MINUS, words[-1])


def _note_small_words(words: Sequence[str], notes: Notes) -> None:
    """Note that “or” and “and not” are words, unless all words are capitalised, as in a headline."""
    is_headline = not any(word.islower() for word in words)
    small = [word if is_headline or word.isupper() else word.lower() for word in words]
    if "or" in small[1:-1] or "and/or" in small[1:-1]:
        notes.add(_SMALL_OR)
    if any(pair == ("and", "not") for pair in pairwise(small)):
        notes.add(_SMALL_NOT)
    elif len(small) == _WORDS_AROUND_NOT and small[1] == "not":
        notes.add(_LONE_NOT)


def _note_capitals(words: Sequence[str], notes: Notes) -> None:
    """Note that a word that looks like an operator is not one, or lacks its number."""
    for word in words[1:-1]:
        if word in _LIKE_NEAR:
            notes.add(_NO_NUMBER, word)
        elif word in _LIKE_OPERATORS:
            notes.add(_NO_OPERATOR, word)


def _note_any(tokens: Sequence[Token], notes: Notes) -> None:
    """Say how ANY is written, if it is in capitals or before a number and a group."""
    for token, *following in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_meant = following[0].text.isdigit() and following[1].kind is Kind.OPEN
        if token.kind is Kind.PLAIN and (token.text == "ANY" or (is_meant and token.text == "any")):
            notes.add(_NO_COUNT, token.text)


def _note_signs(word: str, kinds: Sequence[Kind], notes: Notes) -> None:
    """Note what a word with signs in it may have been meant as."""
    if _STRAY_DISTANCE.fullmatch(word):
        notes.add(_NOTHING_BEFORE, word)
    elif _DISTANCE_AMISS.fullmatch(word) and len(kinds) > 1:
        notes.add(_NO_NUMBER, word)
    elif word[0] in "[{" and Kind.OR in kinds:
        notes.add(_OTHER_BRACKETS, word)


def _note_dates(tokens: Sequence[Token], words: Sequence[str], notes: Notes) -> None:
    """Say how days are written, if the name of the field is missing."""
    if not any(token.kind is Kind.FIELD for token in tokens):
        for word in words:
            if ".." in word and _RANGE.fullmatch(word):
                notes.add(_BARE_RANGE, word)
    for name, sign, value in zip(words, words[1:], words[2:], strict=False):
        if name.lower() == "date" and sign.lower() in _COMPARING and value[:1].isdigit():
            notes.add(_DATE_IS, f"{name} {sign} {value}")


def _are_capitals(words: Sequence[str]) -> bool:
    """Tell whether all letters of the words are capitals; never so in scripts without capitals."""
    letters = [char for word in words for char in word if char.isalpha()]
    return bool(letters) and all(char.isupper() for char in letters)


def _is_dash(word: str) -> bool:
    return len(word) > 1 and word[0] == "-" and word[1].isalpha()


def _is_of_the_language(word: str) -> bool:
    if word == "ATLEAST" or _WITH_A_NUMBER.fullmatch(word):
        return True
    name, colon, value = word.partition(":")
    is_field = bool(colon and value) and name.lower() in FIELD_NAMES
    is_in_a_group = word.count("(") != word.count(")")
    return (
        is_field or is_in_a_group or word.startswith("|") or (word in OPERATORS and word not in (*_OPERATOR_WORDS, "&"))
    )
