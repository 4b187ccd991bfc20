"""A fault in one record is confined to it: it is reported, and the next records are read.

A record may take `Bounds.seconds` between two values that it yields; then a signal interrupts it, which only a process
that does nothing but read may use. What no signal reaches (a library that computes, or that ends the process) is killed
from outside: `Bounds.note` reports beforehand which record is being read, and `Bounds.without` then leaves it out.
"""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from searchapp.errors import UnreadableFile
from searchapp.sentences import marked, recorded
from searchapp.sources.drafts import Remark
from searchapp.sources.passing import machine_faults

_LONGEST = 300  # characters in a remark
Found = TypeVar("Found")
NOT_READ = marked("is not read: {why}")
_GIVEN_UP = marked("is not read: it was given up after {seconds} seconds")
_READER_FAILED = marked("is not read: its reader failed with {error}: {fault}")


def _tell_nobody(_: str) -> None:
    """Note nothing."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits for records in this process. `without` maps the places of records to leave out to the reason."""

    seconds: float = 0.0  # 0 is no limit
    note: Callable[[str], None] = _tell_nobody
    without: Mapping[str, str] | None = None


class _TimeUp(BaseException):
    """A record has taken too long; readers do not catch a BaseException."""


_bounds = Bounds()
_running = 0  # how deep the records being read are nested


def bound_records(bounds: Bounds) -> None:
    """Set the limits for the records that this process reads from now on; call it in the main thread only."""
    global _bounds
    _bounds = bounds
    if bounds.seconds and hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _break_off)


def guarded(read: Callable[[], Iterable[Found]], where: str) -> Iterator[Found | Remark]:
    """Read one record of many; what it yields before a fault is kept.

    Any error of a reader or a library, a lack of memory and a time-out become a remark on the record.
    """
    if _bounds.without and where in _bounds.without:
        yield Remark(where, recorded(NOT_READ, why=_bounds.without[where]))
        return
    items: Iterator[Found] | None = None
    around = _running
    while True:
        try:
            try:
                _begin(around + 1, where)
                with machine_faults():
                    items = items if items is not None else iter(read())
                    item = next(items)
            finally:
                _end(around)
        except StopIteration:
            return
        except _TimeUp:
            _end(around)  # the signal may arrive while the timer is being stopped
            yield Remark(where, recorded(_GIVEN_UP, seconds=f"{_bounds.seconds:g}"))
            return
        except Exception as fault:  # a record may hold anything, and must not stop the others
            yield Remark(where, reason_of(fault))
            return
        yield item


def reason_of(fault: Exception) -> str:
    """Say why a record was not read, given the error that reading it raised."""
    match fault:
        case UnreadableFile():
            return str(fault)
        case RecursionError():
            return recorded("is not read: it is nested too deeply")
        case MemoryError():
            return recorded("is not read: it needs more memory than one file may use")
        case _:
            return recorded(_READER_FAILED, error=type(fault).__name__, fault=str(fault))[:_LONGEST]


def _begin(running: int, where: str) -> None:
    global _running
    _running = running
    _bounds.note(where)
    if _bounds.seconds:
        _set_alarm(_bounds.seconds)


def _end(running: int) -> None:
    global _running
    _running = running
    if _bounds.seconds:
        _set_alarm(_bounds.seconds if running else 0.0)
    if not running:
        _bounds.note("")


def _set_alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):  # not on Windows
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _break_off(_number: int, _frame: object) -> None:
    if _running:
        raise _TimeUp
