"""The nodes of a query: what every engine compiles, the highlighter follows and `words` puts into English.

    Node ── Leaf ── Word      an unquoted word, in any of its forms
         │       ├─ Exact     one word as it stands: =signed, "signed"
         │       ├─ Phrase    words in this order, side by side
         │       ├─ Near      words within a distance, in any order
         │       ├─ Wildcard  partner*  pezesh?ian  *ship*
         │       └─ Fuzzy     one or two typing errors
         ├─ Keyword           a source, a language or an author, whole
         ├─ Dates, Undated    a range of calendar days; no date at all
         ├─ And, Or, Not
         └─ Everything, Nothing

All are frozen values. Words are folded (`searchapp.text`) already. `field` None means title, byline or body; `boost`
multiplies what a leaf adds to an article's score.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "byline", "body"]
FIELDS: tuple[Field, ...] = ("title", "byline", "body")
KeywordField = Literal["source", "language", "author"]


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


Leaf = Word | Exact | Phrase | Near | Wildcard | Fuzzy


@dataclass(frozen=True, slots=True)
class Keyword:
    """An article's source, language or one of its authors, whole, compared by `keyword`."""

    field: KeywordField
    value: str


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
class Everything:
    """All articles: an empty query."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No article: a query of which nothing could be used. An answer to it would be an answer to another question."""


Node = Leaf | Keyword | Dates | Undated | And | Or | Not | Everything | Nothing


def positive_leaves(node: Node) -> Iterator[Leaf]:
    """Yield the leaves an article can be found by: none below a `Not`."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from positive_leaves(child)
        case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy():
            yield node


def join(nodes: Sequence[Node]) -> Node:
    """Return what matches all of these; everything, where there are none."""
    flat = [child for node in nodes for child in (node.children if isinstance(node, And) else (node,))]
    kept = tuple(node for node in flat if not isinstance(node, Everything))
    return Everything() if not kept else kept[0] if len(kept) == 1 else And(kept)
