"""What went wrong, as an answer: a page for people, problem details (RFC 9457) for programs. Never an empty result."""

import json
import re
import secrets
from dataclasses import replace
from typing import NamedTuple

from flask import Flask, Response, render_template, request, url_for
from werkzeug.exceptions import HTTPException, InternalServerError

from searchapp.answers.request import Request
from searchapp.errors import BadRequest, SearchappError
from searchapp.query.bounds import CHARACTERS
from searchapp.render.plain_text import plain
from searchapp.sentences import marked as _
from searchapp.sentences import sentence
from searchapp.web.caching import unkept
from searchapp.web.links import search_url
from searchapp.web.request_args import read_request
from searchapp.web.wording import gettext

_TITLES = {404: _("There is no such page"), 405: _("Not allowed here"), 500: _("The search failed")}
_TEXTS = {
    404: _("There is nothing at this address. It may have been mistyped or copied incompletely."),
    405: _("This server is read-only: it answers GET and HEAD requests."),
}

_UNLISTED = "unlisted-host"
_BUG = _(
    "This is a bug in the program, not an answer: it says nothing about the articles. The server's log has the details "
    "under {mark}."
)


class Failure(NamedTuple):
    """What an answer says about a failure."""

    status: int
    kind: str
    title: str
    text: str
    allow: str | None = None
    command: str = ""
    retry_after: int = 0  # seconds


class Way(NamedTuple):
    """A link that a page about a failure offers."""

    url: str
    text: str


def register(app: Flask) -> None:
    """Answer every failure of the app here."""

    @app.errorhandler(SearchappError)
    def on_purpose(error: SearchappError) -> Response:
        kind = re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
        return _answer(
            Failure(error.http_status, kind, error.title, error.sentence, None, error.command, error.retry_after)
        )

    @app.errorhandler(HTTPException)
    def by_protocol(error: HTTPException) -> Response:
        status = error.code or 500
        title = _TITLES.get(status, error.name)
        text = sentence(_TEXTS[status]) if status in _TEXTS else error.description or error.name
        allow = dict(error.get_headers()).get("Allow")
        return _answer(Failure(status, "about:blank", title, text, allow))

    @app.errorhandler(InternalServerError)
    def by_mistake(error: InternalServerError) -> Response:
        mark = secrets.token_hex(4)
        app.logger.error("failure %s at %s", mark, request.path, exc_info=error.original_exception)
        return _answer(Failure(500, "about:blank", _TITLES[500], sentence(_BUG, mark=mark)))


def _answer(failure: Failure) -> Response:
    is_program = request.path.startswith("/api/") or request.path in {"/healthz", "/readyz", "/metrics"}
    response = _problem(failure) if is_program else _page(failure)
    if failure.allow:
        response.headers["Allow"] = failure.allow
    if failure.retry_after:
        response.retry_after = failure.retry_after
    return response


def _page(failure: Failure) -> Response:
    written = render_template(
        "failure.html",
        asked=_asked(failure),
        title=gettext(failure.title),
        text=failure.text,
        command=failure.command,
        ways=_ways(failure),
        is_listed=failure.kind != _UNLISTED,
    )
    return unkept(Response(written, failure.status, mimetype="text/html"))


def _problem(failure: Failure) -> Response:
    values = {
        "type": failure.kind if failure.kind == "about:blank" else f"urn:searchapp:problem:{failure.kind}",
        "title": failure.title,
        "status": failure.status,
        "detail": plain(f"{failure.text} Run: {failure.command}" if failure.command else failure.text),
        "instance": plain(request.path),
    }
    return unkept(Response(json.dumps(values), failure.status, mimetype="application/problem+json"))


def _ways(failure: Failure) -> tuple[Way, ...]:
    start = url_for("pages.search_page")
    if failure.kind == _UNLISTED or failure.status == 503:
        return ()
    asked = _asked(failure)
    again = (Way(search_url(asked), _("The first page of this search")),) if asked.words else ()
    return (*again, Way(start, _("A new search")), Way(url_for("pages.help_page"), _("How to search")))


def _asked(failure: Failure) -> Request:
    """Return as much of the request as can be read, at its first page, so that nothing has to be typed again."""
    if failure.kind == _UNLISTED:
        return Request()
    try:
        return replace(read_request(request.args), page=1)
    except BadRequest:
        return Request(request.args.get("q", "")[: CHARACTERS.limit])
