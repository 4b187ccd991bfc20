"""The fault of a record stays with the record: it is told, and the next ones are read.

A record may take `Bounds.seconds` between two things that it yields; then it is broken off by a signal, which only a
process that does nothing but read asks for. What a signal does not reach (a library that computes, or ends the
process) is ended from outside: `Bounds.note` tells there which record it was, and `Bounds.without` leaves it out then.
"""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import Remark

_LONGEST = 300  # characters of a remark
Found = TypeVar("Found")


def _tell_nobody(_: str) -> None:
    """Note nothing."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What holds for records in this process. `without` names those that are left out, by their place, and why."""

    seconds: float = 0.0  # none
    note: Callable[[str], None] = _tell_nobody
    without: Mapping[str, str] | None = None


class _TimeUp(BaseException):
    """A record has taken too long; no reader catches this."""


_bounds = Bounds()
_running = 0  # records within each other


def bound_records(bounds: Bounds) -> None:
    """Set what holds for the records that this process reads from now on; of threads, only the main one may."""
    global _bounds
    _bounds = bounds
    if bounds.seconds and hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _break_off)


def guarded(read: Callable[[], Iterable[Found]], where: str) -> Iterator[Found | Remark]:
    """Read one record of many; what it held before its fault is kept.

    Whatever a reader or a library stumbles over in it, a want of memory for it and too long a time are a remark on it.
    """
    if _bounds.without and where in _bounds.without:
        yield Remark(where, f"is not read: {_bounds.without[where]}")
        return
    items: Iterator[Found] | None = None
    around = _running
    while True:
        try:
            try:
                _begin(around + 1, where)
                items = items if items is not None else iter(read())
                item = next(items)
            finally:
                _end(around)
        except StopIteration:
            return
        except UnreadableFile as fault:
            yield Remark(where, str(fault))
            return
        except RecursionError:
            yield Remark(where, "is not read: it is nested too deeply")
            return
        except MemoryError:
            yield Remark(where, "is not read: it needs more memory than one file may use")
            return
        except _TimeUp:
            _end(around)  # the signal may have come while it was being ended
            yield Remark(where, f"is not read: it was given up after {_bounds.seconds:g} seconds")
            return
        except Exception as fault:  # there is no telling what a record may hold: it is one of many
            yield Remark(where, f"is not read: its reader failed with {type(fault).__name__}: {fault}"[:_LONGEST])
            return
        yield item


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
