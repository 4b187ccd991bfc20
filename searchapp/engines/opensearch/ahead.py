"""Articles of the commit under way, sent ahead of it, so that the cluster stores some while others are read.

Only new articles: `create` refuses what is there, so nothing that a reader may see is replaced. Nobody sees them before
the commit: the index is not refreshed, and who opens it compares the numbers of commits (`reading`). What is sent ahead
is in the spool, too, since a commit is sealed as a whole. If the process dies before that, the next writer takes out
whatever has the number of a commit that never came (`withdraw`); a file says that there may be something.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from searchapp.disk import storage_problems, write_durably
from searchapp.engines.opensearch import bulk
from searchapp.engines.opensearch.connection import Refused, path_of
from searchapp.engines.opensearch.documents import END, PUT, REMOVE
from searchapp.engines.opensearch.spool import Chunk
from searchapp.engines.opensearch.store import Store
from searchapp.errors import ClusterProblem, StorageProblem

_NAME = "ahead"  # in the engine's folder
_CREATE = b'{"create":{"_id":"'
_CREATED = 201
_PATIENCE = 20.0  # seconds, after which it is left to the commit
_AT_ONCE = 10_000  # articles that are withdrawn by one request


class Ahead:
    """Sends the new articles of one commit; `sent` are the places in the spool of those that the cluster has."""

    def __init__(self, store: Store, folder: Path, number: int, check: Callable[[], None]) -> None:
        """Send for commit `number`; `check` is called before each request, and raises where writing has to end."""
        self.sent = set[int]()
        self._store, self._folder, self._number, self._check = store, folder, number, check
        self._places: list[int] = []
        self._body = bytearray()
        self._waiting = set[Future[None]]()
        self._pool = ThreadPoolExecutor(bulk.AT_ONCE)
        self._is_noted = self._is_over = False

    def add(self, place: int, lines: bytes) -> None:
        """Send an article, together with those that come next.

        Raises:
            StorageProblem: the disk does not take the note that something was sent.
        """
        if self._is_over:
            return
        self._places.append(place)
        self._body += _CREATE + lines[len(PUT) :]
        if len(self._body) >= bulk.CHUNK:
            places, body = self._places, bytes(self._body)
            self._places, self._body = [], bytearray()
            self._begin(places, body)

    def end(self) -> None:
        """Wait for what is under way; what has not been sent by then is left to the commit."""
        self._is_over = True
        self._pool.shutdown(cancel_futures=True)

    def _begin(self, places: list[int], body: bytes) -> None:
        self._check()
        if not self._is_noted:
            with storage_problems(self._folder):
                write_durably(self._folder / _NAME, f"{self._number}\n".encode("ascii"))
            self._is_noted = True
        if len(self._waiting) >= bulk.AT_ONCE:
            self._waiting = bulk.after_first(self._waiting)
        self._waiting.add(self._pool.submit(self._send, places, body))

    def _send(self, places: list[int], body: bytes) -> None:
        end = time.monotonic() + _PATIENCE
        try:
            items = bulk.request(self._store, self._store.note.articles, body, len(places), end)
        except (Refused, ClusterProblem, StorageProblem):  # the commit sends it again, and tells what is wrong
            self._is_over = True
            return
        told = zip(places, items, strict=True)
        self.sent.update(place for place, item in told if item["status"] == _CREATED)


def is_left(folder: Path) -> bool:
    """Tell whether something may have been sent ahead of a commit that is not in force."""
    return (folder / _NAME).exists()


def forget(folder: Path) -> None:
    """Note that nothing is left."""
    (folder / _NAME).unlink(missing_ok=True)


def withdraw(store: Store) -> None:
    """Take out the articles that were sent ahead of a commit that never came.

    Raises:
        ClusterProblem, StorageProblem: the cluster cannot be used.
    """
    late = {"range": {"commit": {"gt": store.commit().number}}}
    body = {"query": late, "size": _AT_ONCE, "_source": False, "track_total_hits": False}
    while keys := _found(store, body):
        lines = (f"{REMOVE}{key}{END}".encode("ascii") for key in keys)
        bulk.send(store, [Chunk(tuple(lines))], lambda: None, store.note.articles)


def _found(store: Store, body: dict[str, Any]) -> list[str]:
    store.refresh()
    told = store.ask("POST", path_of(store.note.articles, "_search"), body, allow_partial_search_results="false")
    return [hit["_id"] for hit in told["hits"]["hits"]]
