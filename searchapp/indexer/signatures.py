"""The signature by which texts are compared: a MinHash of their runs of words, small enough to keep for every article.

The share of equal slots in two signatures estimates the Jaccard index of the texts' sets of shingles (runs of `WORDS`
words; Broder 1997, "On the resemblance and containment of documents"). With 128 slots its standard error is at most
0.044. Folding makes shingles equal that differ only in capitals, accents or punctuation.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import rensa

from searchapp.article import Article
from searchapp.text import smooth, terms

WORDS = 3  # in a shingle
SLOTS = 128  # in a signature, two bytes each
SHORTEST = 20  # shingles: of a shorter text only complete copies are found, headline included
_LONGEST = 100_000  # words of a text that count; later ones are ignored
_LONGEST_WORD = 256  # bytes that count
_SPACE = 32  # this byte and all below it separate words
_SEED = 14

Numbers = npt.NDArray[np.uint64]  # hashes of words or shingles


@dataclass(frozen=True, slots=True)
class Signature:
    """A text's number of words, a fingerprint of all of them (8 bytes), and its slots (empty if it is too short)."""

    words: int
    text: bytes
    slots: bytes = b""


def signature(article: Article) -> Signature:
    """Return the signature of an article: of its body or, if that is short, of title and body word for word."""
    numbers = _numbers(article.body)
    if len(numbers) - WORDS + 1 < SHORTEST:
        title = _numbers(article.title)
        return Signature(len(numbers), _fingerprint(title, np.zeros(1, np.uint64), numbers))
    return Signature(len(numbers), _fingerprint(numbers), _slots(numbers[:_LONGEST]))


def _numbers(text: str) -> Numbers:
    """Return a hash of each folded word: its bytes as a polynomial modulo 2**64, for all words at once.

    A worked example: in ``gas deal``, ``gas`` begins at 0 and ``deal`` at 4, so the powers are 1 2 3 - 1 2 3 4.
    """
    plain = smooth(text)
    folded = plain if plain.isascii() else " ".join(terms(text))
    letters = np.frombuffer(folded.encode("utf-8", "surrogatepass"), np.uint8)
    is_letter = letters > _SPACE
    is_first = is_letter.copy()
    is_first[1:] &= ~is_letter[:-1]
    begins = np.flatnonzero(is_first)
    if not len(begins):
        return np.zeros(0, np.uint64)
    power = np.arange(begins[0], len(letters)) - np.repeat(begins, np.diff(begins, append=len(letters)))
    weighed = _POWERS[np.minimum(power, _LONGEST_WORD)] * (letters * is_letter)[begins[0] :]
    numbers: Numbers = np.add.reduceat(weighed, begins - begins[0])
    return (numbers ^ (numbers >> np.uint64(32))) * _FACTORS[0]


def _fingerprint(*numbers: Numbers) -> bytes:
    digest = hashlib.blake2b(digest_size=8)
    for some in numbers:
        digest.update(some.astype("<u8").tobytes())
    return digest.digest()


def _slots(numbers: Numbers) -> bytes:
    """Return the low 16 bits of each slot, little-endian: two different slots look equal once in 65,536 times."""
    count = len(numbers) - WORDS + 1
    shingles = sum((numbers[place : place + count] * factor for place, factor in enumerate(_FACTORS)), np.uint64(0))
    shingles ^= shingles >> np.uint64(29)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(shingles, [0, count], SLOTS, _SEED)
    return np.array(matrix.to_rows()[0], np.uint32).astype("<u2").tobytes()


# The hash of a shingle is a polynomial of its words' hashes modulo 2**64, so that their order counts.
_FACTORS = [np.uint64(pow(0x9E3779B97F4A7C15, power, 1 << 64)) for power in range(1, WORDS + 1)]
# Of what is beyond the longest word, letters count 0.
_POWERS = np.array([*(pow(0xC2B2AE3D27D4EB4F, power, 1 << 64) for power in range(1, _LONGEST_WORD + 1)), 0], np.uint64)
