"""Pairs of very common words that stand side by side: where a phrase like "in the" is looked up.

Nothing takes as long as finding out where two words stand together that nearly every article holds many times. So a
segment has a list for any two of its commonest words: the articles in which they stand side by side, and how often.
The words are noted as a fact; two of them that have no list stand together nowhere. Whoosh does not see these lists.

The idea is that of Lucene's CommonGrams. A merge looks anew, since other words may then be the commonest.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, ArrayWriter, Counts, Docs, Ranks
from searchapp.engines.whoosh.lexicon import to_text
from searchapp.engines.whoosh.positions import PositionRow
from searchapp.engines.whoosh.postings import FieldReader, FieldWriter

_COMMON = 48  # words: in a third of all articles of a news archive; their pairs are 2 % of an index
_FEWEST = 1_000  # articles; smaller segments have no pairs, since every word of a single article is common
_AT_ONCE = 50_000  # articles whose pairs are held in memory at a time: about 50 MB

_OTHER = -1  # stands for any other word


def write_pairs(writer: ArrayWriter, names: Sequence[bytes], df: Counts, ranks: Ranks, lengths: Counts) -> None:
    """Write the pairs of articles.

    `names` are their words, `df` the articles of each, `ranks` the words of all articles end to end, as numbers of
    names, and `lengths` how many each article has.
    """
    chosen = np.sort(_most(df)) if len(lengths) >= _FEWEST else np.zeros(0, np.int64)
    number = np.full(len(names), _OTHER, np.int16)
    number[chosen] = np.arange(len(chosen))
    row = number[ranks]
    articles = np.repeat(np.arange(len(lengths)), lengths)
    at = _side_by_side(row)
    at = at[articles[at] == articles[at + 1]]
    words = [names[rank] for rank in chosen]
    _Writer(writer, words).append(_pairs(row, at, len(words)), articles[at])


def merge_pairs(
    writer: ArrayWriter, sources: Sequence[tuple[FieldReader, Array]], renumbered: Sequence[Array], count: int
) -> None:
    """Write the pairs of several segments, given by words and codes of lengths; `count` articles stay, renumbered.

    All words are gone over for each part of the pairs that is held in memory.
    """
    words = _commonest([reader for reader, _ in sources]) if count >= _FEWEST else []
    output = _Writer(writer, words)
    parts = max(1, -(-count // _AT_ONCE))
    for begin, end in pairwise(len(words) * part // parts for part in range(parts + 1)):
        pairs, articles = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        for (reader, lengths), new in zip(sources, renumbered, strict=True):
            for pair, article in _found(reader, lengths, words, begin, end):
                stays = new[article] >= 0
                pairs.append(pair[stays])
                articles.append(new[article[stays]].astype(np.int32))
        output.append(np.concatenate(pairs), np.concatenate(articles))


class _Writer:
    def __init__(self, writer: ArrayWriter, words: Sequence[bytes]) -> None:
        writer.note(f"{fields.PAIRED}.common", [*map(to_text, words)])
        self._words = words
        self._lists = FieldWriter(writer, fields.PAIRS)

    def append(self, pairs: Array, articles: Docs) -> None:
        """Add pairs, each by its number, in its article; all come after those added before."""
        width = int(articles.max(initial=0)) + 1
        found, tf = np.unique(pairs.astype(np.int64) * width + articles, return_counts=True)
        numbers, df = np.unique(found // width, return_counts=True)
        words = [divmod(number, len(self._words)) for number in numbers.tolist()]
        terms = [fields.pair(self._words[first], self._words[second]) for first, second in words]
        self._lists.append(terms, df, found % width, tf, None)


def _found(
    reader: FieldReader, lengths: Counts, words: Sequence[bytes], begin: int, end: int
) -> Iterator[tuple[Array, Array]]:
    """Yield pairs the number of whose first word is from `begin` to before `end`, each with its article."""
    numbers = {to_text(word): number for number, word in enumerate(words)}
    places = {word: [place] for word in numbers if (place := reader.lexicon.find(word)) >= 0}
    row = PositionRow(reader, lengths, places, margin=1, is_whole=True)
    for block in row.blocks():
        slots = np.full(block.size, _OTHER, np.int16)
        for word, span in block.words.items():
            slots[span.slots] = numbers[word]
        at = _side_by_side(slots)
        at = at[(slots[at] >= begin) & (slots[at] < end)]
        yield _pairs(slots, at, len(words)), row.articles(block, at)


def _pairs(row: Array, at: Array, words: int) -> Array:
    """Return the number of each pair that begins at these places of a row."""
    pairs: Array = row[at].astype(np.int32) * words + row[at + 1]
    return pairs


def _side_by_side(row: Array) -> Array:
    """Return the places in a row of numbers after which another common word stands."""
    is_common = row != _OTHER
    return np.flatnonzero(is_common[:-1] & is_common[1:])


def _commonest(readers: Sequence[FieldReader]) -> list[bytes]:
    candidates = {reader.lexicon[place] for reader in readers for place in _most(reader.df).tolist()}
    df: Counter[bytes] = Counter()
    for reader in readers:
        for word in candidates:
            if (place := reader.lexicon.find(to_text(word))) >= 0:
                df[word] += int(reader.df[place])
    return sorted(sorted(df, key=lambda word: (-df[word], word))[:_COMMON])


def _most(df: Counts) -> Array:
    return np.argsort(-df.astype(np.int64), kind="stable")[:_COMMON]
