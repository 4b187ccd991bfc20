"""The default engine: a Whoosh index whose segments are arrays, written and searched in bulk.

    put, remove ──> batches ──> worker processes: `inverting` ──> segments ──> `merging` ──> commit (Whoosh's TOC)
    search ──> `searching` ──> `matching` ──> `postings`, `lexicon` ──> `arrays`, mapped from the disk

`codec` shows the same files to Whoosh itself.
"""

import errno
import multiprocessing
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchapp.article import Article
from searchapp.engines import Ask, Budget, Hits
from searchapp.engines.whoosh.codec import EXTENSION, ArraySegment, schema
from searchapp.engines.whoosh.inverting import Inverter
from searchapp.engines.whoosh.merging import merge
from searchapp.engines.whoosh.policy import to_merge
from searchapp.engines.whoosh.searching import Snapshot
from searchapp.engines.whoosh.segment import Segment, SegmentFile
from searchapp.errors import IndexDamaged, StorageProblem
from searchapp.query.tree import Node
from searchapp.text import stemmer

_NAME = "articles"
_BATCH = 8_000_000  # characters that become one segment in one worker: about 150 MB at its peak
_WORTH_A_PROCESS = 1_000_000  # characters; less is inverted here sooner than a process has started


def open_engine(folder: Path, language: str) -> "WhooshEngine":
    """Open the index in `folder`, or begin one there, with stems of `language`."""
    return WhooshEngine(folder, language)


