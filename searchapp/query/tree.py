"""The nodes of a query: what every engine compiles, the highlighter follows and `words` puts into English.

    Node ── Leaf ── Word      an unquoted word, in any of its forms
         │       ├─ Exact     one word as it stands: =signed, "signed"
         │       ├─ Phrase    words in this order, side by side
         │       ├─ Near      words within a distance, in any order
         │       ├─ Wildcard  partner*  pezesh?ian  *ship*
         │       ├─ Fuzzy     one or two typing errors
         │       └─ Proximity words, phrases and patterns close together: O'Bri*, a PRE/5 b, "a b" NEAR/5 c
         ├─ Keyword, Unknown  a source, a language or an author, whole; none at all
         ├─ Amount, Firsts    how many copies, or how similar; each story once
         ├─ Dates, Undated    a range of calendar days; no date at all
         ├─ And, Or, Not, AnyOf (at least so many of several)
         ├─ AtLeast           a leaf so often
         ├─ LiteralFirst      a name with * or ? in it, or else the pattern it may be meant for
         └─ Everything, Nothing

All are frozen values. Words are folded (`searchapp.text`) already. `field` None means title, byline or body; `boost`
multiplies what a leaf adds to an article's score.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, assert_never

Field = Literal["title", "byline", "body"]
FIELDS: tuple[Field, ...] = ("title", "byline", "body")
KeywordField = Literal["source", "language", "author", "first", "url"]
MomentField = Literal["added", "edited"]
AmountField = Literal["copies", "similarity"] | MomentField


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its forms: its stem in title or body, or the word itself in the byline (names have no forms)."""

    term: str
    field: Field | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Exact:
    """A word exactly as it stands, folded."""

    term: str
    field: Field | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two or more words in this order with nothing between them, all in one field."""

    terms: tuple[str, ...]
    field: Field | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Near:
    """Two or more words in any order, all in one field, with at most `distance` other words among them.

    A window of ``len(terms) + distance`` words holds them all, each at a place of its own.
    """

    terms: tuple[str, ...]
    distance: int
    field: Field | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Whole words of the pattern: ``*`` any letters or none, ``?`` one letter."""

    pattern: str
    field: Field | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Whole words at most `edits` (1 or 2) typing errors away: a letter wrong, missing, added, or two swapped.

    The first letter has to be right (Levenshtein with adjacent transpositions, optimal string alignment).
    """

    term: str
    edits: int
    field: Field | None = None
    boost: float = 1.0


Slot = tuple[Exact | Wildcard | Fuzzy, ...]


@dataclass(frozen=True, slots=True)
class Proximity:
    """Two groups of words with at most `distance` other words between them; a phrase, where that is none.

    A group is one word of each of its slots, side by side in their order; the first group has `left` slots. Ordered:
    the first group stands before the other. A slot is a choice of words and patterns; their own field and boost do not
    count.
    """

    slots: tuple[Slot, ...]
    distance: int = 0
    is_ordered: bool = True
    field: Field | None = None
    boost: float = 1.0
    left: int = 1

    @property
    def groups(self) -> tuple[tuple[Slot, ...], tuple[Slot, ...]]:
        """The slots of both groups."""
        return self.slots[: self.left], self.slots[self.left :]


Leaf = Word | Exact | Phrase | Near | Wildcard | Fuzzy | Proximity
Countable = Word | Exact | Phrase


@dataclass(frozen=True, slots=True)
class Keyword:
    """An article's source, language, one of its authors or the id of its first, whole, compared by `keyword`.

    An address (`url`) is compared as `query.addresses.comparable` writes it.
    """

    field: KeywordField
    value: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Articles of which the source, the language or every author is not known."""

    field: KeywordField


@dataclass(frozen=True, slots=True)
class Amount:
    """Articles with `least` to `most` copies, or that many percent similarity to the first; no `most` is no bound.

    By similarity only articles that have copies are found. Of `added` and `edited` the numbers are seconds since 1970,
    in UTC; an article that was never edited is found by no range of them.
    """

    field: AmountField
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Firsts:
    """Each story once: articles that are no copy of an earlier one."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Articles all of whose known date lies from `first` to `last`, both inclusive ISO days; empty means open.

    An article known only by its year matches that whole year, but no single month of it.
    """

    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Undated:
    """Articles whose date is not known."""


