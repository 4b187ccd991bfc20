"""The keys by which printings that may be alike are found: a hash for each band of a few slots, or for a short text."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchapp.catalog.key_filters import Keys
from searchapp.catalog.key_runs import KeyRuns, spans

BANDS, ROWS = 10, 3  # how many bands, and how many slots each has
MOST_ALIKE = 16  # printings of a band that later ones are compared with

Slots = npt.NDArray[np.uint16]


class _Bands(NamedTuple):
    """Bands of new printings, sorted by key and number; all have the same shape."""

    keys: Keys
    numbers: Keys  # of their printings
    ranks: Keys  # among the bands of one key, from 0


def add_bands(runs: KeyRuns, texts: Sequence[tuple[bytes, bytes]], first: int) -> Keys:
    """Add printings to their bands; return an array of shape (pairs, 2): each new one, and an earlier one to compare.

    The printings are given by text and slots, and numbered from `first` on. The pairs are in order. A band takes
    `MOST_ALIKE` printings.
    """
    keys, numbers, ranks = _bands(texts, first)
    wanted, of = np.unique(keys, return_inverse=True)
    places, earlier = runs.find(wanted)
    is_added = ranks + np.bincount(places, minlength=len(wanted))[of] < MOST_ALIKE
    runs.add(keys[is_added], numbers[is_added])
    return _pairs(of, numbers, np.concatenate([places, of[is_added]]), np.concatenate([earlier, numbers[is_added]]))


def key_of_id(article_id: str) -> int:
    """Return the key by which the printing of an article is found."""
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=8).digest(), "little", signed=True)


def slots_of(signatures: Sequence[bytes]) -> Slots:
    """Return an array of shape (signatures, slots)."""
    return np.frombuffer(b"".join(signatures), "<u2").reshape(len(signatures), -1)


def _pairs(of: Keys, numbers: Keys, places: Keys, others: Keys) -> Keys:
    """Pair the numbers of some bands, `of` which keys they are, with lower ones among the `others` of these keys."""
    order = np.argsort(places, kind="stable")
    places, others = places[order], others[order]
    starts, ends = (np.searchsorted(places, of, side) for side in ("left", "right"))
    counts = ends - starts
    pairs = np.stack([np.repeat(numbers, counts), others[spans(starts, counts)]], axis=1)
    found: Keys = np.unique(pairs[pairs[:, 1] < pairs[:, 0]], axis=0)
    return found


def _bands(texts: Sequence[tuple[bytes, bytes]], first: int) -> _Bands:
    long = [place for place, (_, slots) in enumerate(texts) if slots]
    short = [place for place, (_, slots) in enumerate(texts) if not slots]
    keys = np.concatenate(
        [
            _keys_of_slots([texts[place][1] for place in long]).ravel(),
            np.array([int.from_bytes(texts[place][0], "little", signed=True) for place in short], np.int64),
        ]
    )
    numbers = np.concatenate([np.repeat(np.array(long, np.int64), BANDS), np.array(short, np.int64)]) + first
    order = np.lexsort((numbers, keys))
    keys, numbers = keys[order], numbers[order]
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return _Bands(keys, numbers, np.arange(len(keys)) - np.repeat(begins, np.diff(begins, append=len(keys))))


def _keys_of_slots(signatures: Sequence[bytes]) -> Keys:
    """Return an array of shape (signatures, bands)."""
    if not signatures:
        return np.zeros((0, BANDS), np.int64)
    slots = slots_of(signatures)[:, : BANDS * ROWS]
    bands = slots.reshape(len(signatures), BANDS, ROWS).astype(np.uint64)
    together = (bands << _SHIFTS).sum(axis=2, dtype=np.uint64)  # a slot is two bytes
    keys: Keys = ((together ^ _SALT) * np.uint64(0x9E3779B97F4A7C15)).view(np.int64)
    return keys


_SHIFTS = 16 * np.arange(ROWS, dtype=np.uint64)
_SALT = np.arange(1, BANDS + 1, dtype=np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
