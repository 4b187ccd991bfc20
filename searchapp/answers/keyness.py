"""Whether a word is significantly more frequent in one text than in another, and by how much.

The log-likelihood ratio G² tells how certain the difference is (T. Dunning, "Accurate Methods for the Statistics of
Surprise and Coincidence", Computational Linguistics 19(1), 1993; for corpora: P. Rayson and R. Garside, "Comparing
Corpora using Frequency Profiling", 2000): a value above 6.63 arises by chance in one word of 100, above 10.83 in one of
1,000.
The log ratio tells how large it is (A. Hardie, "Log Ratio – an informal introduction", 2014): each point is a doubling.
"""

import math


def log_likelihood(here: int, there: int, size_here: int, size_there: int) -> float:
    """Return G² for a word that occurs `here` times among `size_here`, and `there` times among `size_there`.

    All four cells of the table count: those with the word and those without. It is negative where the word is rarer
    here than there. Worked example: 20 of 100 against 10 of 100 gives 3.98.
    """
    size = size_here + size_there
    share = (here + there) / size if size else 0.0
    cells = (
        (here, size_here * share),
        (there, size_there * share),
        (size_here - here, size_here * (1 - share)),
        (size_there - there, size_there * (1 - share)),
    )
    value = 2 * sum(seen * math.log(seen / expected) for seen, expected in cells if seen > 0 and expected > 0)
    return value if here * size_there >= there * size_here else -value


def log_ratio(here: int, there: int, size_here: int, size_there: int) -> float:
    """Return the binary logarithm of the ratio of a word's relative frequencies here and there.

    Zero occurrences count as half an occurrence, as in Hardie. Worked example: 20 of 100 against 10 of 100 gives 1.
    """
    if not size_here or not size_there:
        return 0.0
    return math.log2((here or 0.5) / size_here) - math.log2((there or 0.5) / size_there)