@dataclass(frozen=True, slots=True)
class And:
    """Articles that match every one of two or more nodes."""

    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Articles that match at least one of two or more nodes."""

    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that do not match a node."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Articles that match at least `least` of two or more nodes."""

    children: "tuple[Node, ...]"
    least: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Articles in which a word (in any of its forms) or a phrase stands at least so many `times`, all fields together.

    It scores what its child scores.
    """

    child: Countable
    times: int


@dataclass(frozen=True, slots=True)
class LiteralFirst:
    """A name that holds signs of the language, such as E*Trade: what `literal` matches, if any article does.

    Only where no article of the index matches `literal` it is what `pattern` matches.
    """

    literal: Leaf
    pattern: Leaf


@dataclass(frozen=True, slots=True)
class Everything:
    """All articles: an empty query."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No article: a query of which nothing could be used. An answer to it would be an answer to another question."""


Filter = Keyword | Unknown | Amount | Firsts | Dates | Undated | Everything | Nothing
Node = Leaf | Filter | And | Or | Not | AnyOf | AtLeast | LiteralFirst


def children(node: Node) -> "tuple[Node, ...]":
    """Return the nodes right below one."""
    match node:
        case And(below) | Or(below) | AnyOf(below):
            return below
        case Not(child) | AtLeast(child):
            return (child,)
        case LiteralFirst(literal, pattern):
            return literal, pattern
        case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
            return ()
        case Keyword() | Unknown() | Amount() | Firsts() | Dates() | Undated() | Everything() | Nothing():
            return ()
        case _:
            assert_never(node)


def fields_of(leaf: Leaf) -> Sequence[Field]:
    """Return the fields in which a leaf is searched for."""
    return FIELDS if leaf.field is None else (leaf.field,)


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield all leaves of a tree, from left to right."""
    if isinstance(node, Leaf):
        yield node
    for child in children(node):
        yield from leaves(child)


def positive_leaves(node: Node) -> Iterator[Leaf]:
    """Yield the leaves an article can be found by: none below a `Not`."""
    if isinstance(node, Leaf):
        yield node
    if not isinstance(node, Not):
        for child in children(node):
            yield from positive_leaves(child)


def negated_leaves(node: Node) -> Iterator[Leaf]:
    """Yield the leaves below a `Not`."""
    if isinstance(node, Not):
        yield from leaves(node)
    else:
        for child in children(node):
            yield from negated_leaves(child)


def map_leaves(node: Node, change: Callable[[Leaf], Leaf]) -> Node:
    """Return a tree with each of its leaves changed; what is counted by `AtLeast` stays where it could not be."""
    match node:
        case And(below) | Or(below):
            return type(node)(tuple(map_leaves(child, change) for child in below))
        case AnyOf(below, least):
            return AnyOf(tuple(map_leaves(child, change) for child in below), least)
        case Not(child):
            return Not(map_leaves(child, change))
        case AtLeast(child):
            changed = change(child)
            return replace(node, child=changed) if isinstance(changed, Countable) else node
        case LiteralFirst(literal, pattern):
            return LiteralFirst(change(literal), change(pattern))
        case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
            return change(node)
        case Keyword() | Unknown() | Amount() | Firsts() | Dates() | Undated() | Everything() | Nothing():
            return node
        case _:
            assert_never(node)


def map_keywords(node: Node, change: Callable[[Keyword], Node]) -> Node:
    """Return a tree with each of its keywords changed."""
    match node:
        case And(below) | Or(below):
            return type(node)(tuple(map_keywords(child, change) for child in below))
        case AnyOf(below, least):
            return AnyOf(tuple(map_keywords(child, change) for child in below), least)
        case Not(child):
            return Not(map_keywords(child, change))
        case Keyword():
            return change(node)
        case _:
            return node


def join(nodes: Sequence[Node]) -> Node:
    """Return what matches all of these; everything, where there are none."""
    flat = [child for node in nodes for child in (node.children if isinstance(node, And) else (node,))]
    kept = tuple(node for node in flat if not isinstance(node, Everything))
    return Everything() if not kept else kept[0] if len(kept) == 1 else And(kept)


def without_firsts(node: Node) -> Node:
    """Return a tree that finds all copies, where this one finds firsts only; the tree itself where it does not."""
    nodes = node.children if isinstance(node, And) else (node,)
    kept = [child for child in nodes if not isinstance(child, Firsts)]
    return node if len(kept) == len(nodes) else join(kept)


def either(nodes: Sequence[Node]) -> Node:
    """Return what matches one of these; nothing, where there are none."""
    return Nothing() if not nodes else nodes[0] if len(nodes) == 1 else Or(tuple(nodes))
