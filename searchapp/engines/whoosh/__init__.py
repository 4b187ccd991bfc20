"""The default engine: a Whoosh index whose segments are arrays, written and searched in bulk.

    put, remove ──> batches ──> `building`, in other processes: `inverting`, `merging` ──> segments ──> `commits`
    search ──> `searching` ──> `matching`: which articles ──> `ranking`: in which order
                     └─> `leaves`, `patterns`, `filtering` ──> `postings`, `positions`, `lexicon` ──> `arrays`

`whoosh_reader` shows the same files to Whoosh itself.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from searchapp.article import Article
from searchapp.disk import index_of, storage_problems
from searchapp.engines.embedded import check_settings, settings_of, share_engine
from searchapp.engines.snapshot import Reader
from searchapp.engines.whoosh.arrays import ArrayFile
from searchapp.engines.whoosh.commits import Commits
from searchapp.engines.whoosh.committed import CommittedSegment
from searchapp.engines.whoosh.merge_policy import to_merge
from searchapp.engines.whoosh.packing import MOST_OCCURRENCES
from searchapp.engines.whoosh.searching import WhooshSnapshot
from searchapp.engines.whoosh.segment import Segment, SegmentFile
from searchapp.errors import NO_STORE, IndexDamaged, StorageProblem
from searchapp.languages import Stems
from searchapp.sentences import Told, sentence

if TYPE_CHECKING:
    from searchapp.engines.whoosh.building import Builder, Building

__all__ = [
    "WhooshEngine",
    "check_engine",
    "check_settings",
    "create_engine",
    "discard_engine",
    "open_engine",
    "settings_of",
    "share_engine",
]

_BATCH = 4_000_000  # characters of a segment that one worker builds, in about 120 MB at its peak


def create_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "WhooshEngine":
    """Create an index in `folder`, with stems of `language`; there are no settings."""
    del settings
    with storage_problems(folder):
        Commits(folder).write(0, [])
    return WhooshEngine(folder, language)


def open_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "WhooshEngine":
    """Open the index in `folder`.

    Raises:
        IndexDamaged: there is no index, or some of its files are missing or cannot be read.
        StorageProblem: the folder cannot be read.
    """
    del settings
    with storage_problems(folder):
        if Commits(folder).newest() < 0:
            raise IndexDamaged(index_of(folder), sentence(NO_STORE, engine="Whoosh", folder=folder.name))
        return WhooshEngine(folder, language)


def check_engine(folder: Path) -> Iterator[str]:
    """Compare every segment of the newest commit with its checksums; yield a sentence for each that differs.

    Raises:
        IndexDamaged: the commit cannot be read.
        StorageProblem: the folder cannot be read.
    """
    with storage_problems(folder):
        commits = Commits(folder)
        try:
            segments = commits.read(commits.newest())
        except (ValueError, TypeError, KeyError) as fault:
            raise IndexDamaged(index_of(folder), _what(fault)) from fault
        for segment in segments:
            file = segment.file(folder)
            try:
                ArrayFile(file).compare()
            except FileNotFoundError:
                yield f"{file.name} is missing"
            except (ValueError, IndexDamaged):
                yield f"{file.name} has changed on the disk"


def discard_engine(folder: Path) -> None:
    """Remove the index in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)  # files that another process holds open are left to the next writer


