"""Which requests are answered now, which wait, and which are refused for now, so that none can occupy the whole server.

Searches run a few at a time and wait in a short queue; whole results and files (exports) have places of their own,
since their readers may be slow. What asks no index (health, static files) never waits.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from flask import Flask, Response, current_app, g, request

from searchapp.engines import Budget
from searchapp.errors import SearchappError
from searchapp.query import bounds
from searchapp.sentences import marked, sentence

View = TypeVar("View", bound=Callable[..., object])
_FREE = ("static", "health.lives", "health.metrics", "api.describe_api")


class TooBusy(SearchappError):
    """The server is answering as many requests as it can; this one has to be sent again later."""

    http_status = 503
    title = marked("Too many searches at once")
    retry_after = 2  # seconds

    def __init__(self) -> None:
        super().__init__(sentence("The server is busy with other searches. Try again in a few seconds."))


@dataclass(frozen=True)
class Places:
    """How many requests one process answers at once, how many more may wait, and for how many seconds."""

    searches: int = 2
    waiting: int = 24
    patience: float = 1.0
    exports: int = 4

    @property
    def threads(self) -> int:
        """The number of threads needed for these, and two more for requests that never wait."""
        return self.searches + self.waiting + self.exports + 2


@dataclass
class _Queue:
    """A number of places, and a number of requests that may wait for one."""

    places: int
    waiting: int
    patience: float
    _free: threading.Semaphore = field(init=False)
    _queue: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = threading.Semaphore(self.places)
        self._queue = threading.Semaphore(self.places + self.waiting)

    def enter(self) -> None:
        if not self._queue.acquire(blocking=False):
            raise TooBusy
        if not self._free.acquire(timeout=self.patience):
            self._queue.release()
            raise TooBusy

    def leave(self) -> None:
        self._free.release()
        self._queue.release()


def exports(view: View) -> View:
    """Mark a view that streams a whole result or a file: it takes a place until its last line is sent."""
    view.is_export = True  # type: ignore[attr-defined]
    return view


def budget() -> Budget:
    """Return the time that the request has left, counted from its arrival, so that waiting is included."""
    return Budget(deadline=g.get("arrived", time.monotonic()) + bounds.SECONDS.limit)


def register(app: Flask, places: Places) -> None:
    """Make each request of the app wait until there is a place for it."""
    searches = _Queue(places.searches, places.waiting, places.patience)
    whole = _Queue(places.exports, 0, 0.0)

    @app.before_request
    def enter() -> None:
        g.arrived = time.monotonic()
        if request.endpoint is None or request.endpoint in _FREE:
            return
        queue = whole if hasattr(current_app.view_functions[request.endpoint], "is_export") else searches
        queue.enter()
        g.queue = queue

    @app.after_request
    def keep_until_sent(response: Response) -> Response:
        if response.is_streamed and (queue := g.pop("queue", None)):
            response.call_on_close(queue.leave)
        return response

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if queue := g.pop("queue", None):
            queue.leave()
