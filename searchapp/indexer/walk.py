"""Find the files of a root, each with the reason if it is not to be read.

Rules in `.searchappignore` files, in gitignore's syntax, apply to the folder of the file and below.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from searchapp import sources
from searchapp.catalog.manifest import Root
from searchapp.catalog.paths import stored
from searchapp.catalog.walked import EMPTY, Seen
from searchapp.errors import NoReader, UnreadableFolder
from searchapp.indexer import ignoring
from searchapp.indexer.ignoring import Rules, read_rules
from searchapp.sentences import recorded
from searchapp.sources import issues

_Folder = tuple[int, int]  # device and inode
_PAGE = recorded("a page of an issue: its text is read with the METS list that names it")


def walk(root: Root, index: Path) -> Iterator[Seen]:
    """Yield every file below a root, in no particular order.

    Hidden and ignored folders, and the folder of the `index` itself, are one entry each. Links to files are followed
    inside the root; so are links to folders, except to one that contains the link or was already entered by another.

    Raises:
        UnreadableFolder: the root does not exist or cannot be read.
    """
    try:
        found = root.path.stat()
    except OSError as fault:
        raise unreadable(root.path, fault) from fault
    if not stat.S_ISDIR(found.st_mode):
        yield _judged(stored(root.label), root.path, found)
        return
    try:
        os.scandir(root.path).close()
    except OSError as fault:
        raise unreadable(root.path, fault) from fault
    yield from _Walk(root, index).folders()


def unreadable(path: Path, fault: OSError) -> UnreadableFolder:
    """Return the error for a root that cannot be read."""
    return UnreadableFolder(
        f"{str(path)!r} cannot be read: {fault.strerror}. If it is on another disk, check that the disk is connected. "
        "Nothing was changed."
    )


@dataclass(slots=True)
class _Place:
    """A folder to list: its path below the root (ending in a slash), the folders above it, and its rules."""

    path: str
    above: tuple[_Folder, ...]
    rules: Rules | None


@dataclass(slots=True)
class _Walk:
    root: Root
    index: Path
    linked: set[_Folder] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)  # of issues whose METS lists were found

    def folders(self) -> Iterator[Seen]:
        found = self.root.path.stat()
        waiting = [_Place("", ((found.st_dev, found.st_ino),), None)]
        while waiting:
            place = waiting.pop()
            below: list[_Place] = []
            is_empty = bool(place.path)
            links: list[os.DirEntry[str]] = []  # handled last and in order, so that the result is always the same
            try:
                rules = read_rules(self.root.path / place.path / ignoring.NAME, place.path, place.rules)
                self._note_pages(place, rules)
                with os.scandir(self.root.path / place.path) as entries:
                    for entry in entries:
                        is_empty = False
                        if entry.is_symlink():
                            links.append(entry)
                        elif seen := self._entry(entry, place, rules, below):
                            yield seen
                for entry in sorted(links, key=lambda each: each.name):
                    if seen := self._entry(entry, place, rules, below):
                        yield seen
                if is_empty:
                    yield self._left_out(place.path, EMPTY, "")
            except ValueError as fault:
                yield self._left_out(
                    place.path, "error", recorded("The folder is not read: {fault}.", fault=str(fault))
                )
            except OSError as fault:
                yield self._left_out(
                    place.path, "error", recorded("The folder cannot be read: {fault}.", fault=str(fault.strerror))
                )
            waiting += sorted(below, key=lambda each: each.path, reverse=True)

    def _note_pages(self, place: _Place, rules: Rules | None) -> None:
        """Record the pages that the METS lists in a folder name, which lie beside them or below."""
        with os.scandir(self.root.path / place.path) as entries:
            lists = [entry for entry in entries if issues.is_list(entry.name) and not entry.is_symlink()]
        for entry in lists:
            if not self._reason(entry, place.path + entry.name, rules, place, is_folder=False):
                self.pages.update(map(str, issues.pages(Path(entry.path))))

    def _entry(self, entry: os.DirEntry[str], place: _Place, rules: Rules | None, below: list[_Place]) -> Seen | None:
        """Judge one entry: return it for the ledger, or None for a folder, which is added to `below`."""
        path = place.path + entry.name
        try:
            is_folder = entry.is_dir()
            found = entry.stat()
        except FileNotFoundError:
            is_folder = False
            return self._left_out(path, "skipped", recorded("a broken link")) if entry.is_symlink() else None
        except OSError as fault:
            return self._left_out(path, "error", recorded("It cannot be read: {fault}.", fault=str(fault.strerror)))
        if entry.name == ignoring.NAME and rules and rules.folder == place.path and rules.invalid:
            reason = recorded("It contains invalid rules: {lines}.", lines=", ".join(rules.invalid))
            return self._left_out(path, "error", reason, found)
        shown = f"{path}/" if is_folder else path
        if reason := self._reason(entry, shown, rules, place, is_folder):
            return self._left_out(shown, "skipped", reason, found)
        if entry.path in self.pages:
            self.pages.discard(entry.path)
            return self._left_out(path, "duplicate", _PAGE, found)._replace(is_certain=True)
        if not is_folder:
            return _judged(stored(f"{self.root.label}/{path}"), Path(entry.path), found)
        below.append(_Place(shown, (*place.above, (found.st_dev, found.st_ino)), rules))
        return None

    def _reason(self, entry: os.DirEntry[str], path: str, rules: Rules | None, place: _Place, is_folder: bool) -> str:
        if entry.name.startswith("."):
            return recorded("a hidden folder") if is_folder else recorded("hidden")
        if rules and rules.ignore(path):
            return recorded("ignored by {name}", name=ignoring.NAME)
        if is_folder and os.path.realpath(entry.path) == str(self.index):
            return recorded("the folder of the index")
        return self._reason_of_link(entry, place, is_folder) if entry.is_symlink() else ""

    def _reason_of_link(self, entry: os.DirEntry[str], place: _Place, is_folder: bool) -> str:
        target, top = Path(os.path.realpath(entry.path)), Path(os.path.realpath(self.root.path))
        if not target.is_relative_to(top):
            return recorded("a link that leads out of the folder")
        if self.index == target or self.index in target.parents:
            return recorded("a link into the folder of the index")
        if is_folder:
            found = entry.stat()
            identity = (found.st_dev, found.st_ino)
            if identity in place.above:
                return recorded("a link to a folder that contains it")
            if identity in self.linked:
                return recorded("a link to a folder that another link leads to")
            self.linked.add(identity)
        return ""

    def _left_out(self, path: str, status: str, reason: str, found: os.stat_result | None = None) -> Seen:
        size, mtime = (found.st_size, found.st_mtime_ns) if found else (0, 0)
        return Seen(stored(f"{self.root.label}/{path}"), size, mtime, status=status, reason=reason)


def _judged(path: bytes, file: Path, found: os.stat_result) -> Seen:
    """Decide whether a file is to be read, by its kind, name and size."""
    name = file.name
    if not stat.S_ISREG(found.st_mode):
        reason = recorded("not a file (a socket, a pipe or a device)")
    elif not sources.is_read(name):
        suffix = Path(name).suffix
        is_shown = bool(suffix) and suffix.isprintable()
        reason = str(NoReader(suffix.lower())) if is_shown else recorded("no reader for such files")
    elif not found.st_size:
        reason = recorded("empty")
    else:
        version, is_certain = sources.version_of(name, file), sources.has_suffix_that_is_read(name)
        return Seen(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, version, is_certain=is_certain)
    return Seen(path, found.st_size, found.st_mtime_ns, status="skipped", reason=reason)
