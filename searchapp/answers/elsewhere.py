"""Read an index on a machine without its folder, through a local folder that mirrors the indexer's.

The articles stay in the cluster; manifest and ledger are fetched from it whenever they have changed.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from searchapp.catalog import manifest
from searchapp.catalog.ledger import NAME
from searchapp.catalog.manifest import Manifest
from searchapp.engines.elsewhere import Elsewhere, Published, open_elsewhere
from searchapp.errors import ClusterProblem, SearchappError
from searchapp.sentences import sentence
from searchapp.text import ANALYSIS_VERSION

_LOOKING = 2.0  # seconds between checks for a newer state
_TRIES = 5  # attempts to fetch a state that is being replaced


class Mirror:
    """A folder that follows an index in a cluster; `folder` can be opened like any index."""

    def __init__(self, address: str) -> None:
        """Fetch the present state.

        Raises:
            ClusterProblem: there is no index at that address, or it cannot be used.
            BadRequest: it is not an address.
        """
        self._elsewhere: Elsewhere = open_elsewhere(address)
        self._own = TemporaryDirectory(prefix="searchapp-", ignore_cleanup_errors=True)
        self.folder = Path(self._own.name) / "index"
        self._number = -1
        try:
            self.refresh()
        except BaseException:
            self.close()
            raise

    def refresh(self) -> None:
        """Fetch a newer state, if there is one.

        Raises:
            ClusterProblem: the cluster cannot be used.
        """
        for last in [False] * _TRIES + [True]:
            published = self._elsewhere.published()
            if published.number == self._number:
                return
            try:
                self._take_up(published)
            except ClusterProblem:
                if last:
                    raise
            else:
                self._number = published.number
                return

    def close(self) -> None:
        """Remove the folder."""
        self._elsewhere.close()
        self._own.cleanup()

    def _take_up(self, published: Published) -> None:
        there = _manifest(published)
        before = next(self.folder.glob(f"{manifest.GENERATIONS}/{NAME}"), None)
        generation = self.folder / there.folder_name
        shutil.rmtree(generation, ignore_errors=True)  # an attempt that failed
        (generation / manifest.ENGINE_FOLDER).mkdir(parents=True)
        self._elsewhere.bring(published, generation / NAME, before)
        self._elsewhere.note(published, generation / manifest.ENGINE_FOLDER)
        manifest.write(self.folder, there)
        for former in self.folder.glob(manifest.GENERATIONS):
            if former != generation:
                shutil.rmtree(former, ignore_errors=True)


@contextmanager
def followed(mirror: Mirror) -> Iterator[None]:
    """Fetch newer states every few seconds, in a thread, for the duration of a `with` block."""
    ended = threading.Event()

    def follow() -> None:
        while not ended.wait(_LOOKING):
            with suppress(SearchappError):  # searches report the fault; here it is tried again
                mirror.refresh()

    following = threading.Thread(target=follow, daemon=True)
    following.start()
    try:
        yield
    finally:
        ended.set()
        following.join()


def _manifest(published: Published) -> Manifest:
    """Return the manifest in force, in which each state counts as a generation of its own."""
    try:
        there = manifest.from_values(published.manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise ClusterProblem(sentence("The manifest in the cluster cannot be parsed.")) from fault
    if (there.analysis, there.schema) != (ANALYSIS_VERSION, manifest.SCHEMA_VERSION):
        raise ClusterProblem(
            sentence(
                "The index in the cluster was written by another version of searchapp, by other rules. Use the same "
                "version here as where it is written."
            )
        )
    return replace(there, generation=published.number, created=f"{there.created}.{published.number}")
