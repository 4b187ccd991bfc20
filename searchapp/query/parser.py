"""What a person typed, read as a query: never an error, always an answer to say what was understood.

    query     = all {"OR" all}                    AND binds more closely than OR: a b OR c is (a b) OR c
    all       = part {["AND"] part}
    part      = {"NOT" | "-"} (group | leaf)
    group     = [field] "(" query ")" [boost]     a field holds for all of its group, but for parts with their own
    leaf      = [field] (word | "=" word | word "~" [errors] | '"' words '"' ["~" distance]) [boost]

AND, OR and NOT are operators in capitals only; ``&&`` and ``||`` are AND and OR. Whatever has no meaning where it
stands is read as words, and a note says so:

- A query with no text at all finds everything. One with text but nothing to search for finds nothing.
- A query of negatives only finds all articles but those; one of filters only finds all articles they let through.
- Several words without a space (``9/11``, ``state-of-the-art``, a run of Chinese) are a phrase. One word in quotes is
  that word exactly. A single Chinese, Japanese, Korean or Thai character is looked for inside of words.
- ``?`` is one letter; at a word's end, where people write question marks, only after ``=``.
- A minus counts at the beginning of a word, as in ``-word``; elsewhere it is a hyphen or a dash.

Every step is linear in the length of the query, and brackets count to a fixed depth, so that nothing can overflow.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from searchapp.query import bounds
from searchapp.query.leaves import Leaves
from searchapp.query.notes import Notes
from searchapp.query.sentence import explain
from searchapp.query.tokens import Kind, Token, read_tokens
from searchapp.query.tree import And, Everything, Node, Not, Nothing, Or
from searchapp.query.unparse import render


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood: its tree, its canonical text, a sentence that says it, and notes on the reading.

    `text` read again gives the same `tree`. It can be longer than what was typed.
    """

    text: str
    tree: Node
    notes: tuple[str, ...]
    sentence: str


def parse(text: str, *, longest: int = bounds.CHARACTERS.limit) -> Query:
    """Read `text`, of which at most `longest` characters count. No text makes it raise."""
    notes = Notes()
    tokens = read_tokens(text, notes, longest)
    tree = _Parser(tokens, notes).query()
    if tree is None:
        tree = Nothing() if tokens or notes.sentences() else Everything()
    if isinstance(tree, Nothing):
        notes.add(_NOTHING_LEFT)
    return Query(render(tree), tree, notes.sentences(), explain(tree))


_NOTHING_LEFT = "Nothing in this query can be searched for, so it finds nothing."
_EMPTY_BRACKETS = "Empty brackets were ignored."
_POINTLESS = "Ignored, because there is nothing left that it could belong to: {parts}."

_JOINS = (Kind.AND, Kind.OR)
_STARTS = (Kind.PLAIN, Kind.QUOTED, Kind.FIELD, Kind.OPEN, Kind.MINUS, Kind.NOT)
_FIELD_MAY_PRECEDE = (Kind.PLAIN, Kind.QUOTED, Kind.OPEN, Kind.MINUS)


class _Parser:
    """Reads a list of tokens, whose brackets match, from left to right."""

    def __init__(self, tokens: list[Token], notes: Notes) -> None:
        self._tokens = tokens
        self._at = 0
        self._notes = notes
        self._leaves = Leaves(notes)

    def query(self) -> Node | None:
        """Read all tokens; None where nothing in them can be searched for."""
        return self._any("")

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
        """Read a group or a leaf, and what stands before it: minuses, NOTs, a field."""
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
        found = self._group(field) if self._kind() is Kind.OPEN else self._leaves.read(self._next(), field)
        if found is None:
            self._drop(before.values())
            return None
        return _negated(found) if is_negated else found

    def _group(self, field: str) -> Node | None:
        self._next()
        if self._kind() is Kind.CLOSE:
            self._notes.add(_EMPTY_BRACKETS)
        found = self._any(field)
        boost = self._next().suffix
        return self._leaves.multiplied(found, boost, ")" + boost) if found and boost else found

    def _stands_before_a_part(self) -> bool:
        kind = self._kind()
        if kind is Kind.FIELD:
            return self._kind(1) in _FIELD_MAY_PRECEDE
        return (kind is Kind.MINUS or kind is Kind.NOT) and self._kind(1) in _STARTS

    def _skip_the_rest(self) -> None:
        """Go to the end of the group, or of the query: no more words are read."""
        depth = 0
        while (kind := self._kind()) is not None and (depth or kind is not Kind.CLOSE):
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
        at = self._at + ahead
        return self._tokens[at].kind if at < len(self._tokens) else None

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


def _negated(node: Node) -> Node:
    return node.child if isinstance(node, Not) else Not(node)
