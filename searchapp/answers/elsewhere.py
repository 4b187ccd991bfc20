"""An index read where its folder is not: a folder of our own that says what the one of the indexer says.

The articles stay in the cluster; manifest and ledger are fetched from it, again whenever there are newer ones.
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
from searchapp.text import ANALYSIS_VERSION

_LOOKING = 2.0  # seconds between two looks for something newer
_TRIES = 5  # to fetch what somebody is changing


class Mirror:
    """A folder that follows an index in a cluster: `folder` is to be opened like any index."""

    def __init__(self, address: str) -> None:
        """Fetch what there is.

        Raises:
            ClusterProblem: there is no index at that address, or it cannot be used.
            BadRequest: it is no address.
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
        """Take up what is newer, if anything is.

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
    """Take up what is newer every few seconds, in a thread, as long as a `with` lasts."""
    ended = threading.Event()

    def follow() -> None:
        while not ended.wait(_LOOKING):
            with suppress(SearchappError):  # whoever asks the index is told; here it is tried again
                mirror.refresh()

    following = threading.Thread(target=follow, daemon=True)
    following.start()
    try:
        yield
    finally:
        ended.set()
        following.join()


def _manifest(published: Published) -> Manifest:
    """Return the manifest that is in force, with each state of it as a generation of its own."""
    try:
        there = manifest.from_values(published.manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise ClusterProblem("What the cluster says about the index cannot be understood.") from fault
    if (there.analysis, there.schema) != (ANALYSIS_VERSION, manifest.SCHEMA_VERSION):
        raise ClusterProblem(
            "The index in the cluster was written by another version of searchapp, by other rules. Use the same "
            "version here as where it is written."
        )
    return replace(there, generation=published.number, created=f"{there.created}.{published.number}")
