"""What a person is told about their query: one sentence for each kind of thing that was read in another way."""

import unicodedata

_MOST_PARTS = 8
_LONGEST_PART = 40
_LONGEST_REST = 300
_END_OF_REST = 100


class Notes:
    """Collects notes by kind: a sentence with ``{parts}`` where the parts it is about are to be named."""

    def __init__(self) -> None:
        self._parts: dict[str, dict[str, None]] = {}  # the parts in order, each once
        self._rests: dict[str, str] = {}

    def add(self, sentence: object, part: str = "") -> None:
        """Note `sentence` for one more part of the query."""
        parts = self._parts.setdefault(str(sentence), {})
        if part:
            parts[part] = None

    def add_rest(self, sentence: object, rest: str) -> None:
        """Note `sentence` for all that was left out from some place on: its beginning, and its end."""
        shown = quote(rest.strip(), _LONGEST_REST)
        end = quote(rest.strip()[-_END_OF_REST:], _LONGEST_REST)[1:]
        is_whole = len(rest.strip()) <= _LONGEST_REST
        self._rests[str(sentence)] = shown if is_whole else f"{shown[:-1]} {end}"
        self._parts.setdefault(str(sentence), {})

    def sentences(self) -> tuple[str, ...]:
        """Return the notes in the order they came up, each kind once."""
        return tuple(sentence.replace("{parts}", self._listed(sentence)) for sentence in self._parts)

    def _listed(self, sentence: str) -> str:
        rest = self._rests.get(sentence)
        parts = [*dict.fromkeys(map(quote, self._parts[sentence])), *([rest] if rest else [])]
        more = len(parts) - _MOST_PARTS
        return ", ".join(parts[:_MOST_PARTS]) + (f" and {more:,} more" if more > 0 else "")


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
