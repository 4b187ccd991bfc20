"""Bring an index in line with its folders: add new files, read changed ones again, remove those that are gone.

walk ──> ledger: what is new, changed, gone? ──> workers: `reading` ──> `filing`: engine and ledger, batch by batch
"""

import hashlib
import os
import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from searchapp.catalog import Root, locate, root_of
from searchapp.catalog.manifest import existing, read_or_none
from searchapp.catalog.paths import restored, shown, stored
from searchapp.catalog.running import ProgressNote
from searchapp.catalog.walked import ToRead
from searchapp.catalog.writing import DEFAULT_ENGINE, DEFAULT_LANGUAGE, Writing, writing
from searchapp.engines import Engine, check_settings, discard_engine
from searchapp.errors import BadRequest, EmptiedFolder, UnreadableFolder
from searchapp.indexer.events import Committed, Done, Event, FileRead, FilesFound, Planned, Summary
from searchapp.indexer.filing import Batch, Filing, repair
from searchapp.indexer.opening import kept_settings, opened_for_writing
from searchapp.indexer.reading import Job, Piece
from searchapp.indexer.settings import SyncSettings
from searchapp.indexer.sharing import share
from searchapp.indexer.walk import unreadable, walk
from searchapp.indexer.worker_process import Limits
from searchapp.indexer.workers import read_here, read_in_workers
from searchapp.languages import AUTO
from searchapp.parts import in_parts
from searchapp.sentences import marked, recorded

__all__ = [
    "Committed",
    "Done",
    "Event",
    "FileRead",
    "FilesFound",
    "Limits",
    "Planned",
    "Summary",
    "SyncSettings",
    "forget",
    "sync",
]

_USUAL = SyncSettings()
_NOTED_AT_ONCE = 5_000

# A disk that is not connected leaves an empty folder behind, or one with a note in it. Someone who removes all files of
# a folder on purpose can confirm that; a single file needs no confirmation.
_FILES = 2
_MANY_FILES = 100
_LEFT_OF_MANY = 0.1
_FOREVER = 1 << 62
_EMPTIED = marked(
    "The folder is empty, but {number} files from it were indexed before; their articles are kept. If it is a mount "
    "point, connect the disk. If the files were removed on purpose, run: {command}"
)


def _ignore(_: Event) -> None:
    """Ignore an event."""


def sync(
    folders: Sequence[Path],
    index: Path,
    settings: SyncSettings = _USUAL,
    on_event: Callable[[Event], None] = _ignore,
) -> Summary:
    """Bring the index in line with `folders` (or single files), which it remembers; without any, those it remembers.

    Raises:
        UnreadableFolder: a folder does not exist, cannot be read, or (EmptiedFolder) is nearly empty; nothing was
            changed.
        BadRequest: there is no folder to index, or the index has another engine or language.
        IndexProblem: another process is writing, or the index cannot be used.
        StorageProblem: no space, or no permission to write; what was committed is kept.
    """
    asked = [_resolved(folder) for folder in folders]
    engine, language, rebuild = settings.engine, settings.language, settings.rebuild
    if rebuild:
        kept = kept_settings(index, engine)
        settings = replace(settings, engine_settings={**kept, **settings.engine_settings})
    _check(asked, index, settings)
    with writing(index, discard_engine, engine, language, rebuild=rebuild, share=share) as held:
        roots = _take_up_roots(held, asked, rebuild=rebuild)
        store = opened_for_writing(held, settings.engine_settings)
        note = ProgressNote(index)
        on_event = _noting(note, on_event)
        run = _SyncRun(held, settings, on_event)
        try:
            if rebuild:
                held.inherit()
            else:
                held.publish()
            if settings.keep_versions is not None:
                held.ledger.versions.keep_at_most(settings.keep_versions)
            batch = _batch(held, store, settings, on_event)
            repair(batch)
            summary = run.over(batch, roots)
        finally:
            note.remove()
            store.close()
        held.publish()
    on_event(Done(summary))
    return summary


def _noting(note: ProgressNote, on_event: Callable[[Event], None]) -> Callable[[Event], None]:
    """Return a handler that records the run's progress for searches made meanwhile, then passes the event on."""

    def tell(event: Event) -> None:
        match event:
            case Planned(files):
                note.plan(files)
            case FileRead(is_planned=True):
                note.count()
        on_event(event)

    return tell


