"""Faults of this machine at this moment, which say nothing about the file: the next run reads it again."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from searchapp.sentences import recorded

_OF_THIS_MACHINE = frozenset((
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
))  # fmt: skip


class PassingFault(BaseException):
    """No space for a temporary file, too many open files, a disk error; readers do not catch a BaseException."""

    @classmethod
    def of(cls, fault: OSError) -> "PassingFault":
        """Return the passing fault for a failure of the operating system."""
        return cls(
            recorded("It could not be read: {fault}. The next run tries it again.", fault=str(fault.strerror or fault))
        )


@contextmanager
def passing_faults() -> Iterator[None]:
    """Treat every failure of the operating system as one of this moment.

    Raises:
        PassingFault: a file cannot be read or written.
    """
    try:
        yield
    except OSError as fault:
        raise PassingFault.of(fault) from fault


@contextmanager
def machine_faults() -> Iterator[None]:
    """Treat failures of a library as ones of this moment if a file cannot cause them, such as a full disk.

    Raises:
        PassingFault: there is no space for a temporary file, or the like.
    """
    try:
        yield
    except OSError as fault:
        if fault.errno in _OF_THIS_MACHINE:
            raise PassingFault.of(fault) from fault
        raise
