"""The index folder: what is in it, by which rules it was built, and who may write to it.

    index/manifest.json            `manifest`: engine, language, versions, roots, the generation in force, coverage
    index/gen-0001/ledger.sqlite   `ledger`: every file and article; `ledger_writing` writes it,
                                   `walked` compares it with the folders
    index/gen-0001/engine/         the engine's own files, which only the engine reads and removes; engine.txt names it
    index/gen-0001/pending.json    ids of the commit under way: what a crash may have left half done
    index/saved.txt, news.json     `saved`: searches that are followed, and how far each was told of
    index/kept/HASH.jsonl          `kept`: what a saved search found at some moments
    index/running.json             `running`: how far the run that is under way has come
    index/write.lock, writer.json  `writing`: one process writes at a time, and who it is

The ledger lies inside its generation, so that a rebuild puts both in force by one step. A manifest, once written, is
never changed but replaced.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from searchapp.catalog import arrivals, copies, corpus_hash, ledger, manifest, versions
from searchapp.catalog.arrivals import Arrival
from searchapp.catalog.corpus_hash import Step, follow, root_of_digests
from searchapp.catalog.file_counts import FileCount, file_counts
from searchapp.catalog.ledger import CHOICES, MOST_REMARKS, STATUSES, Choice, FileRecord, FileRemark, Status
from searchapp.catalog.manifest import Coverage, Manifest, Root
from searchapp.catalog.originals import Original, open_original
from searchapp.catalog.ownership import refuse_foreign
from searchapp.catalog.paths import restored, shown, stored
from searchapp.catalog.versions import Version
from searchapp.disk import storage_problems
from searchapp.errors import IndexDamaged, NotFound, SearchappError, StorageProblem

__all__ = [
    "CHOICES",
    "MOST_REMARKS",
    "STATUSES",
    "Arrival",
    "Catalog",
    "Choice",
    "Coverage",
    "FileCount",
    "FileRecord",
    "FileRemark",
    "Files",
    "Manifest",
    "Original",
    "Root",
    "Status",
    "Step",
    "Version",
    "check_ledger",
    "follow",
    "open_catalog",
    "refuse_foreign",
    "root_of",
    "root_of_digests",
]

_FILES_AT_ONCE = 100

_Stamp = tuple[int, int, int]


class Files(NamedTuple):
    """One page of the list of files; `after`, given to `Catalog.files`, leads to the next, and is empty at the end."""

    files: tuple[FileRecord, ...]
    after: str


class Catalog:
    """An index opened for reading: one generation of it, whatever is written meanwhile. Any thread may use it."""

    def __init__(self, folder: Path, stamp: _Stamp, current: Manifest) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._stamp = stamp
        self._manifest = current
        self._ledger = _open_ledger(folder, current)

    @property
    def engine(self) -> str:
        """The name of the engine that keeps the articles."""
        return self._manifest.engine

    @property
    def engine_folder(self) -> Path:
        """The folder with the engine's own files."""
        return self.folder / self._manifest.folder_name / manifest.ENGINE_FOLDER

    @property
    def language(self) -> str:
        """The language of the stems."""
        return self._manifest.language

    @property
    def roots(self) -> tuple[Root, ...]:
        """The folders that were indexed."""
        return self._manifest.roots

    @property
    def generation(self) -> str:
        """Name the generation that is read: another text after each rebuild, good for an ETag."""
        return f"{self._manifest.generation}.{self._manifest.created}"

    def is_superseded(self) -> bool:
        """Say whether another generation is in force by now: time to open the catalog anew."""
        return not self._take_up()

    def coverage(self) -> Coverage:
        """Say what a search looks through, as of the last commit."""
        self._take_up()
        return self._manifest.coverage

    def files(
        self, status: Choice = "", reason: str = "", limit: int = 100, after: str = "", most_remarks: int = MOST_REMARKS
    ) -> Files:
        """List files in the order of their paths, from `after` on: those of a status, with a reason that holds a text.

        `after` is what the page before said; it is text of hexadecimal digits. Each file has up to `most_remarks`.
        """
        with self._lock, storage_problems(self.folder):
            rows = list(ledger.files(self._ledger, status, reason, limit + 1, _position(after), most_remarks))
        page = rows[:limit]
        return Files(tuple(record for _, record in page), page[-1][0].hex() if len(rows) > limit else "")

    def each_file(self, status: Choice = "", reason: str = "") -> Iterator[FileRecord]:
        """Yield all files in the order of their paths: those of a status, with a reason that holds a text."""
        page = self.files(status, reason, _FILES_AT_ONCE)
        yield from page.files
        while page.after:
            page = self.files(status, reason, _FILES_AT_ONCE, page.after)
            yield from page.files

    def reasons(self) -> list[tuple[str, str, int]]:
        """Count files by status and reason, most first."""
        with self._lock, storage_problems(self.folder):
            return ledger.reasons(self._ledger)

    def file_counts(self) -> tuple[tuple[FileCount, ...], tuple[FileCount, ...]]:
        """Count the files by folder, two levels deep, and by format."""
        with self._lock, storage_problems(self.folder):
            return file_counts(self._ledger)

    def count_with_remarks(self) -> int:
        """Count the files that something is to be told about."""
        with self._lock, storage_problems(self.folder):
            return ledger.count_with_remarks(self._ledger)

    def last_number(self) -> int:
        """Return the number of the last arrival or change of an article; 0 if there was none."""
        with self._lock, storage_problems(self.folder):
            return arrivals.last_number(self._ledger)

    def arrivals_since(self, number: int) -> tuple[Arrival, ...]:
        """Return the articles that were added or edited after a change, and are there still, in that order."""
        with self._lock, storage_problems(self.folder):
            return tuple(arrivals.arrivals_since(self._ledger, number))

    def texts_of(self, article_id: str) -> tuple[tuple[int, str], ...]:
        """Return the digests of the texts that an article has and had, each with the number of its arrival."""
        with self._lock, storage_problems(self.folder):
            return tuple(arrivals.texts_of(self._ledger, article_id))

    def full_stories(self) -> int:
        """Count the stories that have as many copies as one may (`copies.MOST_PRINTINGS`); later ones are not told."""
        with self._lock, storage_problems(self.folder):
            return copies.full_stories(self._ledger)

    def versions(self, article_id: str) -> tuple[Version, ...]:
        """Return the former texts of an article that are kept, the oldest first."""
        with self._lock, storage_problems(self.folder):
            return tuple(versions.versions(self._ledger, article_id))

    def root(self) -> str:
        """Return the hash over all articles' digests, as of the last commit of the ledger."""
        with self._lock, storage_problems(self.folder):
            return corpus_hash.root(self._ledger)

    def proof(self, digest: str) -> tuple[Step, ...]:
        """Return the steps that lead from an article's digest to the root; none where no article has it."""
        with self._lock, storage_problems(self.folder):
            return corpus_hash.proof(self._ledger, bytes.fromhex(digest))

    def digests(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the digests of articles (32 hexadecimal digits) by id."""
        with self._lock, storage_problems(self.folder):
            return ledger.digests(self._ledger, ids)

    def all_digests(self) -> dict[str, str]:
        """Return the digests of all articles by id."""
        with self._lock, storage_problems(self.folder):
            return ledger.all_digests(self._ledger)

    def remark_reasons(self, most: int) -> list[tuple[str, int]]:
        """Count the remarks on parts of files by reason, most first."""
        with self._lock, storage_problems(self.folder):
            return ledger.remark_reasons(self._ledger, most)

    def other_paths(self, article_id: str) -> tuple[str, ...]:
        """Return the other paths that hold the same article (text, source, day, address), safe to be shown."""
        with self._lock, storage_problems(self.folder):
            paths = ledger.paths_of_duplicates(self._ledger, article_id)
        return tuple(shown(restored(path)) for path in paths)

    def remarks_beside(self, article_id: str, most: int) -> tuple[int, tuple[FileRemark, ...]]:
        """Count what is to be told about the file that an article is in, and return up to `most` of it."""
        with self._lock, storage_problems(self.folder):
            return ledger.remarks_beside(self._ledger, article_id, most)

    def original(self, article_id: str) -> Original:
        """Open the file that an article was read from.

        Raises:
            NotFound: there is no such article, its file has gone or changed since, or it is in an archive.
        """
        with self._lock, storage_problems(self.folder):
            found = ledger.place_of(self._ledger, article_id)
        path, digest, archive = found or (b"", None, None)
        root = root_of(self._manifest.roots, path)
        if not root:
            raise NotFound(f"There is no article {article_id!r} in this index. It may have been removed since.")
        if archive:
            raise NotFound(
                f"{shown(restored(path))!r} is in the archive {shown(restored(archive))!r}. "
                "Open the archive to see the original."
            )
        return open_original(root.path, _below(root, path), digest)

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def _take_up(self) -> bool:
        """Read the manifest of a newer commit; say whether it is of the generation that is read here."""
        stamp = _stamp(self.folder)
        if stamp == self._stamp:
            return True
        newest = manifest.read(self.folder)
        if newest is None or _generation(newest) != _generation(self._manifest):
            return False
        self._manifest, self._stamp = newest, stamp
        return True


def open_catalog(folder: Path) -> Catalog:
    """Open the index in `folder` for reading.

    Raises:
        IndexProblem: there is none, it is damaged, or it was built by other rules.
        StorageProblem: it may not be read.
    """
    while True:
        stamp, current = _stamp(folder), manifest.existing(folder)
        try:
            return Catalog(folder, stamp, current)
        except SearchappError:
            if _generation(manifest.existing(folder)) == _generation(current):
                raise  # else a rebuild has replaced what was to be opened: the new one is there


def check_ledger(catalog: Catalog) -> Iterator[str]:
    """Let SQLite check the ledger; yield a sentence for each fault that it finds."""
    try:
        with catalog._lock:
            yield from (f"{ledger.NAME}: {fault}" for fault in ledger.faults(catalog._ledger))
    except sqlite3.DatabaseError as fault:
        yield f"{ledger.NAME}: {fault}"


def locate(roots: Sequence[Root], path: bytes) -> Path | None:
    """Return where a file of the ledger lies, given the roots; None if its root is no longer indexed."""
    root = root_of(roots, path)
    return _below(root, path) if root else None


def root_of(roots: Sequence[Root], path: bytes) -> Root | None:
    """Return the root that a path of the ledger starts with; None where it is none any more."""
    label = path.partition(b"/")[0]
    return next((root for root in roots if stored(root.label) == label), None)


def _below(root: Root, path: bytes) -> Path:
    below = path.partition(b"/")[2]
    return root.path / restored(below) if below else root.path


def _open_ledger(folder: Path, found: Manifest) -> sqlite3.Connection:
    generation = folder / found.folder_name
    try:
        (generation / ledger.NAME).open("rb").close()
    except FileNotFoundError as fault:
        raise IndexDamaged(folder, f"{Path(fault.filename).relative_to(folder)} is missing") from fault
    except OSError as fault:
        raise StorageProblem(f"The index in {str(folder)!r} cannot be read: {fault.strerror}.") from fault
    with storage_problems(folder):
        return ledger.open_for_reading(generation / ledger.NAME)


def _generation(found: Manifest) -> tuple[int, str]:
    return found.generation, found.created


def _stamp(folder: Path) -> _Stamp:
    try:
        stat = (folder / manifest.NAME).stat()
    except OSError:
        return 0, 0, 0
    return stat.st_mtime_ns, stat.st_ino, stat.st_size


def _position(after: str) -> bytes:
    try:
        return bytes.fromhex(after)
    except ValueError:
        return b""
