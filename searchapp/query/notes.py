"""Notes on a query: one sentence for each kind of thing that was not read as typed."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from searchapp.query.bounds import Bound
from searchapp.sentences import Told, joined, marked, sentence

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
        rest = rest.strip()
        end = f" {_shown(rest[-_END_OF_REST:], _END_OF_REST)}" if len(rest) > _LONGEST_REST else ""
        self._rests[(note,)] = in_quotes(_shown(rest, _LONGEST_REST) + end)
        self._parts.setdefault((note,), {})

    def sentences(self) -> tuple[str, ...]:
        """Return the notes in the order they came up, each kind once."""
        return tuple(map(self._sentence, self._parts))

    def _sentence(self, kind: _Kind) -> Told:
        note, *values = kind
        rest = self._rests.get(kind)
        quoted = [*dict.fromkeys(map(quote, self._parts[kind])), *([rest] if rest else [])]
        said = {**dict(values), "parts": listed(quoted[:_MOST_PARTS], len(quoted) - _MOST_PARTS)}
        return note.sentence(**said) if isinstance(note, Bound) else sentence(note, **said)


def listed(named: Sequence[str], more: int) -> str:
    """List what is named, and say how many more there are, if any."""
    parts = joined(*named, sign=", ")
    return sentence(_MORE, parts=parts, number=more) if more > 0 else parts


def quote(part: str) -> Told:
    """Show a part of a query in quotation marks: shortened, without characters that cannot be shown."""
    return in_quotes(_shown(part, _LONGEST_PART))


def in_quotes(text: str) -> Told:
    """Put a text in quotation marks, which are those of the language in which it is told."""
    return sentence("“{word}”", word=text)


def _shown(part: str, longest: int) -> str:
    shown = part[: longest + 1]
    if not shown.isprintable():
        shown = "".join(map(_printable, shown))
    return shown if len(part) <= longest else f"{shown[:longest]}…"


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    return " " if char.isspace() else "" if unicodedata.category(char) == "Cf" else "\ufffd"
