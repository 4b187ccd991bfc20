"""What a person typed, read as a query: never an error, always an answer to say what was understood.

    query     = all {"OR" all}                    AND binds more closely than OR: a b OR c is (a b) OR c
    all       = part {["AND"] part}
    part      = {"NOT" | "-"} one {near one}      one NEAR/5 one, PRE/5 in this order
    one       = "ANY" [number] group | "ATLEAST" number leaf | group | leaf
    group     = [field] "(" query ")" [boost]     a field holds for all of its group, but for parts with their own
    leaf      = [field] (word | "=" word | word "~" [errors] | ["="] '"' words '"' ["~" distance]) [boost]

AND, OR and NOT are operators in capitals only, and not where all of a longer line is in capitals; ``&`` and ``|`` are
AND and OR. Whatever has no meaning where it stands is read as words, and a note says so:

- A query with no text at all finds everything. One with text but nothing to search for finds nothing.
- A query of negatives only finds all articles but those; one of filters only finds all articles they let through.
- Several words without a space (``9/11``, ``state-of-the-art``, a run of Chinese) are a phrase. One word in quotes is
  that word exactly. A single Chinese, Japanese, Korean or Thai character is searched for inside words.
- ``?`` is one letter; at a word's end, where people write question marks, only after ``=``. A sign inside a word is
  a letter of a name first (``E*Trade``), a pattern where no article has the name.
- An address of the web alone is an article at that address, or one with the address in its text.
- A minus counts at the beginning of a word, as in ``-word``; elsewhere it is a hyphen or a dash.
- What goes past a bound is left out from the beginning of its phrase or group on, with all after it.

Every step is linear in the length of the query, and brackets count to a fixed depth, so that nothing can overflow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from searchapp.query import bounds
from searchapp.query.addresses import comparable, is_address
from searchapp.query.habits import is_headline, note_habits, note_headline
from searchapp.query.leaves import LeafReader
from searchapp.query.notes import Notes
from searchapp.query.scanning import LEAF_KINDS, Kind, Token
from searchapp.query.sentence import explain
from searchapp.query.signs import plain_signs
from searchapp.query.slots import near
from searchapp.query.tokens import read_tokens
from searchapp.query.tree import (
    And,
    AnyOf,
    AtLeast,
    Countable,
    Everything,
    Keyword,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    leaves,
)
from searchapp.query.unparse import render
from searchapp.sentences import marked


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood: its tree, its canonical text, and notes on how it was read.

    `text` read again gives the same `tree`. It can be longer than what was typed. `typed` has each folded word of the
    tree as it was typed.
    """

    text: str
    tree: Node
    notes: tuple[str, ...]
    typed: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def sentence(self) -> str:
        """An English sentence that says which articles the query finds."""
        return explain(self.tree, self.typed)


def parse(text: str, *, longest: int = bounds.CHARACTERS.limit) -> Query:
    """Read `text`, of which at most `longest` characters count. No text makes it raise."""
    if is_address(text.strip()) and len(text) <= longest and (found := _at(text.strip())):
        return found
    notes = Notes()
    is_pasted = is_headline(plain_signs(text[:longest]))
    tokens = read_tokens(text, notes, longest, is_headline=is_pasted)
    if is_pasted:
        note_headline(text[:longest], notes)
    else:
        note_habits(tokens, notes)
    parser = _Parser(tokens, notes)
    tree = parser.query()
    if parser.rest is not None:
        notes.add_rest(bounds.WORDS, text[parser.rest :])
    if tree is None:
        tree = Nothing() if tokens or notes.sentences() else Everything()
    if isinstance(tree, Nothing):
        notes.add(_NOTHING_LEFT)
    return Query(render(tree), tree, notes.sentences(), parser.typed)


def _at(address: str) -> Query | None:
    """Look for an article at an address, or for the address in a text; None if there are too many words in it."""
    value = comparable(address)
    words = tuple(value.split())
    if not 1 < len(words) <= bounds.WORDS.limit // 2:
        return None
    tree, typed = Or((Keyword("url", value), Phrase(words))), {value: address}
    return Query(render(tree), tree, (), typed)


