"""Open an index in a read-only folder: even to read, tantivy writes a lock file into its folder."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from searchapp.disk import write_durably

META = "meta.json"  # tantivy replaces it with each commit and each merge


def may_only_be_read(folder: Path) -> bool:
    """Tell whether a folder holds an index but is read-only for this process."""
    return (folder / META).exists() and not os.access(folder, os.W_OK)


class LinkedFolder:
    """A folder of our own with links to the files of another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._own = TemporaryDirectory(prefix="searchapp-")
        self.path = Path(self._own.name)
        self.follow()

    def follow(self) -> None:
        """Update the links to the newest commit, which is read before its files are linked."""
        committed = (self._folder / META).read_bytes()
        for file in self._folder.iterdir():
            link = self.path / file.name
            if file.name != META and file.suffix != ".lock" and not link.is_symlink():
                link.symlink_to(file)
        write_durably(self.path / META, committed)

    def close(self) -> None:
        """Delete the links."""
        self._own.cleanup()
