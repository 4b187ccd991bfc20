"""The words of one commit: those that are like another, and those that start alike."""

import re
from collections.abc import Iterator
from functools import cached_property

from tantivy import Searcher

from searchapp.engines.distance import alignment_distances
from searchapp.engines.fields import storable
from searchapp.query.tree import FIELDS, Fuzzy, Wildcard

Counted = list[tuple[str, int]]  # words, each with the number of articles that have it in a field


class Vocabulary:
    """The term dictionaries of title, byline and body."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

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
                candidates = self.starting_with(field, term[:1])
                return [pair for pair, _ in _within(term, edits, candidates)]

    def near(self, term: str, edits: int) -> dict[str, tuple[int, int]]:
        """Return the words at most `edits` typing errors away: how many, and at most how many articles they are in."""
        found: dict[str, tuple[int, int]] = {}
        for field in FIELDS:
            for (word, count), errors in _within(term, edits, self._whole[field]):
                found[word] = (errors, found.get(word, (0, 0))[1] + count)
        return found

    @cached_property
    def _whole(self) -> dict[str, Counted]:
        return {field: self._searcher.terms_with_prefix(field, "") for field in FIELDS}


_RULES = {"*": ".*", "?": "."}


def _within(term: str, edits: int, candidates: Counted) -> Iterator[tuple[tuple[str, int], int]]:
    likely = [pair for pair in candidates if abs(len(pair[0]) - len(term)) <= edits]
    distances = alignment_distances(term, [word for word, _ in likely])
    return ((pair, errors) for pair, errors in zip(likely, distances.tolist(), strict=True) if errors <= edits)
