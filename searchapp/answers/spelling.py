"""Did you mean: a query that finds nothing, or hardly anything, with a word spelt, joined or split in another way, or
with the nearest source, language or author that there is.

Everything offered has been counted in the index, within the filters of the request.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import log10

from searchapp.answers.absent_values import respelt
from searchapp.engines import Budget, Engine
from searchapp.engines.distance import within
from searchapp.query.tree import (
    And,
    Exact,
    Leaf,
    Near,
    Node,
    Or,
    Phrase,
    Word,
    join,
    map_keywords,
    map_leaves,
    positive_leaves,
)
from searchapp.query.unparse import render

_SHORT = 5  # letters
_SHORTEST = 3  # letters of a word that is respelt: another letter in a shorter one, or in Chinese, is another word
_TRIED = 8  # words tried in place of one
_STRAY = 3  # a word in up to so many articles may be a typing error in them
_SUSPECT = 1.0  # the penalty of a word that may be a typing error itself
_FURTHER = 2.0  # the penalty of a second error
_APART = 3.0  # the penalty of two words written as one: less than that of another first letter


@dataclass(frozen=True, slots=True)
class Respelling:
    """Another query, and how many articles it finds."""

    text: str
    count: int


def suggest(engine: Engine, tree: Node, filters: Node, budget: Budget, least: int = 1) -> Respelling | None:
    """Return the query with rare or missing words replaced by similar ones, if it finds at least `least` articles."""
    better = map_keywords(tree, lambda node: respelt(engine, node, budget))
    changed = better != tree
    terms = (term for leaf in positive_leaves(tree) for term in _terms(leaf))
    typed = [term for term in dict.fromkeys(terms) if len(term) >= _SHORTEST and not term.isdecimal()]
    counts = engine.counts([*map(Exact, typed)], budget)
    for term, df in zip(typed, counts, strict=False):
        if budget.is_spent:
            return None
        if df > _STRAY:
            continue
        likely = _likely(engine, term, df, budget)
        found = next(
            ((one, n) for one in likely if (n := _count(engine, _with(better, term, one), filters, budget))), None
        )
        if found:
            better, changed = _with(better, term, found[0]), True
        elif likely and not df:  # another word may be wrong as well: try the nearest
            better, changed = _with(better, term, likely[0]), True
    count = _count(engine, better, filters, budget) if changed else 0
    if count >= least:
        return Respelling(render(better), count)
    return _joined(engine, tree, filters, budget, least)


def _likely(engine: Engine, term: str, df: int, budget: Budget) -> list[Leaf]:
    """Return what a word may have been meant to be, likeliest first."""
    found = {other: count for other, count in engine.spellings(term, _TRIED) if count > df}
    most = 2 if len(term) > _SHORT and not df else 1
    ranked: list[tuple[float, Leaf]] = [
        (_unlikeness(term, other, errors) + _SUSPECT * (found[other] <= _STRAY) - log10(found[other]), Exact(other))
        for other, errors in within(term, most, found).items()
    ]
    apart = () if df else _split(engine, term, budget)
    ranked += [(_APART - log10(count), phrase) for phrase, count in apart]
    return [leaf for _, leaf in sorted(ranked, key=lambda pair: (pair[0], _terms(pair[1])))]


def _unlikeness(term: str, other: str, errors: int) -> float:
    """Rate how unlikely it is that one word was typed for another; one point outweighs ten times as many articles.

    Exchanged letters and a missing double letter are frequent errors, an extra or missing letter is less so, and a
    wrong letter least; errors at the end of a word are more likely than at its beginning.
    """
    if sorted(term) == sorted(other) or _without_pairs(term) == _without_pairs(other):
        kind = 0.0
    else:
        kind = 1.5 if len(term) != len(other) else 2.0
    return kind + _FURTHER * (errors - 1) + (term[-1:] != other[-1:]) + 3 * (term[:1] != other[:1])


def _without_pairs(word: str) -> list[str]:
    return [letter for letter, _ in groupby(word)]


def _split(engine: Engine, term: str, budget: Budget) -> Iterator[tuple[Leaf, int]]:
    """Yield the ways to write a word as two that stand side by side in articles, and in how many."""
    phrases = [Phrase((term[:at], term[at:])) for at in range(1, len(term))]
    return (pair for pair in zip(phrases, engine.counts(phrases, budget), strict=False) if pair[1])


def _joined(engine: Engine, tree: Node, filters: Node, budget: Budget, least: int) -> Respelling | None:
    """Write two neighbours as one word, if that finds something."""
    joined = [*_with_joined(tree)]
    counts = engine.counts([join([better, filters]) for better in joined], budget)
    for better, count in zip(joined, counts, strict=False):
        if count:
            return Respelling(render(better), count) if count >= least else None
    return None


def _with_joined(tree: Node) -> Iterator[Node]:
    match tree:
        case And(children):
            for at, (one, two) in enumerate(pairwise(children)):
                if isinstance(one, Word) and isinstance(two, Word) and one.field == two.field:
                    yield join([*children[:at], replace(one, term=one.term + two.term), *children[at + 2 :]])
        case Phrase((one, two), field):
            yield Word(one + two, field)


def _count(engine: Engine, tree: Node, filters: Node, budget: Budget) -> int:
    return engine.count(join([tree, filters]), budget)


def _terms(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Word(term) | Exact(term):
            return (term,)
        case Phrase(terms) | Near(terms):
            return terms
        case _:
            return ()


def _with(node: Node, term: str, other: Leaf) -> Node:
    return _without_repeats(map_leaves(node, lambda leaf: _with_word(leaf, term, other)))


def _with_word(leaf: Leaf, term: str, other: Leaf) -> Leaf:
    words = _terms(other)
    match leaf:
        case Word() | Exact() if leaf.term == term:
            return replace(leaf, term=words[0]) if len(words) == 1 else Phrase(words, leaf.field, leaf.boost)
        case Phrase() | Near() if term in leaf.terms:
            return replace(leaf, terms=tuple(new for one in leaf.terms for new in (words if one == term else (one,))))
        case _:
            return leaf


def _without_repeats(node: Node) -> Node:
    match node:
        case And(children) | Or(children):
            different = tuple(dict.fromkeys(map(_without_repeats, children)))
            return different[0] if len(different) == 1 else type(node)(different)
        case _:
            return node
