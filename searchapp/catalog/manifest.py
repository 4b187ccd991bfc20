"""The manifest of an index: what it was built from, by which rules, and which generation is in force."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from searchapp.catalog import kept, running, saved
from searchapp.disk import is_sealed, sealed, write_durably
from searchapp.errors import UNREADABLE, IndexDamaged, IndexOutdated, NoIndex, NotAnIndex, StorageProblem
from searchapp.sentences import marked, sentence
from searchapp.text import ANALYSIS_VERSION

NAME = "manifest.json"
LOCK_NAME = "write.lock"
GENERATIONS = "gen-*"
ENGINE_FOLDER = "engine"  # inside a generation's folder
FORMAT = 5  # the version of this file and of the ledger
SCHEMA_VERSION = 14  # the version of the engines' fields and formats (engines/whoosh/FORMAT.md), and of the ledger
_KIND = "searchapp index"
_FORMATS = marked("format {has} where this version has {known}")
_ANALYSES = marked("text analysis {has} where this version has {known}")
_SCHEMAS = marked("fields of version {has} where this version has {known}")
_FILES = (
    NAME,
    LOCK_NAME,
    running.WRITER_NAME,
    saved.SAVED_NAME,
    saved.NEWS_NAME,
    saved.LOCK_NAME,
    running.NAME,
    kept.FOLDER_NAME,
)
_OURS = {*_FILES, *(f"{name}.new" for name in _FILES)}  # the latter while they are written
_HARMLESS = {"README.md", ".gitignore", ".gitkeep", ".DS_Store", "lost+found"}


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or a single file that is indexed; the paths of its articles start with `label`."""

    label: str
    path: Path


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a search covers: articles and files, as of when (ISO, local time), how many files were left out, and how
    many of the others have remarks: something in them was not read or is uncertain.

    `root` is the hash over all articles' digests (`searchapp.catalog.corpus_hash`) after a finished run.
    Unless `is_finished`, the run is under way or was interrupted, and has not reached some files.
    """

    articles: int = 0
    files: int = 0
    left_out: int = 0
    as_of: str = ""
    is_finished: bool = True
    with_remarks: int = 0
    root: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The properties of an index. `created` is when its generation was begun.

    `uid` identifies the index, also after rebuilds; it is empty if the index is older than this field.
    """

    engine: str
    language: str
    created: str
    generation: int = 1
    roots: tuple[Root, ...] = ()
    coverage: Coverage = Coverage()
    analysis: int = ANALYSIS_VERSION
    schema: int = SCHEMA_VERSION
    uid: str = ""

    @property
    def folder_name(self) -> str:
        """The folder of the generation in force."""
        return f"gen-{self.generation:04}"

    def with_root(self, path: Path) -> "Manifest":
        """Return the manifest with one more root; unchanged if `path` is a root already."""
        if any(root.path == path for root in self.roots):
            return self
        taken = {root.label for root in self.roots}
        name, suffix = (path.name or "root"), ""
        if path.is_file():  # its label keeps the suffix, which decides how the file is read
            name, dot, rest = name.partition(".")
            suffix = dot + rest
        label, number = name + suffix, 1
        while label in taken:
            number += 1
            label = f"{name}-{number}{suffix}"
        return replace(self, roots=(*self.roots, Root(label, path)))


