"""Whoosh's own table of contents (TOC) of a commit, by which Whoosh opens the folder.

It is a pickle, and loading a pickle can run arbitrary code: we write it, and never load it.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchapp.disk import sync_folder
from searchapp.engines.whoosh.committed import INDEX_NAME, CommittedSegment
from searchapp.engines.whoosh.whoosh_schema import schema
from searchapp.engines.whoosh.whoosh_segment import ArraySegment, CommittedSegments


def write_toc(folder: Path, number: int, segments: Sequence[CommittedSegment]) -> str:
    """Write the table of contents of a commit whose files are synced; return the name of its file."""
    shown = CommittedSegments(map(_for_whoosh, segments))
    TOC(schema(), shown, number).write(_DurableStorage(str(folder)), INDEX_NAME)
    name: str = TOC._filename(INDEX_NAME, number)
    return name


def _for_whoosh(segment: CommittedSegment) -> ArraySegment:
    shown = ArraySegment(INDEX_NAME, segment.count)
    shown.segid, shown.removed = segment.name.removeprefix(f"{INDEX_NAME}_"), segment.removed
    return shown


class _DurableStorage(FileStorage):
    """Whoosh's file storage, which never syncs, with a sync of each file before its rename."""

    def rename_file(self, oldname: str, newname: str, **_: bool) -> None:
        """Sync a file, rename it, and sync the folder."""
        folder = Path(self.folder)
        with (folder / oldname).open("rb+") as file:
            os.fsync(file.fileno())
        (folder / oldname).replace(folder / newname)
        sync_folder(folder)
