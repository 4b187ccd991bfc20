"""How articles are scored: one formula, the same in every engine.

An article's score is the sum over the query's positive leaves. With `tf` the occurrences in a field and `df` the number
of articles with the term, a leaf adds ``boost * weight * part`` for each field that it searches:

- `Word`, weights `WORD_WEIGHTS`: its stems in title and body as one text (`text_stem`), ``part = bm25``; its stems in
  the title (`title_stem`), ``part = idf`` regardless of tf and length; its exact form in title, byline and body,
  ``part = bm25``. A stop word of the language counts `STOPPED` times as much everywhere but in the byline
- `Exact`, weights `WEIGHTS`: title, byline, body; ``part = bm25``
- `Phrase`: title, byline, body; ``bm25`` with the sum of its words' idf and the occurrences of the phrase
- `Near`: in each of the three fields where it matches, the sum of its words' ``bm25``
- `Wildcard`, `Fuzzy`: title, byline, body; ``part = 1`` where any of its words occurs
- `Proximity`: title, byline, body; ``part = 1`` where it matches

A leaf bound to a field searches only that field. A `Word` bound to the title searches `title` and `title_stem`; one
bound to the body searches `body`, and `text_stem` in the articles that have the stem in the body (`tf` and length are
still those of the whole text). Filters (`Keyword`, `Unknown`, `Dates`, `Undated`, `Not`) add nothing. Below `And`,
`AnyOf` and `AtLeast` a leaf counts only where these match. Statistics are those of the whole store, including articles
that were removed but not yet merged away.

A stem is indexed with the code of its language, and searched for in each language of the index (`weigh`). All stems of
a word share one idf, from the number of articles that have any of them. A stem counts as a stop word if the word is in
the stop list of the stem's language; the exact form, if it is in that of the language whose stem of the word most
articles have.

Then the `BEST` articles in this order are ranked once more: neighbours of the query that are near each other in the
body add ``NEAR * boost * (idf + idf)``, with the idf of the exact forms and the smaller of the two boosts, however
often they occur. Neighbours (`neighbours`) are two adjacent `Word` of the query; near is what ``Near(pair, DISTANCE)``
finds. What is added is positive, so these articles stay ahead of all others, whose scores do not change.

    bm25(tf) = idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average length))
    idf      = max(ln(odds), 0.1 * ln(1 + odds)),  odds = (N - df + 0.5) / (df + 0.5)

The formula is BM25 with weighted fields (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", 3.5).
These choices were made by measurement (`benchmarks/relevance.py`):

- Title and body are one text with one length, and a word in the title counts extra. As separate fields, each with its
  own length, they are 1 % worse: a stem in a short body would count like one in the title.
- Stop words count half. Without them, "to be or not to be" would find nothing; in full, they outweigh other words.
- Neighbours add a tenth of their weight. Looking for them in the best 20 articles gives the same result as in 50 or
  200.
- The idf is the original one of Robertson and Sparck Jones, which gives a word in half of all articles next to nothing,
  whereas that of Lucene and tantivy, ln(1 + odds), still counts "the". Its floor keeps tiny corpora in order.
- An exact form has one idf, from the one of the three fields in which most articles have it. With an idf per field, the
  words of a long question that happen to occur in a title would outweigh everything else, since titles are short.

Lengths are stored in one byte each, as in Lucene and tantivy, so that engines agree to the last digit.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice, pairwise
from typing import NamedTuple

from searchapp.engines.fields import TEXT_STEM, TITLE_STEM
from searchapp.languages import Stems, stop_words
from searchapp.query.tree import And, Node, Or, Word

# Set by benchmarks/relevance.py on judged collections. tantivy's k1 and b are fixed at these values.
WEIGHTS: Mapping[str, float] = {"title": 0.5, "byline": 2.5, "body": 0.3}
WORD_WEIGHTS: Mapping[str, float] = {"title": 0.15, "byline": 2.5, "body": 0.15, TEXT_STEM: 1.0, TITLE_STEM: 0.5}
STOPPED = 0.5  # the factor of a stop word
K1 = 1.2
B = 0.75
_LEAST_IDF = 0.1  # the floor, as a share of Lucene's idf
_ROUNDING = 1e-4  # far more than the rounding errors of 32-bit floats
BEST = 20  # the articles in which neighbours count
NEAR = 0.1  # the factor of neighbours that are near each other
DISTANCE = 6  # the most words between neighbours: a window of eight words holds both
PAIRS = 16  # the most pairs of neighbours in a query that count; later ones are ignored


class Stem(NamedTuple):
    """A stem, as indexed, by which a query's word is searched for, and its factor: 1, or `STOPPED`."""

    term: str
    factor: float


