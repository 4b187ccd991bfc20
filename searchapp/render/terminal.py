"""Text for a terminal: no escape sequence or change of direction from an article reaches it."""

from searchapp.answers.fragments import Fragment
from searchapp.render.plain_text import BIDI, PLAIN, pieces

_PRINTABLE = {**PLAIN, **dict.fromkeys(map(ord, BIDI))}


def printable(text: str) -> str:
    """Take out of a text what could steer a terminal: controls, escape sequences' starts, changes of direction.

    Line feeds and tabs stay.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_PRINTABLE)


def one_line(text: str) -> str:
    """Make a text printable on one line."""
    return printable(text).replace("\n", " ").replace("\t", " ")


def terminal(fragment: Fragment, start: str = "", end: str = "") -> str:
    """Write a fragment as one line for a terminal, each match between `start` and `end`, dots where text was cut."""
    line = "".join(
        f"{start}{one_line(piece.text)}{end}" if piece.is_match else one_line(piece.text) for piece in pieces(fragment)
    )
    return f"{'… ' if fragment.is_cut_before else ''}{line}{' …' if fragment.is_cut_after else ''}"