def forget(
    folder: Path,
    index: Path,
    settings: SyncSettings = _USUAL,
    on_event: Callable[[Event], None] = _ignore,
) -> Summary:
    """Remove a folder, and everything that was read from it, from the index.

    Duplicates of its articles in other folders are read again (see `sync`) and take their place.

    Raises:
        BadRequest: the folder is not one of the index.
        IndexProblem, StorageProblem: as for `sync`.
    """
    existing(index)
    with writing(index, discard_engine, share=share) as held:
        path = Path(os.path.realpath(folder))
        root = next((root for root in held.manifest.roots if root.path == path), None)
        if not root:
            known = ", ".join(repr(str(root.path)) for root in held.manifest.roots)
            raise BadRequest(f"{str(path)!r} is not a folder of this index. Its folders: {known or 'none'}.")
        store = opened_for_writing(held)
        run = _SyncRun(held, settings, on_event)
        try:
            batch = _batch(held, store, settings, on_event)
            repair(batch)
            summary = run.without(batch, root)
        finally:
            store.close()
    on_event(Done(summary))
    return summary


def _batch(held: Writing, engine: Engine, settings: SyncSettings, on_event: Callable[[Event], None]) -> Batch:
    return Batch(held, engine, on_event, settings.commit_articles, settings.commit_seconds)


class _SyncRun:
    """One run, with the options for reading: languages are detected if each article is stemmed in its own."""

    def __init__(self, held: Writing, settings: SyncSettings, on_event: Callable[[Event], None]) -> None:
        self._settings = settings
        self._options = replace(settings.options, detects_languages=held.manifest.language == AUTO)
        self._on_event = on_event
        self._started = time.monotonic()
        self._found = 0
        self._reading = hashlib.blake2b(
            repr(asdict(self._options)).encode("utf-8", "surrogatepass"), digest_size=8
        ).hexdigest()

    def over(self, batch: Batch, roots: Sequence[Root]) -> Summary:
        """Bring ledger and engine in line with some roots."""
        ledger = batch.held.ledger
        for root in roots:
            readable = self._note(batch, root)
            if not self._settings.allow_removals:
                _check_is_filled(batch.held, root, readable)
        command = shlex.join(["searchapp", "index", "--allow-removals", "--index", str(batch.held.folder)])
        ledger.walked.judge_empty_folders(
            _FOREVER if self._settings.allow_removals else _FILES, partial(recorded, _EMPTIED, command=command)
        )
        return self._follow(batch, ledger.walked.compare([stored(root.label) for root in roots], self._reading), roots)

    def without(self, batch: Batch, root: Root) -> Summary:
        """Remove a root; duplicates elsewhere take the place of its articles."""
        held = batch.held
        counts = held.ledger.walked.compare([stored(root.label)], self._reading)
        summary = self._follow(batch, counts, ())
        held.change(replace(held.manifest, roots=tuple(each for each in held.manifest.roots if each != root)))
        held.tell(held.manifest.coverage)
        return summary

    def _note(self, batch: Batch, root: Root) -> int:
        """Record what a walk through a root finds; return how many of these files are read by their names."""
        entries, readable = walk(root, Path(os.path.realpath(batch.held.folder))), 0
        for some in in_parts(entries, _NOTED_AT_ONCE):
            readable += batch.held.ledger.walked.note(some, self._reading)
            self._found += len(some)
            self._on_event(FilesFound(self._found))
        return readable

    def _follow(self, batch: Batch, known: dict[str, int], roots: Sequence[Root]) -> Summary:
        """Read and remove files as the comparison of walk and ledger requires."""
        ledger = batch.held.ledger
        filing = Filing(batch, self._reading)
        for file in ledger.walked.gone():
            filing.drop(file)
            filing.counts["removed"] += 1
        left_out = Counter(ledger.walked.leave_out())
        batch.commit()
        self._on_event(Planned(*ledger.walked.amount_to_read()))
        self._read(filing, self._jobs(batch.held, ledger.walked.to_read()))
        counts, records_left_out = Counter(filing.counts), filing.records_left_out
        self._let_duplicates_step_in(filing)
        batch.settle_copies()
        ledger.versions.forget_gone()
        batch.commit(is_last=True)
        counts.update(batch.late)
        return Summary(
            indexed=counts["indexed"],
            duplicates=left_out["duplicate"] + counts["duplicate"],
            unchanged=counts["unchanged"] + known.get("indexed", 0) + known.get("duplicate", 0),
            skipped=left_out["skipped"] + counts["skipped"] + known.get("skipped", 0),
            errors=left_out["error"] + counts["error"] + known.get("error", 0),
            removed=counts["removed"],
            articles=batch.held.manifest.coverage.articles,
            records_left_out=records_left_out + batch.late_left_out,
            seconds=time.monotonic() - self._started,
            left_out=ledger.reasons([stored(root.label) for root in roots]) if roots else (),
        )

    def _let_duplicates_step_in(self, filing: Filing) -> None:
        """Read files again that have an article which is now the first with its text, unless their root is missing."""
        held, tried = filing.batch.held, set[bytes]()
        filing.are_planned = False
        while orphans := set(held.ledger.adopt_orphans()) - tried:
            tried |= orphans
            within_reach = (path for path in sorted(orphans) if _is_within_reach(held.manifest.roots, path))
            self._read(filing, self._jobs(held, (ToRead(path, 0, None) for path in within_reach)))

    def _jobs(self, held: Writing, files: Iterable[ToRead]) -> Iterator[Job]:
        for path, size, digest in files:
            root, file = root_of(held.manifest.roots, path), locate(held.manifest.roots, path)
            if root and file:
                yield Job(path, str(file), shown(restored(path)), size, digest, str(root.path))

    def _read(self, filing: Filing, jobs: Iterator[Job]) -> None:
        for job, piece in self._pieces(jobs):
            filing.take(job, piece)

    def _pieces(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, Piece]]:
        processes = self._settings.processes
        if processes == 0:
            return read_here(jobs, self._options)
        return read_in_workers(jobs, self._options, processes or os.cpu_count() or 1, self._settings.limits)


