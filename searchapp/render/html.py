"""Text as HTML. Articles are not trusted: markup in them must stay text on a page.

Each piece of a fragment is escaped separately; bleach, which allows no tags at all, is a second barrier that must
change nothing (a test asserts it for all text); then our own ``<mark>`` goes around the matches. bleach has had its
last release; without it, escaping alone is still safe.
"""

import html as markup
import re
from collections.abc import Sequence
from typing import NamedTuple

from searchapp.answers.fragments import Fragment
from searchapp.answers.search import Results
from searchapp.render.plain_text import pieces, plain

# Stands between the pieces that bleach sees at once: `plain` leaves it in no text, and a parser of HTML takes it for a
# character like any other. (What is an error to it, as U+FFFF is, adds half to the time.)
_BETWEEN = "\u2028"
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}\x00-\x20\x7f-\x9f]+", re.IGNORECASE)


def html(fragment: Fragment) -> str:
    """Write a fragment as HTML whose only markup is ``<mark>`` around its matches."""
    return html_each([fragment])[0]


def html_each(fragments: Sequence[Fragment]) -> list[str]:
    """Write many fragments as HTML, all at once, since each call of bleach is expensive."""
    cut = [list(pieces(fragment)) for fragment in fragments]
    safe = iter(_barrier([_escaped(piece.text) for row in cut for piece in row]))
    return ["".join(f"<mark>{next(safe)}</mark>" if piece.is_match else next(safe) for piece in row) for row in cut]


def link(url: str) -> str:
    """Return an http or https URL unchanged, and an empty string for any other."""
    return url if _ADDRESS.fullmatch(url) else ""


class FoundHtml(NamedTuple):
    """A hit's title, byline and fragments as HTML."""

    title: str
    byline: str
    fragments: tuple[str, ...]


def hits_html(results: Results) -> list[FoundHtml]:
    """Write the fragments of all hits of an answer as HTML."""
    written = iter(
        html_each([part for found in results.hits for part in (found.title, found.byline, *found.fragments)])
    )
    return [
        FoundHtml(next(written), next(written), tuple(next(written) for _ in found.fragments)) for found in results.hits
    ]


def _escaped(text: str) -> str:
    """Escape a text between tags. Quotes are not escaped, since bleach would undo that."""
    return markup.escape(plain(text), quote=False)


def _barrier(escaped: list[str]) -> list[str]:
    """Pass pieces through bleach before marks are added: 3 ms for a page of results, against 30 ms with the marks."""
    import bleach  # only here, since importing it takes as long as a whole search in the shell

    cleaned: str = bleach.clean(_BETWEEN.join(escaped), tags=frozenset(), attributes={})
    return cleaned.split(_BETWEEN)
