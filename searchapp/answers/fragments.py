"""The best pieces of a text to show, given the matches in it: data, no markup."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from searchapp.query.patterns import is_paired

MOST = 3
WIDTH = 240  # characters

Span = tuple[int, int]  # start and end, in characters of the text it belongs to


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a text, and the ranges in it (offsets into `text`, ascending and separate) that match the query.

    `start` is the offset of the piece in the whole text; `is_cut_before` and `is_cut_after` tell whether text was left
    out on that side.
    """

    text: str
    ranges: tuple[Span, ...] = ()
    start: int = 0
    is_cut_before: bool = False
    is_cut_after: bool = False


class Match(NamedTuple):
    """A match of a leaf; `leaf` is the leaf's number, `words` the number of its words in this match."""

    start: int
    end: int
    leaf: int
    words: int = 1


def fragments(text: str, matches: Sequence[Match], most: int = MOST, width: int = WIDTH) -> tuple[Fragment, ...]:
    """Choose up to `most` pieces of about `width` characters that show as many different leaves as possible.

    A leaf's weight grows with its words, and is higher if the text has few matches of it. A piece begins and ends at
    the border of a sentence or else of a word, and is longer than `width` only if a single match is.
    """
    matches = sorted(matches)
    chosen = _choose(text, matches, most, width) or [_around(text, 0, 0, (), width)]
    return tuple(_fragment(text, start, end, matches) for start, end in chosen)


def merge(matches: Sequence[Match]) -> list[Span]:
    """Merge matches that overlap or touch into spans; `matches` are sorted."""
    spans: list[Span] = []
    for start, end, *_ in matches:
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


_CANDIDATES = 400  # only so many matches from the beginning may start a fragment
_AGAIN = 0.2  # the weight of a leaf that another fragment shows already


def _choose(text: str, matches: Sequence[Match], most: int, width: int) -> list[Span]:
    """Choose fragments one by one, each time the one that adds most to those chosen."""
    frequency = Counter(match.leaf for match in matches)
    worth = {match.leaf: match.words * (1 + 1 / frequency[match.leaf]) for match in matches}
    windows = list(_windows(matches[:_CANDIDATES], width))
    chosen: list[Span] = []
    while windows and len(chosen) < most:
        first, last, _ = max(windows, key=lambda window: sum(map(worth.__getitem__, window[2])))
        start, end = _around(text, first, last, chosen, width)
        chosen.append((start, end))
        for leaf in {match.leaf for match in matches if start <= match.start and match.end <= end}:
            worth[leaf] *= _AGAIN
        windows = [window for window in windows if window[1] <= start or end <= window[0]]
    return sorted(chosen)


def _windows(matches: Sequence[Match], width: int) -> Iterator[tuple[int, int, set[int]]]:
    """Yield, for each match, the range of matches that fit into one piece with it, and their leaves."""
    for number, (start, end, leaf, _) in enumerate(matches):
        leaves = {leaf}
        for other in matches[number + 1 :]:
            if other.end > start + width:
                break
            end = max(end, other.end)
            leaves.add(other.leaf)
        yield start, end, leaves


SENTENCE_END = re.compile(r"(?:[.!?…][\"'”’»)\]]*\s+|[。！？][」』”]*|\n\s*\n)\s*")
_SPACE = re.compile(r"\s+")
_NO_SPACE = re.compile(r"\S")
_NEAR_ENOUGH = 25  # characters: a space this near is preferred to another border of a word


def _around(text: str, first: int, last: int, taken: Sequence[Span], width: int) -> Span:
    """Extend a range to whole sentences or whole words, without overlapping other fragments."""
    floor = max((end for _, end in taken if end <= first), default=0)
    ceiling = min((start for start, _ in taken if start >= last), default=len(text))
    earliest = max(floor, first - max(width - (last - first), 0) * 2 // 3)
    sentences = [found.end() for found in SENTENCE_END.finditer(text, earliest, first) if found.end() <= first]
    if earliest == floor:
        start = floor
    else:
        start = sentences[-1] if sentences else _forward(text, max(earliest, first - width // 3), first)
    latest = min(ceiling, max(last, start + width))
    if latest == ceiling:
        return start, ceiling
    sentences = [found.start() + len(found.group().rstrip()) for found in SENTENCE_END.finditer(text, last, latest)]
    return start, sentences[-1] if sentences else _backward(text, last, latest)


def _forward(text: str, at: int, limit: int) -> int:
    """Return the next start of a word from `at` on, `limit` at the latest."""
    if space := _SPACE.search(text, at, min(at + _NEAR_ENOUGH, limit)):
        return space.end()
    return next((place for place in range(at, limit) if _is_border(text, place)), limit)


def _backward(text: str, limit: int, at: int) -> int:
    """Return the last end of a word up to `at`, `limit` at the earliest."""
    low = max(at - _NEAR_ENOUGH, limit)
    if spaces := list(_SPACE.finditer(text, low, at + 1)):
        return spaces[-1].start()
    return next((place for place in range(at, limit, -1) if _is_border(text, place)), limit)


def _is_border(text: str, at: int) -> bool:
    """Whether a text can be cut here: beside a word, or between two characters of a script without spaces."""
    before, after = text[at - 1], text[at]
    if not (_is_of_a_word(before) and _is_of_a_word(after)):
        return True
    return after.isalnum() and (is_paired(before) or is_paired(after))


def _is_of_a_word(char: str) -> bool:
    return char.isalnum() or char in "'’" or unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf")


def _fragment(text: str, start: int, end: int, matches: Sequence[Match]) -> Fragment:
    kept = text[start:end]
    start += len(kept) - len(kept.lstrip())
    kept = kept.strip()
    end = start + len(kept)
    inside = matches[bisect_left(matches, (start,)) : bisect_left(matches, (end,))]
    ranges = merge([match for match in inside if match.end <= end])
    return Fragment(
        kept,
        tuple((first - start, last - start) for first, last in ranges),
        start,
        is_cut_before=_NO_SPACE.search(text, 0, start) is not None,
        is_cut_after=_NO_SPACE.search(text, end) is not None,
    )