class WhooshEngine(Reader):
    """Articles in a Whoosh index; see `searchapp.engines.Engine` for the contract of each method."""

    def __init__(self, folder: Path, language: str, processes: int | None = None) -> None:
        self._folder = folder
        self._stems = Stems(language)
        self._commits = Commits(folder)
        self._language = language
        self._processes = processes or os.cpu_count() or 1
        self._files: dict[str, SegmentFile] = {}
        self._newest = -1
        self._snapshot = WhooshSnapshot((), self._stems)
        self._forget_changes()
        self.refresh()

    # Writing

    def put(self, articles: Iterable[Article]) -> None:
        """Add articles; an article replaces one with the same id."""
        with storage_problems(self._folder):
            for article in articles:
                if article.id in self._batch:
                    self._close_batch()
                self._batch[article.id] = article
                self._gone.append((article.id, len(self._built)))
                self._batch_size += len(article.body)
                if self._batch_size >= _BATCH:
                    self._close_batch()

    def remove(self, ids: Collection[str]) -> None:
        """Remove articles by id; unknown ids are ignored."""
        if not self._batch.keys().isdisjoint(ids):
            self._close_batch()
        self._gone.extend((article_id, len(self._built)) for article_id in ids)

    def commit(self) -> Sequence[Article]:
        """Make all changes since the last commit durable and visible, but for articles that need too much memory.

        Raises:
            StorageProblem: they could not be written, or processes are killed whatever they do; the last commit stands,
                and later changes are lost.
        """
        if not self._gone:
            return ()
        from concurrent.futures.process import BrokenProcessPool

        self.refresh()  # if another process has written meanwhile, this commit builds on that one
        try:
            with storage_problems(self._folder):
                self._close_batch()
                built = [building.result() for building in self._built]
                segments = self._merged(self._with_changes([one.segment for one in built]))
                self._commits.write(self._newest + 1, segments)
                refused = [
                    one for number, each in enumerate(built) for one in self._still_refused(number, each.refused)
                ]
        except BrokenProcessPool as fault:
            raise StorageProblem(
                f"A process that was writing to {str(self._folder)!r} was ended from outside, perhaps for lack of "
                "memory. Nothing that was committed is lost; run the same command again."
            ) from fault
        finally:
            self._forget_changes()
        self.refresh()
        return refused

    def close(self) -> None:
        """Release files and processes; changes that were not committed are lost."""
        if "_builder" in self.__dict__:  # the cached property was used
            self._builder.close()
        self._forget_changes()

    # Reading

    def refresh(self) -> bool:
        """Switch to a newer commit, if there is one; return whether there was.

        Raises:
            IndexDamaged: files of the newest commit are missing or cannot be read.
        """
        newest = self._commits.newest()
        if newest <= self._newest:
            return False
        try:
            segments = self._commits.read(newest)
            files = {segment.name: self._open(segment) for segment in segments}
        except FileNotFoundError as fault:
            if self._commits.newest() > newest:  # a writer made a commit and deleted the one being read
                return self.refresh()
            missing = sentence("{name} is missing", name=Path(fault.filename).name)
            raise IndexDamaged(index_of(self._folder), missing) from fault
        except (ValueError, TypeError, KeyError) as fault:
            raise IndexDamaged(index_of(self._folder), _what(fault)) from fault
        parts = [Segment(files[segment.name], segment.removed) for segment in segments]
        self._files, self._newest, self._snapshot = files, newest, WhooshSnapshot(parts, self._stems)
        return True

    def version(self) -> str:
        """Return a name for the commit being read."""
        return str(self._newest)

    # Helpers

    @cached_property
    def _builder(self) -> "Builder":
        from searchapp.engines.whoosh.building import Builder  # searches need not import it

        return Builder(self._folder, self._language, self._processes)

    def _forget_changes(self) -> None:
        self._batch: dict[str, Article] = {}
        self._batch_size = 0
        self._built: list[Building] = []
        # (id, n): the article was removed from the last commit and from the first n segments built since
        self._gone: list[tuple[str, int]] = []

    def _close_batch(self) -> None:
        if self._batch:
            self._built.append(self._builder.build(list(self._batch.values()), self._batch_size))
        self._batch, self._batch_size = {}, 0

    def _still_refused(self, number: int, refused: Iterable[Article]) -> Iterator[Article]:
        """Yield the articles of a built segment that were not replaced or removed since."""
        later = {article_id for article_id, until in self._gone if until > number}
        return (article for article in refused if article.id not in later)

    def _with_changes(self, built: Sequence[CommittedSegment | None]) -> list[CommittedSegment]:
        """Return all segments, the new ones last, each with its removed articles marked."""
        old = self._commits.read(self._newest)
        for segment in old:
            segment.removed.update(self._open(segment).holding({article_id for article_id, _ in self._gone}))
        for number, new in enumerate(built):
            if new:
                later = {article_id for article_id, until in self._gone if until > number}
                new.removed.update(self._open(new).holding(later))
        return [segment for segment in (*old, *built) if segment and segment.living]

    def _merged(self, segments: list[CommittedSegment]) -> list[CommittedSegment]:
        """Merge segments if there are too many small ones, or too many removed articles in them."""
        while group := to_merge([(segment.living, len(segment.removed)) for segment in segments]):
            if sum(max(self._open(segments[index]).words.values()) for index in group) > MOST_OCCURRENCES:
                break  # more articles than a segment can number; unmerged, they are only slower to search
            merged = self._builder.merge([segments[index] for index in group])
            segments = [segment for index, segment in enumerate(segments) if index not in group] + [merged]
        return segments

    def _open(self, segment: CommittedSegment) -> SegmentFile:
        return self._files.get(segment.name) or SegmentFile(segment.file(self._folder))


def _what(fault: Exception) -> str:
    """Return what a fault says: the sentence that it was raised with, if there is one."""
    return next((said for said in fault.args if isinstance(said, Told)), str(fault))
