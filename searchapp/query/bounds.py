"""The one table of bounds: how much a query may ask for, each with the sentence the user reads when it is reached.

`searchapp.query.parse` keeps those of the text; engines keep `EXPANSIONS` and `SECONDS`, fronts `PAGE_SIZE`.
"""

from typing import NamedTuple


class Bound(NamedTuple):
    """A limit, and the note for going past it. ``{limit}`` stands for the limit, ``{parts}`` for what was cut."""

    limit: int
    note: str

    def __str__(self) -> str:
        return self.note.replace("{limit}", f"{self.limit:,}")


CHARACTERS = Bound(1_000, "A query may have {limit} characters; left out is: {parts}.")
KEPT_PAST_CHARACTERS = 400  # what fronts keep of a longer query, to say what was left out
WORDS = Bound(64, "A query may have {limit} words; left out is: {parts}.")
DEPTH = Bound(20, "Brackets may stand {limit} deep; deeper ones were ignored.")
WILDCARDS = Bound(4, "A query may have {limit} words with wildcards; read as plain words: {parts}.")
LETTERS = Bound(3, "A word with * or ? needs at least {limit} letters beside them; read as plain words: {parts}.")
FUZZY_LETTERS = Bound(3, "A word with ~ needs at least {limit} letters; read without it: {parts}.")
EDITS = Bound(2, "At most {limit} typing errors can be allowed for; read with {limit}: {parts}.")
DISTANCE = Bound(255, "Words can be looked for at most {limit} words apart; read with {limit}: {parts}.")
TIMES = Bound(1_000, "Words are counted up to {limit}; read with {limit}: {parts}.")
BOOST = Bound(100, "A word can count at most {limit} times and at least a hundredth; read with the nearest: {parts}.")
FILTERS_AT_ONCE = Bound(20, "A search may have {limit} filters.")
EXPANSIONS = 1_024  # words that all patterns of a query may become together; `searchapp.engines.expansion` says so
NEGATED_EXPANSIONS = 1 << 15  # words that a pattern may become where it leaves articles out
PAGE_SIZE = Bound(100, "A page may have {limit} articles.")
SECONDS = Bound(2, "The search was stopped after {limit} seconds; there may be more than was found until then.")
