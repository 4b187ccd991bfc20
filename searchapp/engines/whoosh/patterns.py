"""Expand the patterns of one query, such as `partner*` or `pezeshkian~`, to words of all segments."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import assert_never

from searchapp.engines.contract import Budget
from searchapp.engines.distance import within
from searchapp.engines.expansion import Expander
from searchapp.engines.whoosh.lexicon import Lexicon, to_bytes, to_text
from searchapp.engines.whoosh.segment import Segment
from searchapp.query.tree import Exact, Fuzzy, Leaf, Node, Slot, Wildcard, fields_of


class Patterns:
    """Expands each pattern once per query, to the same words in all segments, within the budget.

    Every method raises `OutOfTime` if time runs out.
    """

    def __init__(self, tree: Node, segments: Sequence[Segment], budget: Budget) -> None:
        self.expander = Expander(tree, budget.expansions)
        self._segments = segments
        self._budget = budget
        self._places: dict[Leaf, dict[tuple[int, str], list[int]]] = {}

    def places(self, leaf: Wildcard | Fuzzy, index: int, field: str) -> Sequence[int]:
        """Return the places of a pattern's words in the lexicon of a field of the segment at `index`."""
        if leaf not in self._places:
            self._places[leaf] = self._expand(leaf)
        return self._places[leaf].get((index, field), ())

    def places_in_slot(self, slot: Slot, index: int, field: str) -> list[int]:
        """Return the places of all words that may fill a slot, without a limit, since the other slots are selective."""
        lexicon = self._segments[index].file.fields[field].lexicon
        places = set[int]()
        for choice in slot:
            self._budget.look_at_the_clock()
            match choice:
                case Exact(term):
                    places.add(lexicon.find(term))
                case Wildcard(pattern):
                    places.update(lexicon.like(pattern))
                case Fuzzy(term, edits):
                    likely = {lexicon[place]: place for place in lexicon.resembling(term, edits, term[:1])}
                    places.update(likely[word] for word in bytes_within(term, edits, likely))
                case _:
                    assert_never(choice)
        return sorted(places - {-1})

    def _expand(self, leaf: Wildcard | Fuzzy) -> dict[tuple[int, str], list[int]]:
        """Return the places of the words that a pattern expands to, by segment (its index) and field."""
        found: dict[tuple[int, str], list[tuple[bytes, int]]] = {}
        df: Counter[bytes] = Counter()
        for index, segment in enumerate(self._segments):
            for field in fields_of(leaf):
                self._budget.look_at_the_clock()
                reader = segment.file.fields[field]
                found[index, field] = [(reader.lexicon[place], place) for place in _likely(reader.lexicon, leaf)]
                for word, place in found[index, field]:
                    df[word] += int(reader.df[place])
        if isinstance(leaf, Fuzzy):
            near = bytes_within(leaf.term, leaf.edits, df)
            df = Counter({word: df[word] for word in near})
        chosen = self.expander.choose(leaf, df)
        return {key: [place for word, place in words if word in chosen] for key, words in found.items()}


def bytes_within(term: str, edits: int, words: Iterable[bytes]) -> dict[bytes, int]:
    """Return those of `words` within `edits` typing errors of `term`, each with its number of errors."""
    return {to_bytes(word): errors for word, errors in within(term, edits, map(to_text, words)).items()}


def _likely(lexicon: Lexicon, leaf: Wildcard | Fuzzy) -> list[int]:
    """Return the places of the words that a pattern matches; for a fuzzy one, of those that it may match."""
    match leaf:
        case Wildcard(pattern):
            return lexicon.like(pattern)
        case Fuzzy(term, edits):
            return lexicon.resembling(term, edits, term[:1])
        case _:
            assert_never(leaf)
