"""The one table of bounds: how much a query may ask for, and the sentence that the user reads when it is more.

`searchapp.query.parse` enforces those of the text; engines enforce `EXPANSIONS` and `SECONDS`, fronts `PAGE_SIZE`.
"""

from typing import NamedTuple


class Bound(NamedTuple):
    """A limit, and the note for exceeding it. ``{limit}`` stands for the limit, ``{parts}`` for what was cut."""

    limit: int
    note: str

    def __str__(self) -> str:
        return self.note.replace("{limit}", f"{self.limit:,}")


CHARACTERS = Bound(1_000, "A query can have up to {limit} characters; left out: {parts}.")
KEPT_PAST_CHARACTERS = 400  # what fronts keep of a longer query, to say what was left out
WORDS = Bound(64, "A query can have up to {limit} words; left out: {parts}.")
DEPTH = Bound(20, "Brackets can be nested {limit} deep; deeper ones were ignored.")
WILDCARDS = Bound(4, "A query can have up to {limit} words with wildcards; read as plain words: {parts}.")
LETTERS = Bound(3, "A word with * or ? needs at least {limit} letters as well; read as plain words: {parts}.")
FUZZY_LETTERS = Bound(3, "A word with ~ needs at least {limit} letters; read without it: {parts}.")
EDITS = Bound(2, "At most {limit} typing errors can be allowed; read as {limit}: {parts}.")
DISTANCE = Bound(255, "The distance between words can be at most {limit}; read as {limit}: {parts}.")
TIMES = Bound(1_000, "Occurrences are counted up to {limit}; read as {limit}: {parts}.")
BOOST = Bound(100, "The number after ^ can be from 0.01 to {limit}; the nearest was used: {parts}.")
FILTERS_AT_ONCE = Bound(20, "A search can have up to {limit} filters.")
EXPANSIONS = 1_024  # words that all patterns of a query together may match; `searchapp.engines.expansion` has the note
NEGATED_EXPANSIONS = 1 << 15  # words that a pattern may match where it excludes articles
PAGE_SIZE = Bound(100, "A page can have up to {limit} articles.")
SECONDS = Bound(2, "The search was stopped after {limit} seconds; there may be more articles than were found.")
