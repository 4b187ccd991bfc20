"""Worker processes that read files, in order, within limits on time and memory.

    jobs ──> tasks (some small files, or a large one) ──> workers ──> pieces, in the order of the jobs

A worker whose turn has not come fills its pipe and waits; a worker that sends nothing for too long is killed. When a
worker ends, the unread files of its task are read again one by one, to find the one that ended it. That file is then
read again without the record, or the member of an archive, that ended the worker.
"""

import multiprocessing
import pickle
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from ctypes import Array, c_char
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from searchapp.errors import SearchappError
from searchapp.indexer.reading import End, Job, Piece, Start, Within, given_up, read_file
from searchapp.indexer.worker_process import (
    LONGEST_PLACE,
    Chunk,
    Limits,
    SharedTables,
    interrupts_held_back,
    work,
)
from searchapp.sentences import marked, recorded
from searchapp.sources import Options

_TASK_BYTES = 1 << 20
_STARTING_SECONDS = 60.0
_MOST_BAD_PARTS = 5  # records or members of one file that may end a worker; then the file is given up

_STOPPED = marked("Reading stopped after {seconds} seconds without an article.")
_ENDED = marked("The process that read it was ended ({signal}), perhaps for lack of memory.")


class WorkerProblem(SearchappError):
    """Worker processes cannot be started."""


def read_here(jobs: Iterable[Job], options: Options) -> Iterator[tuple[Job, Piece]]:
    """Read files in this process, without limits."""
    for job in jobs:
        for piece in read_file(job, options):
            yield job, piece


def read_in_workers(
    jobs: Iterable[Job], options: Options, processes: int, limits: Limits
) -> Iterator[tuple[Job, Piece]]:
    """Read files in up to `processes` worker processes; pieces come in the order of the jobs."""
    crew = _Crew(_tasks(jobs, limits.task_files), options, processes, limits)
    try:
        yield from crew.pieces()
    finally:
        crew.dismiss()


@dataclass(slots=True, eq=False)
class _Task:
    """Files that one worker reads one after another, and their results so far."""

    jobs: list[Job]
    worker: "_Worker | None" = None
    chunks: deque[tuple[int, Chunk]] = field(default_factory=deque)  # each with its size in bytes
    ended: int = 0
    has_started: bool = False  # whether its file was begun, if it has only one
    member: str = ""  # the member of an archive that is being read
    is_over: bool = False


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    place: "Array[c_char]"  # the place of the record being read, empty between records
    task: _Task | None = None
    heard: float = 0.0
    has_spoken: bool = False


def _tasks(jobs: Iterable[Job], most: int) -> Iterator[_Task]:
    batch: list[Job] = []
    size = 0
    for job in jobs:
        if batch and (len(batch) == most or size + job.size > _TASK_BYTES):
            yield _Task(batch)
            batch, size = [], 0
        batch.append(job)
        size += job.size
    if batch:
        yield _Task(batch)


