"""Which files form an issue of a digitised paper: a METS list and the XML files of the pages that it names.

A list is recognised by its name (``…mets.xml``), so that a walk through a folder of XML need not open each file. A page
lies beside the list or in a folder below; files that a list names elsewhere are ignored.
"""

import hashlib
import os
import re
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

_NAMED = re.compile(rb"<(?:\w+:)?FLocat\b[^<>]{0,2000}?\bhref\s*=\s*[\"']([^\"'<>]{1,1000})[\"']")
_MOST_BYTES = 1 << 26
_MOST_FOLDERS = 50  # folders below the list in which a page is searched for by its name alone


def is_list(name: str) -> bool:
    """Tell by the name of a file whether it lists the pages of an issue."""
    lower = name.lower()
    return lower.endswith(".xml") and "mets" in lower


def pages(file: Path, content: bytes | None = None) -> tuple[Path, ...]:
    """Return the files of the pages that a list names, in its order, each once; none if the list cannot be read.

    `content` is that of the list, if it was read already.
    """
    if not is_list(file.name):
        return ()
    try:
        named = _addresses(content) if content is not None else _addresses_in(file)
        folders = _folders(file.parent) if named else ()
    except OSError:
        return ()
    paths = (_find(file.parent, folders, _parts(address)) for address in named)
    return tuple(dict.fromkeys(page for page in paths if page))


def fingerprint(file: Path) -> str:
    """Return a string that changes when a page of a list is added, removed or changed; empty for any other file."""
    states = []
    for page in pages(file):
        with suppress(OSError):
            found = page.stat()
            states.append((str(page), found.st_size, found.st_mtime_ns))
    return hashlib.blake2b(repr(states).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() if states else ""


def _addresses_in(file: Path) -> tuple[str, ...]:
    found = file.stat()
    return _read_addresses(file, found.st_size, found.st_mtime_ns) if found.st_size <= _MOST_BYTES else ()


@lru_cache(maxsize=256)  # a walk asks for the pages of a list first, and then for its fingerprint
def _read_addresses(file: Path, _size: int, _mtime: int) -> tuple[str, ...]:
    """Read the addresses in a list, once for each size and modification time."""
    return _addresses(file.read_bytes())


def _addresses(content: bytes) -> tuple[str, ...]:
    return tuple(address.decode("utf-8", "replace") for address in _NAMED.findall(content[:_MOST_BYTES]))


def _folders(top: Path) -> tuple[Path, ...]:
    with os.scandir(top) as entries:
        found = sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
    return tuple(found[:_MOST_FOLDERS])


def _parts(address: str) -> tuple[str, ...]:
    """Return the folders and the name in an address, without parts that would lead out of the list's folder."""
    path = unquote(urlsplit(address.replace("&amp;", "&").replace("\\", "/")).path)
    return tuple(part for part in PurePosixPath(path).parts if part not in ("/", ".", ".."))


def _find(top: Path, folders: tuple[Path, ...], parts: tuple[str, ...]) -> Path | None:
    """Find a page by its path below the list, or by the end of that path where the list was moved."""
    if not parts or not parts[-1].lower().endswith(".xml") or is_list(parts[-1]):
        return None
    by_path = (top.joinpath(*parts[first:]) for first in range(len(parts)))
    by_name = (folder / parts[-1] for folder in folders)
    return next((page for page in chain(by_path, by_name) if _is_page(top, page)), None)


def _is_page(top: Path, page: Path) -> bool:
    """Tell whether a walk would find this file, too: it exists, and no part of its path is a link."""
    steps = [page, *(folder for folder in page.parents if folder != top and top in folder.parents)]
    is_hidden = any(step.name.startswith(".") for step in steps)
    try:
        return not is_hidden and page.is_file() and not any(step.is_symlink() for step in steps)
    except (OSError, ValueError):  # a name that no file can have
        return False