def now() -> str:
    """Return the present moment as ISO text, in local time."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def read(folder: Path) -> Manifest | None:
    """Read the manifest of the index in `folder`; None if the folder is missing, or holds no files but our own.

    Raises:
        NotAnIndex: the folder holds something else, or is not a folder.
        IndexOutdated: the index was written in another format.
        IndexDamaged: the manifest cannot be parsed.
        StorageProblem: it cannot be read.
    """
    try:
        text = (folder / NAME).read_bytes()
    except FileNotFoundError:
        _check_for_strangers(folder)
        return None
    except NotADirectoryError as fault:
        raise NotAnIndex(folder, sentence("it is a file")) from fault
    except OSError as fault:
        raise StorageProblem(sentence(UNREADABLE, folder=repr(str(folder)), fault=str(fault.strerror))) from fault
    try:
        values = json.loads(text)
    except ValueError as fault:
        raise IndexDamaged(folder, sentence("{name} is not valid JSON", name=NAME), ("FOLDER",)) from fault
    if isinstance(values, dict) and "checksum" in values and not is_sealed(values) and (folder / LOCK_NAME).exists():
        raise IndexDamaged(folder, sentence("{name} does not match its checksum", name=NAME), ("FOLDER",))
    if not isinstance(values, dict) or values.get("kind") != _KIND:
        raise NotAnIndex(folder, sentence("its {name} belongs to another program", name=NAME))
    if values.get("format") != FORMAT:
        raise _outdated(folder, _FORMATS, values.get("format"), FORMAT, _named_roots(values))
    try:
        return from_values(values)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise IndexDamaged(folder, sentence("{name} is incomplete", name=NAME), ("FOLDER",)) from fault


def existing(folder: Path) -> Manifest:
    """Return the manifest of an index that exists and can be used.

    Raises:
        IndexProblem: there is no index, it is damaged, or it was built by other rules.
    """
    found = read_or_none(folder, lenient=False)
    if found is None:
        raise NoIndex(folder, running.who_writes(folder))
    return found


def read_or_none(folder: Path, *, lenient: bool) -> Manifest | None:
    """Return the manifest in `folder`, if any; if `lenient`, None for one that a rebuild would replace."""
    try:
        found = read(folder)
        if found and not lenient:
            check(folder, found)
    except (IndexDamaged, IndexOutdated):
        if not lenient:
            raise
        return None
    return found


def check(folder: Path, manifest: Manifest) -> None:
    """Check that an index was built by the rules now in force.

    Raises:
        IndexOutdated: it was not.
    """
    if manifest.analysis != ANALYSIS_VERSION:
        raise _outdated(folder, _ANALYSES, manifest.analysis, ANALYSIS_VERSION)
    if manifest.schema != SCHEMA_VERSION:
        raise _outdated(folder, _SCHEMAS, manifest.schema, SCHEMA_VERSION)


def _outdated(folder: Path, template: str, has: object, known: int, roots: Sequence[str] = ()) -> IndexOutdated:
    is_newer = isinstance(has, int) and has > known
    what = sentence(template, has=repr(has)[:20], known=str(known))
    return IndexOutdated(folder, what, roots, is_newer=is_newer)


def _named_roots(values: Mapping[str, Any]) -> list[str]:
    """Return the paths of the roots in a manifest of another format, or a placeholder for them."""
    roots = values.get("roots")
    paths = [root.get("path") if isinstance(root, dict) else None for root in roots] if isinstance(roots, list) else []
    named = [path for path in paths if isinstance(path, str) and path]
    return named if named and len(named) == len(paths) else ["FOLDER"]


def write(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in force; after a crash, either this one or the previous one is there."""
    values = {"kind": _KIND, "format": FORMAT, **values_of(manifest)}
    write_durably(folder / NAME, (json.dumps(sealed(values), indent=2) + "\n").encode("ascii"))


def values_of(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest as values for JSON."""
    roots = [{"label": root.label, "path": str(root.path)} for root in manifest.roots]
    return asdict(manifest) | {"roots": roots}


def from_values(values: Mapping[str, Any]) -> Manifest:
    """Undo `values_of`.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: these are not the values of a manifest.
    """
    return Manifest(
        engine=str(values["engine"]),
        language=str(values["language"]),
        created=str(values["created"]),
        generation=int(values["generation"]),
        roots=tuple(Root(str(root["label"]), Path(root["path"])) for root in values["roots"]),
        coverage=Coverage(**values["coverage"]),
        analysis=int(values["analysis"]),
        schema=int(values["schema"]),
        uid=str(values.get("uid", "")),
    )


def _check_for_strangers(folder: Path) -> None:
    try:
        present = {entry.name for entry in folder.iterdir()} - _HARMLESS
    except FileNotFoundError:
        return
    except NotADirectoryError as fault:  # pragma: no cover - where opening a file below a file says "not found"
        raise NotAnIndex(folder, sentence("it is a file")) from fault
    except OSError as fault:
        raise StorageProblem(sentence(UNREADABLE, folder=repr(str(folder)), fault=str(fault.strerror))) from fault
    ours = {name for name in present if name in _OURS}
    if LOCK_NAME in present:  # the lock is taken before any generation is begun
        ours |= {path.name for path in folder.glob(GENERATIONS)}
    if strangers := sorted(present - ours):
        raise NotAnIndex(folder, sentence("it holds {stranger}, and no {name}", stranger=repr(strangers[0]), name=NAME))
