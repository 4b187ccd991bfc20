"""Keep an index in line with its folders while they change, by a sync after every few seconds with changes."""

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from watchfiles import Change
from watchfiles import watch as changes_in

from searchapp.catalog.manifest import existing
from searchapp.errors import EmptiedFolder, IndexLocked, SearchappError, StorageProblem, UnreadableFolder
from searchapp.indexer import Event, SyncSettings, sync

# File systems on which changes by others (a server, the host of a virtual machine) cause no event.
_EVENTLESS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "vboxsf", "afs", "ceph", "glusterfs", "davfs"}
_EVENTLESS_PREFIX = "fuse"
_MOUNTS = Path("/proc/self/mountinfo")
_USUAL = SyncSettings()
_PASSING = (IndexLocked, UnreadableFolder, StorageProblem)


@dataclass(frozen=True, slots=True)
class Watching:
    """The folders are now being watched: by events of the system, or by polling (`by_polling`)."""

    folders: tuple[Path, ...]
    by_polling: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """A sync failed; it is tried again."""

    reason: str


def watch(
    folders: Sequence[Path],
    index: Path,
    settings: SyncSettings = _USUAL,
    on_event: Callable[[Event | Watching | Failed], None] = lambda _: None,
    *,
    every: float = 3.0,
    polling: bool | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Sync `folders` (by default those of the index) now, and whenever something in them changes, until `stop` is set.

    If the system reports changes, those within `every` seconds are one batch; if not, or with `polling`, the folders
    are walked through again after a pause of `every` seconds or ten times the duration of the last walk, whichever is
    longer. A sync that fails because the index is locked, a folder is missing or the disk is full is reported and tried
    again; so is the first one if a folder exists but its disk seems not to be connected.

    Raises:
        SearchappError: the first sync failed for another reason.
    """
    paths = tuple(Path(os.path.realpath(folder)) for folder in folders)
    first = Attempts(partial(sync, paths, index, settings, on_event), on_event)
    first.attempt(EmptiedFolder)
    paths = paths or tuple(root.path for root in existing(index).roots)
    watched = Watch(paths, Path(os.path.realpath(index)), every, stop or threading.Event(), first, on_event)
    by_polling = not all(map(sends_events, paths)) if polling is None else polling
    if by_polling or not watched.follow_events():
        watched.poll()


class Attempts:
    """Repeated syncs. `failure` is the last one's error, which is reported once; empty if it succeeded."""

    def __init__(self, run: Callable[[], object], on_event: Callable[[Failed], None]) -> None:
        self.failure = ""
        self._run = run
        self._on_event = on_event

    def attempt(self, *passing: type[SearchappError]) -> None:
        """Sync; errors of the `passing` kinds are reported, and do not stop the watch."""
        try:
            self._run()
        except passing as fault:
            if self.failure != str(fault):
                self._on_event(Failed(str(fault)))
            self.failure = str(fault)
        else:
            self.failure = ""


@dataclass(frozen=True)
class Watch:
    """Watched folders: by events of the system, or by polling."""

    folders: tuple[Path, ...]
    index: Path
    every: float  # seconds
    stop: threading.Event
    attempts: Attempts
    on_event: Callable[[Event | Watching | Failed], None]

    def follow_events(self) -> bool:
        """Sync at each change until stopped; return False if the system has no more watches."""
        try:
            self.on_event(Watching(self.folders, by_polling=False))
            for has_changed in _told(self.folders, self.index, self.every, self.stop):
                if has_changed or self.attempts.failure:
                    self.attempts.attempt(*_PASSING)
        except OSError:
            return False
        return True

    def poll(self) -> None:
        """Sync at intervals until stopped."""
        self.on_event(Watching(self.folders, by_polling=True))
        pause = self.every
        while not self.stop.wait(pause):
            started = time.monotonic()
            self.attempts.attempt(*_PASSING)
            pause = max(self.every, 10 * (time.monotonic() - started))


def sends_events(folder: Path, mounts_file: Path = _MOUNTS) -> bool:
    """Tell whether the system reports every change in a folder: known on Linux, assumed elsewhere."""
    if sys.platform != "linux":  # pragma: no cover
        return True
    try:
        mounts = [_mount(line) for line in mounts_file.read_text("utf-8", "surrogateescape").splitlines()]
    except OSError:
        return True
    covering = [(point, kind) for point, kind in mounts if folder == point or point in folder.parents]
    if not covering:
        return True
    kind = max(enumerate(covering), key=lambda each: (len(each[1][0].parts), each[0]))[1][1]  # the last is on top
    return kind not in _EVENTLESS and not kind.startswith(_EVENTLESS_PREFIX)


def _told(paths: Sequence[Path], index: Path, every: float, stop: threading.Event) -> Iterator[bool]:
    """Wait for changes; yield, for each interval, whether there were or may have been any."""

    def counts(_: Change, name: str) -> bool:
        changed = Path(name)
        return not changed.is_relative_to(index) and any(changed.is_relative_to(path) for path in paths)

    milliseconds = max(1, int(every * 1000))
    folders = {path if path.is_dir() else path.parent for path in paths}  # a single file may be replaced by another
    while True:
        watched = _identities(folders)
        batches = changes_in(
            *folders, watch_filter=counts, debounce=milliseconds, step=max(1, milliseconds // 3),
            rust_timeout=milliseconds, yield_on_timeout=True, stop_event=stop, force_polling=False,
            ignore_permission_denied=True,
        )  # fmt: skip
        is_new = True  # changes from before the watch began are found by a sync
        for changes in batches:
            yield is_new or bool(changes)
            is_new = False
            if (found := _identities(folders)) != watched and len(found) == len(folders):
                break  # a disk was mounted there, or a folder recreated: its changes would not be reported
        else:
            return


def _identities(folders: Collection[Path]) -> list[tuple[int, int]]:
    """Return device and inode of each existing folder, which tell it from another of the same name."""
    identities = []
    for folder in folders:
        with suppress(OSError):
            found = folder.stat()
            identities.append((found.st_dev, found.st_ino))
    return identities


def _mount(line: str) -> tuple[Path, str]:
    """Parse a line of /proc/self/mountinfo into the mount point and the type of the file system."""
    before, _, after = line.partition(" - ")
    point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), before.split(" ")[4])
    return Path(point), after.split(" ")[0]
