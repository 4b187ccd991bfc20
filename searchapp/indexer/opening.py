"""The engine of an index that is held for writing: opened or begun, and by which settings."""

from collections.abc import Mapping
from pathlib import Path

from searchapp.catalog.manifest import ENGINE_FOLDER, read_or_none
from searchapp.catalog.writing import Writing
from searchapp.engines import NO_SETTINGS, Engine, create_engine, open_engine, settings_of


def kept_settings(index: Path, engine: str | None) -> Mapping[str, str]:
    """Return the settings of the engine that a rebuild leaves as they are; none where it begins another `engine`."""
    known = read_or_none(index, lenient=True)
    if known is None or engine not in (None, known.engine):
        return NO_SETTINGS
    return settings_of(known.engine, index / known.folder_name / ENGINE_FOLDER)


def opened_for_writing(held: Writing, settings: Mapping[str, str] = NO_SETTINGS) -> Engine:
    """Open the engine of the generation in force, with nothing left half done, or begin that of another generation."""
    of = held.manifest
    if not held.is_in_force:
        return create_engine(of.engine, held.engine_folder, of.language, {**settings, "uid": of.uid})
    engine = open_engine(of.engine, held.engine_folder, of.language, settings)
    try:
        engine.recover()
    except BaseException:
        engine.close()
        raise
    return engine
