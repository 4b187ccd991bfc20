"""The letter model of py3langid with our languages, whose tables (56 MB) can lie in a file that processes share.

The first process that needs them writes them; all map them. The file holds the size of a pickle, the pickle, and the
buffers that the pickle leaves out. The size is written last: what a process left that ended meanwhile counts as empty.
"""

import mmap
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from searchapp import languages

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_WORD = 8  # bytes of the size; where each buffer starts is a multiple of it
_shared: int | None = None


def share_tables(file: int) -> None:
    """Let this process use the tables in a file, given as a descriptor, that is empty or was written by another."""
    global _shared
    _shared = file


@cache
def identifier() -> "LanguageIdentifier":
    """Return the model, with the shared tables if there is room for them."""
    if _shared is not None:
        try:
            return _mapped(_shared)
        except OSError:
            pass
    return _read()


def _read() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    whole.set_languages({*languages.codes()} & {*whole.labels})
    # One that never had the other languages: `whole` keeps them, 17 MB.
    chosen = whole.nb_ptc, whole.nb_pc, whole.nb_classes
    return LanguageIdentifier(*chosen, whole.tk_nextmove, whole.tk_output, norm_probs=True, tk_row=whole.tk_row)


def _mapped(file: int) -> "LanguageIdentifier":
    with _locked(file):
        if not any(os.pread(file, _WORD, 0)):
            _write(_read(), file)
        data = memoryview(mmap.mmap(file, 0, access=mmap.ACCESS_READ))
    at = _WORD + int.from_bytes(data[:_WORD], "little")
    sizes, head = pickle.loads(data[_WORD:at])  # noqa: S301 - from our own process
    buffers = []
    for size in sizes:
        at = _next_start(at)
        buffers.append(data[at : at + size])
        at += size
    model: LanguageIdentifier = pickle.loads(head, buffers=buffers)  # noqa: S301
    model.tk_nextmove = memoryview(model.tk_nextmove)  # indexed as fast as the array that it was
    return model


def _write(model: "LanguageIdentifier", file: int) -> None:
    import numpy as np

    model.tk_nextmove = np.asarray(model.tk_nextmove)  # of numpy, so that the pickle can leave it out
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(model, pickle.HIGHEST_PROTOCOL, buffer_callback=buffers.append)
    tables = [buffer.raw() for buffer in buffers]
    pickled = pickle.dumps(([table.nbytes for table in tables], head))
    with open(file, "r+b", closefd=False) as out:
        out.seek(_WORD)
        out.write(pickled)
        for table in tables:
            out.seek(_next_start(out.tell()))
            out.write(table)
    os.pwrite(file, len(pickled).to_bytes(_WORD, "little"), 0)


def _next_start(at: int) -> int:
    return -(-at // _WORD) * _WORD


@contextmanager
def _locked(file: int) -> Iterator[None]:
    import fcntl  # which Windows does not have

    fcntl.lockf(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.lockf(file, fcntl.LOCK_UN)
