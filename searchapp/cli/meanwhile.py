"""Index beside the server, so that the page is available while a large folder is still being read."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from searchapp.cli import progress
from searchapp.cli.options import complain
from searchapp.errors import SearchappError
from searchapp.indexer import Event, Planned, Summary, SyncSettings, sync

_LARGE = 200  # files; a smaller folder is read before the page is served
_LARGE_SIZE = 50_000_000  # bytes, likewise
_LOOKING = 5.0  # seconds that the walk may take before the page is served
_TO_END = 30.0  # seconds in which a run has to end when the server is stopped


@contextmanager
def indexing(folders: Sequence[Path], index: Path, settings: SyncSettings) -> Iterator[None]:
    """Index `folders` during a `with` block, which begins when the run has ended or is known to take long.

    Raises:
        SearchappError: the run failed before the block began; a later failure is reported on stderr.
    """
    run = _Run(folders, index, settings)
    with progress.shown() as on_event:
        run.start(on_event)
        try:
            if run.is_long():
                click.echo("The rest is indexed while the page is served.", err=True)
            elif run.fault:
                raise run.fault
            yield
        finally:
            run.stop()


class _Run:
    def __init__(self, folders: Sequence[Path], index: Path, settings: SyncSettings) -> None:
        self._asked = folders, index, settings
        self._known = threading.Event()  # whether the run will take long
        self._is_planned_long = False
        self._stopped = threading.Event()
        self._is_meanwhile = False
        self.fault: BaseException | None = None

    def start(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)
        self._thread.start()

    def is_long(self) -> bool:
        """Wait until the run has ended or is known to take long; return whether it continues."""
        if self._known.wait(_LOOKING) and not self._is_planned_long:
            self._thread.join()
        self._is_meanwhile = self._thread.is_alive()
        return self._is_meanwhile

    def stop(self) -> None:
        """Interrupt the run, as Ctrl-C would: what was committed is kept."""
        self._stopped.set()
        self._thread.join(_TO_END)

    def _run(self) -> None:
        try:
            self._close(sync(*self._asked, self._tell))
        except KeyboardInterrupt:
            complain("Indexing was stopped. What was committed until now is kept; searchapp index goes on.")
        except SearchappError as fault:
            self.fault = fault
            if self._is_meanwhile:
                complain(str(fault))
        except BaseException as fault:
            self.fault = fault
            raise
        finally:
            self._known.set()

    def _tell(self, event: Event) -> None:
        if self._stopped.is_set():
            raise KeyboardInterrupt
        if isinstance(event, Planned):
            self._is_planned_long = event.files >= _LARGE or event.size >= _LARGE_SIZE
            self._known.set()
        self._on_event(event)

    def _close(self, summary: Summary) -> None:
        for line in progress.closing(summary):
            click.echo(line)
