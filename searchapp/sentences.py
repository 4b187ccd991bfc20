"""Sentences that a page can say in its reader's language.

Everywhere else they are plain English texts. `web/wording.py` looks up their templates in the reader's catalogue, and
the same values are put in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

Translate = Callable[[str], str]  # a template into another language

PLACE = re.compile(r"{(\w+)}")  # of a value in a template


def untranslated(template: str) -> str:
    """Return a template as it is: in English."""
    return template


@dataclass(frozen=True, slots=True)
class Language:
    """How a language says a template, how it writes a number, and how a value that may be in any other language."""

    translate: Translate
    number: Callable[[int], str]
    value: Callable[[str], str] = str


ENGLISH = Language(untranslated, "{:,}".format)


class Told(str):
    """An English text that can be told in another language."""

    _tell: Callable[[Language], str]

    def __new__(cls, tell: Callable[[Language], str]) -> "Told":
        """Tell it in English."""
        made = super().__new__(cls, tell(ENGLISH))
        made._tell = tell
        return made

    def told(self, language: Language) -> str:
        """Tell it in a language."""
        return self._tell(language)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Cross to another process as an English text."""
        return str, (str(self),)


def sentence(template: str, **values: str | int) -> Told:
    """Make a sentence of a template, in which ``{name}`` stands for a value: a number, a text, or another sentence.

    The catalogues have every template that is written in a call of this function.
    """
    return Told(
        lambda language: filled(
            language.translate(template), {name: _written(value, language) for name, value in values.items()}
        )
    )


def recorded(template: str, **values: str | int) -> str:
    """Fill a template of a text about a file, which is recorded in English in an index.

    Pages recognise it by its template, which the catalogues have in the context ``recorded``. The values named
    ``number`` and ``total`` are numbers.
    """
    return filled(template, {name: _written(value, ENGLISH) for name, value in values.items()})


def told(text: str, language: Language) -> str:
    """Tell a text in a language, if it can be told."""
    return text.told(language) if isinstance(text, Told) else text


def joined(*texts: str, sign: str = " ") -> Told:
    """Join sentences, each of which is told by itself; empty ones are left out."""
    return Told(lambda language: language.translate(sign).join(told(text, language) for text in texts if text))


def filled(template: str, values: dict[str, str]) -> str:
    """Put values into a template; what stands for none of them stays as it is."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), template)


def marked(template: str) -> str:
    """Return a template as it is: the name of this function tells that it is in the catalogues."""
    return template


def _written(value: str | int, language: Language) -> str:
    if isinstance(value, int):
        return language.number(value)
    return value.told(language) if isinstance(value, Told) else language.value(value)
