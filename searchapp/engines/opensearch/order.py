"""All that a query finds, in order: fetched in parts, and sorted where scores are nearly equal.

A cluster sorts by score, then by day and clock, then by id. Sums of 32-bit floats differ in the last places by their
order, so that scores which are equal by the formula may not be so there: such groups are put in order here.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from searchapp.engines import fields, scoring
from searchapp.engines.contract import Budget, OutOfTime, Sort
from searchapp.engines.opensearch.compiling import Query, near
from searchapp.engines.opensearch.reading import Reading
from searchapp.engines.opensearch.vocabulary import Vocabulary
from searchapp.engines.scoring import BEST, Pair
from searchapp.query.tree import Node

_MOST = 10_000  # that a cluster gives at once
_MOST_EQUALS = 20_000  # keys of scores as good as equal that are put in order; beyond, the order is the cluster's
_FEWEST = 50  # that are asked for: a key costs next to nothing beside an article, and most ties end among so many
_PRECISION = 5e-6  # of a score
_NO_MOMENT = -(2**63)  # how a cluster sorts an article without a date, newest first
_LAST_ID = "\U0010ffff"


class Key(NamedTuple):
    """The sort key of an article that was found. `near` are the pairs of query words near each other in it.

    `first` is the term of its story, and `copies` how many the story has, where that was asked for.
    """

    score: float
    moment: int
    id: str
    near: tuple[str, ...] = ()
    first: str = ""
    copies: int = 0


class Walk:
    """Walks once through what a query finds, best first, fetching `at_once` keys at first, or a few more.

    `total` and `counted`, the answers to `aggregations`, are known after its first step. Keys tell the story of an
    article if `with_stories`.
    """

    def __init__(
        self,
        reading: Reading,
        vocabulary: Vocabulary,
        tree: Node,
        query: Query,
        sort: Sort,
        budget: Budget,
        at_once: int,
        aggregations: Mapping[str, Any],
        *,
        with_stories: bool = False,
    ) -> None:
        self._reading = reading
        self._sort = sort
        self._budget = budget
        self._aggregations = aggregations
        self._bonuses = _bonuses(tree, vocabulary) if sort == "relevance" else {}
        self._at_once = min(max(at_once, _FEWEST), _MOST)
        self._query = _telling_near(query, self._bonuses)
        self._told = {"docvalue_fields": ["first", "copies"]} if with_stories else {}
        self.total = self._left = 0
        self.counted: Mapping[str, Any] = {}

    def count(self) -> None:
        """Take the first step only as far as it counts."""
        self._take(self._ask({"size": 0}))

    def keys(self) -> Iterator[Key]:
        """Yield the keys of all that was found, in order.

        Raises:
            OutOfTime: time runs out.
        """
        keys = self._in_order() if self._sort == "relevance" else chain.from_iterable(self._parts())
        if not self._bonuses:
            yield from keys
            return
        best = [*islice(keys, BEST)]
        yield from _sorted(_lifted(best, self._bonuses))
        yield from keys

    def _parts(self) -> Iterator[list[Key]]:
        """Yield keys as the cluster orders them, a few at first."""
        after: dict[str, Any] = {}
        size = self._at_once
        while True:
            answer = self._ask({"size": size, **after})
            if not after:
                self._take(answer)
            hits = answer["hits"]["hits"]
            self._left -= len(hits)
            yield [self._key(hit) for hit in hits]
            if not (hits and self._left):
                return
            after, size = {"search_after": hits[-1]["sort"]}, min(10 * size, _MOST)

    def _in_order(self) -> Iterator[Key]:
        """Yield keys, sorting those whose scores are nearly equal."""
        group: list[Key] = []
        for part in self._parts():
            for key in part:
                if group and not _are_equal(group[0], key):
                    yield from _sorted(group)
                    group = []
                group.append(key)
            if group and self._left and (len(group) > _MOST_EQUALS or self._is_settled(group)):
                yield from _sorted(group)
                group = []
        yield from _sorted(group)

    def _is_settled(self, group: Sequence[Key]) -> bool:
        """Say whether a group at the end of a part can be told from what follows: its scores are equal to the last bit,
        and the next lower one is not as good as equal. What else has that score follows in order.
        """
        last = group[-1].score
        if group[0].score != last:
            return False
        after = {"search_after": [last, _NO_MOMENT, _LAST_ID]}
        hits = self._ask({"size": 1, **after})["hits"]["hits"]
        return not hits or not _are_equal(group[0], self._key(hits[0]))

    def _ask(self, asked: Mapping[str, Any]) -> Any:
        if self._budget.is_spent:
            raise OutOfTime
        counts = {} if "search_after" in asked else {"aggs": self._aggregations}
        body = {
            "query": self._query,
            "sort": SORTS[self._sort],
            "stored_fields": "_none_",
            **self._told,
            "track_total_hits": "search_after" not in asked,
            **counts,
            **asked,
        }
        return self._reading.ask(body, self._budget.deadline, is_scored=self._sort == "relevance")

    def _take(self, answer: Any) -> None:
        self.total = self._left = answer["hits"]["total"]["value"]
        self.counted = answer.get("aggregations", {})

    def _key(self, hit: Any) -> Key:
        article_id = fields.restored(hit["sort"][-1])
        told = hit.get("fields", {})
        story = next(iter(told.get("first", ())), ""), next(iter(told.get("copies", ())), 0)
        if self._sort != "relevance":
            return Key(0.0, 0, article_id, (), *story)
        score, moment, _ = hit["sort"]
        near = tuple(hit.get("matched_queries", ()))
        return Key(score, _NO_MOMENT if moment is None else moment, article_id, near, *story)


_NEWEST = [{"moment": "desc"}, {"id": "asc"}]
SORTS: Mapping[Sort, Any] = {
    "relevance": [{"_score": "desc"}, *_NEWEST],
    "newest": [{"moment": "desc"}, *_NEWEST],
    "oldest": [{"moment": "asc"}, {"id": "asc"}],
    "added": [{"added": "desc"}, *_NEWEST],
}


def _bonuses(tree: Node, vocabulary: Vocabulary) -> dict[Pair, float]:
    return scoring.neighbours(tree, lambda word: vocabulary.weigh(word).factor < 1, vocabulary.idf)


def _telling_near(query: Query, bonuses: Mapping[Pair, float]) -> Query:
    """Return a query that also names, for each hit, the pairs of words near each other.

    The names are asked for below a filter, where Lucene leaves out what need not match: only articles that are returned
    are looked at.
    """
    if not bonuses:
        return query
    named = [{"bool": {"filter": [near("body", pair)], "_name": str(number)}} for number, pair in enumerate(bonuses)]
    return {"bool": {"must": [query], "filter": [{"bool": {"must": [{"match_all": {}}], "should": named}}]}}


def _lifted(best: Sequence[Key], bonuses: Mapping[Pair, float]) -> list[Key]:
    added = [*bonuses.values()]
    return [key._replace(score=key.score + sum(added[int(number)] for number in key.near)) for key in best]


def _are_equal(one: Key, other: Key) -> bool:
    return one.score - other.score <= _PRECISION * one.score


def _sorted(keys: Sequence[Key]) -> Iterator[Key]:
    """Yield keys by score and, where scores are nearly equal, by moment and id."""
    group: list[Key] = []
    for key in sorted(keys, key=lambda key: -key.score):
        if group and not _are_equal(group[0], key):
            yield from sorted(group, key=_newest)
            group = []
        group.append(key)
    yield from sorted(group, key=_newest)


def _newest(key: Key) -> tuple[int, str]:
    return -key.moment, key.id
