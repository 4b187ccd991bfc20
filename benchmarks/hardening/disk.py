"""A disk that is full: a sentence says so, what was committed stays, nothing half-written is left, and with room again the
next run goes on.

Files may not grow beyond a limit (RLIMIT_FSIZE); as root, the index lies on a disk of a few hundred KB as well (tmpfs).
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from random import Random

from benchmarks.hardening.children import in_child
from benchmarks.hardening.kills import ENGINES, OPERATIONS, Operation, Work, prepare
from benchmarks.hardening.made import state
from benchmarks.hardening.tally import Tally
from searchapp.catalog import manifest

FILLING = tuple(one for one in OPERATIONS if one.name not in ("watch", "save"))
_PAGE = resource.getpagesize()
_ROOM = 2 << 20  # bytes of a disk that everything fits on


def fill(
    folder: Path, count: int, seed: int, operations: Sequence[Operation] = FILLING, engines: Sequence[str] = ENGINES
) -> Iterator[Tally]:
    """Run operations where files may not grow beyond drawn sizes, and on small disks, `count` times each in all."""
    each = -(-count // (len(operations) * len(engines)))
    for name, attack in (("file limit", _limited), ("full disk", _on_small_disk)):
        tally = Tally(name)
        for operation, engine in product(operations, engines):
            work = Work(folder / name.replace(" ", "-") / f"{operation.name}-{engine}", engine)
            attack(operation, work, each, Random(f"{seed} {operation.name} {engine}"), tally)
        if tally.tried:
            yield tally


def _limited(operation: Operation, work: Work, count: int, random: Random, tally: Tally) -> None:
    put_back = prepare(operation, work)
    run = partial(operation.run, work)
    in_child(run)
    expected = in_child(partial(state, work.index)).said
    largest = max(file.stat().st_size for file in work.index.rglob("*") if file.is_file())
    for _ in range(count):
        put_back()
        limit = random.randrange(256, largest)
        _judge(f"files of {limit:,} bytes", operation, work, partial(_under, limit, run), run, expected, tally)


def _under(limit: int, run: Callable[[], None]) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    run()


def _on_small_disk(operation: Operation, work: Work, count: int, random: Random, tally: Tally) -> None:
    if os.geteuid() != 0 or not shutil.which("mount"):
        return
    put_back = prepare(operation, work)
    run = partial(operation.run, work)
    in_child(run)
    expected = in_child(partial(state, work.index)).said
    needed = _room_for(work.index) + 100_000
    for _ in range(count):
        put_back()
        held = _room_for(work.index) if operation.has_index else 0
        size = held + random.randrange(8 << 10, max(16 << 10, needed))
        with _disk(work, size) as grow:
            _judge(f"a disk of {size:,} bytes", operation, work, run, run, expected, tally, grow)


def _room_for(folder: Path) -> int:
    """Return the bytes that a folder takes on a disk in memory, which gives out whole pages."""
    return sum(-(-file.stat().st_size // _PAGE) * _PAGE for file in (folder, *folder.rglob("*")))


@contextmanager
def _disk(work: Work, size: int) -> Iterator[Callable[[], object]]:
    """Put the index on a disk of some bytes of its own while a `with` lasts; what is yielded gives it room."""
    aside = work.folder / "aside"
    shutil.rmtree(aside, ignore_errors=True)
    if work.index.exists():
        work.index.rename(aside)
    work.index.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", work.index], check=True)
    try:
        if aside.exists():
            shutil.copytree(aside, work.index, dirs_exist_ok=True)
        more = ["mount", "-o", f"remount,size={size + _ROOM}", str(work.index)]
        yield lambda: subprocess.run(more, check=True)
    finally:
        subprocess.run(["umount", work.index], check=True)


def _judge(
    where: str,
    operation: Operation,
    work: Work,
    limited: Callable[[], None],
    run: Callable[[], None],
    expected: object,
    tally: Tally,
    grow: Callable[[], object] = lambda: None,
) -> None:
    what = f"{operation.name}, {work.engine}, {where}"
    tally.tried += 1
    done = in_child(limited)
    tally.told += done.is_told
    if done.is_failed or done.is_killed:
        tally.lost.append(f"{what}: {done.said}")
    tally.lost += [f"{what}: {name} is left behind" for name in _half_generations(work.index)]
    grow()
    again = in_child(run)
    if again.is_told or again.is_failed:
        tally.lost.append(f"{what}: with room again: {again.said}")
    elif in_child(partial(state, work.index)).said != expected:
        tally.lost.append(f"{what}: another index")


def _half_generations(index: Path) -> list[str]:
    """Name the generations that are not in force."""
    found = manifest.read_or_none(index, lenient=False)
    in_force = found.folder_name if found else ""
    return sorted(one.name for one in index.glob(manifest.GENERATIONS) if one.name != in_force)
