"""What protects every answer: the host name of its request is checked, and headers say what a page may load."""

from collections.abc import Collection

from flask import Flask, Response, request

from searchapp.errors import BadRequest
from searchapp.sentences import marked, sentence
from searchapp.web.assets import style_source

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
NOTES_HEADER = "Searchapp-Notes"  # how the query of an export was read, which is no place for it in the export itself
SHARED = "/static/search-box.js"  # the one static file made for other sites

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src {style_source()}",
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


_CROSS_SITE = marked(
    "Another website had your browser send this request. This server answers other websites only through its API, and "
    "only those that its operator named."
)


class UnlistedHost(BadRequest):
    """A request was sent to a host name that the operator did not list, as in an attack by DNS rebinding."""

    title = marked("Unlisted host name")

    def __init__(self, host: str) -> None:
        super().__init__(
            sentence("This server does not answer under the name {host}.", host=repr(host[:80])),
            ("searchapp", "serve", "--name", "NAME"),
            "Its operator can allow the name with",
        )


class CrossSite(BadRequest):
    """Another website made a browser send this request, and the operator did not allow that website."""

    title = marked("Asked by another site")

    def __init__(self) -> None:
        super().__init__(
            sentence(_CROSS_SITE),
            ("searchapp", "serve", "--origin", "https://www.example.org"),
            "Its operator can name one with",
        )


def with_drawn_pictures(response: Response) -> Response:
    """Let a page load pictures that its own scripts drew, as blobs; no other page may."""
    response.headers["Content-Security-Policy"] = _POLICY.replace("img-src 'self'", "img-src 'self' blob:")
    return response


def protect(app: Flask, hosts: Collection[str], origins: Collection[str]) -> None:
    """Check each request's host, and give each answer its headers.

    Raises:
        UnlistedHost: while a request is answered, where it came under another name.
        CrossSite: the same, where another site had a browser ask for more than a link that leads to a page.
    """
    listed = frozenset(name.lower().strip("[]") for name in (*LOCAL_HOSTS, *hosts))
    sharing = frozenset(origin.lower().rstrip("/") for origin in origins)

    @app.before_request
    def _check_host() -> None:
        if _name(request.host) not in listed:
            raise UnlistedHost(request.host)
        if request.headers.get("Sec-Fetch-Site") == "cross-site" and not _may_cross(sharing):
            raise CrossSite

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if sharing and (request.path.startswith("/api/") or request.path == SHARED):
            _share(response, sharing)
        return response


def _may_cross(sharing: Collection[str]) -> bool:
    """Say whether a request that another site caused is answered: a link that was followed, or one of a named site."""
    is_api = request.path.startswith("/api/")
    if request.headers.get("Sec-Fetch-Mode") == "navigate" and request.headers.get("Sec-Fetch-Dest") == "document":
        return not is_api
    if request.path == SHARED:
        return bool(sharing)
    return is_api and request.headers.get("Origin", "").lower() in sharing


def _name(host: str) -> str:
    """Return a Host header without the port; IPv6 addresses are in brackets."""
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
