"""What every answer carries: which name it was asked under, what a page may load, how long an answer may be kept."""

import hashlib
from collections.abc import Callable, Collection
from datetime import date
from functools import wraps
from typing import ParamSpec

from flask import Flask, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from searchapp.errors import BadRequest
from searchapp.web.open_index import library

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
NOTES_HEADER = "Searchapp-Notes"  # how the query of an export was read, which is no place for it in the export itself
SHARED = "/static/search-box.js"  # the one static file made for other sites

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

P = ParamSpec("P")


class UnlistedHost(BadRequest):
    """A request came under a name that the operator did not list: what DNS rebinding looks like."""

    title = "This name is not listed"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This server does not answer under the name {host[:80]!r}. Whoever runs it can list that name: "
            "searchapp serve --name NAME"
        )


def protect(app: Flask, hosts: Collection[str], origins: Collection[str]) -> None:
    """Check each request's host, and give each answer its headers."""
    listed = frozenset(name.lower().strip("[]") for name in (*LOCAL_HOSTS, *hosts))
    sharing = frozenset(origin.lower().rstrip("/") for origin in origins)

    @app.before_request
    def check_host() -> None:
        if _name(request.host) not in listed:
            raise UnlistedHost(request.host)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if sharing and (request.path.startswith("/api/") or request.path == SHARED):
            _share(response, sharing)
        return response


def by_version(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Answer 304 without asking the index, where a browser has this address from the same commit already.

    The tag is made from the commit, this program's pages, the address and the day ("as of 14:02" means today).
    Only complete answers get it: `partial` ones and failures may not be kept.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        version: str = library().version
        build: str = current_app.config["BUILD"]
        asked = request.query_string.decode("latin-1")  # not all that is asked is UTF-8
        known = "\n".join((version, build, f"{request.path}?{asked}", date.today().isoformat()))
        tag = hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:20]
        if request.if_none_match.contains_weak(tag):
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


def _name(host: str) -> str:
    """Take the port off a Host header; IPv6 addresses stand in brackets."""
    return (host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]).lower()


def _share(response: Response, sharing: Collection[str]) -> None:
    response.vary.add("Origin")
    origin = request.headers.get("Origin", "").lower()
    if request.path == SHARED:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if origin in sharing:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = NOTES_HEADER
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
