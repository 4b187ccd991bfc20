"""What the tests that write an index share: files with settled times, runs, and what is in an index."""

import itertools
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from searchapp import engines, indexer
from searchapp.catalog import Catalog, open_catalog
from searchapp.engines import Engine, open_engine
from searchapp.indexer import Event, Summary, SyncSettings

engines.ENGINES.setdefault("plain", "tests.plain_engine")

LONG_AGO = "2020-01-01T00:00:00Z"

_moments = itertools.count(1_000_000_000)


def write(file: Path, text: str | bytes) -> Path:
    """Write a file that was changed long ago, yet never at the moment at which another one was."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    moment = next(_moments)
    os.utime(file, (moment, moment))
    return file


def article(number: int) -> str:
    return f"Title {number}\nBy Jane Doe\n\nBody of article {number}.\n"


def lines(*records: dict[str, str]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def sync(
    folders: Sequence[Path], index: Path, on_event: Callable[[Event], None] = lambda _: None, **settings: Any
) -> Summary:
    """Sync in this process, if nothing else is said."""
    return indexer.sync(folders, index, SyncSettings(**{"processes": 0, **settings}), on_event)


def run(index: Path, *folders: Path, **changes: Any) -> Summary:
    return sync(folders, index, **{"engine": "plain", **changes})


def events_of(index: Path, *folders: Path, **changes: Any) -> list[Event]:
    events: list[Event] = []
    run(index, *folders, on_event=events.append, **changes)
    return events


def looking(index: Path) -> closing[Catalog]:
    return closing(open_catalog(index))


def contents(index: Path) -> dict[str, tuple[str, str]]:
    """Return path and digest of each article that can be searched, by id."""
    with looking(index) as catalog, closing(opened(catalog)) as engine:
        found = {article_id: engine.get(article_id) for article_id in engine.ids()}
        return {article_id: (one.path, one.digest) for article_id, one in found.items() if one}


def opened(catalog: Catalog) -> Engine:
    return open_engine(catalog.engine, catalog.engine_folder, catalog.language)


def paths(index: Path) -> list[str]:
    return sorted(path for path, _ in contents(index).values())


def ledger(index: Path, **asked: Any) -> dict[str, tuple[str, str]]:
    """Return status and reason of each file, by path."""
    with looking(index) as catalog:
        return {file.path: (file.status, file.reason) for file in catalog.files(limit=100_000, **asked).files}


def adds_up(index: Path, summary: Summary) -> bool:
    """Say whether a summary of all roots, the ledger and the engine tell the same."""
    with looking(index) as catalog:
        coverage = catalog.coverage()
        files = catalog.files(limit=100_000).files
    articles = sum(file.articles - file.duplicates for file in files)
    left_out = sum(file.status in ("skipped", "error") for file in files)
    return (
        summary.files == len(files) == coverage.files
        and summary.skipped + summary.errors == left_out == coverage.left_out
        and summary.articles == coverage.articles == articles == len(contents(index))
        and sum(count for _, _, count in summary.left_out) == left_out
    )


def age(index: Path, moment: str = LONG_AGO) -> None:
    """Have all that is there come long ago, as far as the ledger knows."""
    with closing(sqlite3.connect(next(index.glob("gen-*/ledger.sqlite")))) as ledger:
        ledger.execute("UPDATE arrivals SET added = ?", (moment,))
        ledger.commit()
