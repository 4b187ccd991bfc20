"""Which words a pattern expands to, if there are more than a query may have."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import AnyStr, assert_never

from searchapp.engines.contract import TotalIs
from searchapp.query.bounds import NEGATED_EXPANSIONS
from searchapp.query.notes import in_quotes
from searchapp.query.tree import Field, Fuzzy, Leaf, Node, Wildcard, leaves, negated_leaves, positive_leaves
from searchapp.query.unparse import render
from searchapp.sentences import marked, sentence

_EXPANDED_MORE = marked("{pattern} was expanded to {most} of {number} words; more may match than were found.")
_EXPANDED_FEWER = marked("{pattern} was expanded to {most} of {number} words; fewer may match than were found.")


class Expander:
    """Chooses the words of one query's patterns, and records how that affects its total.

    All patterns together may expand to `words` words. Below a `Not`, such a limit would exclude too few articles, so
    there they expand to many more; and to all of their words if another pattern finds articles, since the total would
    otherwise be neither a lower nor an upper bound.
    """

    def __init__(self, tree: Node, words: int) -> None:
        self.notes: list[str] = []
        self.total_is: TotalIs = "exact"
        patterns = {leaf for leaf in leaves(tree) if isinstance(leaf, Wildcard | Fuzzy)}
        self._negated = {leaf for leaf in negated_leaves(tree) if isinstance(leaf, Wildcard | Fuzzy)}
        self._most = words // max(1, len(patterns))
        is_finding = any(isinstance(leaf, Wildcard | Fuzzy) for leaf in positive_leaves(tree))
        self._most_negated = float("inf") if is_finding else max(NEGATED_EXPANSIONS, words)

    def choose(self, leaf: Wildcard | Fuzzy, df: Mapping[AnyStr, int]) -> frozenset[AnyStr]:
        """Choose words among those that a pattern matches, given the number of articles that have each.

        The most frequent words come first; equally frequent ones are in alphabetical order.
        """
        is_negated = leaf in self._negated
        most = self._most_negated if is_negated else self._most
        if len(df) <= most:
            return frozenset(df)
        self.total_is = "at_most" if is_negated else "at_least"
        template = _EXPANDED_FEWER if is_negated else _EXPANDED_MORE
        self.notes.append(sentence(template, pattern=in_quotes(_written(leaf)), most=int(most), number=len(df)))
        return frozenset(sorted(df, key=lambda word: (-df[word], word))[: int(most)])

    def choose_by_field(
        self, leaf: Wildcard | Fuzzy, like: Mapping[Field, Sequence[tuple[str, int]]]
    ) -> dict[Field, list[str]]:
        """Choose words as `choose` does, given for each field the matching words and the number of their articles."""
        df: Counter[str] = Counter()
        for pairs in like.values():
            for word, count in pairs:
                df[word] += count
        chosen = self.choose(leaf, df)
        return {field: [word for word, _ in pairs if word in chosen] for field, pairs in like.items()}


def literal_note(pattern: Leaf, literal: Leaf) -> str:
    """Say that a pattern was read as a name in the index."""
    written, name = render(pattern).lstrip("="), render(literal)
    return sentence(
        "{pattern} was read as the name {name}, which is in the index. To mean the pattern, write {exactly}",
        pattern=in_quotes(written),
        name=in_quotes(name),
        exactly=f"={written}",
    )


def _written(leaf: Wildcard | Fuzzy) -> str:
    match leaf:
        case Wildcard(pattern):
            return pattern
        case Fuzzy(term, edits):
            return f"{term}~{edits}"
        case _:
            assert_never(leaf)
