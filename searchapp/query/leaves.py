"""One token of a query, read as a leaf of its tree: a word, a phrase, a pattern, a filter.

Here the bounds on words and patterns are kept, and everything that has no meaning where it stands becomes plain words.
"""

import re
from dataclasses import replace

from searchapp.query import bounds
from searchapp.query.amounts import read_amount
from searchapp.query.dates import read_range, read_side
from searchapp.query.notes import Notes
from searchapp.query.patterns import count_letters, fold_pattern, is_paired, is_single_character
from searchapp.query.tokens import DATE_NAMES, NUMBER, Kind, Token
from searchapp.query.tree import (
    AmountField,
    Dates,
    Exact,
    Field,
    Fuzzy,
    Keyword,
    KeywordField,
    Near,
    Node,
    Phrase,
    Undated,
    Wildcard,
    Word,
    leaves,
    map_leaves,
)
from searchapp.text import keyword, terms

_EMPTY = "Ignored, because there is nothing in it to search for: {parts}."
_OPERATOR_AS_WORD = "Read as a word, because it has nothing to join: {parts}."
_FIELD_AS_WORD = "Read as a word, because nothing to look for follows: {parts}."
_SIGNS = "The signs * ? ~ ^ = have no meaning where they stand; read as plain words: {parts}."
_QUESTION_MARK = (
    "A ? at the end of a word is read as a question mark: {parts}. To mean any one letter there, write =word?"
)
_PAIRED = "Patterns and typing errors need words with spaces between them; read as plain words: {parts}."
_ONE_CHARACTER = "A single character is looked for inside of words too: {parts}."
_TWO_SIGNS = "Only one of * ? ~ = can be used on a word; read without ~ or =: {parts}."
_NO_DATE = "Not a date, and read as plain words: {parts}. Dates look like 2025, 2025-01, 2025-01-17 or 2024..2025."
_NO_AMOUNT = {
    "copies": "Not a number of copies, and read as plain words: {parts}. Write none, 3, >5, <2 or 2..10.",
    "similarity": "Not a similarity, and read as plain words: {parts}. Write whole percent: >90, <70 or 50..80.",
}
_REVERSED = "The first date was later than the second, and they were swapped: {parts}."
_FILTER_BOOST = "Sources, languages, authors and dates count nothing for the order; ignored: {parts}."
_NO_DISTANCE = "A distance needs a number, and two words in the quotes; ignored: {parts}."

_LEAF_FIELDS: dict[str, Field] = {
    "title": "title", "body": "body", "byline": "byline", "by": "byline", "author": "byline",
}  # fmt: skip
_KEYWORD_FIELDS: dict[str, KeywordField] = {
    "source": "source", "lang": "language", "language": "language", "writer": "author", "first": "first",
}  # fmt: skip
_AMOUNT_FIELDS: dict[str, AmountField] = {"copies": "copies", "similarity": "similarity"}

_AROUND = "!#$%&'+,-./:;<>@[\\]_`{|}…、。，！；¡¿"  # what stands around words in a text, signs of the language left out
_BOOST = re.compile(rf"\^({NUMBER})$")
_EDITS = re.compile(r"~([0-9]*+)$")
_SUFFIX = re.compile(r"(~[0-9]*)?(?:\^(.*))?")
_MEANT_AS_SIGNS = re.compile(r"[*?~^=]")


