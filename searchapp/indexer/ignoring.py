"""The rules of `.searchappignore` files: gitignore's syntax, matched in time linear in the length of the path.

The file is not trusted: it is read only if it is a regular file of limited size, and its patterns run in RE2, which
does not backtrack (``*a*a*a*a*b`` took minutes with Python's regular expressions).
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

import re2
from pathspec import GitIgnoreSpec

from searchapp.sentences import recorded

NAME = ".searchappignore"
_LARGEST = 256 << 10  # bytes


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one file, and of the files above it. `invalid` lists the lines that are not valid rules."""

    spec: GitIgnoreSpec
    folder: str
    above: "Rules | None"
    invalid: tuple[str, ...] = ()

    def ignore(self, path: str) -> bool:
        """Decide about a path (a folder's ends in a slash) by the last matching rule of the nearest file."""
        verdict = self.spec.check_file(_text(os.fsencode(path[len(self.folder) :]))).include
        if verdict is None and self.above:
            return self.above.ignore(path)
        return bool(verdict)


def read_rules(file: Path, folder: str, above: Rules | None) -> Rules | None:
    """Read the rules in `file`, which apply to `folder`, a path below the root; return `above` if there is no file.

    A line that is not a valid rule is set aside; the others apply.

    Raises:
        ValueError: the file cannot be used at all.
        OSError: it cannot be read.
    """
    try:
        content = _content(file)
    except FileNotFoundError:
        return above
    valid: list[str] = []
    invalid: list[str] = []
    for number, line in enumerate(_text(content).splitlines(), 1):
        try:
            GitIgnoreSpec.from_lines([line], backend="re2")
        except (ValueError, re2.error):
            invalid.append(recorded("line {number}", number=number))
        else:
            valid.append(line)
    try:
        return Rules(GitIgnoreSpec.from_lines(valid, backend="re2"), folder, above, tuple(invalid))
    except re2.error as fault:
        raise ValueError(recorded("its {name} has too many rules ({number})", name=NAME, number=len(valid))) from fault


def _content(file: Path) -> bytes:
    """Read a regular file, without blocking on a pipe."""
    opened = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(opened, "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise ValueError(recorded("its {name} is not a regular file", name=NAME))
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(recorded("its {name} is larger than {limit} KB", name=NAME, limit=str(_LARGEST >> 10)))
    return content


def _text(path: bytes) -> str:
    """Decode a path or rules for RE2; in both, bytes that are not UTF-8 become the same character."""
    return path.decode("utf-8", "replace")
