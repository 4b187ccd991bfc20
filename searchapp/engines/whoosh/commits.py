"""Commits: which segments make up the index now, kept as Whoosh's table of contents (TOC), one file a commit."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchapp.disk import sync_folder
from searchapp.engines.whoosh.whoosh_schema import schema
from searchapp.engines.whoosh.whoosh_segment import EXTENSION, ArraySegment, CommittedSegments

INDEX_NAME = "MAIN"  # the one that Whoosh opens when none is named
_OURS = re.compile(rf"{INDEX_NAME}_.*({re.escape(EXTENSION)}|\.toc)")  # also unfinished ones, with more behind


class Commits:
    """The commits in a folder, of which the newest counts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._storage = _DurableStorage(str(folder))

    def newest(self) -> int:
        """Return the number of the newest commit; -1 where there is none."""
        return int(TOC._latest_generation(self._storage, INDEX_NAME)) if self._folder.is_dir() else -1

    def read(self, number: int) -> list[ArraySegment]:
        """Return the segments of a commit; none for -1.

        Raises:
            FileNotFoundError: it is not there, or not any more.
        """
        return TOC.read(self._storage, INDEX_NAME, gen=number).segments[:] if number >= 0 else []

    def write(self, number: int, segments: Sequence[ArraySegment]) -> None:
        """Make a commit of segments whose files are synced; then delete what no commit needs any more."""
        self._folder.mkdir(parents=True, exist_ok=True)
        sync_folder(self._folder)
        TOC(schema(), CommittedSegments(segments), number).write(self._storage, INDEX_NAME)
        needed = {segment.file(self._folder).name for segment in segments} | {TOC._filename(INDEX_NAME, number)}
        for file in self._folder.iterdir():  # readers keep what they have mapped
            if file.name not in needed and _OURS.search(file.name):
                file.unlink(missing_ok=True)


class _DurableStorage(FileStorage):
    """Whoosh's file storage, with what it names on the disk before the name is: it never syncs by itself."""

    def rename_file(self, oldname: str, newname: str, **_: bool) -> None:
        """Sync a file, give it its name, and sync the folder."""
        folder = Path(self.folder)
        with (folder / oldname).open("rb+") as file:
            os.fsync(file.fileno())
        (folder / oldname).replace(folder / newname)
        sync_folder(folder)
