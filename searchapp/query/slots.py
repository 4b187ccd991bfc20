"""Words and patterns that belong together: ``O'Bri*``, ``al-qeada~``, ``="strat* partner"``, ``a NEAR/5 b``."""

import re
from itertools import product

from searchapp.query.patterns import count_letters, is_paired
from searchapp.query.tree import (
    Exact,
    Field,
    Fuzzy,
    Leaf,
    LiteralFirst,
    Near,
    Node,
    Or,
    Phrase,
    Proximity,
    Slot,
    Wildcard,
    Word,
    either,
    leaves,
)
from searchapp.text import terms

MOST_PAIRS = 16  # that phrases of both sides of an operator may make
Group = tuple[Slot, ...]  # side by side

# Letters that nobody writes stand for the signs while a name is cut into its words.
_ANY_LETTERS, _ONE_LETTER = "ꟷ", "ꟺ"
_TO_LETTERS = str.maketrans({"*": _ANY_LETTERS, "?": _ONE_LETTER})
_TO_SIGNS = str.maketrans({_ANY_LETTERS: "*", _ONE_LETTER: "?"})
_SIGNS = re.compile(r"[*?]+")


def cut_name(typed: str) -> tuple[str, ...] | None:
    """Cut a name of several words into these, folded, with their signs; None if one of them has no letters.

    Words in writing without spaces have no patterns either.
    """
    if _ANY_LETTERS in typed or _ONE_LETTER in typed:
        return None
    words = tuple(_ordered(term.translate(_TO_SIGNS)) for term in terms(typed.translate(_TO_LETTERS)))
    letters = [_SIGNS.sub("", word) for word in words]
    return words if all(letters) and not any(map(is_paired, letters)) else None


def phrase_of(words: tuple[str, ...], field: Field | None) -> Leaf:
    """Return the words side by side, those with signs as patterns."""
    if len(words) == 1:
        return Wildcard(words[0], field) if _SIGNS.search(words[0]) else Exact(words[0], field)
    if not any(map(_SIGNS.search, words)):
        return Phrase(words, field)
    return Proximity(tuple((_choice(word),) for word in words), field=field)


def literal_of(words: tuple[str, ...], field: Field | None) -> Leaf:
    """Return the words that a name has when its signs are taken for signs and not for letters."""
    plain = tuple(part for word in words for part in _SIGNS.split(word) if part)
    return Phrase(plain, field) if len(plain) > 1 else Exact(plain[0], field)


def letters_of(words: tuple[str, ...]) -> int:
    """Count the letters that a name fixes."""
    return sum(map(count_letters, words))


def near(left: Node, right: Node, distance: int, *, is_ordered: bool) -> Node | None:
    """Put words, phrases, patterns or choices of them near each other; None if there is more on a side, or two fields.

    A choice of phrases on a side is a choice of pairs, of which there are `MOST_PAIRS` at most.
    """
    sides = _groups(left), _groups(right)
    fields = {leaf.field for side in (left, right) for leaf in leaves(side)}
    if not 1 <= len(sides[0]) * len(sides[1]) <= MOST_PAIRS or len(fields) != 1:
        return None
    field = fields.pop()
    return either([_pair(*groups, distance, field, is_ordered=is_ordered) for groups in product(*sides)])


def _pair(left: Group, right: Group, distance: int, field: Field | None, *, is_ordered: bool) -> Leaf:
    slots = (*left, *right)
    is_run_on = is_ordered and not distance and all(len(slot) == 1 for slot in slots)
    if is_run_on or (len(slots) == 2 and not is_ordered):
        terms = [slot[0].term for slot in slots if len(slot) == 1 and isinstance(slot[0], Exact)]
        if len(terms) == len(slots):
            return Phrase(tuple(terms), field) if is_ordered else Near(tuple(terms), distance, field)
    return Proximity(slots, distance, is_ordered, field, left=1 if is_run_on else len(left))


def fuzzy_name(words: tuple[str, ...], edits: int, fewest: int) -> tuple[Slot, ...] | None:
    """Allow for typing errors in each word that has enough letters; None if no word has."""
    if not any(len(word) >= fewest for word in words) or any(map(is_paired, words)):
        return None
    return tuple((Fuzzy(word, edits) if len(word) >= fewest else Exact(word),) for word in words)


def choice_of(word: str, edits: int) -> Exact | Wildcard | Fuzzy:
    """Return a word of a slot: a pattern where it has signs, with so many typing errors where there are any."""
    return Fuzzy(word, edits) if edits else _choice(word)


def _choice(word: str) -> Exact | Wildcard:
    return Wildcard(word) if _SIGNS.search(word) else Exact(word)


def _groups(node: Node) -> list[Group]:
    """Return the groups of slots that a side may be, none if it is something else; single words are one of them."""
    match node:
        case Word(term) | Exact(term):
            return [((Exact(term),),)]
        case Phrase(terms):
            return [tuple((Exact(term),) for term in terms)]
        case Wildcard(pattern):
            return [((Wildcard(pattern),),)]
        case Fuzzy(term, edits):
            return [((Fuzzy(term, edits),),)]
        case Proximity(slots, 0, True):
            return [slots]
        case LiteralFirst(_, pattern):
            return _groups(pattern)
        case Or(children):
            return _merged([_groups(child) for child in children])
        case _:
            return []


def _merged(choices: list[list[Group]]) -> list[Group]:
    """Return all groups of some choices, those of one slot as one; none if a choice has none."""
    groups = [group for choice in choices for group in choice] if all(choices) else []
    words = dict.fromkeys(word for group in groups if len(group) == 1 for word in group[0])
    longer = [group for group in dict.fromkeys(groups) if len(group) > 1]
    return [*([(tuple(words),)] if words else []), *longer]


def _ordered(word: str) -> str:
    """Write each run of signs in one way: question marks first, then at most one star."""
    return _SIGNS.sub(lambda run: "?" * run.group().count("?") + "*" * ("*" in run.group()), word)