def _resolved(folder: Path) -> Path:
    path = Path(os.path.realpath(folder))
    try:
        path.stat()
    except OSError as fault:
        raise unreadable(folder, fault) from fault
    return path


def _check(asked: Sequence[Path], index: Path, settings: SyncSettings) -> None:
    """Refuse an impossible request before anything is created or changed."""
    known = read_or_none(index, lenient=settings.rebuild)
    if Path(os.path.realpath(index)) in asked:
        raise UnreadableFolder(f"{str(index)!r} is the folder of the index itself. Name the folder with the articles.")
    if not asked and not (known and known.roots):
        raise BadRequest("Name at least one folder with articles.")
    if settings.engine or settings.language or settings.engine_settings:
        engine = settings.engine or (known.engine if known else DEFAULT_ENGINE)
        of_engine = {**kept_settings(index, engine), **settings.engine_settings}
        check_settings(engine, settings.language or DEFAULT_LANGUAGE, of_engine)


def _take_up_roots(held: Writing, asked: Sequence[Path], *, rebuild: bool) -> Sequence[Root]:
    """Add the requested folders to the manifest; return the roots to walk through."""
    for path in asked:
        held.change(held.manifest.with_root(path))
    return held.manifest.roots if rebuild or not asked else [r for r in held.manifest.roots if r.path in asked]


def _check_is_filled(held: Writing, root: Root, found: int) -> None:
    known = held.count_files(stored(root.label))
    if (known >= _FILES and not found) or (known >= _MANY_FILES and found < known * _LEFT_OF_MANY):
        raise EmptiedFolder(
            f"{str(root.path)!r} has {found or 'no'} files to be read, where {known:,} were indexed before. "
            "If it is on another disk, check that the disk is connected. The index was not changed.",
            ("searchapp", "index", str(root.path), "--allow-removals", "--index", str(held.folder)),
            "If the files were removed on purpose, run",
        )


def _is_within_reach(roots: Sequence[Root], path: bytes) -> bool:
    root = locate(roots, path.partition(b"/")[0])
    return root is not None and root.exists()
