"""Notes on a query: one sentence for each kind of thing that was not read as typed."""

import unicodedata
from typing import Any

from searchapp.query.bounds import Bound
from searchapp.sentences import Told, Translate, filled, marked

_MOST_PARTS = 8
_LONGEST_PART = 40
_LONGEST_REST = 300
_END_OF_REST = 100
_MORE = marked("{parts} and {number} more")

_Kind = tuple[Any, ...]  # a template or a bound, and pairs of further values


class Notes:
    """Collects notes by kind: a template with ``{parts}`` where the parts it is about are to be named, or a bound."""

    def __init__(self) -> None:
        self._parts: dict[_Kind, dict[str, None]] = {}  # the parts in order, each once
        self._rests: dict[_Kind, str] = {}

    def add(self, note: str | Bound, part: str = "", **values: str) -> None:
        """Add a part of the query to a note; `values` fill the template's other placeholders."""
        parts = self._parts.setdefault((note, *values.items()), {})
        if part:
            parts[part] = None

    def add_rest(self, note: str | Bound, rest: str) -> None:
        """Note what was left out from a place on: its beginning and its end."""
        shown = quote(rest.strip(), _LONGEST_REST)
        end = quote(rest.strip()[-_END_OF_REST:], _LONGEST_REST)[1:]
        is_whole = len(rest.strip()) <= _LONGEST_REST
        self._rests[(note,)] = shown if is_whole else f"{shown[:-1]} {end}"
        self._parts.setdefault((note,), {})

    def sentences(self) -> tuple[str, ...]:
        """Return the notes in the order they came up, each kind once."""
        return tuple(map(self._sentence, self._parts))

    def _sentence(self, kind: _Kind) -> Told:
        note, *values = kind
        template, said = (note, {}) if isinstance(note, str) else (note.note, {"limit": f"{note.limit:,}"})
        shown, more = self._listed(kind)

        def tell(translate: Translate) -> str:
            parts = filled(translate(_MORE), {"parts": shown, "number": f"{more:,}"}) if more else shown
            return filled(translate(template), {**said, **dict(values), "parts": parts})

        return Told(tell)

    def _listed(self, kind: _Kind) -> tuple[str, int]:
        """Return the parts that are named, and how many more there are."""
        rest = self._rests.get(kind)
        parts = [*dict.fromkeys(map(quote, self._parts[kind])), *([rest] if rest else [])]
        return ", ".join(parts[:_MOST_PARTS]), max(len(parts) - _MOST_PARTS, 0)


def quote(part: str, longest: int = _LONGEST_PART) -> str:
    """Show a part of a query in quotation marks: shortened, without characters that cannot be shown."""
    shown = part[: longest + 1]
    if not shown.isprintable():
        shown = "".join(map(_printable, shown))
    return f"“{shown if len(part) <= longest else shown[:longest] + '…'}”"


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    return " " if char.isspace() else "" if unicodedata.category(char) == "Cf" else "\ufffd"
