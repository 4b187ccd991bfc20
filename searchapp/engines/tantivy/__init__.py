"""The tantivy engine: one machine, millions of articles. The work is done by a Rust library.

put    ──> `documents`: an article as texts of ready words
search ──> `searching` ──> `compiling`: a tree as queries (`queries`, `windows`) ──> `order`, `neighbours`, `counting`
"""

import json
import os
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
from searchapp.engines.tantivy.mirror import META, LinkedFolder, may_only_be_read
from searchapp.engines.tantivy.searching import TantivySnapshot
from searchapp.errors import NO_STORE, IndexDamaged, IndexLocked, StorageProblem
from searchapp.languages import Stems
from searchapp.sentences import marked, sentence

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

HEAP = 200_000_000  # bytes of postings in memory, for all threads together, before they are written as a segment
_COMPARED = 64_000_000  # bytes that are checked when an index is opened, which takes a tenth of a second
_UNUSABLE = marked("The index in {folder} cannot be written or read: {fault}.")
MOST_THREADS = 4  # each writes segments of its own; our half of the work, cutting and stemming, can hardly feed more


def create_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "TantivyEngine":
    """Create a store in `folder`, with stems of `language`; there are no settings.

    Raises:
        UnknownLanguage: there is no stemmer for `language`.
        StorageProblem: the folder cannot be created or read.
    """
    del settings
    engine = TantivyEngine(folder, language)
    _share(folder)
    return engine


def open_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "TantivyEngine":
    """Open the store in `folder`.

    Raises:
        UnknownLanguage: there is no stemmer for `language`.
        IndexDamaged: there is no store, or it cannot be read.
        StorageProblem: the folder cannot be read.
    """
    del settings
    with _explained(folder):
        if not (folder / META).is_file():
            raise IndexDamaged(index_of(folder), sentence(NO_STORE, engine="tantivy", folder=folder.name))
    return TantivyEngine(folder, language)


def check_engine(folder: Path) -> Iterator[str]:
    """Compare every file with its checksum; yield a sentence for each that differs.

    Raises:
        IndexDamaged: tantivy cannot open what is there.
        StorageProblem: the folder cannot be read.
    """
    with _explained(folder):
        meta = json.loads((folder / META).read_bytes())
        changed = list(damaged(file for _, file in files_of(folder, meta)))
        if not changed:
            Index.open(str(folder))
    yield from (f"{name} has changed on the disk" for name in changed)


def discard_engine(folder: Path) -> None:
    """Remove the store in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)  # files that another process holds open are left to the next writer


class TantivyEngine(Reader):
    """A store of articles in a folder; see `searchapp.engines.Engine` for the contract of each method."""

    _snapshot: TantivySnapshot

    def __init__(self, folder: Path, language: str) -> None:
        self._stems = Stems(language)
        self._writers: dict[str, Writer] = {}  # by the codes of stemmers
        self._folder = folder
        self._compared: set[str] = set()  # files that were checked
        _check_name(folder)
        with _explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / META).exists():  # before tantivy opens it, which panics and says so on stderr
                self._compare(json.loads((folder / META).read_bytes()))
            self._mirror = LinkedFolder(folder) if may_only_be_read(folder) else None
            self._index = Index(schema(), str(self._mirror.path if self._mirror else folder))
            self._index.config_reader("manual")
        self._writer: IndexWriter | None = None
        self._put: set[str] = set()  # since the last commit
        self._is_changed = False
        self._stamp = (0, 0)
        self._version = ""
        self._articles = 0  # as counted in scores: including articles that were removed but not yet merged away
        self._take_up()

    def put(self, articles: Iterable[Article]) -> None:
        """Add articles; an article replaces one with the same id."""
        writer = self._begin()
        for article in articles:
            made = document(article, self._writer_of(self._stems.code(article.language)))
            with _explained(self._folder):
                if article.id in self._put or self._snapshot.has(article.id):
                    writer.delete_documents_by_term("id", storable(article.id))
                writer.add_document(made)
            self._put.add(article.id)

    def remove(self, ids: Collection[str]) -> None:
        """Remove articles by id; unknown ids are ignored."""
        writer = self._begin()
        with _explained(self._folder):
            for article_id in ids:
                writer.delete_documents_by_term("id", storable(article_id))

    def commit(self) -> Sequence[Article]:
        """Make all changes since the last commit durable and visible; all or none of them."""
        writer = self._begin()
        with _explained(self._folder):
            writer.commit()
            _share(self._folder)
            sync_folder(self._folder)  # for the last rename, which tantivy does not sync
        self._is_changed = False
        self._put.clear()
        self.refresh()
        return ()

    def close(self) -> None:
        """Release the files once running merges have ended. Changes that were not committed are lost."""
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
        """Switch to a newer commit, if there is one; return whether there was."""
        if _stamp(self._folder) == self._stamp:
            return False
        before = self._version
        self._take_up()
        return self._version != before

    def version(self) -> str:
        """Return a name for the commit being read."""
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
                self._writer.garbage_collect_files()  # a killed writer's, which have the names that ours will have
            self.refresh()  # another process may have written since; its articles are to be replaced, not duplicated
        self._is_changed = True
        return self._writer

    def _take_up(self) -> None:
        """Open the newest commit; try again if another was made meanwhile."""
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
        """Check files before their first use, as many as take hardly any time; `check_engine` checks all."""
        fresh = [(size, file) for size, file in files_of(self._folder, meta) if file.name not in self._compared]
        until = accumulate(size for size, _ in fresh)
        some = [file for (_, file), end in zip(fresh, until, strict=True) if end <= _COMPARED]
        if name := next(damaged(some), None):
            raise IndexDamaged(index_of(self._folder), sentence("{name} has changed on the disk", name=name))
        self._compared.update(file.name for file in some)


def _check_name(folder: Path) -> None:
    try:
        str(folder).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise StorageProblem(
            f"The tantivy engine cannot use {str(folder)!r}, since that name is not UTF-8. Name another folder with "
            "--index, or use the whoosh engine."
        ) from fault


def _stamp(folder: Path) -> tuple[int, int]:
    status = (folder / META).stat()
    return status.st_ino, status.st_mtime_ns


def _share(folder: Path) -> None:
    """Give the two files that tantivy makes private the same read permissions as the others."""
    readable = stat.S_IMODE(folder.stat().st_mode) & 0o666
    for name in (META, ".managed.json"):
        (folder / name).chmod(readable)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn tantivy's errors, which are all of one class, into ours by their messages."""
    try:
        yield
    except OSError as error:
        raise StorageProblem(sentence(_UNUSABLE, folder=repr(str(folder)), fault=str(error.strerror))) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(index_of(folder), sentence("{name} is incomplete", name=META)) from error
    except ValueError as error:
        text = str(error)
        if "LockBusy" in text:
            raise IndexLocked(f"Another process is writing to the index in {str(folder)!r}.") from error
        if any(sign in text for sign in ("os error", "Os {", "writer was killed")):
            raise StorageProblem(sentence(_UNUSABLE, folder=repr(str(folder)), fault=text)) from error
        raise IndexDamaged(index_of(folder), text) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic in Rust, which is not an Exception
            raise
        raise IndexDamaged(index_of(folder), sentence("tantivy failed: {fault}", fault=str(error))) from error
