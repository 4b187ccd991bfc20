"""Text for a terminal, without escape sequences or changes of direction from articles."""

from searchapp.answers.fragments import Fragment
from searchapp.render.plain_text import BIDI, PLAIN, pieces

_PRINTABLE = {**PLAIN, **dict.fromkeys(map(ord, BIDI))}


def printable(text: str) -> str:
    """Remove what could control a terminal: control characters, escape sequences, changes of direction.

    Line feeds and tabs are kept.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_PRINTABLE)


def one_line(text: str) -> str:
    """Make a text printable, on one line."""
    return printable(text).replace("\n", " ").replace("\t", " ")


def terminal(fragment: Fragment, start: str = "", end: str = "") -> str:
    """Write a fragment on one line, with each match between `start` and `end`, and dots where text was cut."""
    line = "".join(
        f"{start}{one_line(piece.text)}{end}" if piece.is_match else one_line(piece.text) for piece in pieces(fragment)
    )
    return f"{'… ' if fragment.is_cut_before else ''}{line}{' …' if fragment.is_cut_after else ''}"
