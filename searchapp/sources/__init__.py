"""From a folder to articles: every file accounted for.

A format is a function that takes an `Opened` file and yields drafts, problems and the encoding; it is found by the
file's suffix. Other packages add formats through the entry-point group ``searchapp.sources``: the entry's name is the
suffix (``.odt``), its value the function.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from searchapp.article import Article
from searchapp.errors import UnreadableFile
from searchapp.sources.articles import finish
from searchapp.sources.opening import Opened
from searchapp.sources.values import DEFAULTS, Draft, Encoding, Options, Problem

__all__ = ["Draft", "Encoding", "Opened", "Options", "Problem", "Reader", "read", "reader_for", "suffixes"]

Reader = Callable[[Opened], Iterator[Draft | Problem | Encoding]]

_MODULES = {
    ".txt": "plain_text",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
}
_PACKED = ".gz"


def read(file: Path, path: str, options: Options = DEFAULTS) -> Iterator[Article | Problem | Encoding]:
    """Read the articles of one file, in order; `path` is what they are known by, and part of their ids.

    Raises:
        UnreadableFile: nothing in the file is of use.
    """
    suffix, packed = _suffix(path)
    reader = reader_for(path)
    if reader is None:
        raise UnreadableFile(f"Files that end in {suffix!r} are not read." if suffix else "Its name has no suffix.")
    return finish(reader(Opened(file, suffix, packed, options)), path)


def reader_for(name: str) -> Reader | None:
    """Find the reader for a file by the end of its name; None where there is none."""
    suffix, packed = _suffix(name)
    if suffix in (added := _added()):
        return added[suffix]
    if suffix in _MODULES:
        reader: Reader = import_module(f"{__name__}.{_MODULES[suffix]}").read
        return reader
    return None


def suffixes() -> frozenset[str]:
    """Name the suffixes that are read, in lower case and without ``.gz``, which may follow each."""
    return frozenset(_MODULES) | frozenset(_added())


def _suffix(name: str) -> tuple[str, bool]:
    lower = name.lower()
    packed = lower.endswith(_PACKED)
    return Path(lower.removesuffix(_PACKED) if packed else lower).suffix, packed


@cache
def _added() -> dict[str, Reader]:
    found = entry_points(group="searchapp.sources")
    return {f".{entry.name.lower().lstrip('.')}": entry.load() for entry in found}
