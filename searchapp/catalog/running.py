"""How far a run of the indexer is, for who searches meanwhile: a note in the index folder, gone when the run ends."""

import json
import time
from pathlib import Path
from typing import NamedTuple

NAME = "running.json"
_EVERY = 1.0  # seconds between two notes
_GOOD_FOR = 60.0  # seconds; the note of a run that was killed is older


class Progress(NamedTuple):
    """How many of the files that are new or changed were read."""

    read: int
    planned: int


class Note:
    """The note of one run. That it cannot be written is no fault of the run."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        self._planned = self._read = 0
        self._last = 0.0

    def plan(self, files: int) -> None:
        """Begin: so many files will be read."""
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
        """Take the note away: the run has ended."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError:
            return


def progress(folder: Path) -> Progress | None:
    """Return how far the run is that writes to the index in `folder`; None where there is none, or nothing is known."""
    file = folder / NAME
    try:
        if time.time() - file.stat().st_mtime > _GOOD_FOR:
            return None
        read, planned = json.loads(file.read_text("ascii"))
        return Progress(int(read), int(planned))
    except (OSError, ValueError, TypeError):
        return None
