"""A query's text, cut into tokens: brackets that match, operators, fields, and what is to be searched for.

The text is cut in one pass from left to right. Whatever comes out is well formed as far as brackets and quotes go, so
that the parser above has nothing left to check; what was mended on the way is in the notes. Where the text is too long,
it ends before the first part that is not whole: no word, phrase or group is split.
"""

import re

from searchapp.query import bounds
from searchapp.query.notes import Notes
from searchapp.query.scanning import Kind, Scanner, Token
from searchapp.query.signs import plain_signs
from searchapp.sentences import marked

# What a decoder puts where it can read nothing, and what Python makes of a byte that is no text in a shell.
_UNREADABLE = re.compile("[\ufffd\ud800-\udfff]")

_LEFT_OUT = marked("Unreadable characters were left out of: {parts}.")
_UNCLOSED = marked("A bracket is not closed; read as closed at the end of the query.")
_UNOPENED = marked("A closing bracket has no opening one; it was ignored.")

_BEFORE_A_PART = (Kind.FIELD, Kind.MINUS, Kind.NOT, Kind.ANY, Kind.ATLEAST)
_JOINING = (Kind.AND, Kind.OR, Kind.NEAR, Kind.PRE)


def read_tokens(query: str, notes: Notes, longest: int, *, is_headline: bool = False) -> list[Token]:
    """Cut a query into tokens, with brackets matched and all bounds on length and depth kept.

    In a headline all is words: there are no operators in it, and no minus.
    """
    kept = query[: longest + bounds.KEPT_PAST_CHARACTERS]
    for run in dict.fromkeys(filter(_UNREADABLE.search, kept[:longest].split())):
        notes.add(_LEFT_OUT, run)
    tokens: list[Token] = []
    is_cut = False
    scanner = Scanner(plain_signs(kept), notes, is_headline=is_headline, longest=longest)
    for token, end in scanner.tokens():
        if end > longest:
            is_cut = True
            tokens, rest = _cut(tokens, token, longest)
            notes.add_rest(bounds.CHARACTERS._replace(limit=longest), query[rest:])
            break
        tokens.append(token)
        if scanner.is_enough and len(query) <= longest:
            is_cut = True
            break
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
