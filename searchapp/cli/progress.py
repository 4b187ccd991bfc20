"""Show the progress of an indexing run: a bar with rate and time left on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from searchapp.cli.console import counted
from searchapp.indexer import Committed, Done, Event, FileRead, FilesFound, Planned, Summary
from searchapp.indexer.watching import Failed, Watching
from searchapp.render.terminal import one_line
from searchapp.sources import EXTRA

_SECONDS_A_LINE = 5.0
_REASONS = 8  # reasons for left-out files that are listed at the end


@contextmanager
def shown() -> Iterator[Callable[[Event], None]]:
    """Yield a handler for the events of a run, which prints to stderr so that stdout has only the results."""
    if not sys.stderr.isatty():
        yield _Lines().tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bar(progress).tell


def closing(summary: Summary) -> Iterator[str]:
    """Yield the lines at the end: one that adds up, then the reasons why files were left out."""
    yield f"{summary} ({summary.seconds:.1f} s)"
    reasons = [line for line in summary.left_out if EXTRA not in line[1]]
    for status, reason, count in reasons[:_REASONS]:
        yield f"  {status}: {one_line(reason)} ({counted(count, 'file')})"
    if len(reasons) > _REASONS:
        yield f"  and {len(reasons) - _REASONS} more reasons"
    if summary.not_installed:
        yield f"  To read {counted(summary.not_installed, 'more file')}, run in the checkout of searchapp: {EXTRA}"
    if summary.left_out:
        yield "  See which: searchapp files"


def telling_moved() -> Callable[[int], None]:
    """Return a function that prints on stderr, every few seconds, how many articles have been moved."""
    last = time.monotonic()

    def tell(articles: int) -> None:
        nonlocal last
        if time.monotonic() - last > _SECONDS_A_LINE:
            last = time.monotonic()
            click.echo(f"{counted(articles, 'article')} moved", err=True)

    return tell


def tell_watching(event: Event | Watching | Failed, *, err: bool = False) -> None:
    """Print what a watch does: how it watches, and each run that changed something or failed.

    With `err`, all of it goes to stderr.
    """
    match event:
        case Watching(folders, by_polling):
            how = "by polling" if by_polling else "by events of the system"
            click.echo(f"Watching {', '.join(map(str, folders))}, {how}. Stop with Ctrl-C.", err=err)
        case Failed(reason):
            click.echo(f"Failed, will be tried again: {one_line(reason)}", err=True)
        case Done(summary) if summary.indexed or summary.removed or summary.duplicates:
            click.echo(str(summary), err=err)


class _Counts:
    """The counts that both ways of showing progress need."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.files = self.articles = 0

    def add(self, event: FileRead) -> None:
        self.files += event.is_planned
        self.articles += event.articles

    @property
    def rate(self) -> str:
        seconds = time.monotonic() - self.started
        return f"{self.articles / seconds:,.0f} articles/s" if seconds > 0 else ""


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Looking for files", total=None, rate="")
        self._counts = _Counts()

    def tell(self, event: Event) -> None:
        match event:
            case FilesFound(files):
                self._progress.update(self._task, description=f"Found {files:,} files")
            case Planned(files, size):
                self._counts = _Counts()
                self._progress.update(self._task, description=f"Reading {files:,} files", total=max(size, 1))
            case FileRead(size=size):
                self._counts.add(event)
                self._progress.update(self._task, advance=size, rate=self._counts.rate)


class _Lines:
    def __init__(self) -> None:
        self._planned = 0
        self._counts = _Counts()
        self._last = time.monotonic()

    def tell(self, event: Event) -> None:
        match event:
            case Planned(files, _):
                self._planned = files
                self._counts = _Counts()
            case FileRead():
                self._counts.add(event)
                if time.monotonic() - self._last > _SECONDS_A_LINE:
                    self._say()
            case Committed(articles):
                if articles and time.monotonic() - self._last > _SECONDS_A_LINE:
                    click.echo(f"{counted(articles, 'article')} can be searched", err=True)
                    self._last = time.monotonic()

    def _say(self) -> None:
        counts = self._counts
        click.echo(f"read {counts.files:,} of {self._planned:,} files, {counts.rate}", err=True)
        self._last = time.monotonic()
