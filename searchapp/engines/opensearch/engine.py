"""The engine of a store in a cluster: what is put waits in the spool for a commit; a snapshot answers questions."""

import weakref
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from searchapp.article import Article
from searchapp.engines.opensearch import ahead, bulk, reading, spool
from searchapp.engines.opensearch.connection import READING, WRITING, Refused, path_of
from searchapp.engines.opensearch.documents import bulk_lines, removing_line
from searchapp.engines.opensearch.lock import Lock
from searchapp.engines.opensearch.reading import Reading
from searchapp.engines.opensearch.register import Changed
from searchapp.engines.opensearch.searching import OpenSearchSnapshot
from searchapp.engines.opensearch.store import Commit, Store
from searchapp.engines.ready_texts import Writer
from searchapp.engines.snapshot import Reader
from searchapp.errors import ClusterProblem, IndexLocked, StorageProblem
from searchapp.languages import Stems


class OpenSearchEngine(Reader):
    """A store of articles in a cluster; see `searchapp.engines.Engine` for what each method promises."""

    def __init__(self, store: Store, stems: Stems, folder: Path | None) -> None:
        self._store = store
        self._stems = stems
        self._folder = folder
        self.shards = store.check(folder)
        self._writers: dict[str, Writer] = {}  # of words, by the codes of stemmers
        self._spool = spool.Spool(folder) if folder else None
        self._lock: Lock | None = None
        self._ahead: ahead.Ahead | None = None
        self._left: list[str] = []  # points in time that nobody reads any more
        self._is_closed = False
        self._taken: OpenSearchSnapshot | None = None
        if not self._is_broken_off():
            self._take_up(Reading(store, self.shards))

    @property
    def _snapshot(self) -> OpenSearchSnapshot:  # type: ignore[override]
        """The commit that is read.

        Where one was broken off, it is opened late: nobody can open it before `recover` has finished the other.
        """
        return self._take_up(Reading(self._store, self.shards)) if self._taken is None else self._taken

    def recover(self) -> None:
        """Finish the commit of a writer that was killed, if one is left."""
        if self._is_broken_off():
            self._begin()

    def put(self, articles: Iterable[Article]) -> None:
        """Add articles; one whose id is there already takes its place."""
        spooled, commit = self._begin()
        for article in articles:
            lines = bulk_lines(article, self._writer_of(article.language), commit)
            place = spooled.add(lines)
            if self._ahead:
                self._ahead.add(place, lines)

    def remove(self, ids: Collection[str]) -> None:
        """Take articles out by id; unknown ids are ignored."""
        spooled, _ = self._begin()
        for article_id in ids:
            spooled.add(removing_line(article_id))

    def commit(self) -> Sequence[Article]:
        """Make all since the last commit durable and visible; all of it or none."""
        spooled, commit = self._begin()
        if not spooled.is_empty:
            sent = self._end_ahead()
            sealed = spooled.seal(commit)
            if not sent:
                self._withdraw()  # what a dead process had sent may have come since
            self._send(sealed, sent)
            self._begin_ahead()
        return ()

    def close(self) -> None:
        """Close all connections. What was not committed is dropped."""
        if self._is_closed:
            return
        self._is_closed = True
        self._store.connection.patience = READING  # what is left to do would be done by time, too
        if self._end_ahead() and self._lock and self._folder and not spool.sealed_in(self._folder):
            with suppress(ClusterProblem, StorageProblem, IndexLocked, Refused):  # else the next writer does it
                self._lock.check()
                ahead.withdraw(self._store)
                ahead.forget(self._folder)
        if self._spool:
            self._spool.drop()
        if self._lock:
            self._lock.release()
            self._lock = None
        self._close_left()
        if self._taken is not None:
            reading.close(self._store, self._taken.reading.pit)
        self._store.close()

    def refresh(self) -> bool:
        """Take up a newer commit, if there is one; say whether there was."""
        self._close_left()
        if self._store.commit() == self._snapshot.reading.commit:
            return False
        before = self.version()
        self._take_up(Reading(self._store, self.shards))
        return self.version() != before

    def version(self) -> str:
        """Name the commit that is read."""
        return f"{self._snapshot.reading.commit.number}"

    def _is_broken_off(self) -> bool:
        """Tell whether a writer was killed, or writes now: then what can be seen may be more than its last commit."""
        return self._folder is not None and (spool.sealed_in(self._folder) is not None or ahead.is_left(self._folder))

    def _begin(self) -> tuple[spool.Spool, int]:
        """Take the lock unless it is held; return the spool and the number of the commit it will become."""
        if self._spool is None or self._folder is None:
            raise StorageProblem("An index in a cluster is written to from its index folder only. Here there is none.")
        if self._lock is None:
            self._store.connection.patience = WRITING
            lock = Lock(self._store.register, self._store.lock_key, self._store.note.owner)
            lock.take()
            self._lock = lock
            if left := spool.sealed_in(self._folder):
                self._send(left)
            is_left = self._withdraw()
            self.refresh()
            if not is_left:
                self._begin_ahead()
        return self._spool, self._snapshot.reading.commit.number + 1

    def _withdraw(self) -> bool:
        """Take out what was sent ahead of a commit that never came; tell whether there may be something."""
        is_left = self._folder is not None and ahead.is_left(self._folder)
        if is_left:
            ahead.withdraw(self._store)
        return is_left

    def _begin_ahead(self) -> None:
        assert self._folder and self._lock
        number = self._snapshot.reading.commit.number + 1
        self._ahead = ahead.Ahead(self._store, self._folder, number, self._lock.check)

    def _end_ahead(self) -> Collection[int]:
        """Return the places in the spool of what the cluster has already."""
        sending, self._ahead = self._ahead, None
        if sending:
            sending.end()
        return sending.sent if sending else ()

    def _send(self, sealed: spool.Sealed, sent: Collection[int] = ()) -> None:
        """Send a commit to the cluster, but what was sent already, and start reading it."""
        assert self._lock and self._folder
        before = self._store.register.read(self._store.commit_key)
        if before is None or before.values["number"] < sealed.number:
            self._store.check(self._folder)
            chunks = spool.chunks(sealed.file, bulk.CHUNK, sent)
            try:
                bulk.send(self._store, chunks, self._lock.check, self._store.note.articles)
            except bulk.NotTaken as refused:
                spool.leave_out(sealed, refused.change)  # else no later run could finish this commit
                raise
            self._store.refresh()
            self._lock.check()
            articles = int(self._store.ask("GET", path_of(self._store.note.articles, "_count"))["count"])
            commit = Commit(sealed.number, articles)
            try:
                self._store.register.write(self._store.commit_key, commit._asdict(), before)
            except Changed as changed:
                raise IndexLocked("Another process has written to the index in the cluster meanwhile.") from changed
        sealed.file.unlink()
        ahead.forget(self._folder)
        self._take_up(Reading(self._store, self.shards))
        self._close_left()  # until then the cluster keeps what has been merged since, too

    def _close_left(self) -> None:
        while self._left:
            reading.close(self._store, self._left.pop())

    def _take_up(self, taken: Reading) -> OpenSearchSnapshot:
        self._taken = snapshot = OpenSearchSnapshot(taken, self._stems)
        weakref.finalize(snapshot, _leave, self._left, taken).atexit = False
        return snapshot

    def _writer_of(self, language: str) -> Writer:
        code = self._stems.code(language)
        if code not in self._writers:
            self._writers[code] = Writer(self._stems, code)
        return self._writers[code]


def _leave(left: list[str], taken: Reading) -> None:
    left.append(taken.pit)
