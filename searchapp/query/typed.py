"""Canonical texts of a query with its words as they were typed: for people to read, not to be parsed again."""

import re
from collections.abc import Mapping

from searchapp.sentences import Told

_QUOTED_OR_WORD = re.compile(r'"([^"]*)"|[^\s()"~^:=*?/“”„,;\u2068\u2069-]+')
_PARTS_OF_NOTE = re.compile(r"“[^”]*”|„[^“]*“|=\S+")


def as_typed(text: str, typed: Mapping[str, str]) -> str:
    """Write the words of a canonical text as they were typed; `typed` has what was typed by what it was folded to.

    A phrase that was typed as one name is that name: “at t” is AT&T.
    """

    def write(found: re.Match[str]) -> str:
        if (phrase := found.group(1)) is None:
            return typed.get(found.group(), found.group())
        return f'"{typed[phrase] if phrase in typed else as_typed(phrase, typed)}"'

    return _QUOTED_OR_WORD.sub(write, text)


def note_as_typed(note: str, typed: Mapping[str, str]) -> str:
    """Write the parts of a query that a note of an engine quotes as they were typed."""

    def write(said: str) -> str:
        return _PARTS_OF_NOTE.sub(lambda found: as_typed(found.group(), typed), said)

    return Told(lambda language: write(note.told(language))) if isinstance(note, Told) else write(note)
