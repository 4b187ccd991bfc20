"""Build and merge segments in worker processes: pure Python needs one per core.

A worker is spawned, so that it inherits no lock and no thread, and it ends with the process that started it.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from searchapp.article import Article
from searchapp.engines.whoosh.committed import CommittedSegment
from searchapp.engines.whoosh.inverting import Inverter
from searchapp.engines.whoosh.merging import merge
from searchapp.engines.whoosh.segment import Segment, SegmentFile
from searchapp.languages import Stems
from searchapp.memory import give_back

_WORTH_A_PROCESS = 1_000_000  # characters; fewer are inverted here faster than a process starts
_WORTH_MERGING_THERE = 5_000  # articles; fewer are merged here faster than a process starts


MEMORY = 4 << 30  # bytes of a process that builds: the worst article, 16 MB of Chinese at random, takes 2.6 GB
_MOST_REFUSED = 5  # articles, after which it is not the articles that are to blame
_OUT_OF_MEMORY = (BrokenProcessPool, MemoryError)


class Built(NamedTuple):
    """A segment, None if it would hold nothing, and the articles that need more memory than there is."""

    segment: CommittedSegment | None
    refused: tuple[Article, ...] = ()


class Building:
    """A segment under way. Its articles are kept until it is there, since it may have to be built without some."""

    def __init__(self, future: Future[CommittedSegment], articles: Sequence[Article], builder: "Builder") -> None:
        self._future = future
        self._articles = articles
        self._builder = builder
        future.add_done_callback(self._release)

    def result(self) -> Built:
        """Wait for the segment.

        Raises:
            BrokenProcessPool: processes are killed whatever they build.
        """
        try:
            return Built(self._future.result())
        except _OUT_OF_MEMORY:
            return self._builder.build_by_parts(self._articles)

    def _release(self, future: Future[CommittedSegment]) -> None:
        if not future.cancelled() and not future.exception():
            self._articles = ()


class Builder:
    """Builds segments in a folder; waits where more is asked for than the processes can do.

    Each process may take `memory` bytes to build, where the system counts them (Linux).
    """

    def __init__(self, folder: Path, language: str, processes: int, memory: int = MEMORY) -> None:
        self._folder = folder
        self._language = language
        self._processes = processes
        self._memory = memory
        self._refused = 0
        self._pool: ProcessPoolExecutor | None = None
        self._running: list[Future[CommittedSegment]] = []

    def build(self, articles: Sequence[Article], size: int) -> Building:
        """Begin a segment of these articles, which have `size` characters."""
        if size < _WORTH_A_PROCESS:
            built: Future[CommittedSegment] = Future()
            built.set_result(_build(self._folder, self._language, articles))
            return Building(built, (), self)
        self._running = [future for future in self._running if not future.done()]
        if len(self._running) > self._processes:  # so that memory stays bounded
            wait([self._running.pop(0)])
        self._running.append(self._begun(articles))
        return Building(self._running[-1], articles, self)

    def build_by_parts(self, articles: Sequence[Article]) -> Built:
        """Build a segment alone that failed among others; if it fails again, halve it to find the articles to blame.

        Raises:
            BrokenProcessPool: processes are killed whatever they build.
        """
        try:
            return Built(self._begun(articles).result())
        except _OUT_OF_MEMORY:
            if len(articles) == 1:
                self._refused += 1
                if self._refused > _MOST_REFUSED:
                    raise
                return Built(None, tuple(articles))
        middle = len(articles) // 2
        parts = [self.build_by_parts(some) for some in (articles[:middle], articles[middle:])]
        segments = [part.segment for part in parts if part.segment]
        whole = self.merge(segments) if len(segments) > 1 else next(iter(segments), None)
        return Built(whole, tuple(article for part in parts for article in part.refused))

    def merge(self, segments: Sequence[CommittedSegment]) -> CommittedSegment:
        """Merge segments into one."""
        parts = [(segment.file(self._folder), segment.removed) for segment in segments]
        if sum(segment.count for segment in segments) < _WORTH_MERGING_THERE:
            return _merge(self._folder, parts)
        return self._started().submit(_merge, self._folder, parts).result()

    def close(self) -> None:
        """End the processes; what they have not begun is dropped."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _begun(self, articles: Sequence[Article]) -> Future[CommittedSegment]:
        work = (self._memory, self._folder, self._language, articles)
        try:
            return self._started().submit(_build_within, *work)
        except BrokenProcessPool:  # a process of that pool was killed: it takes nothing more
            self.close()
            return self._started().submit(_build_within, *work)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=spawn, initializer=_begin)
        return self._pool


def _build_within(  # pragma: no cover - runs in a process of its own
    memory: int, folder: Path, language: str, articles: Sequence[Article]
) -> CommittedSegment:
    """Build a segment; the system refuses this process more memory than that. Mapped files do not count."""
    try:
        import resource
    except ImportError:  # Windows
        return _build(folder, language, articles)
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (memory if hard < 0 else min(memory, hard), hard))
    try:
        return _build(folder, language, articles)
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _build(folder: Path, language: str, articles: Sequence[Article]) -> CommittedSegment:
    segment = CommittedSegment(len(articles))
    inverter = Inverter(_stems(language))
    for article in articles:
        inverter.add(article)
    folder.mkdir(parents=True, exist_ok=True)
    inverter.write(segment.file(folder))
    del inverter
    give_back()
    return segment


def _merge(folder: Path, parts: Sequence[tuple[Path, set[int]]]) -> CommittedSegment:
    segment = CommittedSegment()
    segment.count = merge([Segment(SegmentFile(file), gone) for file, gone in parts], segment.file(folder))
    give_back()
    return segment


@lru_cache(maxsize=1)
def _stems(language: str) -> Stems:
    return Stems(language)


def _begin() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it, also when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
