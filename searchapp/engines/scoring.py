"""How articles are scored: one formula, the same in every engine.

An article's score is the sum, over the query's positive leaves and over the index fields each leaf looks into, of
``leaf.boost * WEIGHTS[field] * part``. With `tf` the occurrences in the field and `df` the articles holding the term:

- `Word` looks into title, byline, body and title_stem, body_stem, so its exact form counts twice: ``part = bm25``
- `Exact`: title, byline, body; ``part = bm25``
- `Phrase`: title, byline, body; ``bm25`` with the sum of its words' idf and the number of times the phrase stands there
- `Near`: in each of the three fields where it stands, the sum of its words' ``bm25``
- `Wildcard`, `Fuzzy`: title, byline, body; ``part = 1`` where any of the words it became occurs
- `Proximity`: title, byline, body; ``part = 1`` where its words stand together

A leaf bound to a field looks only there (and into that field's stems). Filters (`Keyword`, `Unknown`, `Dates`,
`Undated`, `Not`) add nothing. Below `And`, `AnyOf` and `AtLeast` a leaf counts only where these match. Statistics are
those of the whole store, articles removed but not yet merged away included.

    bm25(tf) = idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average length))
    idf      = max(ln(odds), 0.1 * ln(1 + odds)),  odds = (N - df + 0.5) / (df + 0.5)

The formula is BM25 field by field, with weights (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework",
3.5). Two things are chosen by measurement (`benchmarks/relevance.py`):

- The idf is the original one of Robertson and Sparck Jones, which gives a word in half of all articles next to nothing,
  where the one of Lucene and tantivy, ln(1 + odds), still counts "the". Its floor keeps tiny corpora in order.
- A word has one idf, from the field that holds it in most articles (stems among stems). Were a title's words as rare as
  titles are short, the words of a long question that by chance stand in a title would outweigh all else.

Lengths are kept in a byte each, as Lucene and tantivy do, so that engines agree to the last place.
"""

import math
from collections.abc import Mapping

from searchapp.engines.fields import STEMS
from searchapp.query.tree import FIELDS

# Set by benchmarks/relevance.py on judged collections, not by eye. tantivy's k1 and b are fixed at these two.
WEIGHTS: Mapping[str, float] = {"title": 0.5, "byline": 2.5, "body": 0.3, "title_stem": 1.0, "body_stem": 1.0}
K1 = 1.2
B = 0.75
_LEAST_IDF = 0.1  # of Lucene's

# The fields of which a field's words take their idf: from the one that holds a word in most articles.
IDF_FIELDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(FIELDS, FIELDS),
    **dict.fromkeys(STEMS.values(), tuple(STEMS.values())),
}


def idf(articles: int, df: int) -> float:
    """Return how much a word counts that `df` of all articles hold."""
    odds = (articles - df + 0.5) / (df + 0.5)
    return max(math.log(odds), _LEAST_IDF * math.log(1 + odds))


def _length_of(code: int) -> int:
    if code < 24:
        return code
    mantissa, exponent = (code - 24) & 7, (code - 24) >> 3
    return 24 + (mantissa if exponent == 0 else (mantissa | 8) << (exponent - 1))


# The length in words that each byte stands for: exact to 40, then three bits of mantissa (Lucene's SmallFloat).
LENGTHS = tuple(_length_of(code) for code in range(256))
