"""What a text is compared by: a MinHash of its runs of words, small enough to be kept of every article.

Two texts have as many slots alike, by chance, as their sets of shingles (runs of `WORDS` words) have in common: the
estimate of their Jaccard index (Broder 1997, "On the resemblance and containment of documents"). With 128 slots its
standard error is at most 0.044. Folding makes shingles alike that differ in capitals, accents or punctuation.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import rensa

from searchapp.article import Article
from searchapp.text import Remembered, smooth, terms

WORDS = 3  # of a shingle
SLOTS = 128  # of a signature, two bytes each
SHORTEST = 20  # shingles: of a shorter text only whole copies are found, headline and all
_LONGEST = 100_000  # words of a text that count
_REMEMBERED = 200_000  # words whose number is known
_SEED = 14


@dataclass(frozen=True, slots=True)
class Signature:
    """A text's number of words, a fingerprint of all of them (8 bytes), and its slots (none where it is too short)."""

    words: int
    text: bytes
    slots: bytes = b""


def signature(article: Article) -> Signature:
    """Return what an article is compared by: its body, or where that is short, title and body word for word."""
    folded = _folded(article.body)
    shingles = len(folded) - WORDS + 1
    if shingles < SHORTEST:
        return Signature(len(folded), _fingerprint(" ".join([*_folded(article.title), "\0", *folded])))
    numbers = np.fromiter(map(_numbers.__getitem__, folded[:_LONGEST]), np.uint64, min(len(folded), _LONGEST))
    return Signature(len(folded), _fingerprint(" ".join(folded)), _slots(numbers))


def _folded(text: str) -> list[str]:
    plain = smooth(text)
    return plain.split() if plain.isascii() else [*terms(text)]


def _fingerprint(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _slots(numbers: "np.ndarray[tuple[int], np.dtype[np.uint64]]") -> bytes:
    """Return the low 16 bits of each slot, little-endian: two that differ are taken for equal once in 65,536 times."""
    count = len(numbers) - WORDS + 1
    shingles = sum((numbers[place : place + count] * factor for place, factor in enumerate(_FACTORS)), np.uint64(0))
    shingles ^= shingles >> np.uint64(29)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(shingles, [0, count], SLOTS, _SEED)
    return np.array(matrix.to_rows()[0], np.uint32).astype("<u2").tobytes()


# A shingle is a polynomial of its words' numbers, so that their order counts; all modulo 2**64.
_FACTORS = [np.uint64(pow(0x9E3779B97F4A7C15, power, 1 << 64)) for power in range(1, WORDS + 1)]
_numbers = Remembered(lambda word: int.from_bytes(_fingerprint(word), "little"), _REMEMBERED)
