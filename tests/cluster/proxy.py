"""The network between us and a cluster, as something that can fail: a door on loopback that can be shut."""

import socket
import threading
from contextlib import suppress


class Proxy:
    """Passes bytes between whoever connects to `address` and a port of this machine, as long as it is not `cut`."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self.is_cut, self.was_cut = threading.Event(), threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break all connections, and every new one at once."""
        self.is_cut.set()
        self.was_cut.set()
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Undo `cut`."""
        self.is_cut.clear()

    def close(self) -> None:
        """End it for good."""
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self.is_cut.is_set():
                near.close()
                continue
            far = socket.create_connection(self._to)
            with self._lock:
                self._open |= {near, far}
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                target.sendall(piece)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        with self._lock:
            if source not in self._open:  # the other way has ended, too
                target.close()
                source.close()
            self._open -= {source, target}
