"""What a segment stores of each article besides its words: lengths, days and other numbers, the id, the article itself.

Inverting and merging write it by these functions.
"""

import zlib
from array import array
from collections.abc import Iterable, Iterator

import numpy as np

from searchapp.article import Article
from searchapp.engines import stored
from searchapp.engines.scoring import LENGTHS
from searchapp.engines.whoosh.arrays import Array, ArrayWriter, Counts, Docs
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


def write_columns(writer: ArrayWriter, columns: Iterable[Array]) -> None:
    """Write the numbers by which articles are sorted and filtered: an array for each of COLUMNS, by article."""
    for name, numbers in zip(COLUMNS, columns, strict=True):
        writer.append(name, numbers)


def write_ids(writer: ArrayWriter, articles: Docs, sums: Array) -> None:
    """Write the rank of each article's id, by which ties are sorted, and the sorted checksums of ids.

    `articles` are the numbers of all articles in the order of their ids; `sums` has the checksum of each, in any order.
    """
    rank = np.empty(len(articles), np.uint32)
    rank[articles] = np.arange(len(articles), dtype=np.uint32)
    writer.append("id_order", rank)
    writer.append("id_checksums", np.sort(sums))


def checksums(ids: Iterable[str]) -> Iterator[int]:
    """Yield a 32-bit hash of each id: it alone rules out most ids that a segment does not have, many at a time."""
    return (zlib.crc32(to_bytes(one)) for one in ids)


def write_stored(writer: ArrayWriter, articles: Iterable[bytes]) -> None:
    """Write the packed articles."""
    end = 0
    ends = array("q")
    for one in articles:
        writer.append("stored", np.frombuffer(one, np.uint8))
        end += len(one)
        ends.append(end)
    writer.append("stored_ends", np.array(ends, np.int64))
