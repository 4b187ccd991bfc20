"""A segment as a commit names it: its file, its size, and what was removed from it."""

import os
from dataclasses import dataclass, field
from pathlib import Path

INDEX_NAME = "MAIN"  # the one that Whoosh opens when none is named
EXTENSION = ".seg"


@dataclass(slots=True)
class CommittedSegment:
    """A segment of a commit, or of the next one; `whoosh_segment` has Whoosh's form of it."""

    count: int = 0  # articles, removed ones included
    removed: set[int] = field(default_factory=set)  # numbers of articles
    name: str = field(default_factory=lambda: f"{INDEX_NAME}_{os.urandom(8).hex()}")

    @property
    def living(self) -> int:
        """How many articles were not removed."""
        return self.count - len(self.removed)

    def file(self, folder: Path) -> Path:
        """Return where it lies in an index's folder."""
        return folder / f"{self.name}{EXTENSION}"
