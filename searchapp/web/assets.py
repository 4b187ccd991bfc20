"""The static files: the stylesheet stands in each page itself, and the scripts of every page are sent as one file.

On a slow phone, a page that asks for its stylesheet and for each script is shown later (`python -m benchmarks.phone`).
"""

import hashlib
from base64 import b64encode
from functools import cache
from mimetypes import guess_type
from pathlib import Path

from flask import Response, request
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from searchapp.web.markup import markup

STATIC = Path(__file__).parent / "static"
SCRIPTS = "scripts.js"
_PARTS = ("history.js", "page.js", "timeline.js")


@cache
def styles() -> Markup:
    """Return the stylesheet's text."""
    return markup((STATIC / "style.css").read_text("utf-8"))


def style_source() -> str:
    """Return the digest by which a Content-Security-Policy allows the stylesheet, and no other style in a page."""
    return f"'sha256-{b64encode(hashlib.sha256(styles().encode()).digest()).decode()}'"


def sent(name: str, max_age: int | None) -> Response:
    """Send a static file, to be kept for `max_age` seconds; without it, browsers ask each time whether it is the same.

    It is sent from memory, since a server may leave a file open when the browser goes away.

    Raises:
        NotFound: there is no such file.
    """
    response = Response(_content(name), mimetype=guess_type(name)[0] or "application/octet-stream")
    if max_age is None:
        response.cache_control.no_cache = True
    else:
        response.cache_control.max_age = max_age
    response.add_etag()
    response.make_conditional(request)
    return response


@cache
def _content(name: str) -> bytes:
    if name == SCRIPTS:
        return _scripts().encode()
    if name not in {path.name for path in STATIC.iterdir()}:
        raise NotFound
    return (STATIC / name).read_bytes()


def _scripts() -> str:
    """Put each script into a block, where its names are its own."""
    return "".join(f"{{\n{(STATIC / name).read_text('utf-8')}}}\n" for name in _PARTS)
