"""A segment as a commit lists it: its name, its size, and its removed articles."""

import os
from dataclasses import dataclass, field
from pathlib import Path

INDEX_NAME = "MAIN"  # Whoosh's default name
EXTENSION = ".seg"


@dataclass(slots=True)
class CommittedSegment:
    """A segment of a commit, or of the next one; `whoosh_segment` has Whoosh's form of it."""

    count: int = 0  # articles, including removed ones
    removed: set[int] = field(default_factory=set)  # the numbers of these
    name: str = field(default_factory=lambda: f"{INDEX_NAME}_{os.urandom(8).hex()}")

    @property
    def living(self) -> int:
        """The number of articles that were not removed."""
        return self.count - len(self.removed)

    def file(self, folder: Path) -> Path:
        """Return the path of its file in an index's folder."""
        return folder / f"{self.name}{EXTENSION}"
