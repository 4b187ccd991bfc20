"""An article's body as paragraphs, and its matches numbered so that one can go from each to the next."""

import re
from collections.abc import Iterator, Sequence
from itertools import count

from markupsafe import Markup

from searchapp.answers.fragments import Fragment

_GAP = re.compile(r"\s*\n\s*\n\s*")
_OPENING = "<mark>"


def paragraphs(body: Fragment) -> Iterator[Fragment]:
    """Cut a body at its empty lines; a range across such a gap marks both sides."""
    start = 0
    for gap in _GAP.finditer(body.text):
        yield from _cut(body, start, gap.start())
        start = gap.end()
    yield from _cut(body, start, len(body.text))


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


def _cut(body: Fragment, start: int, end: int) -> Iterator[Fragment]:
    text = body.text[start:end]
    if text.strip():
        inside = ((max(first, start) - start, min(last, end) - start) for first, last in body.ranges)
        yield Fragment(text, tuple(span for span in inside if span[0] < span[1]), start)
