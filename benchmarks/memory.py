"""How much memory processes take, with all that they started."""

import resource
import threading
from collections.abc import Iterator
from pathlib import Path


def most_memory() -> int:
    """Return the most bytes that this process has held at once, mapped files included."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Watch:
    """Watches the memory of a process and its descendants, in bytes: `own` is what no file backs."""

    def __init__(self, pid: int) -> None:
        self.own = self.resident = 0
        self._pid = pid
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.2):
            found = [_memory(pid) for pid in family(self._pid)]
            self.own = max(self.own, sum(own for own, _ in found))
            self.resident = max(self.resident, sum(resident for _, resident in found))


def _memory(pid: int) -> tuple[int, int]:
    """Return what no file backs, shared pages in parts, and all that is resident; 0 for a process that has gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split(":")[0]: 1024 * int(line.split()[1]) for line in lines[1:]}
    return sizes["Pss_Anon"] + sizes["Pss_Shmem"], sizes["Rss"]


def family(pid: int) -> Iterator[int]:
    yield pid
    try:
        tasks = [*Path(f"/proc/{pid}/task").iterdir()]
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield from family(child)
