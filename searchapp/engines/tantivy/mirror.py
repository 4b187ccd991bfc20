"""A folder that may only be read, as tantivy can open it: even to read, tantivy writes to a lock in the folder."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from searchapp.disk import write_durably

META = "meta.json"  # tantivy replaces it as a whole with each commit, and when segments were merged


def may_only_be_read(folder: Path) -> bool:
    """Say whether there is an index in a folder to which this process may not write."""
    return (folder / META).exists() and not os.access(folder, os.W_OK)


class Mirror:
    """A folder of our own with links to the files of another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._own = TemporaryDirectory(prefix="searchapp-")
        self.path = Path(self._own.name)
        self.follow()

    def follow(self) -> None:
        """Take up what was committed since; a commit is read before the files that it names are searched for."""
        committed = (self._folder / META).read_bytes()
        for file in self._folder.iterdir():
            link = self.path / file.name
            if file.name != META and file.suffix != ".lock" and not link.is_symlink():
                link.symlink_to(file)
        write_durably(self.path / META, committed)

    def close(self) -> None:
        """Delete the links."""
        self._own.cleanup()
