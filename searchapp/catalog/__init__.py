"""The index folder: its contents, the rules that it was built by, and who may write to it.

    index/manifest.json            `manifest`: engine, language, versions, roots, the generation in force, coverage
    index/gen-0001/ledger.sqlite   `ledger`: every file and article; `ledger_writing` writes it,
                                   `walked` compares it with the folders
    index/gen-0001/engine/         the engine's own files, which only the engine reads and removes; engine.txt names it
    index/gen-0001/pending.json    ids of the commit under way: what a crash may have left half done
    index/saved.txt, news.json     `saved`: saved searches, and how far each has been reported
    index/kept/HASH.jsonl          `kept`: what a saved search found at several moments
    index/running.json             `running`: the progress of the run under way
    index/write.lock, writer.json  `writing`: the lock that allows one writer at a time, and who holds it

The ledger lies inside its generation, so that one step puts both in force after a rebuild. A manifest is never modified
once it is written: it is replaced.
"""

import errno
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from searchapp.catalog import arrivals, corpus_hash, ledger, manifest, stories, versions
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
from searchapp.errors import NO_ARTICLE, UNREADABLE, IndexDamaged, NotFound, SearchappError, StorageProblem
from searchapp.sentences import sentence

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
    "is_index",
    "open_catalog",
    "refuse_foreign",
    "root_of",
    "root_of_digests",
]

_FILES_AT_ONCE = 100

_Stamp = tuple[int, int, int]


class Files(NamedTuple):
    """One page of the list of files; pass `after` to `Catalog.files` for the next page. It is empty at the end."""

    files: tuple[FileRecord, ...]
    after: str


class Catalog:
    """An index opened for reading: one generation, whatever is written meanwhile. Any thread may use it."""

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
        """Return a name for the generation being read; it differs after each rebuild and is fit for an ETag."""
        return f"{self._manifest.generation}.{self._manifest.created}"

    def is_superseded(self) -> bool:
        """Tell whether another generation is in force by now, so that the catalog should be reopened."""
        return not self._take_up()

    def coverage(self) -> Coverage:
        """Return what a search covers, as of the last commit."""
        self._take_up()
        return self._manifest.coverage

    def files(
        self, status: Choice = "", reason: str = "", limit: int = 100, after: str = "", most_remarks: int = MOST_REMARKS
    ) -> Files:
        """List files by path, from `after` on: those with a status, and with a reason that contains a text.

        `after` comes from the previous page; it consists of hexadecimal digits. Each file has up to `most_remarks`.
        """
        with self._lock, storage_problems(self.folder):
            rows = list(ledger.files(self._ledger, status, reason, limit + 1, _position(after), most_remarks))
        page = rows[:limit]
        return Files(tuple(record for _, record in page), page[-1][0].hex() if len(rows) > limit else "")

    def each_file(self, status: Choice = "", reason: str = "") -> Iterator[FileRecord]:
        """Yield all files by path: those with a status, and with a reason that contains a text."""
        page = self.files(status, reason, _FILES_AT_ONCE)
        yield from page.files
        while page.after:
            page = self.files(status, reason, _FILES_AT_ONCE, page.after)
            yield from page.files

    def reasons(self) -> list[tuple[str, str, int]]:
        """Count the files by status and reason, most first."""
        with self._lock, storage_problems(self.folder):
            return ledger.reasons(self._ledger)

    def file_counts(self) -> tuple[tuple[FileCount, ...], tuple[FileCount, ...]]:
        """Count the files by folder, two levels deep, and by format."""
        with self._lock, storage_problems(self.folder):
            return file_counts(self._ledger)

    def count_with_remarks(self) -> int:
        """Count the files with remarks."""
        with self._lock, storage_problems(self.folder):
            return ledger.count_with_remarks(self._ledger)

    def last_number(self) -> int:
        """Return the number of the last addition or edit of an article; 0 if there was none."""
        with self._lock, storage_problems(self.folder):
            return arrivals.last_number(self._ledger)

    def arrivals_since(self, number: int) -> tuple[Arrival, ...]:
        """Return the articles added or edited after a change, in that order, without those removed since."""
        with self._lock, storage_problems(self.folder):
            return tuple(arrivals.arrivals_since(self._ledger, number))

    def texts_of(self, article_id: str) -> tuple[tuple[int, str], ...]:
        """Return the digests of an article's present and former texts, each with the number of its change."""
        with self._lock, storage_problems(self.folder):
            return tuple(arrivals.texts_of(self._ledger, article_id))

    def full_stories(self) -> int:
        """Count the stories with as many copies as are recorded of one story at most (`stories.MOST_PRINTINGS`)."""
        with self._lock, storage_problems(self.folder):
            return stories.full_stories(self._ledger)

    def versions(self, article_id: str) -> tuple[Version, ...]:
        """Return the former texts of an article that are kept, oldest first."""
        with self._lock, storage_problems(self.folder):
            return tuple(versions.versions(self._ledger, article_id))

    def root(self) -> str:
        """Return the hash over all articles' digests, as of the last commit of the ledger."""
        with self._lock, storage_problems(self.folder):
            return corpus_hash.root(self._ledger)

    def proof(self, digest: str) -> tuple[Step, ...]:
        """Return the proof that leads from an article's digest to the root; empty if no article has the digest."""
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
        """Return the other paths with the same article (text, source, date, URL), safe for display."""
        with self._lock, storage_problems(self.folder):
            paths = ledger.paths_of_duplicates(self._ledger, article_id)
        return tuple(shown(restored(path)) for path in paths)

    def remarks_beside(self, article_id: str, most: int) -> tuple[int, tuple[FileRemark, ...]]:
        """Count the remarks on the file that an article is in, and return up to `most` of them."""
        with self._lock, storage_problems(self.folder):
            return ledger.remarks_beside(self._ledger, article_id, most)

    def original(self, article_id: str) -> Original:
        """Open the file that an article was read from.

        Raises:
            NotFound: there is no such article, its file was removed or changed since, or it is in an archive.
        """
        with self._lock, storage_problems(self.folder):
            found = ledger.place_of(self._ledger, article_id)
        path, digest, archive = found or (b"", None, None)
        root = root_of(self._manifest.roots, path)
        if not root:
            raise NotFound(sentence(NO_ARTICLE, id=repr(article_id)))
        if archive:
            raise NotFound(
                sentence(
                    "{file} is in the archive {archive}. Open the archive to see the original.",
                    file=repr(shown(restored(path))),
                    archive=repr(shown(restored(archive))),
                )
            )
        return open_original(root.path, _below(root, path), digest)

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()

    def _take_up(self) -> bool:
        """Read the manifest of a newer commit; tell whether it belongs to the generation being read."""
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
                raise  # otherwise a rebuild has replaced this generation, and the new one can be opened


