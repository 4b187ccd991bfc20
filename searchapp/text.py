"""The only analysis of text: folding, words with their offsets, stems.

Index, query and highlighting all use it, so that they can never disagree. When a rule changes, `ANALYSIS_VERSION` has
to change with it: an index records the version that it was built with.
"""

import re
import sys
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache, partial
from itertools import chain, islice, pairwise
from typing import NamedTuple, TypeVar

import Stemmer

from searchapp.errors import UnknownLanguage

T = TypeVar("T")

ANALYSIS_VERSION = 2
_LONG = 64  # characters; a longer written word is not cached
_LONGEST_RUN = 12  # likewise, of a run that is read in pairs
MAX_TERM = 128  # characters; a longer run (base64 in a page) is cut alike in index and query


class FoldedWord(NamedTuple):
    """A folded word and its span: `start` and `end` are offsets in characters of the original text."""

    term: str
    start: int
    end: int


class Remembered(dict[str, T]):
    """A cache of a function of strings, cleared when it has `most` entries; a dict is faster than `lru_cache`.

    Results for strings of more than `longest` characters are not cached.
    """

    def __init__(self, function: Callable[[str], T], most: int, longest: int = _LONG) -> None:
        super().__init__()
        self._function = function
        self._most = most
        self._longest = longest

    def __missing__(self, text: str) -> T:
        if len(text) > self._longest:
            return self._function(text)
        if len(self) >= self._most:
            self.clear()
        self[text] = value = self._function(text)
        return value


def _characters(first: int, end: int) -> str:
    """Return the characters from one code point up to another."""
    return array("I", range(first, end)).tobytes().decode(f"utf-32-{sys.byteorder[0]}e", "surrogatepass")


def _char_class(runs: Iterable[str]) -> str:
    """Write runs of consecutive characters as the ranges of a regular expression's class."""
    return "".join(f"{re.escape(run[0])}-{re.escape(run[-1])}" for run in runs)


def _marks(characters: str) -> str:
    """Write the marks among characters as ranges."""
    others = filter(str.isprintable, "".join(re.findall(r"\W+", characters)))  # no letters, nothing unassigned
    marks = "".join(char for char in others if unicodedata.category(char)[0] == "M")
    starts = [0, *(place for place in range(1, len(marks)) if ord(marks[place]) != ord(marks[place - 1]) + 1)]
    return _char_class(marks[start:end] for start, end in pairwise([*starts, len(marks)]))


_APOSTROPHES = "'’‘ʼʻ＇`´"
_JOINERS = "\u00ad\u200c\u200d\u2060\ufeff"  # soft hyphen, ZWNJ, ZWJ, word joiner, BOM: inside a word, never of it

# Scripts written without spaces, and Korean, whose words carry their particles: read as overlapping pairs.
_PAIRED = (
    "[\u0e00-\u0e4f\u0e5a-\u0eff\u1000-\u103f\u1100-\u11ff\u1780-\u17df\u3005-\u3007\u3041-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)

# The same words (a test checks that) in a tenth of the time, for ASCII texts.
_ASCII_FORM = re.compile(r"[A-Za-z0-9]+(?:['`][sS](?![A-Za-z0-9]))?")
_EXTENDING = "\u1160-\u11ff\uff9e\uff9f"  # conjoining Hangul vowels and finals, half-width voicing marks
_APART = "[\u0e4d\u0ecd][\u0e32\u0eb2]"  # the vowel am of Thai and Lao, decomposed
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$", re.IGNORECASE)

# Accents of Latin, Greek and Cyrillic, vowel points of Hebrew and Arabic. Not the vowel signs of Indic scripts or the
# kana voicing marks, without which a word is another word.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff]"
)
_AM = {"\u0e4d\u0e32": "\u0e33", "\u0ecd\u0eb2": "\u0eb3"}  # compatibility normalisation decomposes it
_SHORT_I = re.compile("и\u0306")
_VARIANTS: dict[str, str | None] = {
    "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ŧ": "t",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ۀ": "ه", "ک": "ك",
    "ـ": None, **dict.fromkeys(_JOINERS),
}  # fmt: skip
_LETTERS = str.maketrans(_VARIANTS)
_PERSIAN = str.maketrans("يك", "یک")  # as Snowball's Persian stemmer expects them

