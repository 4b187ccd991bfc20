"""Connections of clients: those that send nothing or read nothing are closed, and a new one is always accepted.

waitress reads and writes in one thread without waiting for anybody; what is added here ends the connections that would
otherwise stay: a request that never comes to its end, an answer that is not read, an idle one when others want in.
"""

import os
import socket
import threading
import time
from dataclasses import dataclass

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from searchapp.web.handover import Door, Member


@dataclass(frozen=True)
class Patience:
    """How long a client may take, in seconds, and how many connections one process keeps."""

    request: float = 10.0  # from the first byte of a request to the end of its headers
    idle: float = 20.0  # between requests, and between two reads of an answer
    connections: int = 400


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows when the request it is receiving began."""

    began = 0.0
    was_late_since = 0.0  # what `late_since` said at the last look

    def received(self, data: bytes) -> bool:
        """Receive bytes of a request, or hand them over with this connection if a request begins with them."""
        if self.request is None and not self.requests and self.server.hands_over(self.socket, data):
            self.handle_close()  # here only: the other process keeps it open
            return False
        return self.take(data)

    def take(self, data: bytes) -> bool:
        """Receive bytes of a request that is answered here."""
        if self.request is None:
            self.began = time.time()
        return bool(super().received(data))

    def service(self) -> None:
        """Answer a request."""
        try:
            super().service()
        finally:
            self.server.count(-1)

    def late_since(self, now: float, patience: Patience) -> float:
        """Return the time since which the client has taken longer than it may, or 0 if it has not."""
        if self.request is not None:
            return self.began if now - self.began > patience.request else 0
        is_waited_for = not self.requests or self.total_outbufs_len > 0
        return self.last_activity if is_waited_for and now - self.last_activity > patience.idle else 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being answered."""
        return not self.requests and not self.total_outbufs_len


class Server(TcpWSGIServer):  # type: ignore[misc]
    """A server of one process, which ends with the process that started it."""

    channel_class = Channel
    patience = Patience()
    parent = os.getppid()
    member: Member | None = None
    _answering = 0  # requests that are being answered, or wait for a thread
    _counting = threading.Lock()

    def join(self, member: Member) -> None:
        """Share requests with the other processes from now on."""
        self.member = member
        if member.team.doors:
            Door(member, self._map, self._take_over)
        self.count(0)

    def hands_over(self, connection: socket.socket, received: bytes) -> bool:
        """Give a connection to a process with less to do, if there is one."""
        return self.member is not None and self.member.hand_over(connection, received)

    def add_task(self, task: Channel) -> None:
        """Let a thread answer a request."""
        self.count(1)
        super().add_task(task)

    def count(self, more: int) -> None:
        """Note that so many more requests are being answered here."""
        with self._counting:
            self._answering += more
            if self.member is not None:
                self.member.answers(self._answering)

    def handle_accept(self) -> None:
        """Accept a connection."""
        self._make_room()
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        """Close connections that took too long, without an answer: a client that does not read would never get it.

        Only a connection that was late at the last look, too, is closed. Between the two, this process has read what
        arrived while it was busy itself, and has begun to send an answer that took long.
        """
        if os.getppid() != self.parent:
            raise SystemExit
        for channel in list(self.active_channels.values()):
            since = channel.late_since(now, self.patience)
            if since and since == channel.was_late_since:
                channel.handle_close()
            channel.was_late_since = since

    def _take_over(self, connection: socket.socket, received: bytes) -> None:
        try:
            address = self.fix_addr(connection.getpeername())
        except OSError:  # the client is gone
            connection.close()
            return
        self._make_room()
        self.channel_class(self, connection, address, self.adj, map=self._map).take(received)

    def _make_room(self) -> None:
        """Have the connection that has been idle longest closed in the next round of the loop, if there are too many.

        If it were closed at once, the connection accepted now would be given its file descriptor, and with it the
        events of the closed one that this round has still to handle.
        """
        staying = [channel for channel in self.active_channels.values() if not channel.will_close]
        idle = [channel for channel in staying if channel.is_idle]
        if idle and len(staying) >= self.patience.connections:
            min(idle, key=lambda channel: channel.last_activity).will_close = True
