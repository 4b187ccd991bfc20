"""Check that an index on disk is what was written."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from searchapp.catalog import check_ledger, open_catalog
from searchapp.disk import size_of
from searchapp.engines import check_engine, open_engine
from searchapp.errors import IndexProblem

_QUICKLY = 256 << 20  # bytes that are read and compared in less than a second


class Checked(NamedTuple):
    """A sentence for each damaged part of an index, and whether all of the index was checked."""

    damages: Sequence[str]
    is_whole: bool


def check(index: Path) -> Iterator[str]:
    """Read an index to its last byte; yield a sentence for each damaged part.

    Raises:
        NoIndex, NotAnIndex: there is no index to check.
        StorageProblem: it cannot be read.
    """
    with closing(open_catalog(index)) as catalog:
        yield from check_ledger(catalog)
        try:
            yield from check_engine(catalog.engine, catalog.engine_folder)
        except IndexProblem as problem:
            yield problem.sentence


def check_quickly(index: Path, most: int = _QUICKLY) -> Checked:
    """Check an index of up to `most` bytes; of a larger one, only the parts that are checked when it is opened.

    Raises:
        IndexProblem: there is no index, or it cannot be opened.
        StorageProblem: it may not be read.
    """
    if size_of(index) <= most:
        return Checked(tuple(check(index)), is_whole=True)
    with closing(open_catalog(index)) as catalog:
        open_engine(catalog.engine, catalog.engine_folder, catalog.language).close()
    return Checked((), is_whole=False)
