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
_USUAL = 1 << 16  # bytes of a text for which the powers are ready
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

    Sums run over the whole text, with one power for each byte. Of a word, the sum before it is taken off the sum up to
    its end, and the rest is divided by the power before it. A worked example: of ``bc`` (bytes 98, 99) in `` a bc ``,
    98 x^4 + 99 x^5 is left, for a factor x; divided by x^3 this is 98 x + 99 x^2, wherever ``bc`` stands.
    """
    plain = smooth(text)
    folded = plain if plain.isascii() else " ".join(terms(text))
    letters = np.frombuffer(f" {folded} ".encode("utf-8", "surrogatepass"), np.uint8)
    is_letter = letters > _SPACE
    edges = np.flatnonzero(is_letter[1:] != is_letter[:-1])  # the bytes before words, and their last ones, in turns
    before, last = edges[::2], edges[1::2]
    powers, inverses = (_POWERS, _INVERSES) if len(letters) <= _USUAL else _powers(len(letters))
    sums = np.cumsum(letters * powers[: len(letters)])
    numbers: Numbers = (sums[last] - sums[before]) * inverses[before]
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


def _powers(count: int) -> tuple[Numbers, Numbers]:
    """Return the first powers of a factor, and of its inverse, modulo 2**64."""
    factors = (0xC2B2AE3D27D4EB4F, pow(0xC2B2AE3D27D4EB4F, -1, 1 << 64))
    powers, inverses = (np.multiply.accumulate(np.full(count, factor, np.uint64)) for factor in factors)
    return powers, inverses


_POWERS, _INVERSES = _powers(_USUAL)
