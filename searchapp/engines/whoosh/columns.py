"""What a segment stores of each article besides its words: lengths, days and other numbers, the id, the article itself.

Inverting and merging write it by these functions.
"""

import zlib
from array import array
from collections.abc import Iterable

import numpy as np

from searchapp.article import Article
from searchapp.engines import stored
from searchapp.engines.scoring import LENGTHS
from searchapp.engines.whoosh.arrays import Array, ArrayWriter, Counts
from searchapp.engines.whoosh.lexicon import to_bytes

# The numbers of each article (FORMAT.md)
COLUMNS = ("first_day", "last_day", "clock", "copies", "similarity", "added", "edited", "is_copy")

_STORED_LEVEL = 1  # zlib's fastest: level 6 saves a sixth of the space, but building the segment takes twice as long


def freeze(article: Article) -> bytes:
    """Pack an article for storage."""
    return zlib.compress(stored.pack(article), _STORED_LEVEL)


def thaw(frozen: bytes) -> Article:
    """Undo `freeze`."""
    return stored.unpack(zlib.decompress(frozen))


def length_codes(lengths: Counts) -> Array:
    """Return the byte that encodes each length."""
    return (np.searchsorted(np.array(LENGTHS), lengths, side="right") - 1).astype(np.uint8)


def write_lengths(writer: ArrayWriter, field: str, codes: Array, words: int) -> None:
    """Write a field's length in each article, and the total number of its words."""
    writer.append(f"{field}.lengths", codes)
    writer.note(f"{field}.words", words)


def write_columns(writer: ArrayWriter, columns: Array, ids: list[str]) -> None:
    """Write the numbers by which articles are sorted and filtered, and the sorted checksums of their ids.

    `columns` has, for each article, the numbers that COLUMNS names; ties are sorted by the rank of the id.
    """
    for place, name in enumerate(COLUMNS):
        writer.append(name, np.ascontiguousarray(columns[:, place]))
    order = np.empty(len(ids), np.uint32)
    order[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids), dtype=np.uint32)
    writer.append("id_order", order)
    writer.append("id_checksums", np.sort(checksums(ids)))


def checksums(ids: Iterable[str]) -> Array:
    """Return a hash of each id: it alone rules out most ids that a segment does not have, many at a time."""
    return np.array([zlib.crc32(to_bytes(one)) for one in ids], np.uint32)


def write_stored(writer: ArrayWriter, articles: Iterable[bytes]) -> None:
    """Write the packed articles."""
    end = 0
    ends = array("q")
    for one in articles:
        writer.append("stored", np.frombuffer(one, np.uint8))
        end += len(one)
        ends.append(end)
    writer.append("stored_ends", np.array(ends, np.int64))
