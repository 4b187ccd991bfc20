"""Our indexing end to end, as `searchapp index FOLDER` does it: files read, parsed, ledger, duplicates, engine."""

from importlib.metadata import version as version_of
from pathlib import Path

from searchapp.indexer import sync


def version() -> str:
    return version_of("searchapp")


def load(source: Path) -> Path:
    return source


def build(source: Path, folder: Path, engine: str) -> int:
    return sync([source], folder, engine=engine).articles
