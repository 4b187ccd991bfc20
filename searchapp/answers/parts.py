"""What each part of a query contributes: what it finds, what it alone adds to an OR, what it takes out of an AND."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from searchapp.answers import advice
from searchapp.answers.library import Library
from searchapp.answers.notes import notes_of
from searchapp.answers.request import Request, parts, read
from searchapp.engines import Ask, Budget, Engine
from searchapp.query import bounds, unparse
from searchapp.query.tree import Node, Not, Or, join
from searchapp.query.typed import as_typed
from searchapp.sentences import marked, sentence

MOST = 40  # parts that are counted
_ONE_LEFT_OUT = marked("1 more part was not counted.")
_LEFT_OUT = marked("{number} more parts were not counted.")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of a query, and its contribution to the answer.

    `kind` is ``all`` for a part that every article has to match, ``any`` for one of several alternatives. `alone` is
    the number of articles that the part finds by itself, `without` the number that the query finds without it.
    `difference` is the number of articles that the part decides: for ``all`` those that it excludes (near misses), for
    ``any`` those that only this part finds. `words_without` and `words_difference` are the queries for these; they are
    empty if the part is a filter of the request, named by `filter`.
    """

    kind: Literal["all", "any"]
    text: str
    alone: int
    without: int
    difference: int
    words_without: str = ""
    words_difference: str = ""
    filter: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a request; `total` is the number of articles that it finds."""

    request: Request
    total: int
    contributions: tuple[Contribution, ...]
    notes: tuple[str, ...] = ()
    is_partial: bool = False


def contributions(library: Library, request: Request) -> Parts:
    """Count the contribution of each part of a request; parts for which time runs out are left out, with a note.

    Raises:
        BadRequest: a filter has no such value.
    """
    asked, budget = read(request), Budget.of(bounds.SECONDS.limit)
    found = library.engine.search(Ask(asked.tree, limit=0, budget=budget))
    questions = [*_questions(parts(asked.query, request), asked.query.typed)]
    counted = []
    for question in questions[:MOST]:
        if budget.is_spent:
            break
        counted.append(_counted(library.engine, question, found.total, budget))
    is_partial = budget.is_spent
    left_out = len(questions) - len(counted)
    notes = (
        *notes_of(library, asked, budget, found),
        *((sentence(_ONE_LEFT_OUT if left_out == 1 else _LEFT_OUT, number=left_out),) if left_out else ()),
    )
    return Parts(request, found.total, tuple(counted[:-1] if is_partial and counted else counted), notes, is_partial)


@dataclass(frozen=True, slots=True)
class _Question:
    """What to count for one part."""

    kind: Literal["all", "any"]
    part: advice.Part
    words: Node  # of the query, without the part
    difference: Node
    filters: Node


def _questions(asked: Sequence[advice.Part], typed: Mapping[str, str]) -> Iterator[_Question]:
    for part in asked if len(asked) > 1 else ():
        others = join([other.node for other in asked if other is not part and not other.filter])
        kept = join([other.node for other in asked if other is not part and other.filter])
        yield _Question("all", part, others, join([others, _not(part.node)]), kept)
    filters = join([part.node for part in asked if part.filter])
    for part in asked:
        beside = [other.node for other in asked if other is not part and not other.filter]
        for node, rest in _alternatives(part.node):
            only = join([*beside, node, _not(rest)])
            yield _Question(
                "any", advice.Part(node, as_typed(unparse.render(node), typed)), join([*beside, rest]), only, filters
            )


def _alternatives(node: Node) -> Iterator[tuple[Node, Node]]:
    """Yield each node of an `Or`, and the rest of the `Or` without it."""
    if isinstance(node, Or):
        for child in node.children:
            rest = tuple(other for other in node.children if other is not child)
            yield child, rest[0] if len(rest) == 1 else Or(rest)


def _not(node: Node) -> Node:
    return node.child if isinstance(node, Not) else Not(node)


def _counted(engine: Engine, question: _Question, total: int, budget: Budget) -> Contribution:
    part, is_filter = question.part, question.part.filter is not None
    without = engine.count(join([question.words, question.filters]), budget)
    return Contribution(
        kind=question.kind,
        text=part.text,
        alone=engine.count(join([part.node, *([] if is_filter else [question.filters])]), budget),
        without=without,
        difference=abs(without - total),
        words_without="" if is_filter else unparse.render(question.words),
        words_difference="" if is_filter else unparse.render(question.difference),
        filter=part.filter,
    )
