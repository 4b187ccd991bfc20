"""Our indexing end to end, as `searchapp index FOLDER` does it: files read, parsed, ledger, duplicates, engine."""

from importlib import import_module
from importlib.metadata import version as version_of
from pathlib import Path

from searchapp.engines import ENGINES
from searchapp.indexer import SyncSettings, sync


def version(engine: str, at: str = "") -> str:
    del at
    import_module(ENGINES[engine])
    return version_of("searchapp")


def load(source: Path) -> Path:
    return source


def build(source: Path, folder: Path, engine: str, at: str = "") -> int:
    settings = SyncSettings(engine, engine_settings={"at": at} if at else {})
    return sync([source], folder, settings).articles
