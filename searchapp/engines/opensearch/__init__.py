"""The OpenSearch engine: a cluster, where one machine is not enough. This package tells the cluster what to do.

address, credentials    where the cluster is, who we are to it
connection              asking it, over all of its nodes; its errors as ours
register, store, lock   what has to be agreed on; an index of articles; one writer at a time
documents               how an article lies in the index
spool, bulk             what was put, until it is committed; how it is sent
reading                 one commit, held open
vocabulary, compiling   words; a tree as a query
order, searching        what was found, in order; a page of it
sharing                 what readers elsewhere need, who have no index folder

The index folder keeps a note of where all that is (`store.NOTE`), and the spool.
"""

import shutil
import time
import weakref
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from searchapp.article import Article
from searchapp.disk import storage_problems
from searchapp.engines.contract import Shared
from searchapp.engines.opensearch import bulk, reading, sharing, spool
from searchapp.engines.opensearch.address import read_address
from searchapp.engines.opensearch.connection import READING, WRITING, path_of
from searchapp.engines.opensearch.documents import bulk_lines, removing_line
from searchapp.engines.opensearch.lock import Lock
from searchapp.engines.opensearch.reading import Reading
from searchapp.engines.opensearch.register import Changed
from searchapp.engines.opensearch.searching import OpenSearchSnapshot
from searchapp.engines.opensearch.store import NOTE, Commit, Store, new_note, read_note, write_note
from searchapp.engines.ready_texts import Writer
from searchapp.engines.snapshot import Reader
from searchapp.errors import BadRequest, ClusterProblem, IndexDamaged, IndexLocked, StorageProblem
from searchapp.languages import Stems


