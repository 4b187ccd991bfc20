"""From a folder to articles: every file accounted for.

A format is a function that takes an `Opened` file and yields drafts, problems and the encoding; it is found by the
file's suffix. Other packages add formats through the entry-point group ``searchapp.sources``: the entry's name is the
suffix (``.odt``), its value the function.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from searchapp.article import Article
from searchapp.errors import UnreadableFile
from searchapp.sources.articles import finish
from searchapp.sources.drafts import DEFAULTS, Draft, Encoding, Options, Problem
from searchapp.sources.opening import Opened

__all__ = ["Draft", "Encoding", "Opened", "Options", "Problem", "Reader", "is_read", "read", "reader_for", "suffixes"]

Reader = Callable[[Opened], Iterator[Draft | Problem | Encoding]]

_FORMATS = {
    ".txt": "plain_text:read",
    ".text": "plain_text:read",
    ".md": "markdown:read",
    ".markdown": "markdown:read",
    ".html": "html:read",
    ".htm": "html:read",
    ".xhtml": "html:read",
    ".jsonl": "json_lines:read",
    ".ndjson": "json_lines:read",
    ".json": "json_document:read",
    ".csv": "csv_table:read",
    ".tsv": "csv_table:read",
    ".eml": "mail:read_eml",
    ".mbox": "mail:read_mbox",
    ".pdf": "pdf:read",
    ".docx": "word:read",
    ".xml": "xml_document:read",
    ".nitf": "xml_document:read",
    ".rss": "xml_document:read",
    ".atom": "xml_document:read",
}
_PACKED = ".gz"


def read(file: Path, path: str, options: Options = DEFAULTS) -> Iterator[Article | Problem | Encoding]:
    """Read the articles of one file, in order; `path` is what they are known by, and part of their ids.

    Raises:
        UnreadableFile: nothing in the file is of use.
    """
    suffix, packed = _suffix(path)
    try:
        reader = reader_for(path)
    except ImportError as missing:
        raise UnreadableFile(
            f"Reading {suffix} files needs a library that is not there or broken ({missing}). "
            "Install searchapp again, and run the same command once more."
        ) from missing
    if reader is None:
        raise UnreadableFile(f"Files that end in {suffix!r} are not read." if suffix else "Its name has no suffix.")
    return finish(reader(Opened(file, suffix, packed, options)), path, detects_languages=options.detects_languages)


def reader_for(name: str) -> Reader | None:
    """Find the reader for a file by the end of its name; None where there is none."""
    suffix, _ = _suffix(name)
    if suffix in (added := _added()):
        loaded: Reader = added[suffix].load()
        return loaded
    if suffix not in _FORMATS:
        return None
    module, _, function = _FORMATS[suffix].partition(":")
    reader: Reader = getattr(import_module(f"{__name__}.{module}"), function)  # its libraries are imported only now
    return reader


def is_read(name: str) -> bool:
    """Say whether there is a reader for a file, by the end of its name; the reader itself is not loaded."""
    return _suffix(name)[0] in suffixes()


def suffixes() -> frozenset[str]:
    """Name the suffixes that are read, in lower case and without ``.gz``, which may follow each."""
    return frozenset(_FORMATS) | frozenset(_added())


def _suffix(name: str) -> tuple[str, bool]:
    lower = name.lower()
    packed = lower.endswith(_PACKED)
    return Path(lower.removesuffix(_PACKED) if packed else lower).suffix, packed


@cache
def _added() -> dict[str, EntryPoint]:
    return {f".{entry.name.lower().lstrip('.')}": entry for entry in entry_points(group="searchapp.sources")}
