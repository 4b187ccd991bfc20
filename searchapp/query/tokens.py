"""A query's text, cut into tokens: brackets that match, operators, fields, and what is to be searched for.

The text is cut in one pass from left to right. Whatever comes out is well formed as far as brackets and quotes go, so
that the parser above has nothing left to check; what was mended on the way is in the notes.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from searchapp.query import bounds
from searchapp.query.notes import Notes


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()  # `suffix` is what follows the bracket: a boost
    FIELD = auto()
    MINUS = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    QUOTED = auto()  # `suffix` is what follows the quotes: a distance, a boost
    PLAIN = auto()


class Token(NamedTuple):
    """A piece of a query, as it was typed."""

    kind: Kind
    text: str
    suffix: str = ""


DATE_NAMES = ("date", "since", "until", "before", "after")
FIELD_NAMES = (
    *("title", "body", "byline", "by", "author"),
    *("source", "lang", "language", "writer"),
    *DATE_NAMES,
    *("copies", "similarity", "first"),
)

NUMBER = r"[0-9]++(?:\.[0-9]++)?|\.[0-9]++"

# Characters that stand for the ones of the query language, one for one: typographic quotes and dashes, and the full
# width forms of Chinese and Japanese keyboards. Apostrophes are left to the analysis.
_QUOTES = "“”„‟«»″〝〞＂"
_DASHES = "‐‑‒–—―−﹣－"
_FULL_WIDTH = {"（": "(", "）": ")", "：": ":", "＊": "*", "？": "?", "～": "~", "＝": "=", "＾": "^"}
_INVISIBLE = (
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they come with pasted text
)
_PLAIN_SIGNS = str.maketrans(
    {**dict.fromkeys(_QUOTES, '"'), **dict.fromkeys(_DASHES, "-"), **_FULL_WIDTH, **dict.fromkeys(_INVISIBLE, " ")}
)

_OPERATORS = {"AND": Kind.AND, "&&": Kind.AND, "OR": Kind.OR, "||": Kind.OR, "NOT": Kind.NOT}
_RUN = re.compile(r'[^\s()"]+')
_NAME = re.compile(r"(?i:" + "|".join(FIELD_NAMES) + r"):")
_UNKNOWN_NAME = re.compile(r"[A-Za-z_]{2,}:(?!//)")
_BOOST = re.compile(rf"(?:\^(?:{NUMBER}))?")
_SUFFIX = re.compile(rf"(?:~[0-9]*+)?(?:\^(?:{NUMBER}))?")

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


def read_tokens(query: str, notes: Notes, longest: int) -> list[Token]:
    """Cut a query into tokens, with brackets matched and all bounds on length, words and depth kept."""
    kept = _shorten(query, longest, notes)
    is_cut = len(kept) < len(query)
    for run in filter(_UNREADABLE.search, kept.split()):
        notes.add(_LEFT_OUT, run)
    tokens = list(_scan(kept.translate(_PLAIN_SIGNS), notes))
    return _match_brackets(tokens, notes, is_cut=is_cut)


def _shorten(query: str, longest: int, notes: Notes) -> str:
    """Cut at a space before the bound, so that no half word is searched for."""
    if len(query) <= longest:
        return query
    kept = query[:longest]
    if not query[longest].isspace():
        kept = kept[: max(kept.rfind(" ", longest // 2), 0)] or kept
    notes.add(bounds.CHARACTERS._replace(limit=longest), query[len(kept) : len(kept) + 100].strip())
    return kept


def _scan(query: str, notes: Notes) -> Iterator[Token]:
    at, touching = 0, None  # `touching` is the kind of the token that ends right here, with no space between
    while at < len(query):
        if query[at].isspace():
            at, touching = at + 1, None
            continue
        token, at = _next_token(query, at, touching, notes)
        touching = token.kind if token else None
        if token:
            yield token


def _next_token(query: str, at: int, touching: Kind | None, notes: Notes) -> tuple[Token | None, int]:
    match query[at]:
        case "(":
            return Token(Kind.OPEN, "("), at + 1
        case ")":
            suffix = _match(_BOOST, query, at + 1)
            return Token(Kind.CLOSE, ")", suffix), at + 1 + len(suffix)
        case '"':
            return _quoted(query, at, notes)
        case _:
            return _run(query, at, touching, notes)


def _quoted(query: str, at: int, notes: Notes) -> tuple[Token, int]:
    end = query.find('"', at + 1)
    if end < 0:
        notes.add(_UNCLOSED_QUOTE, query[at:])
        end = len(query)
    suffix = _match(_SUFFIX, query, end + 1)
    return Token(Kind.QUOTED, query[at + 1 : end], suffix), end + 1 + len(suffix)


def _run(query: str, at: int, touching: Kind | None, notes: Notes) -> tuple[Token | None, int]:
    """Read up to the next space, bracket or quotation mark, or only a minus or a field's name in front."""
    run = _match(_RUN, query, at)
    end = at + len(run)
    before_group = query[end : end + 1] in ('"', "(")
    if (
        touching in (None, Kind.OPEN, Kind.FIELD)
        and run[0] == "-"
        and (run[1:2] not in ("", "-") or (run == "-" and before_group))
    ):
        return Token(Kind.MINUS, "-"), at + 1
    if not run.strip("-"):
        notes.add(_LONE_DASH)
        return None, end
    if run in _OPERATORS and touching not in (Kind.MINUS, Kind.FIELD):
        return Token(_OPERATORS[run], run), end
    if touching is not Kind.FIELD and ":" in run:
        if name := _match(_NAME, query, at):
            return Token(Kind.FIELD, name), at + len(name)
        if (name := _match(_UNKNOWN_NAME, query, at)) and (len(name) < len(run) or before_group):
            notes.add(_UNKNOWN_FIELD, run)
    return Token(Kind.PLAIN, run), end


def _match(pattern: re.Pattern[str], query: str, at: int) -> str:
    found = pattern.match(query, at)
    return found.group() if found else ""


def _match_brackets(tokens: list[Token], notes: Notes, *, is_cut: bool) -> list[Token]:
    """Drop brackets that match none or stand too deep, and close what is open at the end."""
    matched, is_kept, depth = [], list[bool](), 0
    for token in tokens:
        if token.kind is Kind.OPEN:
            is_kept.append(depth < bounds.DEPTH.limit)
            depth += is_kept[-1]
            if not is_kept[-1]:
                notes.add(bounds.DEPTH)
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
