"""Make text valid for pages, terminals and files: invalid characters are replaced one for one."""

from collections.abc import Iterator
from typing import NamedTuple

from searchapp.answers.fragments import Fragment

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # embeddings, overrides and isolates, with their ends

# One for one, so that offsets hold: breaks other than a line feed become spaces, and what has no glyph and no place in
# HTML or UTF-8 (controls, lone surrogates) becomes the replacement character.
_SPACES = dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"), " ")
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFF], "\ufffd")
PLAIN = {**_CONTROLS, **_SPACES, 0x09: "\t", 0x0A: "\n"}


class MarkedPiece(NamedTuple):
    """A piece of a fragment's text that matches the query, or one that does not."""

    text: str
    is_match: bool


def pieces(fragment: Fragment) -> Iterator[MarkedPiece]:
    """Cut a fragment at the ends of its ranges; joined, the pieces give its text."""
    end = 0
    for first, last in fragment.ranges:
        if end < first:
            yield MarkedPiece(fragment.text[end:first], False)
        yield MarkedPiece(fragment.text[first:last], True)
        end = last
    if end < len(fragment.text):
        yield MarkedPiece(fragment.text[end:], False)


def plain(text: str) -> str:
    """Replace characters that no page may contain; the length stays the same."""
    return text if text.isprintable() else text.translate(PLAIN)
