"""One token of a query, read as a leaf of its tree: a word, a phrase, a pattern, a filter.

Here the bounds on words and patterns are kept, and everything that has no meaning where it stands becomes plain words.
"""

import re
from dataclasses import replace

from searchapp.languages import code
from searchapp.query import bounds
from searchapp.query.addresses import comparable
from searchapp.query.amounts import read_amount
from searchapp.query.dates import read_range, read_side, read_signed
from searchapp.query.field_names import AMOUNT_FIELDS, DATE_NAMES, KEYWORD_FIELDS, LEAF_FIELDS
from searchapp.query.notes import Notes
from searchapp.query.patterns import count_letters, fold_pattern, is_paired, is_single_character
from searchapp.query.scanning import EMPTY, LEAF_KINDS, NUMBER, Kind, Token
from searchapp.query.slots import choice_of, cut_name, fuzzy_name, letters_of, literal_of, phrase_of
from searchapp.query.tree import (
    AmountField,
    Dates,
    Exact,
    Field,
    Fuzzy,
    Keyword,
    KeywordField,
    Leaf,
    LiteralFirst,
    Near,
    Node,
    Phrase,
    Proximity,
    Undated,
    Unknown,
    Wildcard,
    Word,
    leaves,
    map_leaves,
)
from searchapp.query.unparse import NONE, needs_equals
from searchapp.sentences import marked
from searchapp.text import MAX_TERM, forms, keyword, pieces, terms, words

_OPERATOR_AS_WORD = marked("Read as a word, because there is nothing for it to join: {parts}.")
_FIELD_AS_WORD = marked("Read as a word, because no search term follows: {parts}.")
_SIGNS = marked("The signs * ? ~ ^ = have no meaning in this position; read as plain words: {parts}.")
_LOST_SIGNS = marked("Signs like ! + # $ % & @ < > are not searched for; read without them: {parts}.")
_ANY_ENDING = marked("To match any ending, write * instead of the exclamation mark: {parts}.")
_SIGNS_IN_QUOTES = marked(
    'In quotation marks, * is not a wildcard: {parts}. To use it as one, put = before the quotes: ="strat* partner".'
)
_QUESTION_MARK = marked(
    "A ? at the end of a word is read as a question mark: {parts}. To match any one letter there, write =word?"
)
_PAIRED = marked(
    "Wildcards and typing errors work only in scripts that put spaces between words; read as plain words: {parts}."
)
_ONE_CHARACTER = marked("A single character is also searched for inside words: {parts}.")
_TWO_SIGNS = marked("A word can have only one of the signs * ? ~ =; read without ~ or =: {parts}.")
_NO_AUTHOR = marked("Read as a name: {parts}. To find articles without a known author, write writer:none.")
_NO_DATE = marked("Not a date; read as plain words: {parts}. Dates look like 2025, 2025-01, 2025-01-17 or 2024..2025.")
_NO_AMOUNT = {
    "copies": marked("Not a number of copies; read as plain words: {parts}. Write none, 3, >5, <2 or 2..10."),
    "similarity": marked(
        "Not a similarity; read as plain words: {parts}. Write whole percentages: >90, <70 or 50..80."
    ),
    **dict.fromkeys(
        ("added", "edited"),
        marked("Not a date; read as plain words: {parts}. Write 2025-01, 2025-01-17.. or ..2025-01-17."),
    ),
}
_REVERSED = marked("The first date was later than the second, so they were swapped: {parts}.")
_FILTER_BOOST = marked("Sources, languages, authors and dates do not affect the ranking; ignored: {parts}.")
_NO_DISTANCE = marked("A distance needs a number, and at least two words in the quotes; ignored: {parts}.")

_AROUND = (
    "!#$%&'+,-./:;<>@[\\]_`{|}…、。，！；¡¿\""  # what stands around words in a text, signs of the language left out
)
_LOST = re.compile(r"[+#$€£¥%@§№°]|\w[&!<>]=?\w|\w!$")
_LOST_IN_PROSE = re.compile(r"[+#$€£¥%@§№°]|\w[&<>]=?\w")
_TRUNCATED = re.compile(r"[^\W\d_]{3,}!")
_BOOST = re.compile(rf"\^({NUMBER})$")
_EDITS = re.compile(r"~([0-9]*+)$")
_SUFFIX = re.compile(r"(~[0-9]*)?(?:\^(.*))?")
_MEANT_AS_SIGNS = re.compile(r"[*?~^=]")


