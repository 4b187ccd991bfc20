"""The tantivy engine: one machine, millions of articles. A Rust library does the work; this says what to."""

import json
import os
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

from tantivy import Index, IndexWriter

from searchapp.article import Article
from searchapp.disk import index_of, sync_folder
from searchapp.engines.embedded import check_settings, settings_of, share_engine
from searchapp.engines.fields import storable
from searchapp.engines.ready_texts import Writer
from searchapp.engines.snapshot import Reader
from searchapp.engines.tantivy.checking import damaged, files_of
from searchapp.engines.tantivy.documents import document, schema
from searchapp.engines.tantivy.mirror import META, Mirror, may_only_be_read
from searchapp.engines.tantivy.searching import TantivySnapshot
from searchapp.errors import IndexDamaged, IndexLocked, StorageProblem
from searchapp.languages import Stems

__all__ = [
    "TantivyEngine",
    "check_engine",
    "check_settings",
    "create_engine",
    "discard_engine",
    "open_engine",
    "settings_of",
    "share_engine",
]

HEAP = 200_000_000  # bytes for postings in memory before they become a segment, for all threads together
_COMPARED = 64_000_000  # bytes that are compared as an index is opened: a tenth of a second
MOST_THREADS = 4  # each makes segments of its own; our half of the work, cutting and stemming, feeds hardly more


def create_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "TantivyEngine":
    """Begin a store in `folder`, with stems of `language`; there is nothing to be set.

    Raises:
        UnknownLanguage: there is no stemmer for `language`.
        StorageProblem: the folder cannot be made or read.
    """
    del settings
    engine = TantivyEngine(folder, language)
    _share(folder)
    return engine


def open_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "TantivyEngine":
    """Open the store in `folder`.

    Raises:
        UnknownLanguage: there is no stemmer for `language`.
        IndexDamaged: there is none, or what is in `folder` cannot be read.
        StorageProblem: the folder cannot be read.
    """
    del settings
    with _explained(folder):
        if not (folder / META).is_file():
            raise IndexDamaged(index_of(folder), f"there is no tantivy index in {folder.name}")
    return TantivyEngine(folder, language)


def check_engine(folder: Path) -> Iterator[str]:
    """Compare every file with its checksum; yield a sentence for each that differs.

    Raises:
        IndexDamaged: tantivy cannot open what is there.
        StorageProblem: the folder cannot be read.
    """
    with _explained(folder):
        Index.open(str(folder))
        meta = json.loads((folder / META).read_bytes())
        for name in damaged(file for _, file in files_of(folder, meta)):
            yield f"{name} has changed on the disk"


