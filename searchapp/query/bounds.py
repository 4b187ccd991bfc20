"""The one table of bounds: how much a query may ask for, and the sentence that the user reads when it is more.

`searchapp.query.parse` enforces those of the text; engines enforce `EXPANSIONS` and `SECONDS`, fronts `PAGE_SIZE`.
"""

from typing import NamedTuple

from searchapp.sentences import Told, marked, sentence


class Bound(NamedTuple):
    """A limit, and the note for exceeding it. ``{limit}`` stands for the limit, ``{parts}`` for what was cut."""

    limit: int
    note: str

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self, **values: str | int) -> Told:
        """Say that it was exceeded."""
        return sentence(self.note, limit=self.limit, **values)


CHARACTERS = Bound(1_000, marked("A query can have up to {limit} characters; left out: {parts}."))
KEPT_PAST_CHARACTERS = 400  # what fronts keep of a longer query, to say what was left out
WORDS = Bound(64, marked("A query can have up to {limit} words; left out: {parts}."))
DEPTH = Bound(20, marked("Brackets can be nested {limit} deep; deeper ones were ignored."))
WILDCARDS = Bound(4, marked("A query can have up to {limit} words with wildcards; read as plain words: {parts}."))
LETTERS = Bound(3, marked("A word with * or ? needs at least {limit} letters as well; read as plain words: {parts}."))
FUZZY_LETTERS = Bound(3, marked("A word with ~ needs at least {limit} letters; read without it: {parts}."))
EDITS = Bound(2, marked("At most {limit} typing errors can be allowed; read as {limit}: {parts}."))
DISTANCE = Bound(255, marked("The distance between words can be at most {limit}; read as {limit}: {parts}."))
TIMES = Bound(1_000, marked("Occurrences are counted up to {limit}; read as {limit}: {parts}."))
BOOST = Bound(100, marked("The number after ^ can be from 0.01 to {limit}; the nearest was used: {parts}."))
FILTERS_AT_ONCE = Bound(20, marked("A search can have up to {limit} filters."))
EXPANSIONS = 1_024  # words that all patterns of a query together may match; `searchapp.engines.expansion` has the note
NEGATED_EXPANSIONS = 1 << 15  # words that a pattern may match where it excludes articles
PAGE_SIZE = Bound(100, marked("A page can have up to {limit} articles."))
SECONDS = Bound(2, marked("The search was stopped after {limit} seconds; there may be more articles than were found."))
