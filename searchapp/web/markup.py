"""What `render` wrote as markup for templates, and the numbers of its marks."""

import re
from collections.abc import Sequence
from itertools import count

from markupsafe import Markup

_OPENING = "<mark>"


def numbered(written: Sequence[str]) -> tuple[list[Markup], int]:
    """Give each ``<mark>`` an id, ``match-1`` and so on; return the texts and how many matches there are.

    The texts are what `render` wrote, in which nothing is markup but its own marks.
    """
    numbers = count(1)
    texts = [markup(re.sub(_OPENING, lambda _: f'<mark id="match-{next(numbers)}">', text)) for text in written]
    return texts, next(numbers) - 1


def markup(written: str) -> Markup:
    """Mark what `render` wrote, or a file of ours, and nothing else, as markup that a template need not escape."""
    return Markup(written)  # noqa: S704
