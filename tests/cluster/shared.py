"""The cluster of one node that all tests of a run share, in whichever process: begun by the first that asks for it."""

import fcntl
import os
import random
import shutil
import socket
from pathlib import Path

from tests.cluster.nodes import Cluster

FOLDER = "SEARCHAPP_TEST_CLUSTER"  # the environment variable that names its folder


def address() -> str:
    """Return its address."""
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        port = folder / "port"
        if not port.exists():
            number = free_port(1)
            cluster = Cluster(folder, 1, number)
            cluster.start()
            cluster.wait()
            port.write_text(f"{number}")
    return Cluster(folder, 1, int(port.read_text())).addresses[0]


def end() -> None:
    """End it, if it was begun, and remove its folder."""
    folder = Path(os.environ.pop(FOLDER))
    if (folder / "node1/pid").exists():
        Cluster(folder).kill()
    shutil.rmtree(folder, ignore_errors=True)


def free_port(nodes: int) -> int:
    """Return a port of which those that follow are free, as `Cluster` needs them for so many nodes.

    They are below those that systems give to connections, one of which might take the port of a node that is killed.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        if all(map(_is_free, [*range(port, port + nodes + 1), *range(port + 100, port + nodes + 101)])):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
