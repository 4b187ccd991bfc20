"""Compare texts of a page by their letters alone, whatever their case, spaces and punctuation."""

import re
from functools import cached_property

_WINDOW = 12  # letters at either end of a paragraph by which it is recognised
_SHORT_TEXT = 20_000  # letters: searching a shorter text is faster than cutting it into windows
_NO_LETTERS = re.compile(r"[\W_]+")
_LOWER = bytes(range(256)).lower()
_NO_ASCII_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())
_NO_WORDS = bytes(code for code in _NO_ASCII_LETTERS if not chr(code).isspace())
_SIGNS = re.compile(r"[^\w\s]+|_+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # each counts as three letters of an alphabet


def squeezed(text: str) -> str:
    """Return only the letters and digits of a text, in lower case."""
    if text.isascii():  # this takes a tenth of the time
        return text.encode("ascii").translate(_LOWER, _NO_ASCII_LETTERS).decode("ascii")
    return _NO_LETTERS.sub("", "".join(text.split())).casefold()


def _squeezed_words(text: str) -> list[str]:
    """Apply `squeezed` to each word of a text, all at once."""
    if text.isascii():
        return text.encode("ascii").translate(_LOWER, _NO_WORDS).decode("ascii").split()
    return _SIGNS.sub("", text).casefold().split()


def is_wide(text: str) -> bool:
    """Tell whether a text is Chinese, Japanese or Korean, where a name may be one word."""
    return bool(_WIDE.match(text))


def size(text: str) -> int:
    """Return the length of a text in letters; a character of Chinese, Japanese or Korean counts as several."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


class Words:
    """A text in which paragraphs of a page can be looked up, in time linear in the length of the paragraphs."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._letters = squeezed(text)

    def hold(self, paragraph: str) -> bool:
        """Tell whether a paragraph is in the text, judging by its ends; False if it is shorter than one end."""
        letters = squeezed(paragraph)
        return letters[:_WINDOW] in self._windows and letters[-_WINDOW:] in self._windows

    def cover(self, paragraph: str) -> bool:
        """Tell whether all of a paragraph is in the text; one shorter than an end is looked up word by word."""
        letters = squeezed(paragraph)
        if len(letters) < _WINDOW:
            return self._single.issuperset(_squeezed_words(paragraph))
        if len(self._letters) <= _SHORT_TEXT:
            return letters in self._letters
        starts = (*range(0, len(letters) - _WINDOW, _WINDOW), len(letters) - _WINDOW)
        return all(letters[at : at + _WINDOW] in self._windows for at in starts)

    @cached_property
    def _windows(self) -> set[str]:
        return {self._letters[at : at + _WINDOW] for at in range(len(self._letters) - _WINDOW + 1)}

    @cached_property
    def _single(self) -> set[str]:
        return set(_squeezed_words(self._text))
