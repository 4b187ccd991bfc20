"""A query's text, read from left to right: operators, fields, and what is to be searched for, each as it was typed."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from searchapp.query import bounds
from searchapp.query.field_names import FIELD_NAMES, KEYWORD_FIELDS, LEAF_FIELDS, SHOWN_NAMES, field_meant
from searchapp.query.notes import Notes
from searchapp.sentences import marked
from searchapp.text import terms


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()  # `suffix` is what follows the bracket: a boost
    FIELD = auto()
    MINUS = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()  # `suffix` is the distance
    PRE = auto()  # the same, in this order
    ATLEAST = auto()  # `suffix` is how often
    ANY = auto()  # `suffix` is how many of the group that follows; "" for one
    QUOTED = auto()  # `suffix` is what follows the quotes: a distance, a boost
    PATTERNS = auto()  # the same with = before the quotes
    PLAIN = auto()


class Token(NamedTuple):
    """A piece of a query, as it was typed; it begins `at` a place of the query."""

    kind: Kind
    text: str
    suffix: str = ""
    at: int = 0


LEAF_KINDS = (Kind.PLAIN, Kind.QUOTED, Kind.PATTERNS)  # of tokens that are searched for
OPERATORS = {"AND": Kind.AND, "&&": Kind.AND, "&": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
NUMBER = r"[0-9]++(?:\.[0-9]++)?|\.[0-9]++"

_RUN = re.compile(r'(?:[^\s()"|]++|(?<=\w)"(?=\w))+')  # a quotation mark inside a word is a letter of it
_KNOWN_NAMES = frozenset(FIELD_NAMES)
_BARS = re.compile(r"\|+")
_CLOSING = re.compile(r'"(?!\w)')
_NAMES = "(?i:" + "|".join(FIELD_NAMES) + ")"
_NAME = re.compile(rf"{_NAMES}:")
_NAME_EQUALS = re.compile(rf"({_NAMES})(?:=(?=[^\s=])|\s+=\s+(?=\S))")
_NAME_COMPARED = re.compile(r"((?i:copies|similarity))(?=[<>]=?[0-9])|(?i:date)\s*([<>]=?)\s*(?=[0-9])")
_COMPARED = {">": "after:", ">=": "since:", "<": "before:", "<=": "until:"}
_UNKNOWN_NAME = re.compile(r"[A-Za-z_]{2,}:(?!//)")
_COLON_APART = re.compile(r"\s+:")
_BOOST = re.compile(rf"(?:\^(?:{NUMBER}))?")
_SUFFIX = re.compile(rf"(?:~[0-9]*+)?(?:\^(?:{NUMBER}))?")
_END = r'(?=[\s()"]|$)'
_NEAR = re.compile(
    rf"(?i:(w|n|near|around|pre|p|adj|onear)?/([0-9]{{1,9}}|s|p|sent|para)|(near|adj|around|pre)([0-9]{{1,9}}))"
    rf"{_END}|(?i:(around|near|pre)\s?\(\s*([0-9]{{1,9}})\s*\))"
)
_ORDERED = ("pre", "p", "adj", "onear")
_SENTENCES = {"s": "15", "sent": "15", "p": "50", "para": "50"}
_AT_LEAST = re.compile(r"(?:ATLEAST\s*+/?\s*+|(?i:atl(?:east)?)/?)([0-9]{1,9})(?=\s*[^\s)])(?![\w*?~^-])")
_ANY = re.compile(r"ANY\s*+/?\s*+([0-9]{1,9})?\s*+(?=\()")

EMPTY = marked("Ignored, because it contains nothing to search for: {parts}.")
_UNCLOSED_QUOTE = marked("The quotation mark before {parts} is not closed; read as closed at the end of the query.")
_LAST_QUOTE = marked("A single quotation mark at the end of the query was ignored.")
_LONE_DASH = marked("A dash on its own was ignored. To exclude a word, put the dash right before it: -word.")
_TWO_DASHES = marked("Two dashes were ignored: {parts}. To exclude a word, put one right before it: -word.")
_UNKNOWN_FIELD = marked("No such field; read as plain words: {parts}. The fields are {fields}.")
_FIELD_MEANT = marked("No such field; read as plain words: {parts}. Did you mean {field}:?")
_APART = marked("Read as a word, because its colon does not touch it: {parts}. Write it like title:word.")
_TWO_FIELDS = marked("A word can have only one field; read as plain words: {parts}.")
_EQUALS_FIRST = marked("Read as plain words: {parts}. Put the = after the colon: title:=word.")
_NO_NAME = marked("The colon was ignored, because there is no name of a field before it: {parts}.")
_TOUCHING = marked("Read as a word, because there is no space before it: {parts}. Put a space before an operator.")
_WORD_BEFORE_GROUP = marked(
    "Read as a word, and a group after it: {parts}. A field has a colon, as in title:(a OR b), and is one of title, "
    "byline, body."
)
_EXCLAMATION = marked(
    "An exclamation mark before a word does not mean NOT here: {parts}. To leave a word out, put a minus before it."
)
_FIELDS = ", ".join(SHOWN_NAMES)
_SEGMENTS = (*LEAF_FIELDS, *KEYWORD_FIELDS, "date")  # that others write as HEADLINE(word)
_NO_SENTENCES = marked(
    "Sentences and paragraphs are not indexed; read as NEAR/15 and NEAR/50 (within that many words): {parts}."
)

_MAY_TOUCH = (None, Kind.OPEN, Kind.CLOSE, Kind.FIELD, Kind.MINUS)  # what operators with a number may follow at once
_OPERATORS_BEGIN = ("/", "w/", "n/", "p/", "ne", "on", "ar", "ad", "at", "an", "pr")
_MAY_BEGIN_ONE = frozenset("/wnpoaWNPOA")  # their first characters: most words are told apart by one look


class Scanner:
    """Reads tokens from left to right; each with the place where it ends."""

    def __init__(self, query: str, notes: Notes, *, is_headline: bool, longest: int) -> None:
        self._query = query
        self._notes = notes
        self._is_headline = is_headline
        self._longest = longest
        self._closings = [match.start() for match in _CLOSING.finditer(query)]
        self._touching: Kind | None = None  # the token that ends right here, with no space between
        self._last: Kind | None = None
        self._words = 0  # negative after a field whose values are not words
        self._empties: dict[str, bool] = {}

    @property
    def is_enough(self) -> bool:
        """Whether there are more words than a query may have: the parser will stop before the last token."""
        return self._words > bounds.WORDS.limit

    def tokens(self) -> Iterator[tuple[Token, int]]:
        """Yield all tokens."""
        at, query, is_after_nothing = 0, self._query, False
        while at < len(query):
            if query[at].isspace():
                at, self._touching = at + 1, None
                continue
            token, at = self._next(at)
            self._touching = None
            if token:
                self._touching = self._last = token.kind
                is_nothing = token.kind in LEAF_KINDS and at <= self._longest and self._is_nothing(token.text)
                if is_nothing and is_after_nothing:
                    self._notes.add(EMPTY, token.text or '""')
                    continue
                is_after_nothing = is_nothing
                yield token, at

    def _is_nothing(self, text: str) -> bool:
        """Whether there is nothing to search for in a text, and no field can say otherwise."""
        if text[:1].isalnum() or self._words < 0:
            return False
        if (found := self._empties.get(text)) is None:
            found = self._empties[text] = not terms(text)
        return found

    def _next(self, at: int) -> tuple[Token | None, int]:
        char = self._query[at]
        if char.isalnum():
            return (self._operator(at) if char in _MAY_BEGIN_ONE else None) or self._run(at)
        match char:
            case "(":
                return Token(Kind.OPEN, "(", "", at), at + 1
            case ")":
                suffix = self._match(_BOOST, at + 1)
                return Token(Kind.CLOSE, ")", suffix, at), at + 1 + len(suffix)
            case '"':
                return self._quoted(Kind.QUOTED, at, at)
            case "=" if self._query[at + 1 : at + 2] == '"':
                return self._quoted(Kind.PATTERNS, at, at + 1)
            case "|":
                signs = self._match(_BARS, at) if self._query.startswith("||", at) else char
                return Token(Kind.OR, signs, "", at), at + len(signs)
            case "/":
                return self._operator(at) or self._run(at)
            case _:
                return self._run(at)

    def _quoted(self, kind: Kind, start: int, at: int) -> tuple[Token | None, int]:
        """Read what is in the quotation marks that open at a place, if anything; the token begins at `start`."""
        query = self._query
        place = bisect_left(self._closings, at + 1)
        end = self._closings[place] if place < len(self._closings) else query.find('"', at + 1)
        if end < 0:
            end, rest = len(query), query[at + 1 :].strip()
            if len(query) <= self._longest:
                self._notes.add(*((_UNCLOSED_QUOTE, rest) if rest else (_LAST_QUOTE,)))
            if not rest:
                return None, end
        suffix = self._match(_SUFFIX, end + 1) if query[end + 1 : end + 2] in ("~", "^") else ""
        return Token(kind, query[at + 1 : end], suffix, start), min(end + 1 + len(suffix), len(query))

    def _operator(self, at: int) -> tuple[Token, int] | None:
        """Read an operator with a number: NEAR/5, PRE/3, ATLEAST 3, ANY 2; in the words of other archives, too."""
        first = self._query[at]
        if (
            not self._query[at : at + 2].lower().startswith(_OPERATORS_BEGIN)
            or self._is_headline
            or self._touching not in _MAY_TOUCH
        ):
            return None
        if first in "aA":
            if found := _AT_LEAST.match(self._query, at):
                return Token(Kind.ATLEAST, found.group(), found.group(1), at), found.end()
            if found := _ANY.match(self._query, at):
                return Token(Kind.ANY, found.group().strip(), found.group(1) or "", at), found.end()
        may_join = self._last in (*LEAF_KINDS, Kind.CLOSE)
        if may_join and (found := _NEAR.match(self._query, at)):
            return self._near(found), found.end()
        return None

    def _near(self, found: re.Match[str]) -> Token:
        names = [name for name in found.group(1, 3, 5) if name]
        number = next(number for number in found.group(2, 4, 6) if number).lower()
        if number in _SENTENCES:
            self._notes.add(_NO_SENTENCES, found.group())
        kind = Kind.PRE if names and names[0].lower() in _ORDERED else Kind.NEAR
        return Token(kind, found.group(), _SENTENCES.get(number, number), found.start())

    def _run(self, at: int) -> tuple[Token | None, int]:
        """Read up to the next space, bracket or quotation mark, or only a minus or a field's name in front."""
        query, touching = self._query, self._touching
        run = self._match(_RUN, at)
        end = at + len(run)
        if query[end : end + 1] == "(" and touching in (None, Kind.OPEN, Kind.MINUS) and not self._is_headline:
            if run.lower() in _SEGMENTS:
                return self._begun(Token(Kind.FIELD, f"{run}:", "", at)), end
            if (run.isalpha() or run.isupper()) and run not in OPERATORS and run != "ANY":
                self._notes.add(_WORD_BEFORE_GROUP, f"{run}(")
        if run.isalnum() and run not in OPERATORS and run.lower() not in _KNOWN_NAMES:
            self._words += run.isascii() or bool(terms(run))
            return Token(Kind.PLAIN, run, "", at), end  # nearly all of what is typed
        before_group = query[end : end + 1] in ('"', "(")
        if run[0] == "-" and touching in (None, Kind.OPEN, Kind.FIELD) and self._is_sign(run, before_group):
            return (None if self._is_headline else Token(Kind.MINUS, "-", "", at)), at + 1
        if run[0] == "+" and touching in (None, Kind.OPEN, Kind.MINUS) and self._is_sign(run, before_group):
            return None, at + 1
        if not run.strip("-"):
            self._notes.add(_LONE_DASH)
            return None, end
        if run.startswith("--"):
            self._notes.add(_TWO_DASHES, run)
        if run == "+":
            return None, end
        if run[0] == "!" and run[1:2].isalnum():
            self._notes.add(_EXCLAMATION, run)
        if run in OPERATORS and not self._is_headline:
            if touching not in (Kind.MINUS, Kind.FIELD):
                return Token(OPERATORS[run], run, "", at), end
            self._notes.add(_TOUCHING, run)
        if touching is Kind.FIELD or run[0] == "=":
            if self._match(_NAME, at + (run[0] == "=")):
                self._notes.add(_TWO_FIELDS if touching is Kind.FIELD else _EQUALS_FIRST, run)
        elif run[0] == ":" and len(run) > 1 and touching is Kind.CLOSE:
            self._notes.add(_NO_NAME, run)
        elif field := self._field(at, run, before_group):
            return self._begun(field[0]), field[1]
        first = run.lstrip("=$")[:1]
        self._words += first.isalnum() and first.isascii()
        return Token(Kind.PLAIN, run, "", at), end

    def _begun(self, field: Token) -> Token:
        """Stop counting words if the values of a field are not words."""
        if field.text[:-1].lower() not in LEAF_FIELDS:
            self._words = -len(self._query)
        return field

    def _is_sign(self, run: str, before_group: bool) -> bool:
        """Whether the sign at the beginning of a run belongs to what follows it."""
        return run[1:2] not in ("", run[0]) or (len(run) == 1 and before_group)

    def _field(self, at: int, run: str, before_group: bool) -> tuple[Token, int] | None:
        if ":" in run:
            if name := self._match(_NAME, at):
                return Token(Kind.FIELD, name, "", at), at + len(name)
            if name := self._match(_UNKNOWN_NAME, at):
                self._note_unknown(run, name[:-1], touches=len(name) < len(run) or before_group)
        elif run[0].isalpha():
            if found := _NAME_EQUALS.match(self._query, at):
                return Token(Kind.FIELD, f"{found.group(1)}:", "", at), found.end()
            if found := _NAME_COMPARED.match(self._query, at):
                name = f"{found.group(1)}:" if found.group(1) else _COMPARED[found.group(2)]
                return Token(Kind.FIELD, name, "", at), found.end()
            if run.lower() in _KNOWN_NAMES and _COLON_APART.match(self._query, at + len(run)):
                self._notes.add(_APART, run)
        return None

    def _note_unknown(self, run: str, name: str, *, touches: bool) -> None:
        """Say that there is no field of a name; where a space follows it, as in headlines, only if one is meant."""
        meant = field_meant(name.lower()) if touches or name.islower() else ""
        if touches or meant:
            template, said = (_FIELD_MEANT, {"field": meant}) if meant else (_UNKNOWN_FIELD, {"fields": _FIELDS})
            self._notes.add(template, run, **said)

    def _match(self, pattern: re.Pattern[str], at: int) -> str:
        found = pattern.match(self._query, at)
        return found.group() if found else ""
