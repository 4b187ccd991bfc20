"""The words of one commit: those that match a pattern, and those with a prefix."""

import math
import re
from functools import cached_property, lru_cache
from typing import NamedTuple

from tantivy import Searcher

from searchapp.engines import scoring
from searchapp.engines.distance import Array, letter_sets, resembling, within
from searchapp.engines.fields import TEXT_STEM, storable, written
from searchapp.engines.tantivy.documents import number
from searchapp.languages import Stems
from searchapp.query.tree import FIELDS, Field, Fuzzy, Wildcard

_REMEMBERED = 1 << 14  # words whose weight is cached: those of many queries
Counted = list[tuple[str, int]]  # words, each with the number of articles that have it in a field


class Idf(NamedTuple):
    """The idf of a word in a field, by `scoring.idf` and by tantivy's own formula, which is ln(1 + odds)."""

    ours: float
    theirs: float


class Vocabulary:
    """The term dictionaries, and the weights that follow from the number of articles with a word.

    `articles` is the number of all articles, including those that were removed but not yet merged away.
    """

    def __init__(self, searcher: Searcher, articles: int, stems: Stems) -> None:
        self._searcher = searcher
        self._articles = articles
        self.stems = stems
        self.idf = lru_cache(maxsize=_REMEMBERED)(self._idf)
        self.weigh = lru_cache(maxsize=_REMEMBERED)(self._weigh)
        self.numbered = lru_cache(self._numbered)

    def starting_with(self, field: str, prefix: str) -> Counted:
        """Return the words of a field that start with `prefix`."""
        return self._whole[field] if not prefix else self._searcher.terms_with_prefix(field, storable(prefix))

    def like(self, field: str, leaf: Wildcard | Fuzzy) -> Counted:
        """Return the words of a field that a pattern matches."""
        match leaf:
            case Wildcard(pattern):
                fixed = re.split(r"[*?]", pattern, maxsplit=1)[0]
                rule = re.compile("".join(_RULES.get(char) or re.escape(char) for char in pattern), re.DOTALL)
                return [pair for pair in self.starting_with(field, fixed) if rule.fullmatch(pair[0])]
            case Fuzzy(term, edits):
                counts = dict(self.starting_with(field, term[:1]))
                return [(word, counts[word]) for word in within(term, edits, counts)]

    def near(self, term: str, edits: int) -> dict[str, tuple[int, int]]:
        """Return the words within `edits` typing errors, with the number of errors and a bound for their articles."""
        found: dict[str, tuple[int, int]] = {}
        for field in FIELDS:
            words = self._whole[field]
            likely = dict(words[number] for number in resembling(term, edits, *self._letters[field]))
            for word, errors in within(term, edits, likely).items():
                found[word] = (errors, found.get(word, (0, 0))[1] + likely[word])
        return found

    def _idf(self, field: Field, word: str) -> Idf | None:
        """Return the idf of a word in a field; None if no article has it there."""
        df = {one: self._searcher.doc_freq(one, word) for one in FIELDS}
        if not df[field]:
            return None
        return Idf(scoring.idf(self._articles, max(df.values())), self._theirs(df[field]))

    def _weigh(self, word: str) -> tuple[scoring.Weighed, dict[str, Idf]]:
        """Weigh a word by `scoring.weigh`; return also the idf of each of its stems in `TEXT_STEM`."""

        def df(stem: str) -> int:
            count: int = self._searcher.doc_freq(TEXT_STEM, stem)
            return count

        weighed = scoring.weigh(word, self.stems, self._codes, df)
        ours = scoring.idf(self._articles, weighed.df)
        return weighed, {stem: Idf(ours, self._theirs(df(stem))) for stem, _ in weighed.stems}

    def _theirs(self, df: int) -> float:
        return math.log(1 + (self._articles - df + 0.5) / (df + 0.5))

    @cached_property
    def months(self) -> int:
        """The number of months with articles."""
        return len(self._searcher.terms_with_prefix("month", ""))

    def _numbered(self, keyword: str) -> dict[int, str]:
        """Return the values of a keyword field by the numbers of their terms."""
        return {number(term): written(term) for term, _ in self._searcher.terms_with_prefix(keyword, "")}

    @cached_property
    def _codes(self) -> frozenset[str]:
        """The codes of the stemmers for the languages in the index; "" is always among them."""
        languages = (written(entry) for entry, _ in self._searcher.terms_with_prefix("language", ""))
        return frozenset(self.stems.code(language) for language in ("", *languages))

    @cached_property
    def _whole(self) -> dict[str, Counted]:
        return {field: self._searcher.terms_with_prefix(field, "") for field in FIELDS}

    @cached_property
    def _letters(self) -> dict[str, tuple[Array, Array]]:
        """The lengths of the words of each field, and the sets of their letters."""
        return {field: _letters_of([word for word, _ in words]) for field, words in self._whole.items()}


_RULES = {"*": ".*", "?": "."}


def _letters_of(words: list[str]) -> tuple[Array, Array]:
    import numpy as np

    encoded = [word.encode("utf-8", "surrogatepass") for word in words]
    sizes = np.fromiter(map(len, encoded), np.int64, len(words))
    data = np.frombuffer(b"\n".join(encoded), np.uint8)
    return np.fromiter(map(len, words), np.int16, len(words)), letter_sets(data, np.cumsum(sizes + 1) - 1)
