"""How long a browser may keep an answer, and whether the one it has is still valid."""

import hashlib
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from searchapp.web.open_index import indexing, library
from searchapp.web.wording import language

P = ParamSpec("P")


def by_version(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Answer 304 without asking the index if the browser already has the answer of this address from the same commit.

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
            response = make_response(view(*args, **kwargs))
        if response.status_code in {200, 304} and not response.cache_control.no_store:
            response.set_etag(tag, weak=True)
            response.cache_control.no_cache = True
            response.cache_control.private = True
        return response

    return answer


def unkept(response: Response) -> Response:
    """Mark an answer as one that may not be kept."""
    response.cache_control.no_store = True
    return response
