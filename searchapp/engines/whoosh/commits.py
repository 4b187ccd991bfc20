"""Commits: the segments that make up the index, one file per commit, in JSON with a checksum. We never read a pickle.

Beside each commit lies Whoosh's own table of contents (`whoosh_toc`), so that Whoosh can open the folder.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from searchapp.disk import is_sealed, sealed, sync_folder, write_durably
from searchapp.engines.whoosh.committed import EXTENSION, INDEX_NAME, CommittedSegment
from searchapp.sentences import sentence

_COMMIT = re.compile(r"commit-([0-9]+)\.json")
_SEGMENT = re.compile(rf"{INDEX_NAME}_[0-9a-z]+")
_OURS = re.compile(  # unfinished files, which have more after the name, match as well
    rf"{INDEX_NAME}_.*({re.escape(EXTENSION)}|\.toc)|{_COMMIT.pattern}"
)


class Commits:
    """The commits in a folder; the newest is in force."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self) -> int:
        """Return the number of the newest commit; -1 if there is none."""
        names = [file.name for file in self._folder.iterdir()] if self._folder.is_dir() else []
        return max((int(found[1]) for found in map(_COMMIT.fullmatch, names) if found), default=-1)

    def read(self, number: int) -> list[CommittedSegment]:
        """Return the segments of a commit; none for -1.

        Raises:
            FileNotFoundError: it does not exist (any more).
            ValueError: it is damaged.
        """
        if number < 0:
            return []
        file = self._file(number)
        try:
            values = json.loads(file.read_bytes())
        except ValueError as fault:
            raise ValueError(sentence("{name} is not valid JSON", name=file.name)) from fault
        if not is_sealed(values):
            raise ValueError(sentence("{name} does not match its checksum", name=file.name))
        return [_segment(*one) for one in values["segments"]]

    def write(self, number: int, segments: Sequence[CommittedSegment]) -> None:
        """Commit segments whose files are synced; then delete files that no commit needs any more."""
        from searchapp.engines.whoosh.whoosh_toc import write_toc  # readers do not need it

        self._folder.mkdir(parents=True, exist_ok=True)
        sync_folder(self._folder)
        # Whoosh's table comes first: until ours exists, nothing is committed, and all files that they name are on disk.
        toc = write_toc(self._folder, number, segments)
        listed = [(segment.name, segment.count, sorted(segment.removed)) for segment in segments]
        write_durably(self._file(number), json.dumps(sealed({"segments": listed})).encode("ascii"))
        needed = {segment.file(self._folder).name for segment in segments}
        needed |= {toc, self._file(number).name}
        for file in self._folder.iterdir():  # readers keep the files that they have mapped
            if file.name not in needed and _OURS.search(file.name):
                file.unlink(missing_ok=True)

    def _file(self, number: int) -> Path:
        return self._folder / f"commit-{number}.json"


def _segment(name: str, count: int, removed: Sequence[int]) -> CommittedSegment:
    """Return a segment by its name, which must not lead out of the folder."""
    if not _SEGMENT.fullmatch(name) or not all(0 <= number < count for number in removed):
        raise ValueError(sentence("a commit names a segment {name} that cannot exist", name=repr(name)))
    return CommittedSegment(count, set(removed), name)
