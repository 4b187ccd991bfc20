"""The signature by which texts are compared: a MinHash of their runs of words, small enough to keep for every article.

The share of equal slots in two signatures estimates the Jaccard index of the texts' sets of shingles (runs of `WORDS`
words; Broder 1997, "On the resemblance and containment of documents"). With 128 slots its standard error is at most
0.044. Folding makes shingles equal that differ only in capitals, accents or punctuation.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    """Return the signature of an article."""
    return signatures([article])[0]


def signatures(articles: Sequence[Article]) -> list[Signature]:
    """Return the signatures of articles: of the body or, if that is short, of title and body word for word.

    Several at once take half the time of one by one: most of it is the cost of a call, not of a byte.
    """
    if not articles:
        return []
    bodies = _numbers([article.body for article in articles])
    slots = iter(_slots([numbers[:_LONGEST] for numbers in bodies if _is_long(numbers)]))
    return [
        Signature(len(numbers), _fingerprint(numbers), next(slots))
        if _is_long(numbers)
        else _of_short(article, numbers)
        for article, numbers in zip(articles, bodies, strict=True)
    ]


def _is_long(numbers: Numbers) -> bool:
    return len(numbers) - WORDS + 1 >= SHORTEST


def _of_short(article: Article, body: Numbers) -> Signature:
    (title,) = _numbers([article.title])
    return Signature(len(body), _fingerprint(title, np.zeros(1, np.uint64), body))


def _numbers(texts: Sequence[str]) -> list[Numbers]:
    """Return hashes of the folded words of each text: a word's bytes as a polynomial modulo 2**64.

    Sums run over all texts, with the powers of a factor by a byte's place in its text. Of a word, the sum before it is
    taken off the sum up to its end, and the rest is divided by the power before it. A worked example: of ``bc`` (bytes
    98, 99) in `` a bc ``, 98 x^4 + 99 x^5 is left, for a factor x; divided by x^3 this is 98 x + 99 x^2, wherever
    ``bc`` stands.
    """
    folded = [_folded(text) for text in texts]
    lengths = [len(text) for text in folded]
    longest = max(lengths)
    powers, inverses = (_POWERS, _INVERSES) if longest <= _USUAL else _powers(longest)
    letters = np.frombuffer(b"".join(folded), np.uint8)
    is_letter = letters > _SPACE
    edges = np.flatnonzero(is_letter[1:] != is_letter[:-1])  # the bytes before words, and their last ones, in turns
    before, last = edges[::2], edges[1::2]
    sums = np.cumsum(letters * np.concatenate([powers[:length] for length in lengths]))
    starts = np.cumsum([0, *lengths])
    firsts = np.searchsorted(before, starts)  # the first word of each text, among all
    places = before - np.repeat(starts[:-1], np.diff(firsts))
    numbers: Numbers = (sums[last] - sums[before]) * inverses[places]
    mixed = (numbers ^ (numbers >> np.uint64(32))) * _FACTORS[0]
    return [mixed[first:until] for first, until in pairwise(firsts.tolist())]


def _folded(text: str) -> bytes:
    """Return the folded words of a text as UTF-8, with a space before and after each."""
    plain = smooth(text)
    folded = plain if plain.isascii() else " ".join(terms(text))
    return f" {folded} ".encode("utf-8", "surrogatepass")


def _fingerprint(*numbers: Numbers) -> bytes:
    digest = hashlib.blake2b(digest_size=8)
    for some in numbers:
        digest.update(some.astype("<u8").tobytes())
    return digest.digest()


def _slots(texts: Sequence[Numbers]) -> list[bytes]:
    """Return the low 16 bits of each slot, little-endian: two different slots look equal once in 65,536 times."""
    if not texts:
        return []
    words = np.concatenate(texts)
    ends = np.cumsum([len(numbers) for numbers in texts])
    count = len(words) - WORDS + 1
    shingles = words[:count] * _FACTORS[0]
    for place in range(1, WORDS):
        shingles += words[place : place + count] * _FACTORS[place]
    shingles ^= shingles >> np.uint64(29)
    is_within = np.ones(count, bool)  # and not of the end of one text and the beginning of the next
    for place in range(1, WORDS):
        is_within[ends[:-1] - place] = False
    offsets = [0, *(ends - (WORDS - 1) * np.arange(1, len(texts) + 1)).tolist()]
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(shingles[is_within], offsets, SLOTS, _SEED)
    rows = np.array(matrix.to_rows(), np.uint32).astype("<u2")
    return [row.tobytes() for row in rows]


# The hash of a shingle is a polynomial of its words' hashes modulo 2**64, so that their order counts.
_FACTORS = [np.uint64(pow(0x9E3779B97F4A7C15, power, 1 << 64)) for power in range(1, WORDS + 1)]


def _powers(count: int) -> tuple[Numbers, Numbers]:
    """Return the first powers of a factor, and of its inverse, modulo 2**64."""
    factors = (0xC2B2AE3D27D4EB4F, pow(0xC2B2AE3D27D4EB4F, -1, 1 << 64))
    powers, inverses = (np.multiply.accumulate(np.full(count, factor, np.uint64)) for factor in factors)
    return powers, inverses


_POWERS, _INVERSES = _powers(_USUAL)