def is_index(folder: Path) -> bool:
    """Say whether a folder is that of an index, and not one of articles."""
    return (folder / manifest.NAME).is_file()


def check_ledger(catalog: Catalog) -> Iterator[str]:
    """Check the ledger; yield a sentence for each fault that it finds."""
    try:
        with catalog._lock:
            yield from (f"{ledger.NAME}: {fault}" for fault in ledger.faults(catalog._ledger))
    except sqlite3.DatabaseError as fault:
        yield f"{ledger.NAME}: {fault}"


def locate(roots: Sequence[Root], path: bytes) -> Path | None:
    """Return the path on disk of a file in the ledger, given the roots; None if its root is no longer indexed."""
    root = root_of(roots, path)
    return _below(root, path) if root else None


def root_of(roots: Sequence[Root], path: bytes) -> Root | None:
    """Return the root that a path in the ledger starts with; None if it is no longer indexed."""
    label = path.partition(b"/")[0]
    return next((root for root in roots if stored(root.label) == label), None)


def _below(root: Root, path: bytes) -> Path:
    below = path.partition(b"/")[2]
    return root.path / restored(below) if below else root.path


def _open_ledger(folder: Path, found: Manifest) -> sqlite3.Connection:
    file = folder / found.folder_name / ledger.NAME
    try:
        file.stat()
    except FileNotFoundError as fault:
        missing = sentence("{name} is missing", name=str(file.relative_to(folder)))
        raise IndexDamaged(folder, missing) from fault
    except OSError as fault:
        raise StorageProblem(sentence(UNREADABLE, folder=repr(str(folder)), fault=str(fault.strerror))) from fault
    with storage_problems(folder):
        try:
            return ledger.open_for_reading(file)
        except sqlite3.OperationalError as fault:
            # Not tried before by opening and closing it: that would end the locks that this process has on the file.
            if os.access(file, os.R_OK):
                raise
            refused = os.strerror(errno.EACCES)
            raise StorageProblem(sentence(UNREADABLE, folder=repr(str(folder)), fault=refused)) from fault


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
