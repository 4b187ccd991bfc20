"""How articles are scored: one formula, the same in every engine.

An article's score is the sum of what the query's positive leaves find in it. With `tf` the occurrences in a field and
`df` the articles holding the term, a leaf adds ``boost * weight * part`` for each field that it looks into:

- `Word`, weights `WORD_WEIGHTS`: its stems in title and body as one text (`text_stem`), ``part = bm25``; its stems in
  the title (`title_stem`), ``part = idf`` however often and however long; its exact form in title, byline and body,
  ``part = bm25``. A stop word of the language counts `STOPPED` times as much everywhere but in the byline
- `Exact`, weights `WEIGHTS`: title, byline, body; ``part = bm25``
- `Phrase`: title, byline, body; ``bm25`` with the sum of its words' idf and the number of times the phrase stands there
- `Near`: in each of the three fields where it stands, the sum of its words' ``bm25``
- `Wildcard`, `Fuzzy`: title, byline, body; ``part = 1`` where any of the words it became occurs
- `Proximity`: title, byline, body; ``part = 1`` where its words stand together

A leaf bound to a field looks only there. A `Word` bound to the title looks into `title` and `title_stem`; one bound to
the body into `body`, and into `text_stem` of the articles that have the stem in the body (`tf` and length are still
those of the whole text). Filters (`Keyword`, `Unknown`, `Dates`, `Undated`, `Not`) add nothing. Below `And`, `AnyOf`
and `AtLeast` a leaf counts only where these match. Statistics are those of the whole store, articles removed but not
yet merged away included.

A stem is indexed with the code of its language, and searched for in each language of the index (`weigh`). All stems of
a word have one idf, from the number of articles that hold any of them. A word is a stop word where the language of the
stem has it in its list; its exact form, where the language has that holds a stem of it in most articles.

Then the `BEST` articles, in the order that this gives, are put in order once more: neighbours of the query that stand
near each other in the body add ``NEAR * boost * (idf + idf)``, with the idf of the exact forms and the lesser of two
boosts, however often they stand there. Neighbours (`neighbours`) are two `Word` side by side in the query; near is what
``Near(pair, DISTANCE)`` finds. What is added is positive: these articles stay the best, and all others are as before.

    bm25(tf) = idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average length))
    idf      = max(ln(odds), 0.1 * ln(1 + odds)),  odds = (N - df + 0.5) / (df + 0.5)

The formula is BM25 with weighted fields (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", 3.5).
These things are chosen by measurement (`benchmarks/relevance.py`):

- Title and body are one text, of one length, and a word in the title counts extra. As fields of their own, each with
  its length, they are 1 % worse: a stem in a body of few words would count like one in the title.
- Stop words count half. Left out, they would be missed in "to be or not to be"; whole, they outweigh other words.
- Neighbours add a tenth of what they count. To look for them in the best 20 articles gives what 50 and 200 give.
- The idf is the original one of Robertson and Sparck Jones, which gives a word in half of all articles next to nothing,
  where the one of Lucene and tantivy, ln(1 + odds), still counts "the". Its floor keeps tiny corpora in order.
- An exact form has one idf, from that field of the three that holds it in most articles. Were a title's words as rare
  as titles are short, the words of a long question that by chance stand in a title would outweigh all else.

Lengths are kept in a byte each, as Lucene and tantivy do, so that engines agree to the last place.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice, pairwise
from typing import NamedTuple

from searchapp.engines.fields import TEXT_STEM, TITLE_STEM
from searchapp.languages import Stems, stop_words
from searchapp.query.tree import And, Node, Or, Word

# Set by benchmarks/relevance.py on judged collections, not by eye. tantivy's k1 and b are fixed at these two.
WEIGHTS: Mapping[str, float] = {"title": 0.5, "byline": 2.5, "body": 0.3}
WORD_WEIGHTS: Mapping[str, float] = {"title": 0.15, "byline": 2.5, "body": 0.15, TEXT_STEM: 1.0, TITLE_STEM: 0.5}
STOPPED = 0.5  # what a stop word counts
K1 = 1.2
B = 0.75
_LEAST_IDF = 0.1  # of Lucene's
_ROUNDING = 1e-4  # far more than 32 bits lose
BEST = 20  # articles in which neighbours count
NEAR = 0.1  # what neighbours near each other count
DISTANCE = 6  # words between neighbours, at most: eight words in a row hold both
PAIRS = 16  # of neighbours in a query that count, at most: the first


class Stem(NamedTuple):
    """A stem by which a query's word is searched for, as it is indexed, and what it counts: 1, or `STOPPED`."""

    term: str
    factor: float


class Weighed(NamedTuple):
    """A query's word in one index: its stems there, what its exact form counts, and the articles that hold a stem."""

    stems: tuple[Stem, ...]
    factor: float
    df: int


def weigh(word: str, stems: Stems, codes: Iterable[str], df: Callable[[str], int]) -> Weighed:
    """Say by which stems a word is searched for in the languages of an index, given by the codes of their stemmers.

    `df` counts the articles that hold a stem in `TEXT_STEM`. An article has one language, so that the sum over stems
    is the number of articles that hold the word in any form.
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
    """Return how much a word counts that `df` of all articles hold."""
    odds = (articles - df + 0.5) / (df + 0.5)
    return max(math.log(odds), _LEAST_IDF * math.log(1 + odds))


Pair = tuple[str, str]  # two different words that are neighbours in a query


def neighbours(tree: Node, is_stopped: Callable[[str], bool], idf_of: Callable[[str], float]) -> dict[Pair, float]:
    """Return the first `PAIRS` pairs of neighbours of a query, and what each adds where it stands near each other.

    These are words side by side in one `And` or `Or`, once stop words are left out, that look into the body and have
    the same field. Only levels count that an article has to match: none below an `And` within an `Or`, or below `Not`.
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
    """Return how many of the best articles, given their falling scores, can be the first `end` once neighbours count.

    A worked example: scores of 9, 8, 7.9 and 7, and bonuses of 0.2 and 0.3. What has less than 7.5 will not come above
    8, so the first two will be among the first three.
    """
    if not scores:
        return 0
    least = scores[min(end, BEST, len(scores)) - 1] * (1 - _ROUNDING) - sum(bonuses.values())
    return min(BEST, sum(score >= least for score in scores))


def _runs(node: Node) -> Iterator[Sequence[Word]]:
    """Yield words that stand side by side, with nothing else between."""
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


# The length in words that each byte stands for: exact to 40, then three bits of mantissa (Lucene's SmallFloat).
LENGTHS = tuple(_length_of(code) for code in range(256))