class Weighed(NamedTuple):
    """A query's word in one index: its stems, the factor of its exact form, and the number of articles with a stem."""

    stems: tuple[Stem, ...]
    factor: float
    df: int


def weigh(word: str, stems: Stems, codes: Iterable[str], df: Callable[[str], int]) -> Weighed:
    """Return the stems by which a word is searched for in the languages of an index, given the codes of their stemmers.

    `df` counts the articles with a stem in `TEXT_STEM`. An article has one language, so that the sum over stems is the
    number of articles that have the word in any form.
    """
    counted = {code: count for code in sorted(codes) if (count := df(stems.term(word, code)))}
    factors = {code: STOPPED if word in stop_words(code) else 1.0 for code in counted}
    main = max(counted, key=counted.__getitem__, default=None)
    return Weighed(
        tuple(Stem(stems.term(word, code), factor) for code, factor in factors.items()),
        1.0 if main is None else factors[main],
        sum(counted.values()),
    )


def idf(articles: int, df: int) -> float:
    """Return the idf of a word that `df` of all articles have."""
    odds = (articles - df + 0.5) / (df + 0.5)
    return max(math.log(odds), _LEAST_IDF * math.log(1 + odds))


Pair = tuple[str, str]  # two different, adjacent words of a query


def neighbours(tree: Node, is_stopped: Callable[[str], bool], idf_of: Callable[[str], float]) -> dict[Pair, float]:
    """Return the first `PAIRS` pairs of neighbours of a query, with what each adds to the score where it is near.

    Neighbours are adjacent words in one `And` or `Or`, stop words left out, that search the body and have the same
    field. Only levels that an article has to match count: none below an `And` within an `Or`, and none below `Not`.
    """
    boosts: dict[Pair, float] = {}
    for words in _runs(tree):
        kept = [word for word in words if not is_stopped(word.term)]
        for one, other in pairwise(kept):
            are_two = one.term != other.term and (other.term, one.term) not in boosts
            if are_two and one.field == other.field and one.field in (None, "body"):
                boosts.setdefault((one.term, other.term), min(one.boost, other.boost))
    few = islice(boosts.items(), PAIRS)
    return {pair: NEAR * boost * sum(map(idf_of, pair)) for pair, boost in few if boost > 0}


def in_reach(scores: Sequence[float], end: int, bonuses: Mapping[Pair, float]) -> int:
    """Return how many of the best articles, given their descending scores, can end up among the first `end`.

    A worked example: scores of 9, 8, 7.9 and 7, and bonuses of 0.2 and 0.3. An article below 7.5 cannot rise above 8,
    so the final first two are among the present first three.
    """
    if not scores:
        return 0
    least = scores[min(end, BEST, len(scores)) - 1] * (1 - _ROUNDING) - sum(bonuses.values())
    return min(BEST, sum(score >= least for score in scores))


def _runs(node: Node) -> Iterator[Sequence[Word]]:
    """Yield runs of adjacent words."""
    if not isinstance(node, And | Or):
        return
    for is_word, run in groupby(node.children, lambda child: isinstance(child, Word)):
        if is_word:
            yield [child for child in run if isinstance(child, Word)]
    if isinstance(node, And):
        for child in node.children:
            yield from _runs(child)


def _length_of(code: int) -> int:
    if code < 24:
        return code
    mantissa, exponent = (code - 24) & 7, (code - 24) >> 3
    return 24 + (mantissa if exponent == 0 else (mantissa | 8) << (exponent - 1))


# The length in words that each byte stands for: exact up to 40, then with three bits of mantissa (Lucene's SmallFloat).
LENGTHS = tuple(_length_of(code) for code in range(256))
