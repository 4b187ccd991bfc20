"""Engines: stores of articles that answer the trees of `searchapp.query`, opened by name.

`contract` defines what an engine is, `snapshot` has what engines share, and `scoring` is the formula by which all rank.
The library behind an engine is imported only when the engine is opened.
"""

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from searchapp.engines.contract import (
    FACETS,
    Ask,
    Budget,
    Engine,
    EngineModule,
    FacetName,
    Hit,
    Hits,
    Shared,
    Sort,
    TotalIs,
)
from searchapp.errors import UnknownEngine, installing

__all__ = [
    "ENGINES",
    "FACETS",
    "Ask",
    "Budget",
    "Engine",
    "FacetName",
    "Hit",
    "Hits",
    "Shared",
    "Sort",
    "TotalIs",
    "check_engine",
    "check_settings",
    "create_engine",
    "discard_engine",
    "is_installed",
    "open_engine",
    "settings_of",
    "share_engine",
]

ENGINES = {
    "whoosh": "searchapp.engines.whoosh",
    "tantivy": "searchapp.engines.tantivy",
    "opensearch": "searchapp.engines.opensearch",
}
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


def create_engine(name: str, folder: Path, language: str, settings: Mapping[str, str] = NO_SETTINGS) -> Engine:
    """Create an empty store of the engine called `name` in `folder`.

    Raises:
        UnknownEngine: there is no engine of that name, or its library is not installed.
        UnknownLanguage: there is no stemmer for `language`.
        StorageProblem: the folder cannot be written to.
    """
    return _module(name).create_engine(folder, language, settings)


def check_settings(name: str, language: str, settings: Mapping[str, str] = NO_SETTINGS) -> None:
    """Check that a store of the engine called `name` could be created.

    Raises:
        UnknownEngine: there is no engine of that name, or its library is not installed.
        UnknownLanguage: there is no stemmer for `language`.
        BadRequest: a setting is missing or invalid.
    """
    _module(name).check_settings(language, settings)


def settings_of(name: str, folder: Path) -> Mapping[str, str]:
    """Return the settings by which another store is begun like the one of the engine called `name` in `folder`."""
    return _module(name).settings_of(folder)


def share_engine(name: str, folder: Path, shared: Shared) -> None:
    """Publish what readers without the index folder need, if the engine called `name` has such readers."""
    _module(name).share_engine(folder, shared)


def open_engine(name: str, folder: Path, language: str, settings: Mapping[str, str] = NO_SETTINGS) -> Engine:
    """Open the store of the engine called `name` in `folder`; `settings` may give what has changed since.

    Raises:
        BadRequest: a setting contradicts the store.
        UnknownEngine: there is no engine of that name, or its library is not installed.
        IndexDamaged: the store is missing or cannot be read.
        StorageProblem: the folder cannot be read.
    """
    return _module(name).open_engine(folder, language, settings)


def check_engine(name: str, folder: Path) -> Iterator[str]:
    """Read everything that the engine called `name` stores in `folder`; yield a sentence for each damaged part.

    Raises:
        UnknownEngine: there is no engine of that name, or its library is not installed.
        IndexDamaged: the damage makes the rest unreadable.
        StorageProblem: the folder cannot be read.
    """
    return _module(name).check_engine(folder)


def discard_engine(name: str, folder: Path) -> None:
    """Remove everything that the engine called `name` stores for `folder`, there and elsewhere.

    Raises:
        UnknownEngine: there is no engine of that name, or its library is not installed.
    """
    _module(name).discard_engine(folder)


def is_installed(name: str) -> bool:
    """Tell whether an engine can be used here: its name is known and its library is installed."""
    try:
        _module(name)
    except UnknownEngine:
        return False
    return True


def _module(name: str) -> EngineModule:
    if name not in ENGINES:
        raise UnknownEngine(f"There is no engine {name!r}. Choose one of: {', '.join(ENGINES)}.")
    try:
        module: EngineModule = importlib.import_module(ENGINES[name])
    except ModuleNotFoundError as missing:
        raise UnknownEngine(f"The {name} engine needs the library {missing.name!r}.", *installing(name)) from missing
    return module
