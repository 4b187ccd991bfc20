"""How articles are scored: one formula, the same in every engine.

An article's score is the sum, over the query's positive leaves and over the index fields each leaf looks into, of
``leaf.boost * WEIGHTS[field] * part``. With `tf` the occurrences in the field and `df` the articles holding the term:

- `Word` looks into title, byline, body and title_stem, body_stem, so its exact form counts twice: ``part = bm25``
- `Exact`: title, byline, body; ``part = bm25``
- `Phrase`: title, byline, body; ``bm25`` with the sum of its words' idf and the number of times the phrase stands there
- `Near`: in each of the three fields where it stands, the sum of its words' ``bm25``
- `Wildcard`, `Fuzzy`: title, byline, body; ``part = 1`` where any of the words it became occurs

A leaf bound to a field looks only there (and into that field's stems). Filters (`Keyword`, `Dates`, `Undated`, `Not`)
add nothing. Statistics are those of the whole store, articles removed but not yet merged away included.

    bm25(tf) = idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average length))
    idf      = ln(1 + (N - df + 0.5) / (df + 0.5))

This is BM25 as Lucene and tantivy compute it (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"),
field by field with weights. Lengths are kept in a byte each, as those two do, so that engines agree to the last place.
"""

from collections.abc import Mapping

# Set by benchmarks/relevance.py on judged collections, not by eye. tantivy's k1 and b are fixed at these two.
WEIGHTS: Mapping[str, float] = {"title": 1.0, "byline": 1.0, "body": 0.5, "title_stem": 1.0, "body_stem": 1.0}
K1 = 1.2
B = 0.75


def _length_of(code: int) -> int:
    if code < 24:
        return code
    mantissa, exponent = (code - 24) & 7, (code - 24) >> 3
    return 24 + (mantissa if exponent == 0 else (mantissa | 8) << (exponent - 1))


# The length in words that each byte stands for: exact to 40, then three bits of mantissa (Lucene's SmallFloat).
LENGTHS = tuple(_length_of(code) for code in range(256))
