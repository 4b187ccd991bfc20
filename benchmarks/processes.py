"""Peers in processes of their own: which Python runs them, and how much memory they take with all their children."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import venv
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.peers import Peer

Values = dict[str, Any]
Call = Callable[[Peer, Values], Values]

_CHECKOUT = Path(__file__).parent.parent
_SAMPLE_SECONDS = 0.02


class PeerFailed(Exception):
    """A peer is not installed, or broke; the text is the last it said."""


def caller(cache: Path) -> Call:
    """Return the function that has a peer do a task in a new process; Pythons that have to be made are kept in `cache`.

    A reply to ``build`` says the peak memory as well, in bytes: None where the system does not tell.
    """
    return partial(_call, cache)


def _call(cache: Path, peer: Peer, request: Values) -> Values:
    command = [python_of(peer, cache), "-m", "benchmarks.child"]
    request = {**request, "module": peer.module, "settings": peer.settings}
    with tempfile.TemporaryFile("w+") as said:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, cwd=_CHECKOUT
            )
        except OSError as fault:
            raise PeerFailed(f"{command[0]} cannot be run: {fault.strerror}") from fault
        with _Watch(process.pid) as watch:
            reply, _ = process.communicate(json.dumps(request))
        if process.returncode:
            said.seek(0)
            raise PeerFailed((said.read().strip().splitlines() or ["it said nothing"])[-1])
    return {**json.loads(reply), "memory": watch.peak}


def python_of(peer: Peer, cache: Path) -> str:
    """Return the Python that runs a peer, made first where it needs one of its own.

    Raises:
        PeerFailed: what the peer needs cannot be installed.
    """
    if not peer.installs:
        return peer.python or sys.executable
    folder = cache.absolute() / re.sub(r"[^\w.]+", "-", peer.installs)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready = folder / "installed"
    if not ready.exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.installs.split()]
        if (done := subprocess.run(pip, capture_output=True, text=True, check=False)).returncode:
            raise PeerFailed(done.stderr.strip().splitlines()[-1])
        ready.touch()
    return str(python)


class _Watch:
    """Samples the memory of a process and its descendants; pages that two of them share count twice."""

    def __init__(self, pid: int) -> None:
        self.peak: int | None = None
        self._pid = pid
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._is_over.wait(_SAMPLE_SECONDS):
            if now := _resident(self._pid):
                self.peak = max(self.peak or 0, now)


def _resident(pid: int) -> int:
    """Return the bytes that a process and its descendants hold in memory; 0 where /proc does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = [child for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(map(_resident, children))


def _children(task: Path) -> list[int]:
    try:
        return [int(child) for child in (task / "children").read_text().split()]
    except OSError:
        return []
