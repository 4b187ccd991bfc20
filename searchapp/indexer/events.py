"""What an indexer tells while it works. It prints nothing; the fronts show these as they like."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """So many files were found until now."""

    files: int


@dataclass(frozen=True, slots=True)
class Planned:
    """All were found: so many files, of so many bytes, are new or changed and will be read."""

    files: int
    size: int


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file was read to its end: what became of it, and its bytes. `status` is a ledger's, or "unchanged"."""

    path: str
    status: str
    reason: str
    size: int
    articles: int


@dataclass(frozen=True, slots=True)
class Committed:
    """What was read until now is in the index and can be searched: so many articles in all."""

    articles: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run has done. The files add up: indexed + duplicates + unchanged + skipped + errors is all that was read.

    What a hidden or an ignored folder holds counts as one file. `removed` are files of the index that have gone;
    `articles` is what can be searched now, in all folders; `records_left_out` counts broken records in files that
    were read otherwise. `left_out` says why files were left out: (status, reason, number of files), most first.
    """

    indexed: int = 0
    duplicates: int = 0
    unchanged: int = 0
    skipped: int = 0
    errors: int = 0
    removed: int = 0
    articles: int = 0
    records_left_out: int = 0
    seconds: float = 0.0
    left_out: tuple[tuple[str, str, int], ...] = ()

    @property
    def files(self) -> int:
        """All files that were looked at."""
        return self.indexed + self.duplicates + self.unchanged + self.skipped + self.errors

    def __str__(self) -> str:
        """Say it in one line that adds up."""
        parts = [f"{self.indexed:,} indexed"]
        parts += [f"{self.duplicates:,} duplicate{'' if self.duplicates == 1 else 's'}"] if self.duplicates else []
        parts += [f"{self.unchanged:,} unchanged", f"{self.skipped:,} skipped"]
        parts += [f"{self.errors:,} unreadable"] if self.errors else []
        ends = [f"{_count(self.records_left_out, 'broken record')} left out"] if self.records_left_out else []
        ends += [f"{_count(self.removed, 'file')} removed"] if self.removed else []
        ends += [f"{_count(self.articles, 'article')} in the index"]
        return f"read {_count(self.files, 'file')}: {', '.join(parts)}; {'; '.join(ends)}"


@dataclass(frozen=True, slots=True)
class Done:
    """The run is over, and all of it committed."""

    summary: Summary


Event = Found | Planned | FileRead | Committed | Done


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