_NOTHING_LEFT = marked("This query contains nothing to search for, so it finds nothing.")
_EMPTY_BRACKETS = marked("Empty brackets were ignored.")
_POINTLESS = marked("Ignored, because there is nothing left for it to apply to: {parts}.")
_NOT_NEAR = marked(
    "Only words, phrases, wildcards and groups of them joined by OR can be near each other, and only in one field; "
    "searched for anywhere in an article: {parts}."
)
_ONE_WEIGHT = marked(
    "All words of a group beside it count as much as the one with the largest number after ^: {parts}."
)
_NOT_COUNTED = marked("Only the occurrences of a word or a phrase can be counted; ignored: {parts}.")
_LESS_THAN_ONE = marked("At least 0 would be every article; read as 1: {parts}.")
_FEWER_PARTS = marked("The group has fewer parts than that, so all of them have to match: {parts}.")
_AND_IN_ANY = marked(
    "In the group after ANY each word is a part of its own; ignored: {parts}. Put brackets around words that belong "
    "together: ANY 2 ((oil gas) iran russia)."
)
_IN_PAIRS = marked("Read in pairs, each word near the next: {parts}.")

_JOINS = (Kind.AND, Kind.OR)
_ONES = (*LEAF_KINDS, Kind.FIELD, Kind.OPEN, Kind.ANY, Kind.ATLEAST)
_STARTS = (*_ONES, Kind.MINUS, Kind.NOT)
_FIELD_MAY_PRECEDE = (*LEAF_KINDS, Kind.OPEN, Kind.MINUS)
_NEAR = (Kind.NEAR, Kind.PRE)


