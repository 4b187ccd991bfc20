"""Texts prepared for engines that only split them at spaces: the words as `searchapp.text` cuts and folds them.

So terms and positions in such an engine equal ours.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from operator import itemgetter

from searchapp.engines.facets import distinct
from searchapp.engines.fields import entry
from searchapp.languages import Stems
from searchapp.text import MAX_TERM, Remembered, smooth, terms

_REMEMBERED = 200_000  # pieces, at about 300 bytes each


class Writer:
    """Writes the words of a text, and their stems in the language with this `code`, separated by spaces.

    It caches the results for pieces of text, few of which are new: the pieces are words if `smooth` makes the text
    plain, and otherwise whatever stands between white space.
    """

    def __init__(self, stems: Stems, code: str) -> None:
        stem = partial(stems.term, code=code)
        self._stems = Remembered(lambda word: stem(_whole(word)), _REMEMBERED)
        self._pieces = Remembered(lambda piece: _words_and_stems(terms(piece), stem), _REMEMBERED)

    def write(self, text: str) -> tuple[str, str]:
        """Return the words of a text and their stems."""
        plain = smooth(text)
        pieces = plain.split()
        with suppress(_TooLong):
            if plain.isascii():
                return plain, " ".join(map(self._stems.__getitem__, pieces))
        pairs = [*map(self._pieces.__getitem__, pieces)]
        return " ".join(map(_WORDS, pairs)), " ".join(map(_STEMS, pairs))


def title_only(title_stems: str, body_stems: str) -> str:
    """Return the stems of a title that do not stand in the body."""
    in_body = f" {body_stems} "
    return " ".join(stem for stem in title_stems.split() if f" {stem} " not in in_body)


class _TooLong(Exception):
    """A word is longer than a term may be."""


def _whole(word: str) -> str:
    if len(word) > MAX_TERM:
        raise _TooLong
    return word


def _words_and_stems(words: Sequence[str], stem: Callable[[str], str]) -> tuple[str, str]:
    return " ".join(words), " ".join(map(stem, words))


_WORDS, _STEMS = itemgetter(0), itemgetter(1)


@lru_cache(maxsize=1 << 14)
def entries(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of a keyword field as terms of the index, each once."""
    return tuple(entry(value) for value in distinct(value for value in values if value))