# Typographic signs, which separate words or are apostrophes: replacing them makes most English texts ASCII.
_TYPESET = {**dict.fromkeys("“”„«»–—…•\u00a0\u2009\u202f", " "), "’": "'", "‘": "'"}
_SMOOTH = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)} | dict.fromkeys(b"'`", "'")
_ENDING_S = re.compile(r"'(?<=[a-z0-9]')s(?:'s)*(?![a-z0-9])")  # its first sign alone is searched for at once


class _Wide(NamedTuple):
    """What cuts a text that is not ASCII: its words as written, and the characters of a run that is read in pairs."""

    form: re.Pattern[str]
    cluster: re.Pattern[str]
    is_paired: re.Pattern[str]


@cache
def _wide() -> _Wide:
    """Compile the patterns when the first such text comes: it takes twenty milliseconds, and a search often needs none.

    Python's classes answer at once for the first 65,536 characters when they hold nothing but ranges of them, and walk
    through a list otherwise: 0.3 against 13 microseconds a word of Russian. Hence classes by enumeration, and the rarer
    planes as alternatives of their own. Nothing here looks at each of the 65,536 characters in Python.
    """
    basic = _characters(0, 0x10000)
    pairs = _char_class(re.findall(rf"(?:(?={_PAIRED})[^\W_])+", basic))
    letters = _char_class(re.findall(rf"(?:(?!{_PAIRED}|[{_APOSTROPHES}])[^\W_])+", basic))  # and digits
    high_pair = "[\U00020000-\U0003ffff]"
    high_letter = "(?=[\U00010000-\U0001ffff])[^\\W]"
    inside = f"[{_marks(basic)}{_JOINERS}]|[{_marks(_characters(0x10000, 0x1F000))}]"
    form = (
        rf"(?:[{letters}]|{high_letter})(?:[{letters}]+|{inside}|{high_letter})*"
        rf"(?:[{_APOSTROPHES}][sS](?![{letters}]|{high_letter}))?"
        rf"|(?:[{pairs}]|{high_pair})(?:[{pairs}]+|{inside}|{high_pair})*"
    )
    cluster = rf"{_APART}|.(?:(?!{_APART})(?:[{_EXTENDING}]|{inside}))*"
    return _Wide(re.compile(form), re.compile(cluster, re.DOTALL), re.compile(_PAIRED))


_LONGEST = 512  # characters of a word that are folded: sorting n marks on a letter takes n * n steps
_AT_ONCE = 2_048  # characters: a run in a query is shorter, and is folded more than once


def forms(text: str) -> list[str]:
    """Cut `text` into words as they are written, in order; `pieces` folds each."""
    return (_ASCII_FORM if text.isascii() else _wide().form).findall(text)


def _fold_form(form: str) -> tuple[FoldedWord, ...]:
    if form.isascii():
        return (FoldedWord(fold(form)[:MAX_TERM], 0, len(form)),)
    return tuple(_fold_lazily(form))


def _fold_lazily(form: str) -> Iterator[FoldedWord]:
    return (FoldedWord(term, start, end) for once, start, end in _fold_once(form) for term in _at_rest(once))


class _Pieces(Remembered[tuple[FoldedWord, ...]]):
    """Words folded. Of long words and runs of pairs only the last few are remembered: each pair takes 200 bytes."""

    def __missing__(self, form: str) -> tuple[FoldedWord, ...]:
        is_run = len(form) > _LONGEST_RUN and not form.isascii() and _wide().is_paired.match(form)
        return _fold_long(form) if is_run or len(form) > _LONG else super().__missing__(form)


_fold_long = lru_cache(maxsize=8)(_fold_form)

# Fold one written word; offsets count from its start. Nearly always one piece; Chinese gives pairs.
pieces: Callable[[str], tuple[FoldedWord, ...]] = _Pieces(_fold_form, 1 << 17).__getitem__


def folded(form: str) -> Iterable[FoldedWord]:
    """Fold one written word like `pieces`, a part at a time if it is long: a Chinese run may be a whole text."""
    return pieces(form) if len(form) <= _AT_ONCE else _fold_lazily(form)


def words(text: str) -> list[FoldedWord]:
    """Return the folded words of `text` in order, each with its exact span in `text`."""
    return [
        FoldedWord(term, at + start, at + end)
        for match in (_ASCII_FORM if text.isascii() else _wide().form).finditer(text)
        for at in (match.start(),)
        for term, start, end in folded(match.group())
    ]


def terms(text: str) -> tuple[str, ...]:
    """Return only the folded words of `text`, in order."""
    # As `folded` does, whose call would cost more than most look-ups.
    return tuple(
        piece.term for form in forms(text) for piece in (pieces(form) if len(form) <= _AT_ONCE else _fold_lazily(form))
    )


