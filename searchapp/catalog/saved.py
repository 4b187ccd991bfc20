"""Saved searches, and how far each has been reported; both files lie beside the manifest.

    index/saved.txt    one search per line: its name, a tab, and the query; lines that begin with # are comments
    index/news.json    for each search, the number of the last change that was reported (`arrivals`)

Both survive rebuilds and migrations. `saved.txt` may be edited by hand, so its other lines are never changed.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from searchapp.disk import storage_problems, write_durably
from searchapp.errors import BadRequest, IndexDamaged, IndexLocked

SAVED_NAME = "saved.txt"
NEWS_NAME = "news.json"
LOCK_NAME = "news.lock"
_HEAD = "# Saved searches: a name, a tab, and the query.\n"


@dataclass(frozen=True, slots=True)
class Told:
    """How far each search was reported, by key, and the searches whose last report may not have been completed."""

    numbers: Mapping[str, int]
    doubtful: frozenset[str] = frozenset()


def saved_text(index: Path) -> str:
    """Return the text of `saved.txt`; "" if there is none."""
    try:
        return (index / SAVED_NAME).read_text("utf-8-sig", "replace")
    except FileNotFoundError:
        return ""


def save(index: Path, name: str, words: str) -> None:
    """Add a saved search; all other lines stay unchanged.

    Raises:
        BadRequest: the name is invalid or taken.
    """
    if name != " ".join(name.split()) or not name or name.startswith("#"):
        raise BadRequest(f"{name!r} cannot be the name of a search: write it in one line that does not begin with #.")
    with _held(index):
        text = saved_text(index)
        if any(_name(line) == name for line in text.splitlines()):
            raise BadRequest(
                f"There is a saved search {name!r} already. To save another one under that name, remove it first.",
                ("searchapp", "unsave", name),
                "First run",
            )
        end = "\n" if text and not text.endswith("\n") else ""
        written = f"{text or _HEAD}{end}{name}\t{' '.join(words.split())}\n"
        write_durably(index / SAVED_NAME, written.encode("utf-8", "replace"))


def unsave(index: Path, name: str) -> None:
    """Remove a saved search.

    Raises:
        BadRequest: there is no saved search of this name.
    """
    with _held(index):
        lines = saved_text(index).splitlines(keepends=True)
        kept = [line for line in lines if _name(line) != name]
        if len(kept) == len(lines):
            raise BadRequest(f"There is no saved search {name!r}.", ("searchapp", "saved"), "List them with")
        write_durably(index / SAVED_NAME, "".join(kept).encode("utf-8", "replace"))


@contextmanager
def telling(index: Path) -> Iterator["Telling"]:
    """Hold the record of what was reported; one process reports at a time.

    Raises:
        IndexLocked: another process is reporting.
        IndexDamaged: the record cannot be read.
    """
    with _held(index):
        yield Telling(index)


class Telling:
    """The record of what was reported, held for writing: call `begin` before a report, and `remember` after it."""

    def __init__(self, index: Path) -> None:
        self._file = index / NEWS_NAME
        self.told = _read(index)

    def begin(self, keys: Collection[str]) -> None:
        """Record on disk which searches are about to be reported, so that an interrupted report is noticed."""
        self._write(Told(self.told.numbers, self.told.doubtful | frozenset(keys)))

    def remember(self, numbers: Mapping[str, int]) -> None:
        """Record on disk how far these searches were reported."""
        self._write(Told({**self.told.numbers, **numbers}, self.told.doubtful - numbers.keys()))

    def _write(self, told: Told) -> None:
        self.told = told
        values = {"told": dict(told.numbers), "being_told": sorted(told.doubtful)}
        write_durably(self._file, (json.dumps(values, indent=1) + "\n").encode("ascii"))


def _read(index: Path) -> Told:
    try:
        values = json.loads((index / NEWS_NAME).read_bytes())
        return Told({str(key): int(number) for key, number in values["told"].items()}, frozenset(values["being_told"]))
    except FileNotFoundError:
        return Told({})
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise IndexDamaged(index, f"{NEWS_NAME} cannot be read; remove it to start again") from fault


def _name(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line.lstrip("\ufeff").partition("\t")[0].strip()


@contextmanager
def _held(index: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout  # whoever only searches does not wait for it

    with storage_problems(index):
        lock = FileLock(index / LOCK_NAME, fallback_to_soft=False)
        try:
            lock.acquire(timeout=10)
        except Timeout:
            raise IndexLocked("Another process is reporting news right now. Wait until it has finished.") from None
        try:
            yield
        finally:
            lock.release()