class _Parser:
    """Reads a list of tokens, whose brackets match, from left to right."""

    def __init__(self, tokens: list[Token], notes: Notes) -> None:
        self._tokens = tokens
        self._kinds = [*(token.kind for token in tokens), None, None]  # one more than is looked ahead
        self._at = 0
        self._notes = notes
        self._leaves = LeafReader(notes)
        self.typed = self._leaves.typed
        self.rest: int | None = None  # the place in the query from which on nothing was read

    def query(self) -> Node | None:
        """Read all tokens; None if nothing in them can be searched for."""
        found = self._any("")
        self.rest = self._leaves.rest if self._leaves.rest is not None else self.rest
        return found

    def _any(self, field: str) -> Node | None:
        found = [self._all(field)]
        while self._kind() is Kind.OR:
            operator = self._next()
            found.append(self._all(field))
            self._check(operator, found)
        return _joined(Or, found)

    def _all(self, field: str) -> Node | None:
        found: list[Node | None] = []
        while (kind := self._kind()) not in (None, Kind.CLOSE):
            if self._leaves.are_full:
                self._skip_the_rest()
                break
            operator = None
            if kind in _JOINS and found and self._kind(1) in _STARTS:
                if kind is Kind.OR:
                    break
                operator = self._next()
            found.append(self._part(field))
            if operator:
                self._check(operator, found)
        return _joined(And, found)

    def _part(self, field: str) -> Node | None:
        """Read what can be negated: one word, phrase or group, or several near each other."""
        at = self._tokens[self._at].at
        is_negated = False
        before: dict[Kind, Token] = {}
        while self._stands_before_a_part():
            token = self._next()
            if token.kind is Kind.FIELD:
                self._drop([before.pop(Kind.FIELD)] if Kind.FIELD in before else [])
                field = token.text[:-1].lower()
            else:
                is_negated = not is_negated
            before[token.kind] = token
        found = self._one(field)
        if self._kind() in _NEAR:
            found = self._near(found, field)
        if self._leaves.are_full and self._leaves.rest is None:
            self.rest = at if self.rest is None else min(at, self.rest)
            return None
        if found is None:
            self._drop(before.values())
            return None
        return _negated(found) if is_negated else found

    def _one(self, field: str) -> Node | None:
        match self._kind():
            case Kind.OPEN:
                return self._group(field)
            case Kind.ANY:
                return self._any_of(field)
            case Kind.ATLEAST if self._kind(1) in (*LEAF_KINDS, Kind.OPEN, Kind.FIELD):
                return self._at_least(field)
            case _:
                return self._leaves.read(self._next(), field)

    def _near(self, found: Node | None, field: str) -> Node | None:
        """Read what has to be near the part before."""
        pairs: list[Node] = []
        while found and self._kind() in _NEAR and self._kind(1) in _ONES:
            operator = self._next()
            right_field = self._next().text[:-1].lower() if self._is_field() else field
            right = self._one(right_field)
            if right is None:
                self._drop([operator])
                break
            distance = self._leaves.number(operator.suffix, bounds.DISTANCE)
            pair = near(found, right, distance, is_ordered=operator.kind is Kind.PRE)
            if pair:
                pair = self._weighted(pair, (found, right), operator)
            else:
                self._notes.add(_NOT_NEAR, operator.text)
            if pairs:
                self._notes.add(_IN_PAIRS, operator.text)
            pairs += [pair] if pair else [right] if pairs else [found, right]
            found = right
        return _joined(And, [*pairs]) if pairs else found

    def _weighted(self, pair: Node, sides: tuple[Node, Node], operator: Token) -> Node:
        """Let what is near each other count as much as both sides do."""
        for side in sides:
            boosts = {leaf.boost for leaf in leaves(side)}
            if len(boosts) > 1:
                self._notes.add(_ONE_WEIGHT, operator.text)
            if boosts != {1.0}:
                pair = self._leaves.multiplied(pair, f"{max(boosts)}", operator.text)
        return pair

    def _group(self, field: str) -> Node | None:
        self._next()
        if self._kind() is Kind.CLOSE:
            self._notes.add(_EMPTY_BRACKETS)
        found = self._any(field)
        return self._boosted(found, self._next().suffix)

    def _any_of(self, field: str) -> Node | None:
        """Read a group with a number of parts that have to match; AND and OR between them are ignored."""
        operator = self._next()
        least = int(operator.suffix or "1")
        self._next()
        parts: list[Node] = []
        while self._kind() not in (None, Kind.CLOSE) and not self._leaves.are_full:
            if self._kind() in _JOINS and self._kind(1) in _STARTS:
                if (between := self._next()).kind is Kind.AND:
                    self._notes.add(_AND_IN_ANY, between.text)
            elif (part := self._part(field)) is not None:
                parts.append(part)
        if self._leaves.are_full:
            self._skip_the_rest()
        elif not parts:
            self._drop([operator])
        elif not 1 <= least <= len(parts):
            self._notes.add(_FEWER_PARTS if least else _LESS_THAN_ONE, operator.text)
        return self._boosted(_some(parts, least), self._next().suffix)

    def _at_least(self, field: str) -> Node | None:
        operator = self._next()
        if self._is_field():
            field = self._next().text[:-1].lower()
        found = self._one(field)
        times = self._leaves.number(operator.suffix, bounds.TIMES)
        if found and not times:
            self._notes.add(_LESS_THAN_ONE, operator.text)
        if found is None or isinstance(found, Countable):
            return AtLeast(found, times) if found and times > 1 else found
        self._notes.add(_NOT_COUNTED, operator.text)
        return found

    def _boosted(self, found: Node | None, boost: str) -> Node | None:
        return self._leaves.multiplied(found, boost, ")" + boost) if found and boost else found

    def _is_field(self) -> bool:
        return self._kind() is Kind.FIELD and self._kind(1) in (*LEAF_KINDS, Kind.OPEN)

    def _stands_before_a_part(self) -> bool:
        kind = self._kind()
        if kind is Kind.FIELD:
            return self._kind(1) in (*_FIELD_MAY_PRECEDE, Kind.ANY, Kind.ATLEAST)
        return (kind is Kind.MINUS or kind is Kind.NOT) and self._kind(1) in _STARTS

    def _skip_the_rest(self) -> None:
        """Go to the end of the group, or of the query: no more words are read."""
        if self.rest is None and self._at < len(self._tokens) and self._kind() is not Kind.CLOSE:
            self.rest = self._tokens[self._at].at
        depth = 0
        while (kind := self._kinds[self._at]) is not None and (depth or kind is not Kind.CLOSE):
            depth += (kind is Kind.OPEN) - (kind is Kind.CLOSE)
            self._at += 1

    def _check(self, operator: Token, found: list[Node | None]) -> None:
        if found[-2] is None or found[-1] is None:
            self._drop([operator])

    def _drop(self, tokens: Iterable[Token]) -> None:
        if not self._leaves.are_full:
            for token in tokens:
                self._notes.add(_POINTLESS, token.text)

    def _kind(self, ahead: int = 0) -> Kind | None:
        return self._kinds[self._at + ahead]

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]


def _joined(kind: type[And] | type[Or], found: list[Node | None]) -> Node | None:
    """Join what can be searched for; groups of the same kind melt into one."""
    parts: list[Node] = []
    for node in found:
        if node is not None:
            parts += node.children if isinstance(node, kind) else [node]
    return kind(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def _some(parts: list[Node], least: int) -> Node | None:
    """Return what matches at least so many of the parts."""
    if least <= 1 or len(parts) < 2:
        return _joined(Or, [*parts])
    return _joined(And, [*parts]) if least >= len(parts) else AnyOf(tuple(parts), least)


def _negated(node: Node) -> Node:
    return node.child if isinstance(node, Not) else Not(node)
