"""Requests go to the process of a server that answers the fewest.

Whichever process wakes first accepts a connection, and browsers and proxies keep it. So a request that arrives where
more are being answered than elsewhere is handed on with its connection. Without this, eight clients left a third of
two cores unused while requests waited.
"""

import ctypes
import multiprocessing.sharedctypes
import socket
from collections.abc import Callable
from dataclasses import dataclass

from waitress.wasyncore import dispatcher

LARGEST = 8192  # bytes that are received at once, and handed on
_ABSENT = 1 << 30  # more requests than any process answers
_IS_POSSIBLE = hasattr(socket, "send_fds") and hasattr(socket, "AF_UNIX")  # not on Windows


class Team:
    """The processes of a server: how many requests each answers, and a door into each.

    Each number is written by one process alone, so that none needs a lock that a dying process would keep: what a
    process answers, what it has taken from its door, and in a matrix what one has put into the door of another.
    """

    def __init__(self, size: int) -> None:
        self.answering = _shared([_ABSENT] * size)
        self.taken = _shared([0] * size)
        self.handed = _shared([0] * size**2)
        self.doors = [_door() for _ in range(size)] if _IS_POSSIBLE and size > 1 else []

    @property
    def size(self) -> int:
        """The number of processes."""
        return len(self.answering)

    def leave(self, place: int) -> None:
        """Note that the process in this place has ended; what is in its door waits for the next one there."""
        self.answering[place] = _ABSENT

    def load(self, place: int) -> int:
        """Count the requests that a process answers, and those on their way to it."""
        under_way: int = sum(self.handed[place :: self.size]) - self.taken[place]
        return int(self.answering[place]) + under_way


@dataclass(frozen=True)
class Member:
    """A process in its place of a team."""

    team: Team
    place: int

    def answers(self, requests: int) -> None:
        """Tell the others how many requests this process answers now."""
        self.team.answering[self.place] = requests

    def hand_over(self, connection: socket.socket, received: bytes) -> bool:
        """Give a connection and what was received from it to a process that answers fewer requests, if there is one."""
        if not self.team.doors:
            return False
        least = min(range(self.team.size), key=self.team.load)
        if self.team.load(least) >= self.team.load(self.place):
            return False
        try:
            socket.send_fds(self.team.doors[least][1], [received], [connection.fileno()])
        except OSError:  # its door is full: this is answered here
            return False
        self.team.handed[self.place * self.team.size + least] += 1
        return True


class Door(dispatcher):  # type: ignore[misc]
    """Where a process takes what others hand over; `take` is called with each connection and what was received."""

    def __init__(
        self, member: Member, channels: dict[int, dispatcher], take: Callable[[socket.socket, bytes], None]
    ) -> None:
        super().__init__(member.team.doors[member.place][0], map=channels)
        self._member, self._take = member, take

    def writable(self) -> bool:
        """Say that nothing is ever sent from here."""
        return False

    def handle_read(self) -> None:
        """Take one connection."""
        try:
            received, files, _, _ = socket.recv_fds(self.socket, LARGEST, 1)
        except BlockingIOError:
            return
        self._member.team.taken[self._member.place] += 1
        for file in files:
            self._take(socket.socket(fileno=file), received)


def _shared(numbers: list[int]) -> "ctypes.Array[ctypes.c_int]":
    return multiprocessing.sharedctypes.RawArray(ctypes.c_int, numbers)


def _door() -> tuple[socket.socket, socket.socket]:
    """Make the two ends of a door: where its process receives, and where the others send."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for end in ends:
        end.setblocking(False)
    return ends
