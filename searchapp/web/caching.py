"""How long a browser may keep an answer, whether the one it has is still valid, and the answers that are kept here.

Several people ask the same in the hour of a story, and everyone comes back from an article to the page of results.
What is kept says when it was answered and how long that took, as the answer that a browser has does.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from searchapp.web.open_index import indexing, library
from searchapp.web.wording import language

P = ParamSpec("P")
_KEPT = 16 << 20  # bytes of answers that each process keeps
_LARGEST = 1 << 18  # bytes of an answer that is kept
_PLAIN_HEADERS = 2  # of a page: its media type and its length


class AnswerCache:
    """Complete answers by a name; the one asked for longest ago goes first once they have `most` bytes."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._size = 0
        self._answers: OrderedDict[str, tuple[bytes, str]] = OrderedDict()  # what was written, and its media type
        self._lock = threading.Lock()

    def get(self, name: str) -> Response | None:
        """Return an answer, if it is here."""
        with self._lock:
            if name not in self._answers:
                return None
            self._answers.move_to_end(name)
            written, kind = self._answers[name]
        return Response(written, content_type=kind)

    def keep(self, name: str, response: Response) -> None:
        """Keep an answer that is text of moderate length and nothing else; streams and redirects are none."""
        if response.status_code != 200 or response.is_streamed or len(response.headers) > _PLAIN_HEADERS:
            return
        written, kind = response.get_data(), response.headers["Content-Type"]
        with self._lock:
            if len(written) > _LARGEST or name in self._answers:
                return
            self._answers[name] = written, kind
            self._size += len(written)
            while self._size > self._most:
                self._size -= len(self._answers.popitem(last=False)[1][0])


def by_version(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Answer without asking the index if the browser or this process has the answer of this address and commit.

    The tag is made from the commit, how far a run is, this program's pages, the address, the language and the day
    ("as of 14:02" means today).
    Only complete answers get it: `partial` ones and failures may not be kept.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        version: str = library().version
        build: str = current_app.config["BUILD"]
        asked = request.query_string.decode("latin-1")  # not all that is asked is UTF-8
        known = "\n".join(
            (version, f"{indexing()}", build, language(), f"{request.path}?{asked}", date.today().isoformat())
        )
        tag = hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:20]
        if not request.if_none_match.star_tag and request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            response = _kept_or_made(f"{tag} {request.method} {request.url_root}", lambda: view(*args, **kwargs))
        if response.status_code in {200, 304} and not response.cache_control.no_store:
            response.set_etag(tag, weak=True)
            response.cache_control.no_cache = True
            response.cache_control.private = True
        return response

    return answer


def _kept_or_made(name: str, make: Callable[[], ResponseReturnValue]) -> Response:
    answers: AnswerCache = current_app.extensions["searchapp-answers"]
    if (kept := answers.get(name)) is not None:
        return kept
    response = make_response(make())
    if not response.cache_control.no_store:
        answers.keep(name, response)
    return response


def unkept(response: Response) -> Response:
    """Mark an answer as one that may not be kept."""
    response.cache_control.no_store = True
    return response
