"""Sentences that a page can say in its reader's language.

Everywhere else they are plain English texts. `web/wording.py` looks up their templates in the reader's catalogue, and
the same values are put in.
"""

import re
from collections.abc import Callable

Translate = Callable[[str], str]  # a template into another language

_PLACE = re.compile(r"{(\w+)}")


class Told(str):
    """An English text that can be told in another language."""

    _tell: Callable[[Translate], str]

    def __new__(cls, tell: Callable[[Translate], str]) -> "Told":
        """Tell it in English."""
        made = super().__new__(cls, tell(untranslated))
        made._tell = tell
        return made

    def told(self, translate: Translate) -> str:
        """Tell it in the language into which templates are translated."""
        return self._tell(translate)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Cross to another process as an English text."""
        return str, (str(self),)


def sentence(template: str, **values: str) -> Told:
    """Make a sentence of a template, in which ``{name}`` stands for a value; one that can be told itself is told."""
    return Told(
        lambda translate: filled(translate(template), {name: told(value, translate) for name, value in values.items()})
    )


def told(text: str, translate: Translate) -> str:
    """Tell a text in the language into which templates are translated, if it can be told."""
    return text.told(translate) if isinstance(text, Told) else text


def filled(template: str, values: dict[str, str]) -> str:
    """Put values into a template; what stands for none of them stays as it is."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)


def untranslated(template: str) -> str:
    """Return a template as it is: in English."""
    return template


def marked(template: str) -> str:
    """Return a template as it is: the name of this function tells that it is in the catalogues."""
    return template
