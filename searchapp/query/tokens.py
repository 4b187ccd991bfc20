"""A query's text, cut into tokens: brackets that match, operators, fields, and what is to be searched for.

The text is cut in one pass from left to right. Whatever comes out is well formed as far as brackets and quotes go, so
that the parser above has nothing left to check; what was mended on the way is in the notes. Where the text is too long,
it ends before the first part that is not whole: no word, phrase or group is split.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from searchapp.query import bounds
from searchapp.query.notes import Notes
from searchapp.query.signs import plain_signs


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


DATE_NAMES = ("date", "since", "until", "before", "after")
FIELD_NAMES = (
    *("title", "body", "byline", "by", "author"),
    *("source", "lang", "language", "writer"),
    *DATE_NAMES,
    *("copies", "similarity", "first", "url", "added", "edited"),
)
OPERATORS = {"AND": Kind.AND, "&&": Kind.AND, "&": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
NUMBER = r"[0-9]++(?:\.[0-9]++)?|\.[0-9]++"

_RUN = re.compile(r'(?:[^\s()"|]|(?<=\w)"(?=\w))+')  # a quotation mark inside of a word is a letter of it
_CLOSING = re.compile(r'"(?!\w)')
_NAMES = "(?i:" + "|".join(FIELD_NAMES) + ")"
_NAME = re.compile(rf"{_NAMES}:")
_NAME_EQUALS = re.compile(rf"({_NAMES})(?:=(?=[^\s=])|\s+=\s+(?=\S))")
_UNKNOWN_NAME = re.compile(r"[A-Za-z_]{2,}:(?!//)")
_BOOST = re.compile(rf"(?:\^(?:{NUMBER}))?")
_SUFFIX = re.compile(rf"(?:~[0-9]*+)?(?:\^(?:{NUMBER}))?")
_END = r'(?=[\s()"]|$)'
_NEAR = re.compile(
    rf"(?i:(w|n|near|around|pre|p|adj|onear)?/([0-9]{{1,9}}|s|p|sent|para)|(near|adj|around|pre)([0-9]{{1,9}}))"
    rf"{_END}|(?i:(around|near|pre)\s?\(\s*([0-9]{{1,9}})\s*\))"
)
_ORDERED = ("pre", "p", "adj", "onear")
_SENTENCES = {"s": "15", "sent": "15", "p": "50", "para": "50"}
_AT_LEAST = re.compile(r"(?:ATLEAST\s*/?\s*|(?i:atleast)/?)([0-9]{1,9})(?=\s*[^\s)])(?![\w*?~^-])")
_ANY = re.compile(r"ANY\s*/?\s*([0-9]{1,9})?\s*(?=\()")

# What a decoder puts where it can read nothing, and what Python makes of a byte that is no text in a shell.
_UNREADABLE = re.compile("[\ufffd\ud800-\udfff]")

_LEFT_OUT = "Characters that could not be read were left out of: {parts}."
_UNCLOSED_QUOTE = "A quotation mark is never closed; read as closed at the end of the query: {parts}."
_UNCLOSED = "A bracket is never closed; read as closed at the end of the query."
_UNOPENED = "A closing bracket has no opening one; it was ignored."
_LONE_DASH = "A dash that stands alone was ignored. Put it right before a word to leave the word out: -word."
_UNKNOWN_FIELD = (
    "There is no such field; read as plain words: {parts}. Fields are title, byline, body, source, lang, date."
)
_NO_SENTENCES = (
    "Sentences and paragraphs are not known here; read as within so many words, NEAR/15 and NEAR/50: {parts}."
)

_BEFORE_A_PART = (Kind.FIELD, Kind.MINUS, Kind.NOT, Kind.ANY, Kind.ATLEAST)
_MAY_TOUCH = (None, Kind.OPEN, Kind.CLOSE, Kind.FIELD, Kind.MINUS)  # what operators with a number may follow at once
_OPERATORS_BEGIN = ("/", "w/", "n/", "p/", "ne", "on", "ar", "ad", "at", "an", "pr")
_JOINING = (Kind.AND, Kind.OR, Kind.NEAR, Kind.PRE)


def read_tokens(query: str, notes: Notes, longest: int, *, is_headline: bool = False) -> list[Token]:
    """Cut a query into tokens, with brackets matched and all bounds on length and depth kept.

    In a headline all is words: there are no operators in it, and no minus.
    """
    kept = query[: longest + bounds.KEPT_PAST_CHARACTERS]
    for run in filter(_UNREADABLE.search, kept[:longest].split()):
        notes.add(_LEFT_OUT, run)
    tokens: list[Token] = []
    is_cut = False
    for token, end in _Scanner(plain_signs(kept), notes, is_headline=is_headline, longest=longest).tokens():
        if end > longest:
            is_cut = True
            tokens, rest = _cut(tokens, token, longest)
            notes.add_rest(bounds.CHARACTERS._replace(limit=longest), query[rest:])
            break
        tokens.append(token)
    if tokens and not is_cut and query[longest:].strip():  # the bound lies right between two tokens
        is_cut = True
        tokens, rest = _cut(tokens, Token(Kind.PLAIN, "", at=longest), longest)
        notes.add_rest(bounds.CHARACTERS._replace(limit=longest), query[rest:])
    return _match_brackets(tokens, notes, is_cut=is_cut)


def _cut(tokens: list[Token], over: Token, longest: int) -> tuple[list[Token], int]:
    """Leave out the token that goes past the bound, and all of the part it belongs to; return where that begins.

    What stands before the part, such as a minus, goes with it. Only where the first word or phrase is too long by
    itself it is cut, since nothing would be left.
    """
    if not tokens and over.kind in (Kind.PLAIN, Kind.QUOTED):
        text = over.text[:longest]
        text = text[: text.rfind(" ", longest // 2)] if " " in text[longest // 2 :] else text
        return [over._replace(text=text)], len(text)
    opened = list[int]()
    for number, token in enumerate(tokens):
        if token.kind is Kind.OPEN:
            opened.append(number)
        elif token.kind is Kind.CLOSE and opened:
            opened.pop()
    end = opened[0] if opened else len(tokens)
    if over.kind in (Kind.NEAR, Kind.PRE) and not opened and tokens:
        end = _start_of_part(tokens, end - 1)
    while end and (kind := tokens[end - 1].kind) in (*_BEFORE_A_PART, *_JOINING):
        end -= 1
        if kind in (Kind.NEAR, Kind.PRE):
            end = _start_of_part(tokens, end - 1)
    return tokens[:end], [*tokens, over][end].at


def _start_of_part(tokens: list[Token], at: int) -> int:
    """Return where the word, phrase or group begins that ends with the token at a place."""
    depth = 0
    while at > 0:
        depth += (tokens[at].kind is Kind.CLOSE) - (tokens[at].kind is Kind.OPEN)
        if depth <= 0:
            break
        at -= 1
    return at


class _Scanner:
    """Reads tokens from left to right; each with the place where it ends."""

    def __init__(self, query: str, notes: Notes, *, is_headline: bool, longest: int) -> None:
        self._query = query
        self._notes = notes
        self._is_headline = is_headline
        self._longest = longest
        self._closings = [match.start() for match in _CLOSING.finditer(query)]
        self._touching: Kind | None = None  # the token that ends right here, with no space between
        self._last: Kind | None = None

    def tokens(self) -> Iterator[tuple[Token, int]]:
        at, query = 0, self._query
        while at < len(query):
            if query[at].isspace():
                at, self._touching = at + 1, None
                continue
            token, end = self._next(at)
            self._touching = token.kind if token else None
            if token:
                self._last = token.kind
                yield Token(token.kind, token.text, token.suffix, at), end
            at = end

    def _next(self, at: int) -> tuple[Token | None, int]:
        match self._query[at]:
            case "(":
                return Token(Kind.OPEN, "("), at + 1
            case ")":
                suffix = self._match(_BOOST, at + 1)
                return Token(Kind.CLOSE, ")", suffix), at + 1 + len(suffix)
            case '"':
                return self._quoted(Kind.QUOTED, at)
            case "=" if self._query[at + 1 : at + 2] == '"':
                return self._quoted(Kind.PATTERNS, at + 1)
            case "|":
                end = at + len(self._query) - at - len(self._query[at:].lstrip("|"))
                return Token(Kind.OR, self._query[at:end]), end
            case _:
                return self._operator(at) or self._run(at)

    def _quoted(self, kind: Kind, at: int) -> tuple[Token, int]:
        query = self._query
        place = bisect_left(self._closings, at + 1)
        end = self._closings[place] if place < len(self._closings) else query.find('"', at + 1)
        if end < 0:
            if len(query) <= self._longest:
                self._notes.add(_UNCLOSED_QUOTE, query[at:])
            end = len(query)
        suffix = self._match(_SUFFIX, end + 1)
        return Token(kind, query[at + 1 : end], suffix), min(end + 1 + len(suffix), len(query))

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
                return Token(Kind.ATLEAST, found.group(), found.group(1)), found.end()
            if found := _ANY.match(self._query, at):
                return Token(Kind.ANY, found.group().strip(), found.group(1) or ""), found.end()
        may_join = self._last in (Kind.PLAIN, Kind.QUOTED, Kind.PATTERNS, Kind.CLOSE)
        if may_join and (found := _NEAR.match(self._query, at)):
            return self._near(found), found.end()
        return None

    def _near(self, found: re.Match[str]) -> Token:
        names = [name for name in found.group(1, 3, 5) if name]
        number = next(number for number in found.group(2, 4, 6) if number).lower()
        if number in _SENTENCES:
            self._notes.add(_NO_SENTENCES, found.group())
        kind = Kind.PRE if names and names[0].lower() in _ORDERED else Kind.NEAR
        return Token(kind, found.group(), _SENTENCES.get(number, number))

    def _run(self, at: int) -> tuple[Token | None, int]:
        """Read up to the next space, bracket or quotation mark, or only a minus or a field's name in front."""
        query, touching = self._query, self._touching
        run = self._match(_RUN, at)
        end = at + len(run)
        if run.isalnum() and run not in OPERATORS and run.lower() not in FIELD_NAMES:
            return Token(Kind.PLAIN, run), end  # nearly all of what is typed
        before_group = query[end : end + 1] in ('"', "(")
        if touching in (None, Kind.OPEN, Kind.FIELD) and self._is_sign("-", run, before_group):
            return (None if self._is_headline else Token(Kind.MINUS, "-")), at + 1
        if touching in (None, Kind.OPEN, Kind.MINUS) and self._is_sign("+", run, before_group):
            return None, at + 1
        if not run.strip("-"):
            self._notes.add(_LONE_DASH)
            return None, end
        if run == "+":
            return None, end
        if run in OPERATORS and touching not in (Kind.MINUS, Kind.FIELD) and not self._is_headline:
            return Token(OPERATORS[run], run), end
        if touching is not Kind.FIELD and (field := self._field(at, run, before_group)):
            return field
        return Token(Kind.PLAIN, run), end

    def _is_sign(self, sign: str, run: str, before_group: bool) -> bool:
        """Whether a run begins with a sign that belongs to what follows it."""
        return run[0] == sign and (run[1:2] not in ("", sign) or (run == sign and before_group))

    def _field(self, at: int, run: str, before_group: bool) -> tuple[Token, int] | None:
        if ":" in run:
            if name := self._match(_NAME, at):
                return Token(Kind.FIELD, name), at + len(name)
            if (name := self._match(_UNKNOWN_NAME, at)) and (len(name) < len(run) or before_group):
                self._notes.add(_UNKNOWN_FIELD, run)
        elif run[0].isalpha() and (found := _NAME_EQUALS.match(self._query, at)):
            return Token(Kind.FIELD, f"{found.group(1)}:"), found.end()
        return None

    def _match(self, pattern: re.Pattern[str], at: int) -> str:
        found = pattern.match(self._query, at)
        return found.group() if found else ""


def _match_brackets(tokens: list[Token], notes: Notes, *, is_cut: bool) -> list[Token]:
    """Drop brackets that match none or stand too deep, and close what is open at the end."""
    matched, is_kept, depth = list[Token](), list[bool](), 0
    for token in tokens:
        if token.kind is Kind.OPEN:
            is_kept.append(depth < bounds.DEPTH.limit)
            depth += is_kept[-1]
            if not is_kept[-1]:
                notes.add(bounds.DEPTH)
                if matched and matched[-1].kind is Kind.ANY:
                    matched.pop()  # its group is gone, and its parts are joined as all others are
                continue
        elif token.kind is Kind.CLOSE:
            if not is_kept:
                notes.add(_UNOPENED)
                continue
            if not is_kept.pop():
                continue
            depth -= 1
        matched.append(token)
    if is_kept and not is_cut:
        notes.add(_UNCLOSED)
    return matched + [Token(Kind.CLOSE, ")")] * depth
