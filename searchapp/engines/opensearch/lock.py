"""One writer at a time: a lock in the register that expires when its process dies.

Who holds it changes its document every few seconds. Who wants it watches that document: when it has not changed for
`lease` seconds by the watcher's own clock, its holder is taken for dead. So no clock has to be right, or to agree with
another one; nor does it matter when one is set, since seconds since the start of the machine are counted. Within one
index folder the catalog's own lock already lets only one process write, and a lock that was left by another one of the
same folder is taken over at once.
"""

import os
import secrets
import socket
import threading
import time
from contextlib import suppress
from datetime import datetime

from searchapp.engines.opensearch.connection import WRITING
from searchapp.engines.opensearch.register import Changed, Kept, Register
from searchapp.errors import ClusterProblem, IndexLocked, StorageProblem

LEASE = 20.0  # seconds
_BEATS = 4  # changes of its document in that time


class Lock:
    """A lock that is held from `take` to `release`."""

    def __init__(self, register: Register, key: str, owner: str, lease: float = LEASE) -> None:
        self._register = register
        self._key = key
        self._owner = owner
        self._holder = secrets.token_hex(8)
        self._lease = lease
        self._mine: Kept | None = None
        self._until = 0.0
        self._changing = threading.Lock()
        self._released = threading.Event()
        self._beating: threading.Thread | None = None

    def take(self) -> None:
        """Take it; wait while its last holder may still be alive.

        Raises:
            IndexLocked: somebody holds it.
        """
        found = self._register.read(self._key)
        while True:
            try:
                if found and found.values["owner"] != self._owner and not self._has_died(found):
                    raise IndexLocked(_sentence(found))
                self._mine, self._until = self._register.write(self._key, self._about(), found), self._end()
                break
            except Changed:
                found = self._register.read(self._key)
        self._released.clear()
        self._beating = threading.Thread(target=self._beat, daemon=True)
        self._beating.start()

    def check(self) -> None:
        """Check that it is still held.

        Raises:
            IndexLocked: it was lost, since this process stood still or could not reach the cluster for too long.
        """
        end = time.monotonic() + WRITING
        while self._mine is not None and self._is_over() and time.monotonic() < end:
            self._renew()  # an answer that came late, when the network was back, is no use: it is asked for again
        if self._mine is None or self._is_over():
            raise IndexLocked(
                "This process could not tell the cluster for some time that it is writing, and another one may have "
                "begun to. Run the same command again. What was committed before is kept."
            )

    def release(self) -> None:
        """Release it."""
        self._released.set()
        if self._beating:
            self._beating.join()
        if self._mine:
            with suppress(ClusterProblem, StorageProblem):  # it is free in a few seconds anyway
                self._register.remove(self._key)
        self._mine = None

    def _has_died(self, found: Kept) -> bool:
        end = time.monotonic() + self._lease
        while time.monotonic() < end:
            time.sleep(self._lease / _BEATS / 2)
            now = self._register.read(self._key)
            if now is None or now.state != found.state:
                return False
        return True

    def _beat(self) -> None:
        while not self._released.wait(self._lease / _BEATS):
            try:
                self._renew(time.monotonic() + self._lease / _BEATS)
            except (ClusterProblem, StorageProblem):
                continue  # `check` sees how long that lasts

    def _renew(self, until: float | None = None) -> None:
        with self._changing:
            if self._mine is None:
                return
            end = self._end()
            try:
                self._mine, self._until = self._register.write(self._key, self._about(), self._mine, until), end
            except Changed:  # by a beat of our own, perhaps, that was written and whose answer did not come
                found = self._register.read(self._key, until)
                self._mine = found if found and found.values.get("holder") == self._holder else None

    def _is_over(self) -> bool:
        """Tell whether others may consider the holder dead by now."""
        return _now() > self._until

    def _end(self) -> float:
        return _now() + self._lease

    def _about(self) -> dict[str, str]:
        return {
            "owner": self._owner,
            "writer": f"process {os.getpid()} on {socket.gethostname()}",
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "holder": self._holder,
            "beat": secrets.token_hex(8),
        }


def _now() -> float:
    """Return the seconds since the start of the machine, those while it slept included where the system counts them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _sentence(found: Kept) -> str:
    who = found.values.get("writer", "another process")
    return f"The index in the cluster is being written to by {who}. Wait until it has finished, or end it."
