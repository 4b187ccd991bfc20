"""Faults of this machine at this moment, which say nothing of the file: the next run reads it again."""

from collections.abc import Iterator
from contextlib import contextmanager


class PassingFault(BaseException):
    """No room for a temporary file, too many open files, an error of the disk; readers do not catch a BaseException."""


@contextmanager
def passing_faults() -> Iterator[None]:
    """Take every failure of the operating system for one of this moment.

    Raises:
        PassingFault: a file cannot be read or written.
    """
    try:
        yield
    except OSError as fault:
        raise PassingFault(f"It could not be read: {fault.strerror or fault}. The next run tries it again.") from fault