class _Crew:
    def __init__(self, tasks: Iterator[_Task], options: Options, processes: int, limits: Limits) -> None:
        self._tasks = tasks
        self._options = options
        self._processes = processes
        self._limits = limits
        self._tables = SharedTables()
        self._workers: list[_Worker] = []
        self._line: deque[_Task] = deque()  # tasks in the order of the jobs
        self._ahead = 0

    def pieces(self) -> Iterator[tuple[Job, Piece]]:
        self._assign()
        while self._line:
            task = self._line[0]
            self._listen(wait_for_it=not task.chunks and not task.is_over)
            while task.chunks:
                size, chunk = task.chunks.popleft()
                self._ahead -= size
                for number, piece in chunk:
                    yield task.jobs[number], piece
            if task.is_over:
                self._line.remove(task)
            self._assign()

    def dismiss(self) -> None:
        for worker in self._workers:
            worker.pipe.close()
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.process.close()
        self._workers.clear()
        self._tables.close()

    def _assign(self) -> None:
        """Give each idle worker the next task, and start more workers if there is work for them."""
        while True:
            idle = next((worker for worker in self._workers if not worker.task), None)
            if not idle and len(self._workers) == self._processes:
                return
            task = next((task for task in self._line if not task.worker and not task.is_over), None)
            if not task:
                if len(self._line) >= 2 * self._processes or not (task := next(self._tasks, None)):
                    return
                self._line.append(task)
            self._give(idle or self._start(), task)

    def _give(self, worker: _Worker, task: _Task) -> None:
        worker.task, task.worker = task, worker
        worker.heard = time.monotonic()
        with suppress(OSError):  # if it has ended, receiving from it will show that
            worker.pipe.send(task.jobs)

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        place = context.RawArray(c_char, LONGEST_PLACE)
        process = context.Process(
            target=work, args=(theirs, self._options, self._limits, place, self._tables), daemon=True
        )
        with interrupts_held_back():
            process.start()
        theirs.close()
        worker = _Worker(process, ours, place)
        self._workers.append(worker)
        return worker

    def _listen(self, *, wait_for_it: bool) -> None:
        """Receive from workers, in the order of their tasks; kill those that have sent nothing for too long."""
        busy: dict[object, _Worker] = {worker.pipe: worker for worker in self._workers if worker.task}
        full = self._ahead >= self._limits.ahead
        heard = [worker.pipe for worker in busy.values() if not full or worker.task is self._line[0]]
        ready = wait(heard, self._patience(busy.values()) if wait_for_it else 0)
        for pipe in ready:
            self._hear(busy[pipe])
        for worker in busy.values():
            if worker.task and worker.heard + self._allowed(worker) < time.monotonic() and not worker.pipe.poll():
                self._end(worker, recorded(_STOPPED, seconds=f"{self._limits.seconds:g}"))

    def _patience(self, workers: Iterable[_Worker]) -> float:
        return max(0.0, min(worker.heard + self._allowed(worker) for worker in workers) - time.monotonic()) + 0.01

    def _allowed(self, worker: _Worker) -> float:
        """Return for how many seconds a worker may send nothing."""
        return self._limits.seconds if worker.has_spoken else max(_STARTING_SECONDS, self._limits.seconds)

    def _hear(self, worker: _Worker) -> None:
        try:
            message = worker.pipe.recv_bytes()
        except (EOFError, OSError):
            self._end(worker, "")
            return
        worker.heard, worker.has_spoken = time.monotonic(), True
        task = worker.task
        if not message or not task:
            return
        chunk: Chunk = pickle.loads(message)  # noqa: S301 - from our own worker
        task.chunks.append((len(message), chunk))
        self._ahead += len(message)
        task.ended += sum(isinstance(piece, End) for _, piece in chunk)
        for _, piece in chunk:
            if isinstance(piece, Within):
                task.member = piece.name if not isinstance(piece.piece, End) else ""
        task.has_started = task.has_started or any(isinstance(piece, Start) for _, piece in chunk)
        if task.ended == len(task.jobs):
            task.is_over, worker.task = True, None

    def _end(self, worker: _Worker, reason: str) -> None:
        """Kill a worker, and decide what to do with its task."""
        worker.process.kill()
        worker.process.join()
        code = worker.process.exitcode
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.close()
        if not worker.has_spoken and not reason:
            raise WorkerProblem(
                "The processes that read files cannot be started. A script that indexes has to do so below "
                "`if __name__ == '__main__':`, since these processes load it, too."
            )
        task, worker.task = worker.task, None
        if not task:
            return
        task.is_over = True
        if len(task.jobs) > 1:
            position = self._line.index(task) + 1
            for job in reversed(task.jobs[task.ended :]):
                self._line.insert(position, _Task([job]))
            return
        job = task.jobs[0]
        part = task.member or worker.place.value.decode("utf-8", "replace")
        if part and len(job.without) < _MOST_BAD_PARTS:  # read the file again without that part
            without = (*job.without, (part, reason or _cause(code)))
            self._line.insert(self._line.index(task) + 1, _Task([replace(job, without=without)]))
            return
        if reason:
            end = given_up(job, recorded("{reason} It is read again when it changes.", reason=reason))
        else:
            end = End(reason=recorded("{cause} The next run tries again.", cause=_cause(code)))
        task.chunks.append((0, [(0, end)] if task.has_started else [(0, Start()), (0, end)]))


def _cause(code: int | None) -> str:
    if code and code < 0:
        name = signal.Signals(-code).name
        return recorded(_ENDED, signal=name)
    return recorded("The process that read it crashed (exit code {code}).", code=str(code))
