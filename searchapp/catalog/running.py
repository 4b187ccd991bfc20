"""Who is writing to an index, and how far the run is: notes in its folder for all others, removed when it ends."""

import json
import time
from pathlib import Path
from typing import NamedTuple

from searchapp.sentences import sentence

NAME = "running.json"
WRITER_NAME = "writer.json"
_EVERY = 1.0  # seconds between updates of the note
_GOOD_FOR = 60.0  # seconds; an older note belongs to a run that was killed


class Progress(NamedTuple):
    """How many of the new or changed files have been read."""

    read: int
    planned: int


class ProgressNote:
    """The note of one run. If it cannot be written, the run goes on."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        self._planned = self._read = 0
        self._last = 0.0

    def plan(self, files: int) -> None:
        """Begin a run that will read so many files."""
        self._planned, self._read, self._last = files, 0, 0.0

    def count(self) -> None:
        """Count a file that was read."""
        self._read += 1
        if time.monotonic() - self._last < _EVERY:
            return
        self._last = time.monotonic()
        new = self._file.with_name(f"{NAME}.new")
        try:
            new.write_text(json.dumps([self._read, self._planned]), "ascii")
            new.replace(self._file)
        except OSError:
            return

    def remove(self) -> None:
        """Remove the note, since the run has ended."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError:
            return


def who_writes(folder: Path) -> str:
    """Describe the process that writes to the index in `folder`, or ended without removing its note; "" if none."""
    try:
        other = json.loads((folder / WRITER_NAME).read_bytes())
        named = {name: str(other[name]) for name in ("pid", "host", "since")}
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return sentence("process {pid} on {host}, since {since}", **named)


def progress(folder: Path) -> Progress | None:
    """Return the progress of the run that is writing to the index in `folder`; None if there is none, or no note."""
    file = folder / NAME
    try:
        if time.time() - file.stat().st_mtime > _GOOD_FOR:
            return None
        read, planned = json.loads(file.read_text("ascii"))
        return Progress(int(read), int(planned))
    except (OSError, ValueError, TypeError):
        return None
