"""The application: reads its settings once, and puts the parts together."""

import hashlib
import re
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for
from flask.json.provider import DefaultJSONProvider
from jinja2 import FileSystemLoader
from markupsafe import Markup, escape

from searchapp import __version__
from searchapp.render.plain_text import plain
from searchapp.web import (
    admission,
    api,
    assets,
    certificates,
    compression,
    failures,
    feeds,
    figures_api,
    figures_pages,
    files_api,
    following,
    formats,
    health,
    pages,
    request_args,
    safety,
    telling,
    wording,
)
from searchapp.web.admission import Places
from searchapp.web.caching import AnswerCache
from searchapp.web.compiling import TemplateEnvironment
from searchapp.web.figures_args import LARGEST_FORM
from searchapp.web.open_index import RefreshedLibrary, indexing
from searchapp.web.request_args import InMemoryRequest

_HERE = Path(__file__).parent
# A wheel carries the templates inside the package; in a checkout they stand at the top.
_TEMPLATES = (_HERE.parent / "templates", _HERE.parent.parent / "templates")
_ESCAPED = re.compile("[&<>\"']")
_YEAR = 365 * 24 * 3600


def create_app(
    index: Path,
    *,
    hosts: Collection[str] = (),
    origins: Collection[str] = (),
    metrics_folder: str | None = None,
    places: Places | None = None,
) -> Flask:
    """Return the web application that reads the index in `index`.

    Args:
        index: the index's folder. It may come later, or change meanwhile.
        hosts: names, beside those of this machine itself, under which the server may be asked.
        origins: other sites (``https://www.example.org``) whose pages may read the API.
        metrics_folder: where several processes put their counts together, the value of PROMETHEUS_MULTIPROC_DIR.
        places: how many requests are answered at once.
    """
    app = _App("searchapp", static_folder=assets.STATIC, static_url_path="/static", template_folder=None)
    app.request_class = InMemoryRequest
    app.jinja_environment = TemplateEnvironment
    app.jinja_options = {
        "loader": FileSystemLoader(_TEMPLATES),
        "autoescape": True,
        "finalize": _finalize,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.config["BUILD"] = build = _build()
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    app.extensions["searchapp"] = RefreshedLibrary(index)
    app.extensions["searchapp-answers"] = AnswerCache()
    app.json = _Json(app)
    app.jinja_env.globals.update(
        pages.template_names(),
        static=lambda name: _static(name, build),
        styles=assets.styles,
        now=_now,
        indexing=indexing,
    )
    app.jinja_env.filters.update(
        number=formats.number,
        day=formats.day,
        clock=formats.clock,
        moment=formats.moment,
        moment_in_full=formats.moment_in_full,
        seconds=formats.seconds,
        language_name=formats.language_name,
        initial=formats.initial,
    )
    wording.register(app)
    telling.register(app)
    compression.register(app)
    health.register(app, metrics_folder)  # first, so that what is refused is counted too
    safety.protect(app, hosts, origins)
    request_args.register(app)
    admission.register(app, places or Places())
    failures.register(app)
    app.register_blueprint(pages.pages)
    app.register_blueprint(api.api)
    app.register_blueprint(figures_pages.figures)
    app.register_blueprint(figures_api.figures_api)
    app.register_blueprint(certificates.certificates)
    app.register_blueprint(feeds.feeds)
    app.register_blueprint(files_api.files_api)
    app.register_blueprint(following.following)
    return app


class _App(Flask):
    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Let browsers keep a static file for good if its address names its version, and else check it each time."""
        return _YEAR if filename and "v" in request.args else None

    def send_static_file(self, filename: str) -> Response:
        """Send a static file, or the one that is made of several."""
        return assets.sent(filename, self.get_send_file_max_age(filename))


class _Json(DefaultJSONProvider):
    """Writes JSON with keys in their order, and texts as they are instead of escaped."""

    sort_keys = False
    ensure_ascii = False


def _static(name: str, build: str) -> str:
    return url_for("static", filename=name, v=build)


def _now() -> datetime:
    return datetime.now().astimezone()


def _finalize(value: Any) -> str:
    """Escape what a template shows, and remove characters that no page may contain; markup stays as it is."""
    if type(value) is str and value.isprintable() and not _ESCAPED.search(value):
        return value  # as most are; `escape` takes three times as long
    if isinstance(value, Markup):
        return value
    if isinstance(value, int):
        return str(value)
    return escape(plain(value) if isinstance(value, str) else value)


def _build() -> str:
    """Return a text that is different after each change of a template or a static file."""
    known = hashlib.sha256(__version__.encode())
    for folder in (*_TEMPLATES, assets.STATIC, wording.TRANSLATIONS):
        for path in sorted(folder.glob("*")):
            known.update(path.read_bytes())
    return known.hexdigest()[:12]
