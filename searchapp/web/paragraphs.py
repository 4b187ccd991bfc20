"""An article's body as paragraphs, with its lines as they are or, if they were wrapped at a column, joined again."""

import re
from collections.abc import Iterator
from itertools import pairwise

from searchapp.answers.fragments import Fragment

_GAP = re.compile(r"\s*\n\s*\n\s*")
_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_FEWEST = 3  # lines of a text that was wrapped at a column
_NARROWEST, _WIDEST, _LONGEST = 40, 100, 200  # characters: most lines are this long, and none is longer than that
_MOST = 0.6
_WIDE = 0.8  # of the lines are no longer than the column, the others a little


def paragraphs(body: Fragment) -> Iterator[Fragment]:
    """Split a body at its empty lines; a range across such a gap marks both sides.

    A text that was wrapped at a column flows again: its line breaks become spaces, but for those after a sentence whose
    line had room for the next word, which begin a paragraph. In tables and verse each line stays a line.
    """
    for block in _pieces(body, [gap.span() for gap in _GAP.finditer(body.text)]):
        for piece in _pieces(block, list(_deliberate(block.text))) if _is_wrapped(block.text) else (block,):
            yield _flowing(piece) if _is_wrapped(block.text) else piece


def cut(whole: Fragment, start: int, end: int) -> Fragment:
    """Return the piece of a fragment between two offsets."""
    inside = ((max(first, start) - start, min(last, end) - start) for first, last in whole.ranges)
    return Fragment(whole.text[start:end], tuple(span for span in inside if span[0] < span[1]), start)


def _pieces(whole: Fragment, gaps: list[tuple[int, int]]) -> Iterator[Fragment]:
    """Yield what stands between gaps, unless it is blank."""
    ends = [(0, 0), *gaps, (len(whole.text), len(whole.text))]
    pieces = (cut(whole, start, end) for (_, start), (end, _) in pairwise(ends))
    return (piece for piece in pieces if piece.text.strip())


def _is_wrapped(text: str) -> bool:
    lengths = _lengths(text)
    long = sum(_NARROWEST <= length <= _WIDEST for length in lengths)
    return len(lengths) >= _FEWEST and lengths[-1] <= _LONGEST and long >= _MOST * len(lengths)


def _deliberate(text: str) -> Iterator[tuple[int, int]]:
    """Yield the line breaks that a column does not explain: after a sentence, where the next word had fitted."""
    lengths = _lengths(text)
    column = lengths[int(_WIDE * (len(lengths) - 1))]
    start = 0
    for line_break in _BREAK.finditer(text):
        line = text[start : line_break.start()]
        word = text[line_break.end() :].split(maxsplit=1)[:1]
        if word and _SENTENCE_END.search(line) and len(line.strip()) + 1 + len(word[0]) <= column:
            yield line_break.span()
        start = line_break.end()


def _lengths(text: str) -> list[int]:
    """Return how long the lines of a text are, in characters, the shortest first."""
    return sorted(len(line.strip()) for line in text.strip().split("\n"))


def _flowing(piece: Fragment) -> Fragment:
    return Fragment(piece.text.replace("\n", " "), piece.ranges, piece.start)
