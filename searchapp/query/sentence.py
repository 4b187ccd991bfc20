"""A tree as one plain English sentence, with words as they were typed."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import assert_never

from searchapp.query.amounts import spell_amount
from searchapp.query.dates import spell_range
from searchapp.query.tree import (
    Amount,
    And,
    AnyOf,
    AtLeast,
    Dates,
    Everything,
    Exact,
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
from searchapp.query.typed import as_typed
from searchapp.query.unparse import run_on

_KEYWORD_PHRASES: dict[KeywordField, str] = {
    "source": "from the source",
    "language": "in the language",
    "author": "by the author",
    "first": "first printed as",
    "url": "at the address",
}


def explain(
    node: Node, typed: Mapping[str, str] | None = None, has_forms: Callable[[str], bool] = lambda _: True
) -> str:
    """Say in one English sentence which articles a tree finds.

    `typed` maps folded words to how they were typed; `has_forms` says whether other forms of a word are found as well.
    """
    return _Sentence(typed or {}, has_forms).of(node)


class _Sentence:
    def __init__(self, typed: Mapping[str, str], has_forms: Callable[[str], bool]) -> None:
        self._typed = typed
        self._has_forms = has_forms

    def of(self, node: Node) -> str:
        match node:
            case Everything():
                return "All articles."
            case Nothing():
                return "No articles, because the query contains nothing to search for."
            case And() | Or():
                return f"Articles {self._listing(node)}."
            case _:
                return f"Articles {' '.join(self._predicate(node)).strip()}."

    def _listing(self, group: And | Or) -> str:
        """Say what an article has to match: with, without, from, dated. Neighbours share one “with”."""
        conjunction = "and" if isinstance(group, And) else "or"
        said = []
        for word, run in groupby(map(self._predicate, group.children), itemgetter(0)):
            phrases = [phrase for _, phrase in run]
            said += (
                [f"with {_series(phrases, conjunction)}"]
                if word == "with"
                else [f"{word} {p}".strip() for p in phrases]
            )
        return (", " if isinstance(group, And) else ", or ").join(said)

    def _predicate(self, node: Node) -> tuple[str, str]:
        """Say one thing about an article: “with” or “without” separately, for neighbours to share."""
        if noun := self._noun(node):
            return "with", noun
        match node:
            case Not(Undated()):
                return "", "with a known date"
            case Not(Unknown(field)):
                return "", f"with a known {field}"
            case Not(child):
                word, phrase = self._predicate(child)
                return ("without", phrase) if word == "with" else ("not", f"{word} {phrase}".strip())
            case And() | Or():
                return "", f"({self._listing(node)})"
            case AnyOf(children, least):
                said = [" ".join(self._predicate(child)).strip() for child in children]
                return "", f"that match at least {least} of these: {_series(said, 'and')}"
            case Keyword(field, value):
                return "", f"{_KEYWORD_PHRASES[field]} “{self._typed.get(value) or self._words(value)}”"
            case Unknown(field):
                return "", f"without a known {field}"
            case Firsts():
                return "", "that are not copies of an earlier one"
            case Amount("added" | "edited" as what):
                return "", f"{what} {spell_amount(node)}"
            case Amount():
                return "", f"with {spell_amount(node)}"
            case Dates():
                return "", f"dated {spell_range(node)}"
            case Undated():
                return "", "without a known date"
            case Everything():
                return "", "of any kind"
            case _:
                return "", "of no kind"

    def _noun(self, node: Node) -> str:
        """Name what an article contains; return "" if a node is about more than content."""
        match node:
            case And(children) | Or(children):
                nouns = [self._noun(child) for child in children]
                return f"({_series(nouns, 'and' if isinstance(node, And) else 'or')})" if all(nouns) else ""
            case AnyOf(children, least):
                nouns = [self._noun(child) for child in children]
                return f"at least {least} of ({_series(nouns, 'and')})" if all(nouns) else ""
            case AtLeast(child, times):
                return f"{self._noun(child)} at least {times} times"
            case LiteralFirst(literal, pattern):
                return f"{self._noun(literal)} or else {self._noun(pattern)}"
            case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
                field = f" in the {node.field}" if node.field else ""
                boost = f" (counting {node.boost:.10g} times)" if node.boost != 1 else ""
                return f"{self._matching(node)}{field}{boost}"
            case Not() | Keyword() | Unknown() | Amount() | Firsts() | Dates() | Undated() | Everything() | Nothing():
                return ""
            case _:
                assert_never(node)

    def _matching(self, leaf: Leaf) -> str:
        match leaf:
            case Word(term, "byline"):
                return self._quoted(term)
            case Word(term):
                return f"{'any form of' if self._has_forms(term) else 'the word'} {self._quoted(term)}"
            case Exact(term):
                return f"exactly {self._quoted(term)}"
            case Phrase(terms):
                return f"the phrase “{self._typed.get(' '.join(terms)) or self._words(run_on(terms))}”"
            case Near(terms, distance):
                return f"{_series([*map(self._quoted, terms)], 'and')} with {_in_between(distance)}"
            case Wildcard(pattern):
                return _matching_pattern(as_typed(pattern, self._typed))
            case Fuzzy(term, edits):
                return f"{self._quoted(term)} with at most {'one typing error' if edits == 1 else 'two typing errors'}"
            case Proximity(slots, 0, True):
                return " right before ".join(map(self._slot, slots))
            case Proximity(_, distance, is_ordered):
                joint = " and then " if is_ordered else " and "
                return f"{joint.join(map(self._group, leaf.groups))} with {_in_between(distance)}"
            case _:
                assert_never(leaf)

    def _group(self, group: tuple[Slot, ...]) -> str:
        terms = tuple(slot[0].term for slot in group if len(slot) == 1 and isinstance(slot[0], Exact))
        if 1 < len(group) == len(terms):
            return self._matching(Phrase(terms))
        return " right before ".join(map(self._slot, group))

    def _slot(self, slot: Slot) -> str:
        said = [self._quoted(one.term) if isinstance(one, Exact) else self._matching(one) for one in slot]
        return f"({_series(said, 'or')})" if len(said) > 1 else said[0]

    def _quoted(self, term: str) -> str:
        return f"“{self._typed.get(term, term)}”"

    def _words(self, words: str) -> str:
        return " ".join(self._typed.get(word, word) for word in words.split(" "))


def _in_between(distance: int) -> str:
    return f"at most {distance} other word{'s' * (distance != 1)} in between" if distance else "nothing in between"


def _matching_pattern(pattern: str) -> str:
    inner = pattern.strip("*")
    if "*" in inner or "?" in inner:
        return f"a word like “{pattern}”"
    if pattern == f"*{inner}*":
        return f"a word that contains “{inner}”"
    return f"a word that {'begins' if pattern.endswith('*') else 'ends'} with “{inner}”"


def _series(items: Sequence[str], conjunction: str) -> str:
    *most, last = items
    return f"{', '.join(most)} {conjunction} {last}" if most else last
