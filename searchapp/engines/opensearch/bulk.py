"""Send the changes of a commit: several requests at once, checking every item of every answer.

What a node is too busy for, or lost with a connection, is sent again: a change may be made twice, and is the same then.
"""

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from searchapp.engines.opensearch.connection import PASSING, Refused, path_of
from searchapp.engines.opensearch.documents import PUT, article_of
from searchapp.engines.opensearch.spool import Chunk
from searchapp.engines.opensearch.store import Store
from searchapp.errors import ClusterProblem, StorageProblem

CHUNK = 2 << 20  # bytes of a request
AT_ONCE = 3  # requests
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0  # seconds
_ANSWER = "errors,items.*.status,items.*.error.type,items.*.error.reason"
_BAD = 400  # the status of a document that cannot be stored, whoever sends it and whenever


class NotTaken(StorageProblem):
    """A cluster will never take a `change`."""

    def __init__(self, sentence: str, change: bytes) -> None:
        super().__init__(sentence)
        self.change = change


def send(store: Store, chunks: Iterable[Chunk], check: Callable[[], None], index: str) -> None:
    """Make all changes to an index; `check` is called before each request, and raises where writing has to end.

    Raises:
        NotTaken: the cluster does not take a document.
        StorageProblem: it does not take changes at all.
        ClusterProblem: it cannot be reached, or failed.
    """
    waiting: set[Future[None]] = set()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for chunk in chunks:
                check()
                if len(waiting) >= AT_ONCE:
                    waiting = after_first(waiting)
                waiting.add(pool.submit(_send, store, index, chunk))
            while waiting:
                waiting = after_first(waiting)
        finally:
            for future in waiting:
                future.cancel()


def after_first(waiting: set[Future[None]]) -> set[Future[None]]:
    """Wait for the first of some requests; return the others.

    Raises:
        Exception: what it failed with.
    """
    done, rest = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    return rest


def _send(store: Store, index: str, chunk: Chunk) -> None:
    patience = store.connection.patience
    end, pause = time.monotonic() + patience, _FIRST_PAUSE
    while True:
        try:
            items = request(store, index, chunk.body, len(chunk.changes), end)
        except Refused as refused:
            if refused.status != 413:
                raise store.explained(refused) from refused
            _send_halves(store, index, chunk)
            return
        again = [change for change, item in zip(chunk.changes, items, strict=True) if _has_to_come_again(change, item)]
        if not again:
            return
        if time.monotonic() + pause > end:
            raise ClusterProblem(
                f"The cluster was too busy for {patience:.0f} seconds. Try again later, or add a node."
            )
        time.sleep(pause)
        chunk, pause = Chunk(tuple(again)), min(2 * pause, _LONGEST_PAUSE)


def request(store: Store, index: str, body: bytes, changes: int, until: float) -> list[dict[str, Any]]:
    """Send a bulk request of so many changes; return what is told of each. `until` is a moment on the monotonic clock.

    Raises:
        Refused: the cluster refused all of it.
        ClusterProblem: it cannot be reached, or failed.
    """
    path = path_of(index, "_bulk")
    answer = store.connection.ask("POST", path, body, until=until, filter_path=_ANSWER)
    items = [next(iter(item.values())) for item in answer["items"]]
    if len(items) != changes:
        raise ClusterProblem("The cluster answered to fewer changes than it was asked for.")
    return items


def _send_halves(store: Store, index: str, chunk: Chunk) -> None:
    """Send a chunk that is too large for one request in parts."""
    if len(chunk.changes) == 1:
        megabytes = len(chunk.changes[0]) / 1e6
        raise NotTaken(
            f"{_named(chunk.changes[0])} is too long for the cluster: {megabytes:,.0f} MB. "
            "Raise its setting http.max_content_length, or leave that file out.",
            chunk.changes[0],
        )
    middle = len(chunk.changes) // 2
    _send(store, index, Chunk(chunk.changes[:middle]))
    _send(store, index, Chunk(chunk.changes[middle:]))


def _has_to_come_again(change: bytes, item: dict[str, Any]) -> bool:
    """Tell whether a change failed for a temporary reason.

    Raises:
        StorageProblem: it was not made for another one.
    """
    status, error = item["status"], item.get("error", {})
    if status < 300 or (status == 404 and not error):  # what is to be removed may be gone already
        return False
    if status in PASSING and error.get("type") != "cluster_block_exception":
        return True
    told = (
        f"The cluster does not take {_named(change)}: {error.get('reason') or error.get('type') or status}. "
        "What was committed before is kept."
    )
    raise NotTaken(told, change) if status == _BAD else StorageProblem(told)


def _named(change: bytes) -> str:
    """Name the article of a change."""
    if not change.startswith(PUT.encode()):
        return "the removal of an article"
    values = json.loads(change.partition(b"\n")[2])
    if "article" not in values:
        return "a part of the ledger"
    article = article_of(values)
    return f"the article {article.id!r} of {article.path!r}" if article.path else f"the article {article.id!r}"
