"""Abbreviations and numbers of a query that the articles write in another way, too: US and U.S., 12,700 and 12700.

With its full stops an abbreviation is a phrase of letters, so that neither way finds the other.
"""

import re
from collections.abc import Iterator, Mapping

from searchapp.engines import Budget, Engine
from searchapp.query.tree import Exact, Leaf, Node, Phrase, Word, positive_leaves
from searchapp.sentences import marked, sentence

_ALSO = marked("The articles also write {typed} as {other} ({count}). To find both, search for “{typed} OR {other}”.")
_CAPITALS = re.compile(r"[A-Z]{2,4}")
_DOTTED = re.compile(r"(?:[A-Z]\.){1,3}[A-Z]")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_PLAIN = re.compile(r"[0-9]{5,12}")  # four digits may be a year
_MOST = 2  # notes


def notes_on_spellings(engine: Engine, tree: Node, typed: Mapping[str, str], budget: Budget) -> Iterator[str]:
    """Yield a sentence for each abbreviation or number of a tree that the articles also write in another way."""
    leaves = list(dict.fromkeys(positive_leaves(tree)))
    words = [leaf for leaf in leaves if isinstance(leaf, Word | Exact)]
    if len(words) > 1 and all(typed.get(word.term, "").isupper() for word in words):
        return  # a headline
    found = [(leaf, *other) for leaf in leaves if (other := _other(leaf, typed)) and other[0] not in leaves]
    for leaf, same, written in found[:_MOST]:
        if budget.is_spent:
            return
        if count := engine.count(same, budget):
            yield sentence(_ALSO, typed=_typed(leaf, typed), other=written, count=count)


def _other(leaf: Leaf, typed: Mapping[str, str]) -> tuple[Leaf, str] | None:
    """Return the other way to write a leaf, and how it is typed; None for most."""
    said = _typed(leaf, typed)
    match leaf:
        case Word(term) if _CAPITALS.fullmatch(said):
            return Phrase(tuple(term), leaf.field), "".join(f"{letter}." for letter in said)
        case Word(term) if _PLAIN.fullmatch(said):
            first = len(term) % 3 or 3
            groups = (term[:first], *(term[at : at + 3] for at in range(first, len(term), 3)))
            return Phrase(groups, leaf.field), ",".join(groups)
        case Phrase(terms) if _DOTTED.fullmatch(said) or _GROUPED.fullmatch(said):
            return Word("".join(terms), leaf.field), re.sub("[.,]", "", said)
    return None


def _typed(leaf: Leaf, typed: Mapping[str, str]) -> str:
    match leaf:
        case Word(term):
            return typed.get(term, term)
        case Phrase(terms):
            return typed.get(" ".join(terms), "")
    return ""
