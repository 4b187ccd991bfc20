"""The articles of a segment that pass a filter, which is a node that adds nothing to scores."""

from typing import assert_never

import numpy as np

from searchapp.engines.fields import amount_bounds, bounds, sought
from searchapp.engines.whoosh.arrays import Mask
from searchapp.engines.whoosh.segment import Segment
from searchapp.query.tree import Amount, Dates, Everything, Filter, Firsts, Keyword, Nothing, Undated, Unknown


def passing(node: Filter, segment: Segment) -> Mask:
    """Return a mask of the articles that pass, removed ones included."""
    match node:
        case Keyword(field, value):
            mask = np.zeros(segment.file.count, bool)
            reader = segment.file.fields[field]
            for place in reader.lexicon.starting_with(sought(field, value)):
                mask[reader.docs(place)] = True
            return mask
        case Unknown(field):
            mask = np.ones(segment.file.count, bool)
            mask[segment.file.fields[field].all_postings[1]] = False
            return mask
        case Amount(field):
            least, most = amount_bounds(node)
            amounts = segment.file.arrays[field]
            return np.asarray((amounts >= least) & (amounts <= most))
        case Firsts():
            return np.asarray(segment.file.arrays["is_copy"] == 0)
        case Dates(first, last):
            earliest, latest = bounds(first, last)
            first_days = segment.file.days
            return np.asarray((first_days > 0) & (first_days >= earliest) & (segment.file.arrays["last_day"] <= latest))
        case Undated():
            return np.asarray(segment.file.days == 0)
        case Everything():
            return np.ones(segment.file.count, bool)
        case Nothing():
            return np.zeros(segment.file.count, bool)
        case _:
            assert_never(node)
