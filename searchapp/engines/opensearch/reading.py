"""One commit as a cluster keeps it open: a point in time, reopened when a node that held it has gone.

No answer is partial in silence: where a part of the index cannot be asked, another copy is, or there is no answer.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from searchapp.engines.contract import OutOfTime
from searchapp.engines.opensearch.connection import Json, Refused, Unanswered, path_of, refusal
from searchapp.engines.opensearch.store import Commit, Store
from searchapp.errors import BadRequest, ClusterProblem, IndexChanging
from searchapp.parts import in_parts
from searchapp.sentences import marked, sentence

_UNHURRIED = 60.0  # seconds for a question without a time of its own
KEPT = "5m"  # for which a point in time stays open after each question
_OPENING = 5.0  # seconds for which a commit that is being written is waited for
_PAUSE = 0.2  # seconds
_NOT_YET = sentence(
    "The index in the cluster is being written to, and not all of it can be seen yet. Ask again soon; if that run was "
    "broken off, finish it with: {command}",
    command="searchapp index",
)
_NODE_LOST = marked("The index was written to while a node of the cluster was lost. Ask again.")
_TOO_MANY_WORDS = marked(
    "The question has more words, in more languages, than the cluster takes at once. Ask for fewer, or raise its "
    "setting {setting}."
)
_INCOMPLETE = marked(
    "A part of the index in the cluster at {name} cannot be asked at present, so the search was not answered: its "
    "result would be incomplete ({reason}). Look at the health of the cluster; a node may be missing."
)
_SHORTEST = 0.01  # seconds that a question is given
_TOGETHER = 100  # searches
_WHOLE: Json = {"search_type": "query_then_fetch", "allow_partial_search_results": False}


class Reading:
    """A commit, open for searches by any number of threads."""

    def __init__(self, store: Store, shards: int) -> None:
        """Open the last commit; nothing is seen of one that is being written."""
        self._store = store
        self._shards = shards
        self._lock = threading.Lock()
        self.reopened = 0  # times
        self._pit, self.commit, self.languages = self._open(None, time.monotonic() + _OPENING)

    def ask(self, body: Json, until: float | None = None, *, is_scored: bool = False) -> Any:
        """Return the answer of all shards to a search; `until` is a moment on the monotonic clock.

        Raises:
            OutOfTime: time ran out.
            IndexChanging: a node has gone, and with it this commit; there is a later one.
            ClusterProblem: a part of the index cannot be asked, or the cluster failed.
        """
        kind = "dfs_query_then_fetch" if is_scored and self._shards > 1 else "query_then_fetch"
        return self._answered(lambda pit, limits, end: self._once(pit, {**body, **limits}, end, kind), until)

    def ask_each(self, bodies: Sequence[Json], until: float | None = None) -> list[Any]:
        """Return the answers to several searches without scores, which are sent together; see `ask`."""

        def ask(some: Sequence[Json], pit: str, limits: Json, end: float) -> list[Any]:
            return self._each_once(pit, [{**body, **limits} for body in some], end)

        parts = in_parts(bodies, _TOGETHER)
        return [answer for some in parts for answer in self._answered(partial(ask, some), until)]

    def _answered(self, ask: Callable[[str, Json, float], Any], until: float | None) -> Any:
        """Ask, and ask again where another copy may answer.

        `ask` is given the point in time, what limits a search, and the moment at which time is over.
        """
        end = time.monotonic() + _UNHURRIED if until is None or until == float("inf") else until
        while True:
            left = end - time.monotonic()
            if left < _SHORTEST:
                raise OutOfTime
            pit = self._pit
            limits = {} if until is None or until == float("inf") else {"timeout": f"{int(800 * left)}ms"}
            try:
                return ask(pit, limits, end)
            except Unanswered as unanswered:
                if limits:
                    raise OutOfTime from unanswered
                raise
            except Refused as refused:
                if _is_out_of_time(refused):
                    raise OutOfTime from refused
                if refused.status == 400:
                    raise self._misunderstood(refused) from refused
                if time.monotonic() + _PAUSE > end:
                    raise self._missing(refused) from refused
                time.sleep(_PAUSE)
                self._reopen(pit, end)

    def close(self) -> None:
        """Close it in the cluster."""
        close(self._store, self._pit)

    @property
    def pit(self) -> str:
        """The name by which the cluster knows this point in time."""
        return self._pit

    def _once(self, pit: str, body: Json, end: float, kind: str) -> Any:
        answer = self._store.connection.ask(
            "POST", "/_search", _at(body, pit), until=end, search_type=kind, allow_partial_search_results="false"
        )
        return _checked(answer)

    def _each_once(self, pit: str, bodies: Sequence[Json], end: float) -> list[Any]:
        lines = (line for body in bodies for line in (_WHOLE, _at(body, pit)))
        content = b"".join(f"{json.dumps(line)}\n".encode("ascii") for line in lines)
        answers = self._store.connection.ask("POST", "/_msearch", content, until=end)["responses"]
        return [*map(_checked, answers)]

    def _reopen(self, lost: str, end: float) -> None:
        with self._lock:
            if self._pit == lost:  # else another thread has done it
                self._pit, _, _ = self._open(self.commit, end)
                self.reopened += 1

    def _open(self, before: Commit | None, end: float) -> tuple[str, Commit, tuple[str, ...]]:
        """Open the last commit, which must be the commit `before`, if given.

        A refresh shows what the commit under way has written before the register says that it is whole, and so does the
        return of a node. Then what is seen is more than the register says, and is waited for.
        """
        while True:
            commit = self._store.commit(end)
            if before and commit != before:
                raise IndexChanging(sentence(_NODE_LOST))
            try:
                pit = self._opened(end)
                highest, articles, languages = self._seen(pit, end)
            except Refused as refused:
                if time.monotonic() + _PAUSE > end:
                    raise self._missing(refused) from refused
            else:
                if highest <= commit.number and articles == commit.articles:
                    return pit, commit, languages
                close(self._store, pit)
                if time.monotonic() + _PAUSE > end:
                    raise IndexChanging(_NOT_YET)
            time.sleep(_PAUSE)

    def _opened(self, end: float) -> str:
        path = path_of(self._store.note.articles, "_search", "point_in_time")
        answer = self._store.connection.ask(
            "POST", path, until=end, keep_alive=KEPT, allow_partial_pit_creation="false"
        )
        return str(answer["pit_id"])

    def _seen(self, pit: str, end: float) -> tuple[int, int, tuple[str, ...]]:
        """Return the highest number of a commit, how many articles there are, and the entries of their languages."""
        counted = {
            "highest": {"max": {"field": "commit"}},
            "languages": {"terms": {"field": "language", "size": 10_000}},
        }
        body = {"size": 0, "track_total_hits": True, "aggs": counted}
        answer = self._once(pit, body, end, "query_then_fetch")
        found = answer["aggregations"]
        languages = tuple(bucket["key"] for bucket in found["languages"]["buckets"])
        return int(found["highest"]["value"] or 0), answer["hits"]["total"]["value"], languages

    def _misunderstood(self, refused: Refused) -> Exception:
        if "too_many_clauses" in (refused.kind, refused.cause) or "maxClauseCount" in refused.reason:
            return BadRequest(sentence(_TOO_MANY_WORDS, setting="indices.query.bool.max_clause_count"))
        return self._store.explained(refused)

    def _missing(self, refused: Refused) -> Exception:
        if refused.kind in ("search_phase_execution_exception", "no_shard_available_action_exception"):
            name = self._store.connection.name
            return ClusterProblem(sentence(_INCOMPLETE, name=name, reason=refused.reason))
        return self._store.explained(refused)


def close(store: Store, pit: str) -> None:
    """Close a point in time in the cluster; one that has expired already is fine."""
    try:
        store.connection.ask("DELETE", "/_search/point_in_time", {"pit_id": [pit]}, until=time.monotonic() + 5)
    except (Refused, ClusterProblem):
        return  # it ends by itself


def _at(body: Json, pit: str) -> Json:
    return {**body, "pit": {"id": pit, "keep_alive": KEPT}}


def _checked(answer: Any) -> Any:
    """Return an answer if it is one, and whole."""
    if "error" in answer:
        raise refusal(answer["status"], answer)
    if answer.get("timed_out"):
        raise OutOfTime
    shards = answer["_shards"]
    if shards["failed"] or shards["successful"] < shards["total"]:
        raise Refused(503, "search_phase_execution_exception", "a part of the index did not answer")
    return answer


def _is_out_of_time(refused: Refused) -> bool:
    return "Time exceeded" in refused.reason or refused.cause == "task_cancelled_exception"
