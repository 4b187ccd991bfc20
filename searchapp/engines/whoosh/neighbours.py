"""Neighbours of a query that stand near each other, searched for in a few articles only: their lists are hardly
read.
"""

import numpy as np

from searchapp.engines.scoring import DISTANCE
from searchapp.engines.whoosh.arrays import Array, Docs, Mask, Positions
from searchapp.engines.whoosh.postings import Postings

_ROOM = 1 << 33  # slots of an article, more than a text has words: what is near is in the same one
_REACH = DISTANCE + 1


def slots_of(found: Postings, steps: Positions, docs: Docs) -> Array:
    """Return where a term stands in some articles, ascending: slots (int64), `_ROOM` of them to each of `docs`.

    `docs` are ascending numbers of articles, the term need not be in all of them. `steps` are all of the term's, as
    `FieldReader.steps` has them. This is most of what the bonus costs, and goes by the number of its array operations.
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
    """Return in which of `count` articles two different terms, given by their `slots_of`, stand near each other."""
    is_near = other.searchsorted(one + _REACH, side="right") > other.searchsorted(one - _REACH)
    found = np.zeros(count, bool)
    found[one[is_near] // _ROOM] = True
    return found
