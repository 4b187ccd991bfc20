"""The articles as the peers get them: ready dicts."""

import json
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def load(file: Path) -> list[Record]:
    """Read all articles that `benchmarks.corpus` wrote."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def day(date: str) -> int:
    """Return an ISO day as a number like 20070814; 0 where no day is known."""
    return int(date.replace("-", "")) if len(date) == len("2007-08-14") else 0


def month(record: Record) -> str:
    """Return the month of an article, as 2007-08; empty where it is not known."""
    return str(record["date"][:7])