def discard_engine(folder: Path) -> None:
    """Remove the store in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)  # files that somebody holds open stay for the next writer


class TantivyEngine(Reader):
    """A store of articles in a folder; see `searchapp.engines.Engine` for what each method promises."""

    _snapshot: TantivySnapshot

    def __init__(self, folder: Path, language: str) -> None:
        self._stems = Stems(language)
        self._writers: dict[str, Writer] = {}  # of words, by the codes of stemmers
        self._folder = folder
        with _explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._mirror = Mirror(folder) if may_only_be_read(folder) else None
            self._index = Index(schema(), str(self._mirror.path if self._mirror else folder))
            self._index.config_reader("manual")
        self._writer: IndexWriter | None = None
        self._compared: set[str] = set()  # files that were compared with their checksums
        self._put: set[str] = set()  # since the last commit
        self._is_changed = False
        self._stamp = (0, 0)
        self._version = ""
        self._articles = 0  # as scores count them, those removed but not yet merged away included
        self._take_up()

    def put(self, articles: Iterable[Article]) -> None:
        """Add articles; one whose id is there already takes its place."""
        writer = self._begin()
        for article in articles:
            made = document(article, self._writer_of(self._stems.code(article.language)))
            with _explained(self._folder):
                if article.id in self._put or self._snapshot.has(article.id):
                    writer.delete_documents_by_term("id", storable(article.id))
                writer.add_document(made)
            self._put.add(article.id)

    def remove(self, ids: Collection[str]) -> None:
        """Take articles out by id; unknown ids are ignored."""
        writer = self._begin()
        with _explained(self._folder):
            for article_id in ids:
                writer.delete_documents_by_term("id", storable(article_id))

    def commit(self) -> None:
        """Make all since the last commit durable and visible; all of it or none."""
        writer = self._begin()
        with _explained(self._folder):
            writer.commit()
            _share(self._folder)
            sync_folder(self._folder)  # the renaming of the last file, which tantivy leaves to the system
        self._is_changed = False
        self._put.clear()
        self.refresh()

    def close(self) -> None:
        """Let go of the files, once segments that are being merged are whole. What was not committed is dropped."""
        if self._mirror:
            self._mirror.close()
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        with _explained(self._folder):
            if self._is_changed:
                writer.rollback()
            writer.wait_merging_threads()
            _share(self._folder)
        self._is_changed = False
        self._put.clear()

    def refresh(self) -> bool:
        """Take up a newer commit, if there is one; say whether there was."""
        if _stamp(self._folder) == self._stamp:
            return False
        before = self._version
        self._take_up()
        return self._version != before

    def version(self) -> str:
        """Name the commit that is read."""
        return self._version

    def _writer_of(self, code: str) -> Writer:
        if code not in self._writers:
            self._writers[code] = Writer(self._stems, code)
        return self._writers[code]

    def _begin(self) -> IndexWriter:
        if self._mirror:
            raise StorageProblem(f"The index in {str(self._folder)!r} is read-only.")
        if self._writer is None:
            with _explained(self._folder):
                self._writer = self._index.writer(HEAP, min(os.cpu_count() or 1, MOST_THREADS))
            self.refresh()  # another process may have written since, and what it put is to be replaced, not doubled
        self._is_changed = True
        return self._writer

    def _take_up(self) -> None:
        """Read the newest commit; once more, if another came while it was being opened."""
        with _explained(self._folder):
            while (stamp := _stamp(self._folder)) != self._stamp:
                self._stamp = stamp
                if self._mirror:
                    self._mirror.follow()
                meta = json.loads((self._folder / META).read_bytes())
                self._compare(meta)
                self._index.reload()
                self._version = str(meta["opstamp"])
                self._articles = sum(segment["max_doc"] for segment in meta["segments"])
        self._snapshot = TantivySnapshot(self._index.schema, self._index.searcher(), self._articles, self._stems)

    def _compare(self, meta: Mapping[str, Any]) -> None:
        """Compare files with their checksums before their first use, as many as take no time; `check_engine` all."""
        fresh = [(size, file) for size, file in files_of(self._folder, meta) if file.name not in self._compared]
        until = accumulate(size for size, _ in fresh)
        some = [file for (_, file), end in zip(fresh, until, strict=True) if end <= _COMPARED]
        if name := next(damaged(some), None):
            raise IndexDamaged(index_of(self._folder), f"{name} has changed on the disk")
        self._compared.update(file.name for file in some)


def _stamp(folder: Path) -> tuple[int, int]:
    status = (folder / META).stat()
    return status.st_ino, status.st_mtime_ns


def _share(folder: Path) -> None:
    """Let those read the two files that tantivy keeps to their owner who may read the others."""
    readable = stat.S_IMODE(folder.stat().st_mode) & 0o666
    for name in (META, ".managed.json"):
        (folder / name).chmod(readable)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn the errors of tantivy, all of one class, into ours by what they say."""
    try:
        yield
    except OSError as error:
        raise StorageProblem(f"The index in {str(folder)!r} cannot be used: {error.strerror}.") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(index_of(folder), f"{META} is incomplete") from error
    except ValueError as error:
        text = str(error)
        if "LockBusy" in text:
            raise IndexLocked(f"Another process is writing to the index in {str(folder)!r}.") from error
        if any(sign in text for sign in ("os error", "Os {", "writer was killed")):
            raise StorageProblem(f"The index in {str(folder)!r} cannot be written or read: {text}") from error
        raise IndexDamaged(index_of(folder), text) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how Rust gives up; it is no Exception
            raise
        raise IndexDamaged(index_of(folder), f"tantivy failed: {error}") from error
