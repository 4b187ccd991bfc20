"""Build and merge segments in worker processes: pure Python needs one per core.

A worker is spawned, so that it inherits no lock and no thread, and it ends with the process that started it.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path

from searchapp.article import Article
from searchapp.engines.whoosh.committed import CommittedSegment
from searchapp.engines.whoosh.inverting import Inverter
from searchapp.engines.whoosh.merging import merge
from searchapp.engines.whoosh.segment import Segment, SegmentFile
from searchapp.languages import Stems

_WORTH_A_PROCESS = 1_000_000  # characters; fewer are inverted here faster than a process starts
_WORTH_MERGING_THERE = 5_000  # articles; fewer are merged here faster than a process starts


class Builder:
    """Builds segments in a folder; waits where more is asked for than the processes can do."""

    def __init__(self, folder: Path, language: str, processes: int) -> None:
        self._folder = folder
        self._language = language
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._running: list[Future[CommittedSegment]] = []

    def build(self, articles: Sequence[Article], size: int) -> Future[CommittedSegment]:
        """Begin a segment of these articles, which have `size` characters."""
        if size < _WORTH_A_PROCESS:
            built: Future[CommittedSegment] = Future()
            built.set_result(_build(self._folder, self._language, articles))
            return built
        self._running = [future for future in self._running if not future.done()]
        if len(self._running) > self._processes:  # so that memory stays bounded
            self._running.pop(0).result()
        self._running.append(self._started().submit(_build, self._folder, self._language, articles))
        return self._running[-1]

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

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=spawn, initializer=_begin)
        return self._pool


def _build(folder: Path, language: str, articles: Sequence[Article]) -> CommittedSegment:
    segment = CommittedSegment(len(articles))
    inverter = Inverter(_stems(language))
    for article in articles:
        inverter.add(article)
    folder.mkdir(parents=True, exist_ok=True)
    inverter.write(segment.file(folder))
    return segment


def _merge(folder: Path, parts: Sequence[tuple[Path, set[int]]]) -> CommittedSegment:
    segment = CommittedSegment()
    segment.count = merge([Segment(SegmentFile(file), gone) for file, gone in parts], segment.file(folder))
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
