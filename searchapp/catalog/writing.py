"""Writing to an index: one process at a time, into the generation in force or, for a rebuild, into a new one."""

import json
import os
import secrets
import shutil
import socket
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from searchapp.catalog import ledger, manifest
from searchapp.catalog.ledger_writing import Recorder
from searchapp.catalog.manifest import Coverage, Manifest
from searchapp.catalog.running import WRITER_NAME, who_writes
from searchapp.disk import storage_problems, sync_folder, write_durably
from searchapp.errors import BadRequest, IndexDamaged, IndexLocked, SearchappError

DEFAULT_ENGINE = "whoosh"
DEFAULT_LANGUAGE = "auto"
_ENGINE_NOTE = "engine.txt"  # in each generation: the name of its engine, in case its manifest is never written
_PURPOSE_NOTE = "purpose.txt"  # in a generation that can be resumed: the purpose for which it is filled

Discard = Callable[[str, Path], None]
# Called for each manifest that is put in force, with the engine's name and folder, the manifest and the ledger.
Share = Callable[[str, Path, Manifest, Path], None]


def keep_here(engine: str, folder: Path, current: Manifest, file: Path) -> None:
    """Share nothing, since every reader has the index folder."""
    del engine, folder, current, file


class Writing:
    """An index held for writing: its manifest, the ledger of the generation being written, and the pending ids.

    The generation in `generation_folder` may not be in force yet; `publish` puts it in force. If it `is_resumed`, its
    engine has what an earlier, interrupted writer put there, and its ledger is empty.
    """

    PENDING_NAME = "pending.json"

    def __init__(
        self,
        folder: Path,
        current: Manifest,
        before: Manifest | None,
        discard: Discard,
        share: Share,
        *,
        is_in_force: bool,
        is_resumed: bool = False,
    ) -> None:
        self.folder = folder
        self.manifest = current
        self.is_in_force = is_in_force
        self.is_resumed = is_resumed
        self._before = before
        self._discard = discard
        self._share = share
        self.generation_folder = folder / current.folder_name
        self.engine_folder = self.generation_folder / manifest.ENGINE_FOLDER
        if not is_in_force:
            self.engine_folder.mkdir(parents=True, exist_ok=True)
            write_durably(self.generation_folder / _ENGINE_NOTE, current.engine.encode("ascii"))
        for made in (self.generation_folder, folder):
            sync_folder(made)
        if is_resumed:
            for file in self.generation_folder.glob(f"{ledger.NAME}*"):
                file.unlink()
        self._pending = self.generation_folder / self.PENDING_NAME
        self._purpose = self.generation_folder / _PURPOSE_NOTE
        self.ledger = Recorder(ledger.open_for_writing(self.generation_folder / ledger.NAME))

    def keep_for(self, purpose: str) -> None:
        """From now on, if this writer is interrupted, keep the generation for one with the same purpose.

        A writer with another purpose that comes first removes it.
        """
        write_durably(self._purpose, purpose.encode())

    def is_kept_for(self, purpose: str) -> bool:
        """Say whether a writer with this purpose was interrupted before all readers could see the generation."""
        return self._purpose.exists() and self._purpose.read_text("utf-8") == purpose

    def give_up(self) -> None:
        """Undo `keep_for`, unless the generation is in force already."""
        if not self.is_in_force:
            self._purpose.unlink(missing_ok=True)

    def change(self, changed: Manifest) -> None:
        """Replace the manifest; it is written with the next coverage."""
        self.manifest = changed

    def tell(self, coverage: Coverage) -> None:
        """Write to the manifest what a search covers now; do nothing while the generation is not in force."""
        self.manifest = replace(self.manifest, coverage=coverage)
        if self.is_in_force:
            self._put_in_force()

    def publish(self) -> None:
        """Put the generation being written in force and remove the others, unless it is in force already."""
        if self.is_in_force:
            return
        self._put_in_force()
        _remove_generations(self.folder, self._discard, {self.manifest.folder_name})

    def _put_in_force(self) -> None:
        manifest.write(self.folder, self.manifest)
        self.is_in_force = True
        self._share(self.manifest.engine, self.engine_folder, self.manifest, self.generation_folder / ledger.NAME)
        self._purpose.unlink(missing_ok=True)

    def count_files(self, label: bytes) -> int:
        """Count the files of a root with articles in the index in force; 0 if its ledger cannot be read."""
        if not self._before:
            return 0
        try:
            with closing(ledger.open_for_reading(self.folder / self._before.folder_name / ledger.NAME)) as known:
                return ledger.count_files(known, label)
        except sqlite3.DatabaseError:
            return 0

    def inherit(self) -> None:
        """Copy the moments, ids and former texts of articles from the index in force, if it can be read."""
        if not self._before:
            return
        try:
            former = ledger.open_for_reading(self.folder / self._before.folder_name / ledger.NAME)
        except sqlite3.DatabaseError:
            return
        self.ledger.inherit(former)

    def announce(self, ids: Sequence[str]) -> None:
        """Record on disk which articles the next commit may change."""
        write_durably(self._pending, json.dumps(ids).encode("ascii"))

    def settle(self) -> None:
        """Remove that record, since engine and ledger agree about these articles."""
        self._pending.unlink(missing_ok=True)  # if a crash undoes this, some work is repeated

    def pending(self) -> list[str]:
        """Return the articles about which engine and ledger may disagree after a crash between their commits."""
        try:
            return [str(article_id) for article_id in json.loads(self._pending.read_bytes())]
        except FileNotFoundError:
            return []

    def close(self) -> None:
        """Close the ledger; what was not committed is rolled back."""
        self.ledger.close()


