"""What a segment keeps of each article beside its words: lengths, days and other numbers, its id, and itself.

Both who inverts and who merges write it here, and who reads takes it up from here.
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

# A number of each article (FORMAT.md)
COLUMNS = ("first_day", "last_day", "clock", "copies", "similarity", "added", "edited", "is_copy")

_STORED_LEVEL = 1  # zlib's fastest: level 6 saves a sixth of the space and doubles the time of the whole segment


def freeze(article: Article) -> bytes:
    """Pack an article to be kept."""
    return zlib.compress(stored.pack(article), _STORED_LEVEL)


def thaw(frozen: bytes) -> Article:
    """Undo `freeze`."""
    return stored.unpack(zlib.decompress(frozen))


def length_codes(lengths: Counts) -> Array:
    """Return the byte that stands for each length."""
    return (np.searchsorted(np.array(LENGTHS), lengths, side="right") - 1).astype(np.uint8)


def write_lengths(writer: ArrayWriter, field: str, codes: Array, words: int) -> None:
    """Write a field's length in each article, and its words in all."""
    writer.append(f"{field}.lengths", codes)
    writer.note(f"{field}.words", words)


def write_columns(writer: ArrayWriter, columns: Array, ids: list[str]) -> None:
    """Write what orders and filters articles, and the checksums of their ids, sorted.

    `columns` has for each the numbers that COLUMNS names; the rank by id puts ties in order.
    """
    for place, name in enumerate(COLUMNS):
        writer.append(name, np.ascontiguousarray(columns[:, place]))
    order = np.empty(len(ids), np.uint32)
    order[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids), dtype=np.uint32)
    writer.append("id_order", order)
    writer.append("id_checksums", np.sort(checksums(ids)))


def checksums(ids: Iterable[str]) -> Array:
    """Return a number for each id: most ids that a segment does not hold are told by it alone, many at a time."""
    return np.array([zlib.crc32(to_bytes(one)) for one in ids], np.uint32)


def write_stored(writer: ArrayWriter, articles: Iterable[bytes]) -> None:
    """Write the articles themselves."""
    end = 0
    ends = array("q")
    for one in articles:
        writer.append("stored", np.frombuffer(one, np.uint8))
        end += len(one)
        ends.append(end)
    writer.append("stored_ends", np.array(ends, np.int64))
