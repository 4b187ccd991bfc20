"""Find neighbours of a query that are near each other, in a few articles only, reading little of their lists."""

import numpy as np

from searchapp.engines.scoring import DISTANCE
from searchapp.engines.whoosh.arrays import Array, Docs, Mask, Positions
from searchapp.engines.whoosh.postings import Postings

_ROOM = 1 << 33  # slots per article: more than any text has words, so that near words are in the same article
_REACH = DISTANCE + 1


def slots_of(found: Postings, steps: Positions, docs: Docs) -> Array:
    """Return the ascending slots (int64) of a term in some articles; each of `docs` has `_ROOM` slots.

    `docs` are ascending numbers of articles, some of which may lack the term. `steps` are all of the term's, as
    `FieldReader.steps` returns them. This is most of the cost of the bonus, and depends on the number of operations.
    """
    assert found.tf is not None
    at = np.minimum(found.docs.searchsorted(docs), len(found.docs) - 1)
    holding: Array = (found.docs[at] == docs).nonzero()[0]
    if not len(holding):
        return holding
    at = at[holding]
    counts = found.tf[at].astype(np.int64)
    begins = found.tf[: at[-1] + 1].cumsum(dtype=np.int64)[at] - counts
    ends = counts.cumsum()
    starts = ends - counts
    kept = steps[(begins - starts).repeat(counts) + np.arange(ends[-1])]
    slots: Array = kept.cumsum(dtype=np.int64)
    slots += (holding * _ROOM - slots[starts] + kept[starts]).repeat(counts)
    return slots


def are_near(one: Array, other: Array, count: int) -> Mask:
    """Return in which of `count` articles two different terms, given by their `slots_of`, are near each other."""
    is_near = other.searchsorted(one + _REACH, side="right") > other.searchsorted(one - _REACH)
    found = np.zeros(count, bool)
    found[one[is_near] // _ROOM] = True
    return found
