"""Memory that is freed goes back to the system."""

import resource
import sys
from pathlib import Path

import pytest

from searchapp import memory

_PIECE = 1_000  # bytes: so small that the C library does not give a single one back by itself
_PIECES = 100_000


@pytest.mark.skipif(not sys.platform.startswith("linux") or not memory._trim(), reason="asks glibc and Linux")
def test_freed_memory_is_given_back() -> None:
    pieces = [bytes(_PIECE) for _ in range(_PIECES)]
    last = bytes(_PIECE)  # above the others: what lies below it stays with the process
    full = _resident()
    del pieces
    memory.give_back()
    assert full - _resident() > _PIECE * _PIECES // 2
    assert last


def test_another_c_library_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    memory._trim.cache_clear()
    memory.give_back()
    monkeypatch.undo()
    memory._trim.cache_clear()


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
