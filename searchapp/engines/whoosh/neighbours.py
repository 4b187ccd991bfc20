"""Neighbours of a query that stand near each other, looked for in a few articles only: their lists are hardly read."""

import numpy as np

from searchapp.engines.scoring import DISTANCE
from searchapp.engines.whoosh.arrays import Array
from searchapp.engines.whoosh.packing import gathered, sums
from searchapp.engines.whoosh.postings import FieldReader

_ROOM = 1 << 33  # slots of an article, more than a text has words: what is near is in the same one


def slots_of(reader: FieldReader, place: int, docs: Array) -> Array:
    """Return where a term stands in some articles, ascending: slots (int64), `_ROOM` of them to each of `docs`.

    `docs` are ascending numbers of articles, the term need not be in all of them.
    """
    held, tf = reader.docs(place), reader.tf(place)
    at = np.minimum(np.searchsorted(held, docs), len(held) - 1)
    holding = np.flatnonzero(held[at] == docs)
    counts = tf[at[holding]].astype(np.int64)
    begins = np.cumsum(tf, dtype=np.int64)[at[holding]] - counts
    steps = reader.steps(place)[gathered(begins, counts)]
    return holding.repeat(counts) * _ROOM + sums(steps.astype(np.int64), counts)


def are_near(one: Array, other: Array, count: int) -> Array:
    """Return in which of `count` articles two different terms, given by their `slots_of`, stand near each other."""
    reach = DISTANCE + 1
    is_near = np.searchsorted(other, one + reach, side="right") > np.searchsorted(other, one - reach)
    found = np.zeros(count, bool)
    found[one[is_near] // _ROOM] = True
    return found
