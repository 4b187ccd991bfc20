"""The fault of a record stays with the record: it is told, and the next ones are read."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import Remark

_LONGEST = 300  # characters of a remark
Found = TypeVar("Found")


def guarded(read: Callable[[], Iterable[Found]], where: str) -> Iterator[Found | Remark]:
    """Read one record of many; what it held before its fault is kept.

    Whatever a reader or a library stumbles over in it, and a want of memory for it, is a remark on this record.
    """
    try:
        yield from read()
    except UnreadableFile as fault:
        yield Remark(where, str(fault))
    except RecursionError:
        yield Remark(where, "is not read: it is nested too deep")
    except MemoryError:
        yield Remark(where, "is not read: it needs more memory than one file may take")
    except Exception as fault:  # there is no telling what a record may hold: it is one of many
        yield Remark(where, f"is not read: its reader failed with {type(fault).__name__}: {fault}"[:_LONGEST])
