"""A tree back into the query language: its canonical text, which parses to the same tree."""

from typing import assert_never

from searchapp.query.amounts import write_amount
from searchapp.query.dates import write_range
from searchapp.query.tree import (
    Amount,
    And,
    AnyOf,
    AtLeast,
    Dates,
    Everything,
    Exact,
    Filter,
    Firsts,
    Fuzzy,
    Keyword,
    KeywordField,
    Leaf,
    LiteralFirst,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Proximity,
    Slot,
    Undated,
    Unknown,
    Wildcard,
    Word,
)
from searchapp.text import terms as split

_KEYWORD_NAMES: dict[KeywordField, str] = {
    "source": "source",
    "language": "lang",
    "author": "writer",
    "first": "first",
    "url": "url",
}
NONE = "none"  # the value that stands for articles without one: source:none


def render(node: Node) -> str:
    """Write a tree in the query language. A tree that `parse` made parses to the same tree again."""
    match node:
        case And(children):
            return " ".join(_bracketed(child) if isinstance(child, Or) else render(child) for child in children)
        case Or(children):
            return " OR ".join(render(child) for child in children)
        case Not(And() | Or() as child):
            return f"-{_bracketed(child)}"
        case Not(AtLeast() | AnyOf() as child):
            return f"NOT {render(child)}"
        case Not(child):
            return f"-{_bracketed(child) if _is_joined(child) else render(child)}"
        case AnyOf(children, least):
            return f"ANY {least} ({' '.join(_part_of_any(child) for child in children)})"
        case AtLeast(child, times):
            return f"ATLEAST {times} {render(child)}"
        case LiteralFirst(_, pattern):
            return _prefixed(pattern, _as_name(pattern))
        case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
            return _prefixed(node, _bare(node))
        case Keyword() | Unknown() | Amount() | Firsts() | Dates() | Undated() | Everything() | Nothing():
            return _filter(node)
        case _:
            assert_never(node)


def run_on(terms: tuple[str, ...]) -> str:
    """Write a phrase's words with spaces, or as the run of Chinese whose overlapping pairs they are."""
    if terms[0].isascii():
        return " ".join(terms)
    run = terms[0]
    for term in terms[1:]:
        overlap = next((size for size in range(len(term) - 1, 0, -1) if run.endswith(term[:size])), 0)
        run += term[overlap:]
    return run if split(run) == terms else " ".join(terms)


def _bracketed(node: Node) -> str:
    return f"({render(node)})"


def _part_of_any(node: Node) -> str:
    return _bracketed(node) if isinstance(node, And | Or) else render(node)


def _is_joined(node: Node) -> bool:
    """Whether a leaf is written as words with an operator between them."""
    return isinstance(node, Proximity) and not _is_quoted(node)


def _is_quoted(node: Proximity) -> bool:
    return node.is_ordered and not node.distance and all(len(slot) == 1 for slot in node.slots)


def _prefixed(leaf: Leaf, bare: str) -> str:
    field = f"{leaf.field}:" if leaf.field else ""
    boost = f"^{leaf.boost:.10g}" if leaf.boost != 1 else ""
    return f"{field}({bare}){boost}" if (field or boost) and _is_joined(leaf) else f"{field}{bare}{boost}"


def _bare(leaf: Leaf) -> str:
    match leaf:
        case Word(term):
            return term
        case Exact(term):
            return f"={term}"
        case Phrase(terms):
            return f'"{run_on(terms)}"'
        case Near(terms, distance):
            return f'"{" ".join(terms)}"~{distance}'
        case Wildcard(pattern):
            return f"={pattern}" if needs_equals(pattern) else pattern
        case Fuzzy():
            return _choice(leaf)
        case Proximity(slots) if _is_quoted(leaf):
            return f'="{" ".join(map(_slot, slots))}"'
        case Proximity(_, distance, is_ordered):
            return f" {'PRE' if is_ordered else 'NEAR'}/{distance} ".join(map(_operand, leaf.groups))
        case _:
            assert_never(leaf)


def needs_equals(pattern: str) -> bool:
    """Whether a pattern without = before it would be read as a name, or as a word with a question mark after it."""
    return pattern.endswith("?") or any(sign in pattern.strip("*?") for sign in "*?")


def _as_name(leaf: Leaf) -> str:
    match leaf:
        case Wildcard(pattern):
            return pattern
        case Proximity(slots):
            return "-".join(map(_slot, slots))
        case _:
            return _bare(leaf)


def _operand(group: tuple[Slot, ...]) -> str:
    if len(group) > 1:
        terms = tuple(slot[0].term for slot in group if isinstance(slot[0], Exact))
        return _bare(Phrase(terms) if len(terms) == len(group) else Proximity(group))
    slot = group[0]
    choices = [
        f"={_choice(one)}" if isinstance(one, Wildcard) and needs_equals(one.pattern) else _choice(one) for one in slot
    ]
    return choices[0] if len(choices) == 1 else f"({' OR '.join(choices)})"


def _slot(slot: Slot) -> str:
    return _choice(slot[0])


def _choice(choice: Exact | Wildcard | Fuzzy) -> str:
    match choice:
        case Exact(term):
            return term
        case Wildcard(pattern):
            return pattern
        case Fuzzy(term, edits):
            return f"{term}~" if edits == 1 else f"{term}~{edits}"
        case _:
            assert_never(choice)


def _filter(node: Filter) -> str:
    match node:
        case Keyword(field, value):
            quoted = f'"{value}"' if " " in value or value == NONE else value
            return f"{_KEYWORD_NAMES[field]}:{quoted}"
        case Unknown(field):
            return f"{_KEYWORD_NAMES[field]}:{NONE}"
        case Firsts():
            return "copies:none"
        case Amount(field):
            return f"{field}:{write_amount(node)}"
        case Undated():
            return f"date:{NONE}"
        case Dates(last=""):
            return f"since:{write_range(node).removesuffix('..')}"
        case Dates(first=""):
            return f"until:{write_range(node).removeprefix('..')}"
        case Dates():
            return f"date:{write_range(node)}"
        case Everything() | Nothing():
            return ""
        case _:
            assert_never(node)
