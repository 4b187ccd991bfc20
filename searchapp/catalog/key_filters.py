"""Filters that tell of most keys that a run does not have them (Bloom 1970).

With 12 bits an entry and four hashes, one in 150 of the keys that a run does not have passes.
"""

import numpy as np
import numpy.typing as npt

_BITS = 12
_HASHES = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F], np.uint64)

Keys = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]  # of a filter that is being made
Filter = npt.NDArray[np.uint8]  # eight bits to a number, the highest first


def bits_for(entries: int) -> Bits:
    """Return the bits of an empty filter for up to so many entries."""
    return np.zeros(-(-entries * _BITS // 8) * 8, np.bool_)


def let_pass(bits: Bits, keys: Keys) -> None:
    """Add keys to a filter."""
    for number in range(len(_HASHES)):
        bits[_hashed(keys, number, len(bits))] = True


def places_that_pass(filter_: Filter, keys: Keys) -> npt.NDArray[np.intp]:
    """Return the places in `keys` of those that the filter lets pass."""
    places = np.arange(len(keys))
    for number in range(len(_HASHES)):
        bits = _hashed(keys[places], number, 8 * len(filter_))
        places = places[filter_[bits >> np.uint64(3)] >> (7 - (bits & np.uint64(7))).astype(np.uint8) & 1 == 1]
    return places


def _hashed(keys: Keys, number: int, size: int) -> npt.NDArray[np.uint64]:
    """Return for each key, by one of the hashes, a number from 0 to `size` - 1."""
    hashed = np.ascontiguousarray(keys).view(np.uint64) * _HASHES[number] >> np.uint64(32)
    places: npt.NDArray[np.uint64] = hashed * np.uint64(size) >> np.uint64(32)
    return places
