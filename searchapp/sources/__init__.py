"""From a file to its articles, with every loss reported.

The reader of a format is a function that takes an `Opened` file and yields drafts, remarks and the encoding. It is
chosen by the file's suffix, or by the file's content where the suffix is missing, unknown or wrong. Other packages add
formats through the entry-point group ``searchapp.sources``: the entry's name is the suffix (``.odt``), its value the
function.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from searchapp.article import Article
from searchapp.errors import NoReader, UnreadableFile
from searchapp.sentences import marked, recorded
from searchapp.sources import issues
from searchapp.sources.articles import finish
from searchapp.sources.drafts import DEFAULTS, Draft, Encoding, Options, Remark
from searchapp.sources.opening import EXTRA, Opened
from searchapp.sources.sniffing import SAMPLE, is_collection, sniff, sniff_magic

__all__ = [
    "ARCHIVES",
    "EXTRA",
    "Draft",
    "Encoding",
    "Opened",
    "Options",
    "Reader",
    "Remark",
    "has_suffix_that_is_read",
    "is_archive",
    "is_read",
    "most_bytes",
    "prepare",
    "read",
    "read_drafts",
    "read_prepared",
    "reader_for",
    "suffixes",
    "version_of",
]

Reader = Callable[[Opened], Iterator[Draft | Remark | Encoding]]

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
    ".jl": "json_lines:read",
    ".json": "json_document:read",
    ".csv": "csv_table:read",
    ".tsv": "csv_table:read",
    ".eml": "mail:read_eml",
    ".emlx": "mail:read_eml",
    ".mht": "mail:read_mhtml",
    ".mhtml": "mail:read_mhtml",
    ".mbox": "mail:read_mbox",
    ".pdf": "pdf:read",
    ".docx": "word:read",
    ".docm": "word:read",
    ".dotx": "word:read",
    ".dotm": "word:read",
    ".doc": "old_word:read",
    ".rtf": "rtf:read",
    ".odt": "open_document:read",
    ".ott": "open_document:read",
    ".odp": "open_document:read",
    ".epub": "epub:read",
    ".zip": "archives:read",
    ".tar": "archives:read",
    ".xlsx": "spreadsheets:read",
    ".xlsm": "spreadsheets:read",
    ".xlsb": "spreadsheets:read",
    ".xls": "spreadsheets:read",
    ".ods": "spreadsheets:read",
    ".msg": "outlook:read",
    ".warc": "web_archive:read",
    ".wet": "web_archive:read",
    ".tei": "xml_document:read",
    ".alto": "xml_document:read",
    ".xml": "xml_document:read",
    ".sgml": "xml_document:read",
    ".sgm": "xml_document:read",
    ".nitf": "xml_document:read",
    ".rss": "xml_document:read",
    ".atom": "xml_document:read",
}
# Raise the number when a fix to a reader changes the articles that it yields: its files are then read again.
_VERSIONS = {"csv_table": 1, "markdown": 1, "plain_text": 1}
# Optional libraries by the readers that need them: once one is installed, the files of its reader are read again.
_LIBRARIES = {
    "pdf": "pypdfium2",
    "spreadsheets": "python_calamine",
    "web_archive": "warcio",
    "outlook": "olefile",
}
_UNPACKING = "backports.zstd"
_HOLDERS = frozenset(("mail", "outlook", "web_archive"))  # their files may contain files of any other kind
_VERSION = 6  # of what all readers share: encodings, dates, bylines, the step from drafts to articles
_PACKED = (".gz", ".bz2", ".xz", ".zst")
_SHORT = {".tgz": ".tar.gz", ".tbz": ".tar.bz2", ".tbz2": ".tar.bz2", ".txz": ".tar.xz", ".tzst": ".tar.zst"}
ARCHIVES = frozenset((".zip", ".tar"))  # their members are read as files of their own
_ANY_SIZE = 1 << 62
_STREAMED = frozenset(
    (".jsonl", ".ndjson", ".jl", ".csv", ".tsv", ".mbox", ".warc", ".wet", ".zip", ".tar")
)  # of any size; others are held in memory
# Files that are never opened to see whether they are text: images, audio, programs, and the assets of saved pages.
_OTHERS = """
    .7z .a .aac .ai .aiff .apk .asm .avi .avif .bak .bash .bat .bib .bin .bmp .c .cc .cfg .class .cmd .conf .cpp .cr2
    .cs .css .cue .dat .db .deb .dll .dmg .ds_store .dylib .eot .eps .exe .flac .flv .gif .go .h .heic .hpp .ico .idx
    .img .ini .iso .jar .java .jpeg .jpg .js .less .lnk .lock .log .m3u .m4a .m4v .map .mid .mjs .mkv .mov .mp3 .mp4
    .mpeg .mpg .nef .npy .npz .o .obj .ogg .ogv .opus .otf .parquet .pickle .pkl .png .ps .psd .py .pyc .r .rar .raw .rb
    .rpm .rs .sass .scss .sh .so .sql .sqlite .sqlite3 .srt .svg .swf .swp .tif .tiff .tmp .toml .torrent .ts .ttf .tsx
    .vtt .wasm .wav .webm .webp .wma .wmv .woff .woff2 .yaml .yml
