"""The index that this process reads: opened when first asked for, so that an index can come after the server."""

import threading
from pathlib import Path

from flask import current_app, g

from searchapp.answers.library import Library, open_library
from searchapp.catalog.running import Progress, progress
from searchapp.errors import IndexProblem


class RefreshedLibrary:
    """Keeps one library open, and refreshes it to the newest commit before each answer."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._library: Library | None = None
        self._lock = threading.Lock()

    def progress(self) -> Progress | None:
        """Return the progress of the run that is writing to the index, if there is one."""
        return progress(self._index)

    def library(self) -> Library:
        """Return the library at the newest commit.

        Raises:
            IndexProblem: there is no index, or it cannot be used. The next call tries again.
        """
        with self._lock:
            try:
                if self._library is None:
                    self._library = open_library(self._index)
                else:
                    self._library.refresh()
            except IndexProblem:
                self._library = None
                raise
            return self._library


def library() -> Library:
    """Return the library of the running app, refreshed once for each request."""
    if "library" not in g:
        g.library = current_app.extensions["searchapp"].library()
    opened: Library = g.library
    return opened


def indexing() -> Progress | None:
    """Return the progress of the run that is writing to the index, if there is one; read once for each request."""
    if "indexing" not in g:
        g.indexing = current_app.extensions["searchapp"].progress()
    running: Progress | None = g.indexing
    return running
