"""The network between us and a cluster, as something that can fail: it breaks connections, or swallows what is sent."""

import socket
import threading
from contextlib import suppress


class Proxy:
    """Passes bytes between whoever connects to `address` and a port of this machine, unless it is `cut` or `swallows`."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self.is_cut, self.was_cut = threading.Event(), threading.Event()
        self._passes = threading.Event()
        self._passes.set()
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

    def swallow(self) -> None:
        """Leave all connections open, and accept every new one, but pass nothing on."""
        self._passes.clear()
        self.was_cut.set()

    @property
    def fails(self) -> bool:
        """Whether nothing passes at present."""
        return self.is_cut.is_set() or not self._passes.is_set()

    def mend(self) -> None:
        """Undo `cut` and `swallow`."""
        self.is_cut.clear()
        self._passes.set()

    def close(self) -> None:
        """End it for good."""
        self._server.close()
        self.cut()
        self._passes.set()

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
                self._passes.wait()
                target.sendall(piece)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        with self._lock:
            if source not in self._open:  # the other way has ended, too
                target.close()
                source.close()
            self._open -= {source, target}