def smooth(text: str) -> str:
    """Return a text with the same terms that is faster to cut: its terms are separated by spaces, if it is plain.

    If the result is ASCII, it is plain: split at white space, it gives the terms, uncut even if longer than `MAX_TERM`,
    at their original offsets. This takes a third of the time of `terms`.
    """
    plain = text if text.isascii() else _without_typesetting(text)
    if not plain.isascii():
        return text
    plain = plain.translate(_SMOOTH)
    if "'" in plain:
        plain = _ENDING_S.sub(_every_second_s, plain).replace("'", " ")
    return plain


def keyword(value: str) -> str:
    """Fold a whole value (a source, an author) for comparison: its words, with single spaces."""
    return " ".join(terms(value))


def fold(form: str) -> str:
    """Remove case, accents, compatibility and letter variants, and an English possessive ending from one word.

    Anything beyond its first 512 characters is cut off.
    """
    form = _POSSESSIVE.sub("", form[:_LONGEST])
    if form.isascii():
        return form.lower()
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", form).casefold())
    letters = _ACCENTS.sub("", _SHORT_I.sub("й", letters)).translate(_LETTERS)
    letters = re.sub(_APART, lambda split: _AM[split.group()], unicodedata.normalize("NFKC", letters))
    return letters if letters.isascii() else plain_digits(letters)


def plain_digits(text: str) -> str:
    """Write the digits of any script as those of ASCII."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def stemmer(language: str) -> Callable[[str], str]:
    """Return the function that stems a folded word of `language` (a Snowball name, or ``none``).

    Raises:
        UnknownLanguage: there is no stemmer of that name.
    """
    if language == "none":
        return str
    if language not in languages():
        raise UnknownLanguage(language, languages())
    stem = Stemmer.Stemmer(language, 0).stemWord
    spell = _SPELLINGS.get(language)
    return lru_cache(maxsize=1 << 17)(partial(_stem_spelled, stem, spell) if spell else stem)


def languages() -> list[str]:
    """Return the languages that can be stemmed."""
    return [*Stemmer.algorithms(), "none"]


def _stem_spelled(stem: Callable[[str], str], spell: Callable[[str], tuple[str, ...]], word: str) -> str:
    """Stem a folded word by its possible spellings: the first one that the stemmer shortens decides."""
    return next((fold(short) for spelled in spell(word) if (short := stem(spelled)) != spelled), word)


# The possible spellings of a folded word, for stemmers that depend on them.
_SPELLINGS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "arabic": lambda word: (f"{word[:-1]}ة" if word.endswith("ه") else word,),
    "persian": lambda word: (word.translate(_PERSIAN),),
    "turkish": lambda word: (word, word.replace("i", "ı"), word.replace("u", "ü").replace("o", "ö")),
}


def _without_typesetting(text: str) -> str:
    for sign, plain in _TYPESET.items():
        text = text.replace(sign, plain)
    return text


def _every_second_s(possessives: re.Match[str]) -> str:
    """Drop the ``'s`` at the end of a word; what follows begins another word, which may end alike. Keep the length."""
    length = len(possessives.group())
    return ("   s" * length)[:length]


def _fold_once(form: str) -> Iterable[FoldedWord]:
    if not form.isascii() and _wide().is_paired.match(form):
        return _pairs(form)
    return (FoldedWord(fold(form)[:MAX_TERM], 0, len(form)),)


_CLUSTERS = Remembered(fold, 1 << 16)  # characters with their marks: there are not many


def _pairs(run: str) -> Iterator[FoldedWord]:
    found = (FoldedWord(_CLUSTERS[m.group()], m.start(), m.end()) for m in _wide().cluster.finditer(run))
    clusters = (cluster for cluster in found if cluster.term[:1].isalnum())
    first_two = tuple(islice(clusters, 2))
    if len(first_two) < 2:
        return iter(first_two)
    return (FoldedWord(a.term + b.term, a.start, b.end) for a, b in pairwise(chain(first_two, clusters)))


@lru_cache(maxsize=1 << 17)
def _at_rest(term: str) -> tuple[str, ...]:
    """Fold until nothing changes any more: a compatibility character may become several words, or none."""
    again = tuple(piece.term for form in forms(term) for piece in _fold_once(form))
    return again if again == (term,) else tuple(rest for part in again for rest in _at_rest(part))
