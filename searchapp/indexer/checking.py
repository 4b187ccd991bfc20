"""Whether an index on the disk is what was written, all of it."""

from collections.abc import Iterator
from pathlib import Path

from searchapp.catalog import check_ledger, open_catalog
from searchapp.engines import check_engine
from searchapp.errors import IndexProblem


def check(index: Path) -> Iterator[str]:
    """Read an index to its last byte; yield a sentence for each part that is damaged.

    Raises:
        NoIndex, NotAnIndex: there is no index to be checked.
        StorageProblem: it may not be read.
    """
    catalog = open_catalog(index)
    try:
        yield from check_ledger(catalog)
        try:
            yield from check_engine(catalog.engine, catalog.engine_folder)
        except IndexProblem as problem:
            yield problem.sentence
    finally:
        catalog.close()
