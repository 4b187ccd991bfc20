"""Lists of adjacent pairs of very common words, in which a phrase such as "in the" is looked up.

Nothing takes as long as finding where two words are adjacent that nearly every article has many times. So a segment
has a list for each pair of its commonest words: the articles in which they are adjacent, and how often. The words are
stored as a fact; a pair of them without a list is adjacent nowhere. Whoosh does not see these lists.

The idea is that of Lucene's CommonGrams. A merge finds the pairs anew, since other words may be the commonest then.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, ArrayWriter, Counts, Docs, Ranks
from searchapp.engines.whoosh.lexicon import to_text
from searchapp.engines.whoosh.positions import PositionRow
from searchapp.engines.whoosh.postings import FieldReader, FieldWriter

_OTHER = -1  # any other word


class PairLimits(NamedTuple):
    """How many words have pairs; articles of the smallest segment with some, and of those in memory at a time."""

    common: int = 48  # words, each in a third of a news archive's articles; their pairs take 2 % of an index
    fewest: int = 1_000  # in a single article, every word is common
    at_once: int = 50_000  # about 50 MB


USUAL = PairLimits()


def write_pairs(writer: ArrayWriter, names: Sequence[bytes], df: Counts, ranks: Ranks, lengths: Counts) -> None:
    """Write the pairs of articles.

    `names` are the distinct words, `df` the number of articles of each, `ranks` the words of all articles end to end,
    as indexes into `names`, and `lengths` the number of words of each article.
    """
    chosen = np.sort(_most(df, USUAL.common)) if len(lengths) >= USUAL.fewest else np.zeros(0, np.int64)
    number = np.full(len(names), _OTHER, np.int16)
    number[chosen] = np.arange(len(chosen))
    row = number[ranks]
    articles = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    at = _side_by_side(row)
    at = at[articles[at] == articles[at + 1]]
    words = [names[rank] for rank in chosen]
    _Writer(writer, words).append(_pairs(row, at, len(words)), articles[at])


def merge_pairs(
    writer: ArrayWriter,
    sources: Sequence[tuple[FieldReader, Array]],
    renumbered: Sequence[Array],
    count: int,
    limits: PairLimits | None = None,
) -> None:
    """Write the pairs of several segments, given by words and length codes; `count` articles are kept, renumbered.

    The words are read once. What is found is put aside in parts that fit in memory, to be put in order there.
    """
    limits = limits or USUAL
    words = _commonest([reader for reader, _ in sources], limits.common) if count >= limits.fewest else []
    output = _Writer(writer, words)
    parts = [writer.scratch() for _ in range(max(1, -(-count // limits.at_once)))]
    ends = np.arange(1, len(parts)) * len(words) ** 2 // len(parts)
    for (reader, lengths), new in zip(sources, renumbered, strict=True):
        for pair, article in _found(reader, lengths, words):
            found = np.stack((pair, new[article]), axis=1).astype(np.int32)[new[article] >= 0]
            part = np.searchsorted(ends, found[:, 0], side="right")
            found = found[np.argsort(part, kind="stable")]
            of_parts = np.split(found, np.cumsum(np.bincount(part, minlength=len(parts)))[:-1])
            for scratch, some in zip(parts, of_parts, strict=True):
                scratch.write(some.tobytes())
    for scratch in parts:
        scratch.seek(0)
        output.append(*np.frombuffer(scratch.read(), np.int32).reshape(-1, 2).T)


class _Writer:
    def __init__(self, writer: ArrayWriter, words: Sequence[bytes]) -> None:
        writer.note(f"{fields.PAIRED}.common", [*map(to_text, words)])
        self._words = words
        self._lists = FieldWriter(writer, fields.PAIRS)

    def append(self, pairs: Array, articles: Docs) -> None:
        """Add pairs, by number, with their articles, in ascending order over all calls."""
        width = int(articles.max(initial=0)) + 1
        found, tf = np.unique(pairs.astype(np.int64) * width + articles, return_counts=True)
        numbers, df = np.unique(found // width, return_counts=True)
        words = [divmod(number, len(self._words)) for number in numbers.tolist()]
        terms = [fields.pair(self._words[first], self._words[second]) for first, second in words]
        self._lists.append(terms, df, found % width, tf, None)


def _found(reader: FieldReader, lengths: Counts, words: Sequence[bytes]) -> Iterator[tuple[Array, Array]]:
    """Yield pairs, each with its article."""
    numbers = {to_text(word): number for number, word in enumerate(words)}
    places = {word: [place] for word in numbers if (place := reader.lexicon.find(word)) >= 0}
    row = PositionRow(reader, lengths, places, margin=1, is_whole=True)
    for block in row.blocks():
        slots = np.full(block.size, _OTHER, np.int16)
        for word, span in block.words.items():
            slots[span.slots] = numbers[word]
        at = _side_by_side(slots)
        yield _pairs(slots, at, len(words)), row.articles(block, at)


def _pairs(row: Array, at: Array, words: int) -> Array:
    """Return the number of each pair that starts at these places of a row."""
    pairs: Array = row[at].astype(np.int32) * words + row[at + 1]
    return pairs


def _side_by_side(row: Array) -> Array:
    """Return the places in a row of numbers at which a common word is followed by another."""
    is_common = row != _OTHER
    return np.flatnonzero(is_common[:-1] & is_common[1:])


def _commonest(readers: Sequence[FieldReader], most: int) -> list[bytes]:
    candidates = {reader.lexicon[place] for reader in readers for place in _most(reader.df, most).tolist()}
    df: Counter[bytes] = Counter()
    for reader in readers:
        for word in candidates:
            if (place := reader.lexicon.find(to_text(word))) >= 0:
                df[word] += int(reader.df[place])
    return sorted(sorted(df, key=lambda word: (-df[word], word))[:most])


def _most(df: Counts, most: int) -> Array:
    return np.argsort(-df.astype(np.int64), kind="stable")[:most]