"""
_OTHER_KINDS = frozenset(_OTHERS.split())
_SUFFIX = re.compile(r"\.(?=\d*[a-z])[a-z0-9_]{1,8}")  # `.2007` and `.html?id=7` are parts of names
_BROKEN = marked(
    "Reading {suffix} files needs a library that is missing or broken ({fault}). Reinstall searchapp, and run the same "
    "command again."
)


def read(file: Path, path: str, options: Options = DEFAULTS) -> Iterator[Article | Remark | Encoding]:
    """Read the articles of one file, in order; `path` identifies the file, and is part of their ids.

    Raises:
        UnreadableFile: the file yields no article.
    """
    try:
        opened = prepare(file, path, options)
    except OSError as error:
        raise UnreadableFile(recorded("It cannot be read: {fault}.", fault=str(error.strerror or error))) from error
    return read_prepared(opened, path)


def prepare(file: Path, path: str, options: Options = DEFAULTS, identity: tuple[int, int] | None = None) -> Opened:
    """Find out how to read a file, by its name and its first bytes; its size is checked, too.

    With an `identity` (device and inode), a file that has replaced it is refused.

    Raises:
        NoReader: no reader supports this kind of file.
        UnreadableFile: it is larger than the limit for its kind, or another file has taken its place.
        OSError: it cannot be opened.
    """
    suffix, packed = _suffix(path)
    opened = Opened(file, suffix, packed, options, identity)
    if suffix not in _added():
        opened = replace(opened, suffix=_kind(suffix, opened.sample(SAMPLE)))
    if opened.suffix not in _STREAMED and not packed:
        opened.check_size()
    opened.check_holes()
    return opened


def read_prepared(opened: Opened, path: str) -> Iterator[Article | Remark | Encoding]:
    """Read the articles of a file that was prepared.

    Raises:
        UnreadableFile: nothing in the file is of use.
    """
    options = opened.options
    return finish(read_drafts(opened), path, detects_languages=options.detects_languages, longest=options.article_limit)


def read_drafts(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Yield what the reader of a file finds in it, as drafts.

    Raises:
        UnreadableFile: there is no reader, or its library is missing.
    """
    try:
        reader = _reader(opened.suffix)
    except ImportError as missing:
        raise UnreadableFile(recorded(_BROKEN, suffix=opened.suffix, fault=str(missing))) from missing
    if reader is None:
        raise NoReader(opened.suffix)
    return reader(opened)


def reader_for(name: str) -> Reader | None:
    """Find the reader for a file by the end of its name; None if there is none."""
    return _reader(_suffix(name)[0])


