"""Work in a process of its own, forked, that may be killed at any moment."""

import json
import os
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from searchapp.errors import SearchappError

_TOLD, _FAILED = 3, 4


class Ended(NamedTuple):
    """How work ended: what it returned, or the sentence of its error; whether it was killed, told an error, or failed."""

    said: Any
    is_killed: bool = False
    is_told: bool = False
    is_failed: bool = False


def in_child(work: Callable[[], object], kill_after: float | None = None) -> Ended:
    """Do work in a child of this process, which must have no threads; kill it, and all it started, after some seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        os.close(reading)
        _do(work, writing)
    with suppress(PermissionError, ProcessLookupError):  # it did so itself, or has ended
        os.setpgid(child, child)
    os.close(writing)
    if kill_after is not None:
        time.sleep(kill_after)
        _kill_all_of(child)
    with os.fdopen(reading, encoding="utf-8") as stream:
        text = stream.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _kill_all_of(child)
    if code < 0:
        return Ended(None, is_killed=True)
    return Ended(json.loads(text), is_told=code == _TOLD, is_failed=code == _FAILED)


def _do(work: Callable[[], object], writing: int) -> None:
    code, said = 0, None
    try:
        said = work()
    except SearchappError as fault:
        code, said = _TOLD, str(fault)
    except BaseException:
        code, said = _FAILED, traceback.format_exc()
    try:
        with os.fdopen(writing, "w", encoding="utf-8") as stream:
            json.dump(said, stream)
    finally:
        os._exit(code)


def _kill_all_of(child: int) -> None:
    """Kill the processes of a child's group: itself, and those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