class LeafReader:
    """Reads tokens as leaves, counting words and patterns.

    `typed` has each folded word as it was typed. Once `are_full`, there is no room for another word.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._words = 0
        self._patterns = 0
        self._empties = set[tuple[str, str]]()  # what had nothing in it to search for, by its field
        self.typed: dict[str, str] = {}
        self.are_full = False
        self.rest: int | None = None  # where in the query that stands which the first phrase had no room for

    def read(self, token: Token, field: str) -> Node | None:
        """Read one token in a field (empty for all); None if there is nothing to search for, or no room."""
        if self.are_full:
            return None
        if token.kind not in LEAF_KINDS:
            return self._stranded(token, LEAF_FIELDS.get(field))
        if (token.text, field) in self._empties:
            return None
        if not token.text.strip():
            self._empty(token)
            return None
        self._remember(token.text)
        found = self._read(token, field)
        if found is None and not self.are_full:
            self._empties.add((token.text, field))
        return found

    def _read(self, token: Token, field: str) -> Node | None:
        if field in KEYWORD_FIELDS:
            return self._keyword(token, KEYWORD_FIELDS[field])
        if field in AMOUNT_FIELDS:
            return self._amount(token, AMOUNT_FIELDS[field])
        if field in DATE_NAMES:
            return self._dates(token, field)
        match token.kind:
            case Kind.PLAIN:
                return self._plain(token, LEAF_FIELDS.get(field))
            case Kind.QUOTED:
                return self._quoted(token, LEAF_FIELDS.get(field))
            case _:
                return self._patterns_in_quotes(token, LEAF_FIELDS.get(field))

    def multiplied(self, node: Node, typed: str, shown: str) -> Node:
        """Multiply the boosts in `node` by a number as it was typed."""
        boost = self._bounded(float(typed.lstrip("^")), shown)
        if boost != 1 and not any(leaves(node)):
            self._notes.add(_FILTER_BOOST, shown)
        return map_leaves(node, lambda leaf: replace(leaf, boost=self._bounded(round(leaf.boost * boost, 4), shown)))

    def number(self, typed: str, bound: bounds.Bound) -> int:
        """Read a number, which is at most the bound."""
        digits = typed.lstrip("~").lstrip("0")
        if len(digits) > 4 or int(digits or 0) > bound.limit:
            self._notes.add(bound, typed)
            return bound.limit
        return int(digits or 0)

    def _remember(self, typed: str) -> None:
        for form in forms(typed):
            if len(form) > MAX_TERM:  # no single word; to fold a long run of Thai takes a while
                continue
            folded = pieces(form)
            if len(folded) == 1:
                self.typed.setdefault(folded[0].term, form)

    def _keyword(self, token: Token, field: KeywordField) -> Node | None:
        typed, boost = _without_boost(token)
        value = _value(typed, field)
        if not value or not self._has_room(len(value.split())):
            self._empty(token)
            return None
        if field != "url" and _MEANT_AS_SIGNS.search(typed.lstrip("=")):
            self._notes.add(_SIGNS, typed)
        elif field != "language":  # of which the code is shown
            self.typed[value] = typed
        if boost:
            self._notes.add(_FILTER_BOOST, "^" + boost)
        return Unknown(field) if value == NONE and token.kind is Kind.PLAIN else Keyword(field, value)

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
            self._notes.add(_SIGNS_IN_QUOTES, token.text)
        found: Node | None = self._words_in(token.text, token, field, is_exact=True)
        for run in token.text.split() if found and _LOST_IN_PROSE.search(token.text) else ():
            if _LOST_IN_PROSE.search(run):
                self._notes.add(_LOST_SIGNS, run)
        distance, boost = _suffixes(token)
        if found and distance:
            found = self._near(found, distance)
        return self.multiplied(found, boost, "^" + boost) if found and boost else found

    def _near(self, found: Node, typed: str) -> Node:
        if not isinstance(found, Phrase) or typed == "~":
            self._notes.add(_NO_DISTANCE, typed)
            return found
        return Near(found.terms, self.number(typed, bounds.DISTANCE), found.field)

    def _patterns_in_quotes(self, token: Token, field: Field | None) -> Node | None:
        """Read ``="strat* partner"``: the words side by side, each with its own signs."""
        slots = []
        for run in token.text.split():
            errors = _EDITS.search(run)
            cut = cut_name(run[: errors.start()] if errors else run)
            if cut is None:
                self._notes.add(_SIGNS, token.text)
                return self._words_in(token.text, token, field, is_exact=True)
            edits = self._edits(errors.group()) if errors else 0
            slots += [choice_of(word, edits if len(word) >= bounds.FUZZY_LETTERS.limit else 0) for word in cut]
        distance, boost = _suffixes(token)
        if all(isinstance(slot, Exact) for slot in slots) or len(slots) < 2:
            return self._quoted(token, field)
        if any(isinstance(slot, Wildcard) for slot in slots):
            if self._patterns >= bounds.WILDCARDS.limit:
                self._notes.add(bounds.WILDCARDS, token.text)
                return self._words_in(token.text, token, field, is_exact=True)
            self._patterns += 1
        if not self._has_room(len(slots)):
            return None
        is_near = bool(distance and distance != "~" and len(slots) == 2)
        if distance and not is_near:
            self._notes.add(_NO_DISTANCE, distance)
        apart = self.number(distance or "", bounds.DISTANCE) if is_near else 0
        found = Proximity(tuple((slot,) for slot in slots), apart, not is_near, field)
        return self.multiplied(found, boost, "^" + boost) if boost else found

    def _plain(self, token: Token, field: Field | None) -> Node | None:
        typed, boost = _without_boost(token)
        found = self._word(typed.strip(_AROUND), token, field)
        if field == "byline" and typed.lower() == NONE:
            self._notes.add(_NO_AUTHOR, typed)
        if found and _LOST.search(typed):
            self._notes.add(_LOST_SIGNS, typed)
            if typed.islower() and _TRUNCATED.fullmatch(typed):
                self._notes.add(_ANY_ENDING, typed)
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
            if is_exact or "~" in core:
                self._notes.add(_TWO_SIGNS if is_exact else _SIGNS, token.text)
            return self._fuzzy(core, errors.group(), token, field, is_exact=is_exact)
        if _MEANT_AS_SIGNS.search(core):
            self._notes.add(_SIGNS, token.text)
        return self._words_in(core, token, field, is_exact=is_exact)

    def _wildcard(self, typed: str, token: Token, field: Field | None, *, is_exact: bool) -> Node | None:
        pattern = fold_pattern(typed)
        if pattern is None:
            name = cut_name(typed)
            if name and letters_of(name) >= bounds.LETTERS.limit:
                return self._name(name, token, field, is_exact=is_exact)
            self._notes.add(_SIGNS, token.text)
            return self._words_in(typed, token, field, is_exact=is_exact)
        letters = pattern.replace("*", "").replace("?", "")
        if not letters:
            self._empty(token)
            return None
        if is_paired(letters):
            is_whole = pattern == f"*{letters}*" and is_single_character(letters)
            refused: str | bounds.Bound | None = None if is_whole else _PAIRED
        else:
            refused = bounds.LETTERS if count_letters(pattern) < bounds.LETTERS.limit else None
        if refused:
            self._notes.add(refused, token.text)
            return self._words_in(typed, token, field, is_exact=is_exact)
        return self._name((pattern,), token, field, is_exact=is_exact)

    def _name(self, words: tuple[str, ...], token: Token, field: Field | None, *, is_exact: bool) -> Node | None:
        """Read words with patterns in them; one with a sign inside may be a name, unless = says that it is not."""
        if self._patterns >= bounds.WILDCARDS.limit:
            self._notes.add(bounds.WILDCARDS, token.text)
            return self._words_in(token.text, token, field, is_exact=is_exact)
        if not self._has_room(len(words)):
            return None
        self._patterns += 1
        found = phrase_of(words, field)
        if is_exact or words[-1].endswith("?") or not any(map(needs_equals, words)):
            return found
        return LiteralFirst(literal_of(words, field), found)

    def _fuzzy(self, typed: str, errors: str, token: Token, field: Field | None, *, is_exact: bool) -> Node | None:
        if not terms(typed):
            self._empty(token)
            return None
        edits = self._edits(errors)
        found = self._words_in(typed, token, field, is_exact=is_exact or not edits)
        match found:
            case Phrase(name) if edits:
                if slots := fuzzy_name(name, edits, bounds.FUZZY_LETTERS.limit):
                    return Proximity(slots, field=field)
                self._notes.add(_PAIRED if any(map(is_paired, name)) else bounds.FUZZY_LETTERS, token.text)
            case Word(term) | Exact(term) if edits:
                if is_paired(term):
                    self._notes.add(_PAIRED, token.text)
                elif len(term) < bounds.FUZZY_LETTERS.limit:
                    self._notes.add(bounds.FUZZY_LETTERS, token.text)
                else:
                    return Fuzzy(term, edits, field)
        return found

    def _edits(self, errors: str) -> int:
        return 1 if errors == "~" else self.number(errors, bounds.EDITS)

    def _stranded(self, token: Token, field: Field | None) -> Node | None:
        """Read an operator or a field's name as the word it also is."""
        if terms(token.text):
            self._notes.add(_FIELD_AS_WORD if token.kind is Kind.FIELD else _OPERATOR_AS_WORD, token.text)
        return self._as_words(token.text, token, field)

    def _as_words(self, typed: str, token: Token, field: Field | None) -> Node | None:
        return self._words_in(typed, token, field, is_exact=token.kind in (Kind.QUOTED, Kind.PATTERNS))

    def _words_in(self, typed: str, token: Token, field: Field | None, *, is_exact: bool) -> Leaf | None:
        """Read plain words: one by itself, several as a phrase; a phrase is cut only if it alone is too long."""
        found = terms(typed)
        if not found:
            self._empty(token)
            return None
        is_first = not self._words
        if not self._has_room(len(found)):
            if not is_first:
                return None
            self.rest = token.at + 1 + words(token.text)[bounds.WORDS.limit].start
            found = found[: bounds.WORDS.limit]
        if len(found) > 1:
            if self.rest is None:
                self.typed.setdefault(" ".join(found), " ".join(typed.split()))
            return Phrase(found, field)
        if is_single_character(found[0]) and self._patterns < bounds.WILDCARDS.limit:
            self._patterns += 1
            self._notes.add(_ONE_CHARACTER, token.text)
            return Wildcard(f"*{found[0]}*", field)
        return Exact(found[0], field) if is_exact else Word(found[0], field)

    def _empty(self, token: Token) -> None:
        if not self.are_full:
            self._notes.add(EMPTY, token.text or '""')

    def _has_room(self, count: int) -> bool:
        """Count words; beyond the limit, nothing more is read."""
        self._words += count
        self.are_full = self._words > bounds.WORDS.limit
        return not self.are_full

    def _bounded(self, boost: float, shown: str) -> float:
        nearest = min(max(boost, 1 / bounds.BOOST.limit), float(bounds.BOOST.limit))
        if nearest != boost:
            self._notes.add(bounds.BOOST, shown)
        return nearest


def _suffixes(token: Token) -> tuple[str | None, str | None]:
    """Return the distance and the boost that follow quotes."""
    found = _SUFFIX.fullmatch(token.suffix)
    return (found.group(1), found.group(2)) if found else (None, None)


def _value(typed: str, field: KeywordField) -> str:
    """Return what a source, a language, an author or an address is compared by; of a language, its code."""
    match field:
        case "url":
            return comparable(typed)
        case "language":
            return keyword(code(typed) or typed)
        case _:
            return keyword(typed)


def _without_boost(token: Token) -> tuple[str, str]:
    """Take the boost off a token's text."""
    if token.kind is not Kind.PLAIN:
        return token.text, token.suffix.rpartition("^")[2] if "^" in token.suffix else ""
    found = _BOOST.search(token.text)
    return (token.text[: found.start()], found.group(1)) if found else (token.text, "")


def _read_dates(typed: str, field: str) -> Dates | Undated | None:
    if field == "date":
        return Undated() if typed.lower() == NONE else read_range(typed) or read_signed(typed)
    return read_side(field, typed)