def create_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "OpenSearchEngine":
    """Create a store in the cluster at the setting ``at``, with the number of ``shards`` set, and note where it is.

    Raises:
        UnknownLanguage: there is no stemmer for `language`.
        BadRequest: no cluster is named, or a setting cannot be.
        ClusterProblem: the cluster cannot be used.
        StorageProblem: the folder cannot be written to.
    """
    stems = Stems(language)
    shards = int(settings.get("shards", 0))
    note = new_note(read_address(_address(settings)), shards, takes_over="take_over" in settings)
    with storage_problems(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_note(folder, note)
    store = Store(note)
    store.connection.check()
    store.connection.patience = WRITING
    store.register.begin()
    if "uid" in settings:
        sharing.check_name(store.register, settings["uid"], settings)
    store.create(language)
    return OpenSearchEngine(store, stems, folder)


def check_settings(language: str, settings: Mapping[str, str]) -> None:
    """Check that a store could be created.

    Raises:
        UnknownLanguage: there is no stemmer for `language`.
        BadRequest: no cluster is named, or the name is taken there.
        ClusterProblem: the cluster cannot be used.
    """
    Stems(language)
    elsewhere = sharing.Elsewhere(_address(settings))
    elsewhere.check()
    elsewhere.close()


def settings_of(folder: Path) -> Mapping[str, str]:
    """Return the settings to create a store like the one in `folder`; none if they were not noted."""
    with suppress(IndexDamaged):
        note = read_note(folder)
        return {"at": str(note.address), **({"shards": str(note.shards)} if note.shards else {})}
    return {}


def share_engine(folder: Path, shared: Shared) -> None:
    """Store in the cluster what readers on other machines need from the index folder.

    Raises:
        BadRequest: the name is in use by another index folder.
        ClusterProblem, StorageProblem: the cluster cannot be used.
    """
    store = Store(read_note(folder))
    store.connection.patience = WRITING
    try:
        sharing.share(store, shared)
    finally:
        store.close()


def open_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "OpenSearchEngine":
    """Open the store named by the note in `folder`.

    Where the setting ``at`` names other nodes, they are asked from now on, if the store is there.

    Raises:
        BadRequest: the setting names another store.
        UnknownLanguage: there is no stemmer for `language`.
        IndexDamaged: there is no note, or not what it names.
        ClusterProblem: the cluster cannot be used.
        StorageProblem: the folder cannot be read.
    """
    with storage_problems(folder):
        note = read_note(folder)
    if "at" not in settings or (address := read_address(settings["at"])) == note.address:
        return OpenSearchEngine(Store(note), Stems(language), folder)
    if address.name != note.address.name:
        raise BadRequest(
            f"The index in this folder is called {note.address.name!r} in the cluster, not {address.name!r}. To begin "
            "another one, name another --index, or add --rebuild."
        )
    moved = note._replace(address=address)
    opened = OpenSearchEngine(Store(moved), Stems(language), folder)
    with storage_problems(folder):
        write_note(folder, moved)
    return opened


def check_engine(folder: Path) -> Iterator[str]:
    """Check that the store exists and is whole; the cluster verifies its own checksums when it reads.

    Raises:
        IndexDamaged: it is missing.
        ClusterProblem: the cluster cannot be used.
    """
    store = Store(read_note(folder))
    try:
        shards = store.check(folder)
        Reading(store, shards).close()
        yield from ()
    finally:
        store.close()


def discard_engine(folder: Path) -> None:
    """Remove the store noted in `folder`: its index in the cluster, and the folder.

    Raises:
        ClusterProblem: the cluster cannot be used, so that nothing was removed.
    """
    if (folder / NOTE).exists():
        store = Store(read_note(folder))
        try:
            store.remove()
        except ClusterProblem as problem:
            raise ClusterProblem(
                f"{problem.sentence} The index {store.note.articles!r} in it is not needed any more and could not be "
                f"removed. If that cluster is gone for good, delete the folder {str(folder.parent)!r}."
            ) from problem
        finally:
            store.close()
    shutil.rmtree(folder, ignore_errors=True)


class OpenSearchEngine(Reader):
    """A store of articles in a cluster; see `searchapp.engines.Engine` for what each method promises."""

    def __init__(self, store: Store, stems: Stems, folder: Path | None) -> None:
        self._store = store
        self._stems = stems
        self._folder = folder
        self._shards = store.check(folder)
        self._writers: dict[str, Writer] = {}  # of words, by the codes of stemmers
        self._spool = spool.Spool(folder) if folder else None
        self._lock: Lock | None = None
        self._left: list[str] = []  # points in time that nobody reads any more
        self._is_closed = False
        self._taken: OpenSearchSnapshot | None = None
        if not (folder and spool.sealed_in(folder)):
            self._take_up(Reading(store, self._shards))

    @property
    def _snapshot(self) -> OpenSearchSnapshot:  # type: ignore[override]
        """The commit that is read.

        Where one was broken off, it is opened late: nobody can open it before `recover` has finished the other.
        """
        return self._take_up(Reading(self._store, self._shards)) if self._taken is None else self._taken

    def recover(self) -> None:
        """Finish the commit of a writer that was killed, if one is left."""
        if self._folder and spool.sealed_in(self._folder):
            self._begin()

    def put(self, articles: Iterable[Article]) -> None:
        """Add articles; one whose id is there already takes its place."""
        spooled, commit = self._begin()
        for article in articles:
            spooled.add(bulk_lines(article, self._writer_of(article.language), commit))

    def remove(self, ids: Collection[str]) -> None:
        """Take articles out by id; unknown ids are ignored."""
        spooled, _ = self._begin()
        for article_id in ids:
            spooled.add(removing_line(article_id))

    def commit(self) -> Sequence[Article]:
        """Make all since the last commit durable and visible; all of it or none."""
        spooled, commit = self._begin()
        if not spooled.is_empty:
            self._send(spooled.seal(commit))
        return ()

    def close(self) -> None:
        """Close all connections. What was not committed is dropped."""
        if self._is_closed:
            return
        self._is_closed = True
        self._store.connection.patience = READING  # what is left to do would be done by time, too
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
        self._take_up(Reading(self._store, self._shards))
        return self.version() != before

    def version(self) -> str:
        """Name the commit that is read."""
        return f"{self._snapshot.reading.commit.number}"

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
            self.refresh()
        return self._spool, self._snapshot.reading.commit.number + 1

    def _send(self, sealed: spool.Sealed) -> None:
        """Send a commit to the cluster, and start reading it."""
        assert self._lock
        before = self._store.register.read(self._store.commit_key)
        if before is None or before.values["number"] < sealed.number:
            self._store.check(self._folder)
            chunks = spool.chunks(sealed.file, bulk.CHUNK)
            try:
                bulk.send(self._store, chunks, self._lock.check, self._store.note.articles)
            except bulk.NotTaken as refused:
                spool.leave_out(sealed, refused.change)  # else no later run could finish this commit
                raise
            self._refresh_all_copies()
            self._lock.check()
            articles = int(self._store.ask("GET", path_of(self._store.note.articles, "_count"))["count"])
            commit = Commit(sealed.number, articles)
            try:
                self._store.register.write(self._store.commit_key, commit._asdict(), before)
            except Changed as changed:
                raise IndexLocked("Another process has written to the index in the cluster meanwhile.") from changed
        sealed.file.unlink()
        self._take_up(Reading(self._store, self._shards))
        self._close_left()  # until then the cluster keeps what has been merged since, too

    def _refresh_all_copies(self) -> None:
        end = time.monotonic() + self._store.connection.patience
        path = path_of(self._store.note.articles, "_refresh")
        while self._store.ask("POST", path, until=end)["_shards"]["failed"]:
            if time.monotonic() > end:
                raise ClusterProblem("A part of the cluster does not show what was written. Look at its health.")
            time.sleep(1)

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


def _address(settings: Mapping[str, str]) -> str:
    if "at" not in settings:
        raise BadRequest("The opensearch engine needs the address of a cluster: --at https://HOST:9200")
    return settings["at"]


def _leave(left: list[str], taken: Reading) -> None:
    left.append(taken.pit)