def is_read(name: str) -> bool:
    """Tell by its name whether a file is to be opened, if only to see what it holds; no reader is loaded."""
    return _suffix(name)[0] not in _OTHER_KINDS - suffixes()


def has_suffix_that_is_read(name: str) -> bool:
    """Tell whether a reader supports the suffix of this file name."""
    return _suffix(name)[0] in suffixes()


def is_archive(name: str) -> bool:
    """Tell by its name whether a file is an archive, whose members are read as files of their own."""
    return _suffix(name)[0] in ARCHIVES


def most_bytes(name: str, options: Options) -> int:
    """Return the size in bytes above which a file of this name is not read."""
    suffix, packed = _suffix(name)
    is_bounded = suffix not in _STREAMED and not packed
    return max(options.article_limit, options.document_limit) if is_bounded else _ANY_SIZE


def version_of(name: str, file: Path | None = None) -> str:
    """Return the version of a file's reader, or that of all readers where the content may decide the reader.

    Given a `file` that lists others, the version changes when one of these changes.
    """
    if file and (beside := issues.fingerprint(file)):
        return f"{version_of(name)} {beside}"
    suffix, packed = _suffix(name)
    if suffix in (added := _added()):
        return f"{added[suffix].value} {getattr(added[suffix].dist, 'version', '')}"
    module = _FORMATS.get(suffix, "").partition(":")[0] if suffix not in ARCHIVES else ""
    is_any = not module or module in _HOLDERS
    needed = set(_LIBRARIES.values()) if is_any else {_LIBRARIES.get(module, "")}
    there = sum(map(_is_there, needed | ({_UNPACKING} if packed or is_any else set())))
    return f"{_VERSION}.{sum(_VERSIONS.values()) if is_any else _VERSIONS.get(module, 0)}{'+' * there}"


def suffixes() -> frozenset[str]:
    """Return the supported suffixes in lower case; each may be followed by ``.gz`` and the like."""
    return frozenset(_FORMATS) | frozenset(_added())


def _reader(suffix: str) -> Reader | None:
    if suffix in (added := _added()):
        loaded: Reader = added[suffix].load()
        return loaded
    if suffix not in _FORMATS:
        return None
    module, _, function = _FORMATS[suffix].partition(":")
    reader: Reader = getattr(import_module(f"{__name__}.{module}"), function)  # its libraries are imported only now
    return reader


def _kind(suffix: str, sample: bytes) -> str:
    """Return the suffix that decides how a file is read, given its own suffix and its first bytes.

    Raises:
        NoReader: no reader supports it.
    """
    known = suffixes()
    if suffix in known:
        # Any reader of text would refuse these; a ZIP may be what the suffix says.
        held = sniff_magic(sample) or (".xml" if suffix == ".txt" and is_collection(sample) else "")
        return held if held in known and not sample.startswith(b"PK") else suffix
    held = sniff(sample)
    if held not in known or (suffix and held == ".txt"):  # programs, style sheets and settings are text, too
        raise NoReader(suffix)
    return held


def _suffix(name: str) -> tuple[str, bool]:
    lower = name.lower()
    short = next((short for short in _SHORT if lower.endswith(short)), "")
    lower = lower.removesuffix(short) + _SHORT[short] if short else lower
    packed = lower.endswith(_PACKED)
    suffix = Path(lower.rpartition(".")[0] if packed else lower).suffix
    return suffix if _SUFFIX.fullmatch(suffix) else "", packed


@cache
def _is_there(library: str) -> bool:
    try:
        return bool(library) and find_spec(library) is not None
    except ModuleNotFoundError:  # the parent package of the library is missing, too
        return False


@cache
def _added() -> dict[str, EntryPoint]:
    return {f".{entry.name.lower().lstrip('.')}": entry for entry in entry_points(group="searchapp.sources")}