class WhooshEngine:
    """Articles in a Whoosh index (see `searchapp.engines.Engine`)."""

    def __init__(self, folder: Path, language: str, processes: int | None = None) -> None:
        self._folder = folder
        self._language = language
        self._stem = stemmer(language)
        self._storage = _DurableStorage(str(folder))
        self._files: dict[str, SegmentFile] = {}
        self._generation = -1
        self._snapshot = Snapshot((), self._stem)
        self._processes = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._forget_changes()
        self.refresh()

    # Writing

    def put(self, articles: Iterable[Article]) -> None:
        """Add articles; one whose id is there already takes its place."""
        for article in articles:
            if article.id in self._batch:
                self._close_batch()
            self._batch[article.id] = article
            self._gone.append((article.id, len(self._built)))
            self._batch_size += len(article.body)
            if self._batch_size >= _BATCH:
                self._close_batch()

    def remove(self, ids: Collection[str]) -> None:
        """Take articles out by id; unknown ids are ignored."""
        if not self._batch.keys().isdisjoint(ids):
            self._close_batch()
        self._gone.extend((article_id, len(self._built)) for article_id in ids)

    def commit(self) -> None:
        """Make all since the last commit durable and visible.

        Raises:
            StorageProblem: the disk did not take it; the last commit stands, and what came after is dropped.
        """
        if not self._gone:
            return
        try:
            self._close_batch()
            segments = self._merged(self._with_changes([future.result() for future in self._built]))
            self._write_toc(segments)
        except OSError as fault:
            raise _storage_problem(self._folder, fault) from fault
        except BrokenProcessPool as fault:
            raise StorageProblem(
                f"A process that was writing to {str(self._folder)!r} was ended from outside, perhaps for want of "
                "memory. Nothing that was committed is lost; run the same command again."
            ) from fault
        finally:
            self._forget_changes()
        self.refresh()

    def close(self) -> None:
        """Let go of files and processes; what was not committed is dropped."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        self._forget_changes()

    # Reading

    def refresh(self) -> bool:
        """Take up a newer commit, if there is one; say whether there was."""
        if not self._folder.is_dir():
            return False
        newest = TOC._latest_generation(self._storage, _NAME)
        if newest <= self._generation:
            return False
        try:
            toc = self._read_toc(newest)
            self._files = {segment.segment_id(): self._open(segment) for segment in toc.segments}
        except FileNotFoundError:
            return self._refresh_later(newest)
        except (ValueError, KeyError, EOFError) as fault:
            raise IndexDamaged(self._folder, str(fault)) from fault
        self._snapshot = Snapshot([Segment(self._open(s), s.removed) for s in toc.segments], self._stem)
        self._generation = newest
        return True

    def version(self) -> str:
        """Name the commit that is read."""
        return str(self._generation)

    def __len__(self) -> int:
        return self._snapshot.count

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""
        return self._snapshot.get(article_id)

    def ids(self) -> Iterator[str]:
        """Yield every article's id."""
        return self._snapshot.ids()

    def search(self, ask: Ask) -> Hits:
        """Answer a question."""
        return self._snapshot.search(ask)

    def count(self, tree: Node, budget: Budget) -> int:
        """Count exactly how many articles match; what was counted so far, when the time is over."""
        return self._snapshot.count_matches(tree, budget)

    def completions(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return words that start with a folded prefix, with the number of articles they are in, most first."""
        return self._snapshot.completions(prefix, limit)

    def spellings(self, term: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return words up to two typing errors from a folded word, nearest first, then those in most articles."""
        return self._snapshot.spellings(term, limit)

    # How

    def _forget_changes(self) -> None:
        self._batch: dict[str, Article] = {}
        self._batch_size = 0
        self._built: list[Future[ArraySegment]] = []
        # (id, n): the article is gone from the last commit and from the first n segments built since
        self._gone: list[tuple[str, int]] = []

    def _close_batch(self) -> None:
        if not self._batch:
            return
        articles = list(self._batch.values())
        if self._batch_size < _WORTH_A_PROCESS:
            here: Future[ArraySegment] = Future()
            here.set_result(_build(self._folder, self._language, articles))
            self._built.append(here)
        else:
            self._wait_for_a_process()
            self._built.append(self._started_pool().submit(_build, self._folder, self._language, articles))
        self._batch, self._batch_size = {}, 0

    def _wait_for_a_process(self) -> None:
        """Keep no more batches waiting than there are processes, so that memory stays bounded."""
        unfinished = [future for future in self._built if not future.done()]
        if len(unfinished) > self._processes:
            unfinished[0].result()

    def _started_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=spawn, initializer=_end_with_parent)
        return self._pool

    def _with_changes(self, built: Sequence[ArraySegment]) -> list[ArraySegment]:
        """Return all segments, the new ones last, with what has gone marked in each."""
        old: list[ArraySegment] = self._read_toc(self._generation).segments if self._generation >= 0 else []
        for segment in old:
            segment.removed.update(self._open(segment).holding({article_id for article_id, _ in self._gone}))
        for number, segment in enumerate(built):
            later = {article_id for article_id, until in self._gone if until > number}
            segment.removed.update(self._open(segment).holding(later) if later else ())
        return [segment for segment in (*old, *built) if segment.doc_count()]

    def _merged(self, segments: list[ArraySegment]) -> list[ArraySegment]:
        """Merge what has become too many small segments, or too many removed articles."""
        while group := to_merge([(segment.doc_count(), segment.deleted_count()) for segment in segments]):
            chosen = [segments[index] for index in group]
            job = (self._folder, [(segment.file(self._folder), segment.removed) for segment in chosen])
            size = sum(segment.doc_count_all() for segment in chosen)
            merged = _merge(*job) if size < 5_000 else self._started_pool().submit(_merge, *job).result()
            segments = [segment for index, segment in enumerate(segments) if index not in group] + [merged]
        return segments

    def _write_toc(self, segments: list[ArraySegment]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(self._folder)
        generation = self._generation + 1
        TOC(schema(), segments, generation).write(self._storage, _NAME)
        self._delete_all_but({segment.segment_id() for segment in segments}, generation)

    def _delete_all_but(self, segments: set[str], generation: int) -> None:
        """Delete files of older commits and of ones that never were; readers keep those that they have mapped."""
        toc = TOC._filename(_NAME, generation)
        for file in self._folder.iterdir():
            if file.name != toc and not (file.suffix == EXTENSION and file.stem in segments):
                file.unlink(missing_ok=True)

    def _read_toc(self, generation: int) -> TOC:
        return TOC.read(self._storage, _NAME, gen=generation)

    def _refresh_later(self, seen: int) -> bool:
        """A writer deleted files between our look at the folder and opening them: there is a newer commit, then."""
        if TOC._latest_generation(self._storage, _NAME) <= seen:
            raise IndexDamaged(self._folder, "a file of the last commit is missing")
        return self.refresh()

    def _open(self, segment: ArraySegment) -> SegmentFile:
        name = segment.segment_id()
        return self._files.get(name) or SegmentFile(segment.file(self._folder))


class _DurableStorage(FileStorage):
    """Whoosh's file storage, with what it names on the disk before the name is: it never syncs by itself."""

    def rename_file(self, oldname: str, newname: str, **_: bool) -> None:
        """Sync a file, give it its name, and sync the folder."""
        folder = Path(self.folder)
        with (folder / oldname).open("rb+") as file:
            os.fsync(file.fileno())
        (folder / oldname).replace(folder / newname)
        _sync_folder(folder)


def _build(folder: Path, language: str, articles: Sequence[Article]) -> ArraySegment:
    segment = ArraySegment(_NAME, len(articles))
    inverter = Inverter(_stemmer(language))
    for article in articles:
        inverter.add(article)
    folder.mkdir(parents=True, exist_ok=True)
    inverter.write(segment.file(folder))
    return segment


def _merge(folder: Path, parts: Sequence[tuple[Path, set[int]]]) -> ArraySegment:
    segment = ArraySegment(_NAME)
    segment.set_doc_count(merge([Segment(SegmentFile(file), gone) for file, gone in parts], segment.file(folder)))
    return segment


@lru_cache(maxsize=1)
def _stemmer(language: str) -> Callable[[str], str]:
    return stemmer(language)


def _end_with_parent() -> None:
    """Leave no process behind when the one that started it is killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there, and renaming is durable without
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _storage_problem(folder: Path, fault: OSError) -> StorageProblem:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageProblem(
            f"There is no room left where the index is ({folder}). The last good index stands as it was; "
            "make room and run the same command again."
        )
    return StorageProblem(f"The index in {folder} cannot be written: {fault}. The last good index stands as it was.")
