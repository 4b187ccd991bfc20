"""Texts about files, which an index has in English: recognised by their templates, and told in another language.

An index keeps them as texts, not as templates and values, since the shell, the API, exports and certificates of any
version show them as they are. A text is compared with the few templates that begin like it, by finding their fixed
parts from left to right, so that a hostile one costs no more than its length.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from searchapp.sentences import PLACE, Language, filled

CONTEXT = "recorded"  # of such templates in a catalogue
_NUMBERS = frozenset(("number", "total"))  # values that are numbers
_BEGINNING = 3  # characters by which templates are found
_DEEPEST = 3  # texts within texts


class _Template(NamedTuple):
    """A template: its first fixed part, and each value with the fixed part after it."""

    text: str
    head: str
    parts: tuple[tuple[str, str], ...]

    def values(self, text: str) -> dict[str, str] | None:
        """Return the values that make this text of the template; None if there are none."""
        tail = self.parts[-1][1] if self.parts else ""
        end = len(text) - len(tail)
        if not text.startswith(self.head) or not text.endswith(tail) or end < len(self.head):
            return None
        found: dict[str, str] = {}
        at = len(self.head)
        for number, (name, fixed) in enumerate(self.parts, start=1):
            to = end if number == len(self.parts) else text.find(fixed, at, end)
            if to < 0 or (name in _NUMBERS and not text[at:to].replace(",", "").isdecimal()):
                return None
            found[name] = text[at:to]
            at = to + len(fixed)
        return found


class Recogniser:
    """The templates of a catalogue, by how they begin."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._whole = set[str]()
        self._by_beginning: dict[str, list[_Template]] = {}
        for text in sorted(templates, key=_exactness, reverse=True):
            head, *rest = PLACE.split(text)
            if rest:
                parts = tuple(zip(rest[::2], rest[1::2], strict=True))
                self._by_beginning.setdefault(head[:_BEGINNING], []).append(_Template(text, head, parts))
            else:
                self._whole.add(text)

    def told(self, text: str, language: Language, depth: int = 0) -> str | None:
        """Tell a text in a language whose `translate` knows these templates; None if it is of none of them."""
        if text in self._whole:
            return language.translate(text)
        found = self._found(text)
        if not found:
            return None
        template, values = found
        return filled(
            language.translate(template), {name: self._value(name, values[name], language, depth) for name in values}
        )

    def _found(self, text: str) -> tuple[str, Mapping[str, str]] | None:
        for length in range(_BEGINNING, -1, -1):
            for template in self._by_beginning.get(text[:length], ()):
                if (values := template.values(text)) is not None:
                    return template.text, values
        return None

    def _value(self, name: str, value: str, language: Language, depth: int) -> str:
        if name in _NUMBERS:
            return language.number(int(value.replace(",", "")))
        inner = self.told(value, language, depth + 1) if depth < _DEEPEST else None
        return language.value(value) if inner is None else inner


def _exactness(template: str) -> tuple[int, int]:
    """Return how much of a template is fixed: its characters, then its numbers."""
    return len(PLACE.sub("", template)), sum(name in _NUMBERS for name in PLACE.findall(template))
