"""An article's body as paragraphs, and its matches numbered so that one can go from each to the next."""

import re
from collections.abc import Iterator, Sequence
from itertools import count, pairwise

from markupsafe import Markup

from searchapp.answers.fragments import Fragment

_GAP = re.compile(r"\s*\n\s*\n\s*")
_OPENING = "<mark>"


def paragraphs(body: Fragment) -> Iterator[Fragment]:
    """Cut a body at its empty lines; a range across such a gap marks both sides."""
    gaps = [(0, 0), *(gap.span() for gap in _GAP.finditer(body.text)), (len(body.text), len(body.text))]
    pieces = (cut(body, start, end) for (_, start), (end, _) in pairwise(gaps))
    return (piece for piece in pieces if piece.text.strip())


def numbered(written: Sequence[str]) -> tuple[list[Markup], int]:
    """Give each ``<mark>`` an id, ``match-1`` and so on; return the texts and how many matches there are.

    The texts are what `render` wrote, in which nothing is markup but its own marks.
    """
    numbers = count(1)
    texts = [markup(re.sub(_OPENING, lambda _: f'<mark id="match-{next(numbers)}">', text)) for text in written]
    return texts, next(numbers) - 1


def markup(written: str) -> Markup:
    """Let a template take as markup what `render` wrote, and nothing else."""
    return Markup(written)  # noqa: S704


def cut(whole: Fragment, start: int, end: int) -> Fragment:
    """Return the piece of a fragment between two offsets."""
    inside = ((max(first, start) - start, min(last, end) - start) for first, last in whole.ranges)
    return Fragment(whole.text[start:end], tuple(span for span in inside if span[0] < span[1]), start)
