"""A tree as one plain sentence, with words as they were typed: in English, or in the language of a page."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
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
    Field,
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
from searchapp.sentences import Told, Translate, filled, marked

_QUOTING: dict[KeywordField, str] = {
    "source": marked("from the source “{value}”"),
    "language": marked("in the language “{value}”"),
    "author": marked("by the author “{value}”"),
    "first": marked("first printed as “{value}”"),
    "url": marked("at the address “{value}”"),
}
_KNOWN: dict[KeywordField, str] = {
    "source": marked("with a known source"),
    "language": marked("with a known language"),
    "author": marked("with a known author"),
    "first": marked("with a known first printing"),
    "url": marked("with a known address"),
}
_UNKNOWN: dict[KeywordField, str] = {
    "source": marked("without a known source"),
    "language": marked("without a known language"),
    "author": marked("without a known author"),
    "first": marked("without a known first printing"),
    "url": marked("without a known address"),
}
_IN_FIELD: dict[Field, str] = {
    "title": marked("{what} in the title"),
    "byline": marked("{what} in the byline"),
    "body": marked("{what} in the body"),
}
_COMMA = marked("{one}, {other}")
_LISTED = {"and": _COMMA, "or": marked("{one}, or {other}")}
_THEN = marked("{one} and then {other}")
_RIGHT_BEFORE = marked("{one} right before {other}")
_JOINED = {"and": marked("{items} and {last}"), "or": marked("{items} or {last}")}


def explain(
    node: Node,
    typed: Mapping[str, str] | None = None,
    has_forms: Callable[[str], bool] = lambda _: True,
) -> Told:
    """Say in one sentence which articles a tree finds.

    `typed` maps folded words to how they were typed; `has_forms` says whether other forms of a word are found as well.
    """
    return Told(lambda language: _Sentence(typed or {}, has_forms, language.translate).of(node))


class _Sentence:
    def __init__(self, typed: Mapping[str, str], has_forms: Callable[[str], bool], translate: Translate) -> None:
        self._typed = typed
        self._has_forms = has_forms
        self._translate = translate

    def _say(self, template: str, **values: str) -> str:
        return filled(self._translate(template), values)

    def of(self, node: Node) -> str:
        match node:
            case Everything():
                return self._say("All articles.")
            case Nothing():
                return self._say("No articles, because the query contains nothing to search for.")
            case And() | Or():
                conditions = self._listing(node)
            case _:
                conditions = self._said(*self._predicate(node))
        return self._say("Articles {conditions}.", conditions=conditions)

    def _listing(self, group: And | Or) -> str:
        """Say what an article has to match: with, without, from, dated. Neighbours share one “with”."""
        conjunction = "and" if isinstance(group, And) else "or"
        said = []
        for how, run in groupby(map(self._predicate, group.children), itemgetter(0)):
            phrases = [phrase for _, phrase in run]
            shared = [self._series(phrases, conjunction)] if how == "with" else phrases
            said += [self._said(how, phrase) for phrase in shared]
        return self._chained(_LISTED[conjunction], said)

    def _said(self, how: str, phrase: str) -> str:
        match how:
            case "with":
                return self._say("with {what}", what=phrase)
            case "without":
                return self._say("without {what}", what=phrase)
            case "not":
                return self._say("not {condition}", condition=phrase)
            case _:
                return phrase

    def _predicate(self, node: Node) -> tuple[str, str]:
        """Say one thing about an article: “with” or “without” separately, for neighbours to share."""
        if noun := self._noun(node):
            return "with", noun
        match node:
            case Not(Undated()):
                return "", self._say("with a known date")
            case Not(Unknown(field)):
                return "", self._say(_KNOWN[field])
            case Not(child):
                how, phrase = self._predicate(child)
                return ("without", phrase) if how == "with" else ("not", self._said(how, phrase))
            case And() | Or():
                return "", f"({self._listing(node)})"
            case AnyOf(children, least):
                said = [self._said(*self._predicate(child)) for child in children]
                items = self._series(said, "and")
                return "", self._say("that match at least {least} of these: {items}", least=str(least), items=items)
            case Keyword(field, value):
                return "", self._say(_QUOTING[field], value=self._typed.get(value) or self._words(value))
            case Unknown(field):
                return "", self._say(_UNKNOWN[field])
            case Firsts():
                return "", self._say("that are not copies of an earlier one")
            case Amount("added"):
                return "", self._say("added {moments}", moments=spell_amount(node, self._translate))
            case Amount("edited"):
                return "", self._say("edited {moments}", moments=spell_amount(node, self._translate))
            case Amount():
                return "", self._say("with {amount}", amount=spell_amount(node, self._translate))
            case Dates():
                return "", self._say("dated {days}", days=spell_range(node, self._translate))
            case Undated():
                return "", self._say("without a known date")
            case Everything():
                return "", self._say("of any kind")
            case _:
                return "", self._say("of no kind")

    def _noun(self, node: Node) -> str:
        """Name what an article contains; return "" if a node is about more than content."""
        match node:
            case And(children) | Or(children):
                nouns = [self._noun(child) for child in children]
                return f"({self._series(nouns, 'and' if isinstance(node, And) else 'or')})" if all(nouns) else ""
            case AnyOf(children, least):
                nouns = [self._noun(child) for child in children]
                if not all(nouns):
                    return ""
                return self._say("at least {least} of ({items})", least=str(least), items=self._series(nouns, "and"))
            case AtLeast(child, times):
                return self._say("{what} at least {times} times", what=self._noun(child), times=str(times))
            case LiteralFirst(literal, pattern):
                return self._say("{what} or else {other}", what=self._noun(literal), other=self._noun(pattern))
            case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
                return self._counting(node)
            case Not() | Keyword() | Unknown() | Amount() | Firsts() | Dates() | Undated() | Everything() | Nothing():
                return ""
            case _:
                assert_never(node)

    def _counting(self, leaf: Leaf) -> str:
        """Name what a leaf matches, in which field, and what it counts."""
        what = self._matching(leaf)
        if leaf.field:
            what = self._say(_IN_FIELD[leaf.field], what=what)
        if leaf.boost != 1:
            what = self._say("{what} (counting {times} times)", what=what, times=f"{leaf.boost:.10g}")
        return what

    def _matching(self, leaf: Leaf) -> str:
        match leaf:
            case Word(term, "byline"):
                return self._quoted(term)
            case Word(term) if self._has_forms(term):
                return self._say("any form of {word}", word=self._quoted(term))
            case Word(term):
                return self._say("the word {word}", word=self._quoted(term))
            case Exact(term):
                return self._say("exactly {word}", word=self._quoted(term))
            case Phrase(terms):
                return self._say(
                    "the phrase “{words}”", words=self._typed.get(" ".join(terms)) or self._words(run_on(terms))
                )
            case Near(terms, distance):
                words = [self._matching(Exact(term)) for term in terms]
                return self._between(self._series(words, "and"), distance)
            case Wildcard(pattern):
                return self._pattern(as_typed(pattern, self._typed))
            case Fuzzy(term, 1):
                return self._say("{word} with at most one typing error", word=self._quoted(term))
            case Fuzzy(term):
                return self._say("{word} with at most two typing errors", word=self._quoted(term))
            case Proximity(slots, 0, True):
                return self._in_a_row(slots)
            case Proximity(_, distance, is_ordered):
                groups = [*map(self._group, leaf.groups)]
                return self._between(
                    self._chained(_THEN, groups) if is_ordered else self._series(groups, "and"), distance
                )
            case _:
                assert_never(leaf)

    def _group(self, group: tuple[Slot, ...]) -> str:
        if len(group) == 1:
            return self._choice([*map(self._matching, group[0])])
        terms = tuple(slot[0].term for slot in group if len(slot) == 1 and isinstance(slot[0], Exact))
        return self._matching(Phrase(terms)) if len(group) == len(terms) else self._in_a_row(group)

    def _in_a_row(self, slots: Sequence[Slot]) -> str:
        return self._chained(_RIGHT_BEFORE, [*map(self._slot, slots)])

    def _between(self, what: str, distance: int) -> str:
        if not distance:
            return self._say("{what} with nothing in between", what=what)
        if distance == 1:
            return self._say("{what} with at most 1 other word in between", what=what)
        return self._say("{what} with at most {number} other words in between", what=what, number=str(distance))

    def _slot(self, slot: Slot) -> str:
        return self._choice([self._quoted(one.term) if isinstance(one, Exact) else self._matching(one) for one in slot])

    def _choice(self, said: Sequence[str]) -> str:
        return f"({self._series(said, 'or')})" if len(said) > 1 else said[0]

    def _quoted(self, term: str) -> str:
        return self._say("“{word}”", word=self._typed.get(term, term))

    def _words(self, words: str) -> str:
        return " ".join(self._typed.get(word, word) for word in words.split(" "))

    def _pattern(self, pattern: str) -> str:
        inner = pattern.strip("*")
        if "*" in inner or "?" in inner:
            return self._say("a word like “{pattern}”", pattern=pattern)
        if pattern == f"*{inner}*":
            return self._say("a word that contains “{letters}”", letters=inner)
        if pattern.endswith("*"):
            return self._say("a word that begins with “{letters}”", letters=inner)
        return self._say("a word that ends with “{letters}”", letters=inner)

    def _series(self, items: Sequence[str], conjunction: str) -> str:
        *most, last = items
        if not most:
            return last
        return self._say(_JOINED[conjunction], items=self._chained(_COMMA, most), last=last)

    def _chained(self, template: str, items: Sequence[str]) -> str:
        """Join items by a template for two of them."""
        return reduce(lambda one, other: self._say(template, one=one, other=other), items)
