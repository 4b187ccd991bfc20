"""Events of an indexing run. The indexer prints nothing; each front displays them in its own way."""

from dataclasses import dataclass

from searchapp.sources import EXTRA


@dataclass(frozen=True, slots=True)
class FilesFound:
    """How many files have been found so far."""

    files: int


@dataclass(frozen=True, slots=True)
class Planned:
    """The walk has ended: this many files, of `size` bytes in all, are new or changed and will be read."""

    files: int
    size: int


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file was read to its end. `status` is that of the ledger, or "unchanged"; `size` is in bytes.

    `is_planned` is false for a file in an archive, and one that is read again: they were not counted in `Planned`.
    """

    path: str
    status: str
    reason: str
    size: int
    articles: int
    is_planned: bool = True


@dataclass(frozen=True, slots=True)
class Committed:
    """What was read so far can be searched: the index has this many articles."""

    articles: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a run. The files add up: indexed + duplicates + unchanged + skipped + errors are all files.

    A hidden or ignored folder counts as one file. `removed` counts files of the index that are gone;
    `articles` is the number of articles in the index; `records_left_out` counts broken records in files that
    were otherwise read. `left_out` gives the reasons: (status, reason, number of files), most first.
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
        """The number of files that the run has seen."""
        return self.indexed + self.duplicates + self.unchanged + self.skipped + self.errors

    @property
    def not_installed(self) -> int:
        """The number of files that could be read with the extra `documents` installed."""
        return sum(count for _, reason, count in self.left_out if EXTRA in reason)

    def __str__(self) -> str:
        """Return the summary as one line, whose numbers of files add up."""
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
    """The run has ended, and everything is committed."""

    summary: Summary


Event = FilesFound | Planned | FileRead | Committed | Done


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