class Leaves:
    """Reads tokens as leaves, counting words and patterns."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._words = 0
        self._patterns = 0
        self.are_full = False

    def read(self, token: Token, field: str) -> Node | None:
        """Read one token in a field (empty for all); None where there is nothing to search for, or no room."""
        if self.are_full:
            return None
        if token.kind not in (Kind.PLAIN, Kind.QUOTED):
            return self._stranded(token, _LEAF_FIELDS.get(field))
        if field in _KEYWORD_FIELDS:
            return self._keyword(token, _KEYWORD_FIELDS[field])
        if field in _AMOUNT_FIELDS:
            return self._amount(token, _AMOUNT_FIELDS[field])
        if field in DATE_NAMES:
            return self._dates(token, field)
        read = self._plain if token.kind is Kind.PLAIN else self._quoted
        return read(token, _LEAF_FIELDS.get(field))

    def multiplied(self, node: Node, typed: str, shown: str) -> Node:
        """Multiply the boosts in `node` by a number as it was typed."""
        boost = self._bounded(float(typed.lstrip("^")), shown)
        if boost != 1 and not any(leaves(node)):
            self._notes.add(_FILTER_BOOST, shown)
        return self._multiply(node, boost, shown)

    def _keyword(self, token: Token, field: KeywordField) -> Node | None:
        typed, boost = _without_boost(token)
        value = keyword(typed)
        if not value or not self._has_room(len(value.split()), token.text):
            self._empty(token)
            return None
        if _MEANT_AS_SIGNS.search(typed.lstrip("=")):
            self._notes.add(_SIGNS, typed)
        if boost:
            self._notes.add(_FILTER_BOOST, "^" + boost)
        return Keyword(field, value)

    def _amount(self, token: Token, field: AmountField) -> Node | None:
        typed, boost = _without_boost(token)
        found = read_amount(typed.strip(" ,;"), field)
        if found is None:
            self._notes.add(_NO_AMOUNT[field], token.text)
            return self._as_words(token.text, token, None)
        if boost:
            self._notes.add(_FILTER_BOOST, "^" + boost)
        return found

    def _dates(self, token: Token, field: str) -> Node | None:
        typed, boost = _without_boost(token)
        dates = _read_dates(typed.strip(" ,;"), field)
        if dates is None:
            self._notes.add(_NO_DATE, token.text)
            return self._as_words(token.text, token, None)
        if boost:
            self._notes.add(_FILTER_BOOST, "^" + boost)
        if isinstance(dates, Dates) and dates.last and dates.first > dates.last:
            self._notes.add(_REVERSED, typed)
            first, last = typed.strip(" ,;").split("..")
            return read_range(f"{last}..{first}")
        return dates

    def _quoted(self, token: Token, field: Field | None) -> Node | None:
        if "*" in token.text:
            self._notes.add(_SIGNS, token.text)
        found = self._words_in(token.text, token, field, is_exact=True)
        suffix = _SUFFIX.fullmatch(token.suffix)
        distance, boost = suffix.groups() if suffix else (None, None)
        if found and distance:
            found = self._near(found, distance)
        return self.multiplied(found, boost, "^" + boost) if found and boost else found

    def _near(self, found: Node, typed: str) -> Node:
        if not isinstance(found, Phrase) or typed == "~":
            self._notes.add(_NO_DISTANCE, typed)
            return found
        return Near(found.terms, self._number(typed, bounds.DISTANCE), found.field)

    def _plain(self, token: Token, field: Field | None) -> Node | None:
        typed, boost = _without_boost(token)
        found = self._word(typed.strip(_AROUND), token, field)
        return self.multiplied(found, boost, token.text) if found and boost else found

    def _word(self, typed: str, token: Token, field: Field | None) -> Node | None:
        """Read a word with the signs at it: ``=word``, ``word*``, ``word~2``."""
        errors = _EDITS.search(typed)
        core = typed[: errors.start()] if errors else typed
        is_exact, core = core.startswith("="), core.lstrip("=").strip(_AROUND)
        if not is_exact and core.endswith("?"):
            core = core.rstrip("?").strip(_AROUND)
            if terms(core):
                self._notes.add(_QUESTION_MARK, token.text)
        if "*" in core or "?" in core:
            if errors:
                self._notes.add(_TWO_SIGNS, token.text)
            return self._wildcard(core, token, field, is_exact=is_exact)
        if errors:
            if is_exact:
                self._notes.add(_TWO_SIGNS, token.text)
            return self._fuzzy(core, errors.group(), token, field, is_exact=is_exact)
        if _MEANT_AS_SIGNS.search(core):
            self._notes.add(_SIGNS, token.text)
        return self._words_in(core, token, field, is_exact=is_exact)

    def _wildcard(self, typed: str, token: Token, field: Field | None, *, is_exact: bool) -> Node | None:
        pattern = fold_pattern(typed)
        letters = (pattern or "").replace("*", "").replace("?", "")
        if pattern is None:
            why: object = _SIGNS
        elif not letters:
            self._empty(token)
            return None
        elif is_paired(letters):
            why = None if pattern == f"*{letters}*" and is_single_character(letters) else _PAIRED
        else:
            why = bounds.LETTERS if count_letters(pattern) < bounds.LETTERS.limit else None
        if pattern is None or why:
            self._notes.add(why, token.text)
            return self._words_in(typed, token, field, is_exact=is_exact)
        return self._pattern(pattern, token, field) or self._words_in(typed, token, field, is_exact=is_exact)

    def _pattern(self, pattern: str, token: Token, field: Field | None) -> Node | None:
        if self._patterns >= bounds.WILDCARDS.limit:
            self._notes.add(bounds.WILDCARDS, token.text)
            return None
        if not self._has_room(1, token.text):
            return None
        self._patterns += 1
        return Wildcard(pattern, field)

    def _fuzzy(self, typed: str, errors: str, token: Token, field: Field | None, *, is_exact: bool) -> Node | None:
        edits = 1 if errors == "~" else self._number(errors, bounds.EDITS)
        found = self._words_in(typed, token, field, is_exact=is_exact or not edits)
        match found:
            case Phrase():
                self._notes.add(_SIGNS, token.text)
            case Word(term) | Exact(term) if edits:
                if is_paired(term):
                    self._notes.add(_PAIRED, token.text)
                elif len(term) < bounds.FUZZY_LETTERS.limit:
                    self._notes.add(bounds.FUZZY_LETTERS, token.text)
                else:
                    return Fuzzy(term, edits, field)
        return found

    def _stranded(self, token: Token, field: Field | None) -> Node | None:
        """Read an operator or a field's name as the word it also is."""
        if terms(token.text):
            self._notes.add(_FIELD_AS_WORD if token.kind is Kind.FIELD else _OPERATOR_AS_WORD, token.text)
        return self._as_words(token.text, token, field)

    def _as_words(self, typed: str, token: Token, field: Field | None) -> Node | None:
        return self._words_in(typed, token, field, is_exact=token.kind is Kind.QUOTED)

    def _words_in(self, typed: str, token: Token, field: Field | None, *, is_exact: bool) -> Node | None:
        """Read plain words: one by itself, several as a phrase, of which only as many count as there is room for."""
        found = terms(typed)
        if not found:
            self._empty(token)
            return None
        room = bounds.WORDS.limit - self._words
        if not self._has_room(len(found), token.text) and not (found := found[:room]):
            return None
        if len(found) > 1:
            return Phrase(found, field)
        if is_single_character(found[0]) and (inside := self._pattern(f"*{found[0]}*", token, field)):
            self._notes.add(_ONE_CHARACTER, token.text)
            return inside
        return Exact(found[0], field) if is_exact else Word(found[0], field)

    def _empty(self, token: Token) -> None:
        if not self.are_full:
            self._notes.add(_EMPTY, token.text or '""')

    def _has_room(self, words: int, shown: str) -> bool:
        """Count words in; where they are too many, say from where on nothing is read any more."""
        self._words += words
        if self._words > bounds.WORDS.limit:
            self._notes.add(bounds.WORDS, shown)
            self.are_full = True
        return not self.are_full

    def _number(self, typed: str, bound: bounds.Bound) -> int:
        digits = typed.lstrip("~").lstrip("0")
        if len(digits) > 4 or int(digits or 0) > bound.limit:
            self._notes.add(bound, typed)
            return bound.limit
        return int(digits or 0)

    def _multiply(self, node: Node, boost: float, shown: str) -> Node:
        return map_leaves(node, lambda leaf: replace(leaf, boost=self._bounded(round(leaf.boost * boost, 4), shown)))

    def _bounded(self, boost: float, shown: str) -> float:
        nearest = min(max(boost, 1 / bounds.BOOST.limit), float(bounds.BOOST.limit))
        if nearest != boost:
            self._notes.add(bounds.BOOST, shown)
        return nearest


def _without_boost(token: Token) -> tuple[str, str]:
    """Take the boost off a token's text."""
    if token.kind is Kind.QUOTED:
        return token.text, token.suffix.rpartition("^")[2] if "^" in token.suffix else ""
    found = _BOOST.search(token.text)
    return (token.text[: found.start()], found.group(1)) if found else (token.text, "")


def _read_dates(typed: str, field: str) -> Dates | Undated | None:
    if field == "date":
        return Undated() if typed.lower() == "none" else read_range(typed)
    return read_side(field, typed)
