"""What a worker process does: read the files it is sent, and send back their pieces, within limits."""

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ctypes import Array, c_char
from dataclasses import dataclass, replace
from multiprocessing import reduction, resource_tracker
from multiprocessing.connection import Connection
from tempfile import TemporaryFile
from typing import IO, Any

from searchapp.indexer.reading import Job, Piece, ReadArticle, Start, Within, read_file
from searchapp.sources import Options
from searchapp.sources.guarding import Bounds, bound_records
from searchapp.sources.letter_model import share_tables

_CHUNK_PIECES = 500
_CHUNK_CHARACTERS = 1 << 20
_CHUNK_SECONDS = 0.5
LONGEST_PLACE = 512  # bytes of the description of a record's place

Chunk = list[tuple[int, Piece]]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for a file: seconds without an article, and bytes of memory of its worker (if the system counts).

    A record of a file with several is interrupted after `record_seconds` (not on Windows), and the next ones are read.
    A worker gets up to `task_files` small files at once. Up to `ahead` bytes of results may wait for their turn.
    """

    seconds: float = 60.0
    memory: int = 2 << 30
    record_seconds: float = 20.0
    task_files: int = 64
    ahead: int = 16 << 20


class SharedTables:
    """A file without a name for the tables of the model of languages; processes that are started inherit it.

    There is none on Windows, or without room for temporary files; then each process has tables of its own.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        if sys.platform != "win32":
            with suppress(OSError):
                self._file = TemporaryFile(buffering=0)  # noqa: SIM115

    def __reduce__(self) -> tuple[Callable[[Any], int | None], tuple[Any]]:
        """Become the file's descriptor in another process."""
        return _descriptor, (reduction.DupFd(self._file.fileno()) if self._file else None,)

    def close(self) -> None:
        """Let go of the file, which is removed once no process has it."""
        if self._file:
            self._file.close()


def _descriptor(inherited: Any) -> int | None:  # pragma: no cover - runs in a process of its own
    return int(inherited.detach()) if inherited else None


def work(  # pragma: no cover - runs in a process of its own
    pipe: Connection, options: Options, limits: Limits, place: "Array[c_char]", tables: int | None
) -> None:
    """Read the files that come through a pipe, send back their pieces, and note in `place` the record being read."""
    _bound_memory(limits.memory)
    if tables is not None:
        share_tables(tables)

    def note(where: str) -> None:
        place.value = where.encode("utf-8", "replace")[: LONGEST_PLACE - 1]

    bounds = Bounds(limits.record_seconds, note)
    pipe.send_bytes(b"")
    try:
        while True:
            jobs = pipe.recv()
            bound_records(replace(bounds, without=dict(jobs[0].without)))
            for chunk in chunks(jobs, options):
                pipe.send_bytes(pickle.dumps(chunk, pickle.HIGHEST_PROTOCOL))
    except (EOFError, OSError):  # the parent has gone
        os._exit(0)


def chunks(jobs: list[Job], options: Options, seconds: float = _CHUNK_SECONDS) -> Iterator[Chunk]:
    """Read files, and yield their pieces in chunks large enough for a message, but at least every `seconds`."""
    chunk: Chunk = []
    characters, since = 0, time.monotonic()
    for number, job in enumerate(jobs):
        for piece in read_file(job, options):
            chunk.append((number, piece))
            characters += len(piece.article.body) if isinstance(piece, ReadArticle) else 0
            # A member of an archive may end this process, so its name is sent before it is read. Where records have
            # ended a process, another may do so: what came before it is sent, too.
            is_member = isinstance(piece, Within) and isinstance(piece.piece, Start)
            late = is_member or bool(job.without) or time.monotonic() - since > seconds
            if len(chunk) >= _CHUNK_PIECES or characters >= _CHUNK_CHARACTERS or late:
                yield chunk
                chunk, characters, since = [], 0, time.monotonic()
    if chunk:
        yield chunk


def _bound_memory(memory: int) -> None:  # pragma: no cover - runs in a process of its own
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory if most < 0 else min(memory, most), most))


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Start a process inside this context so that it never sees Ctrl-C, and its parent only once it has started.

    Blocking the signal is not enough in the parent: a library's thread would receive it.
    """
    if sys.platform == "win32":  # pragma: no cover
        yield
        return
    resource_tracker.ensure_running()  # starting it later would unblock Ctrl-C
    noted: list[int] = []
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda number, _: noted.append(number)) if is_main else None
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if is_main:
            signal.signal(signal.SIGINT, handler or signal.SIG_DFL)
        if noted:
            signal.raise_signal(signal.SIGINT)
