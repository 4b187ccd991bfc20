"""Detect the language of a text that does not declare one.

Most texts are decided by their commonest words: so many of one language, and so few of any other, that the answer is
certain. That takes a thirtieth of the time of a letter model, which decides all others.
Short texts and tables of figures say too little; no language is better than a wrong one.
"""

from collections import Counter
from functools import cache
from itertools import chain

from searchapp import languages
from searchapp.sources.letter_model import identifier

_SAMPLE = 600  # characters
_LEAST_LETTERS = 40  # bytes in UTF-8: a Chinese character says as much as three Latin letters
_LETTERS = 240  # characters that the letter model is given
_LEAST_WORDS = 5
_LEAST_SHARE = 0.2
_CERTAIN = 0.5  # probability: above it, a language is more probable than all others together

_AHEAD = 1.4  # times as many common words as of any other language
# Languages whose commonest words no neighbour shares: not Spanish or Dutch, which Catalan and Afrikaans resemble.
_TOLD_BY_WORDS = frozenset({"de", "en", "fi", "fr", "hu", "it", "tr"})


def detect(title: str, body: str) -> str:
    """Return the language code of an article by its beginning; "" where that is not certain."""
    sample = f"{title[:_SAMPLE]}\n{body[:_SAMPLE]}"
    return _by_words(sample) or _by_letters(sample)


def _by_words(sample: str) -> str:
    words = sample.lower().split()
    found = Counter(chain.from_iterable(filter(None, map(_languages_of_word().get, words))))
    (first, most), (_, second) = (*found.most_common(2), ("", 0), ("", 0))[:2]
    is_clear = most >= max(_LEAST_WORDS, _LEAST_SHARE * len(words), _AHEAD * second)
    return first if is_clear and first in _TOLD_BY_WORDS else ""


def _by_letters(sample: str) -> str:
    if len("".join(filter(str.isalpha, sample)).encode("utf-8", "surrogatepass")) < _LEAST_LETTERS:
        return ""
    found, probability = identifier().classify(sample[:_LETTERS])
    return languages.code(found) if probability >= _CERTAIN else ""


@cache
def _languages_of_word() -> dict[str, tuple[str, ...]]:
    """Return, for each common word, the languages that it is common in."""
    found: dict[str, tuple[str, ...]] = {}
    for code in languages.with_stop_words():
        for word in languages.stop_words(code):
            found[word] = (*found.get(word, ()), code)
    return found