@contextmanager
def writing(
    folder: Path,
    discard: Discard,
    engine: str | None = None,
    language: str | None = None,
    *,
    rebuild: bool = False,
    purpose: str = "",
    share: Share = keep_here,
) -> Iterator[Writing]:
    """Hold the index in `folder` for writing; if there is none, begin one, which `Writing.publish` puts in force.

    `discard` removes the store of an engine, given its name and folder, after a rebuild or a crash.
    `share` is called for each manifest that is put in force.
    If `engine` or `language` is None, that of the index applies; for a new index these are whoosh and auto. With
    `rebuild`, a new generation is begun, or the one kept for this `purpose` (`Writing.keep_for`) is resumed; the one in
    force stays untouched until `Writing.publish`.

    Raises:
        IndexLocked: another process is writing.
        NotAnIndex, IndexOutdated, IndexDamaged: it cannot be written to; a rebuild solves the last two.
        BadRequest: it has another engine or language, and `rebuild` is false.
        StorageProblem: no space, or no permission to write.
    """
    manifest.read_or_none(folder, lenient=rebuild)  # before anything is touched
    with storage_problems(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            found = manifest.read_or_none(folder, lenient=rebuild)
            left = _left_for(folder, found, purpose)
            _remove_generations(folder, discard, {left, found.folder_name if found else ""})
            held: Writing | None = None
            try:
                held = _begin(folder, found, engine, language, (discard, share), rebuild=rebuild, left=left)
                yield held
            finally:
                if held:
                    held.close()
                if not (held and held.is_in_force):
                    _give_back(folder, discard)


def _give_back(folder: Path, discard: Discard) -> None:
    """Remove the generation of a failed rebuild, which may have run out of space; never the one in force."""
    with suppress(SearchappError):  # if the one in force cannot be determined, the next writer removes the other
        found = manifest.read(folder)
        kept = {note.parent.name for note in folder.glob(f"{manifest.GENERATIONS}/{_PURPOSE_NOTE}")}
        _remove_generations(folder, discard, {*kept, found.folder_name if found else ""})


def _left_for(folder: Path, found: Manifest | None, purpose: str) -> str:
    """Return the name of a generation that was kept for a purpose and is not in force; "" if there is none."""
    for note in folder.glob(f"{manifest.GENERATIONS}/{_PURPOSE_NOTE}"):
        if found and note.parent.name != found.folder_name and note.read_text("utf-8") == purpose:
            return note.parent.name
    return ""


def _begin(
    folder: Path,
    found: Manifest | None,
    engine: str | None,
    language: str | None,
    told: tuple[Discard, Share],
    *,
    rebuild: bool,
    left: str,
) -> Writing:
    if found is None or rebuild:
        fresh = Manifest(
            engine=engine or (found.engine if found else DEFAULT_ENGINE),
            language=language or (found.language if found else DEFAULT_LANGUAGE),
            created=datetime.now().astimezone().isoformat(),
            generation=_number(left) if left else _newest_generation(folder) + 1,
            roots=found.roots if found else (),
            uid=(found.uid if found else "") or secrets.token_hex(8),
        )
        return Writing(folder, fresh, found, *told, is_in_force=False, is_resumed=bool(left))
    for what, asked, has in (("engine", engine, found.engine), ("language", language, found.language)):
        if asked not in (None, has):
            raise BadRequest(f"The {what} of this index is {has}, not {asked}. To change that, add --rebuild.")
    if not (folder / found.folder_name / ledger.NAME).is_file():
        raise IndexDamaged(folder, f"{found.folder_name}/{ledger.NAME} is missing")
    return Writing(folder, found, found, *told, is_in_force=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    # The system releases this lock however the process ends. A "soft" lock would stay.
    lock = FileLock(folder / manifest.LOCK_NAME, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexLocked(_sentence_about_writer(folder)) from None
    try:
        me = {"pid": os.getpid(), "host": socket.gethostname(), "since": manifest.now()}
        write_durably(folder / WRITER_NAME, json.dumps(me).encode("ascii"))
        yield
    finally:
        with suppress(OSError):
            (folder / WRITER_NAME).unlink()
        lock.release()


def _sentence_about_writer(folder: Path) -> str:
    who = who_writes(folder) or "another process"
    return f"The index in {str(folder)!r} is being written to by {who}. Wait until it has finished, or end it."


def _newest_generation(folder: Path) -> int:
    return max((_number(path.name) for path in folder.glob(manifest.GENERATIONS)), default=0)


def _number(generation: str) -> int:
    """Return the number of a generation's folder; 0 if it has none."""
    number = generation.removeprefix("gen-")
    return int(number) if number.isdecimal() else 0


def _remove_generations(folder: Path, discard: Discard, kept: Collection[str]) -> None:
    """Remove what a crash left half-filled, or a rebuild has replaced, except for some folders."""
    for generation in folder.glob(manifest.GENERATIONS):
        if generation.name in kept:
            continue
        with suppress(OSError):  # without the note, no engine has been created
            discard((generation / _ENGINE_NOTE).read_text("ascii"), generation / manifest.ENGINE_FOLDER)
        shutil.rmtree(generation, ignore_errors=True)  # files held open by a process are left to the next writer
