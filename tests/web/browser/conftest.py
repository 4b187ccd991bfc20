"""A real browser on a real server. Whatever the page complains of, or asks of another host, fails the test."""

import importlib.util
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from searchapp.answers import suggestions

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What a browser tells of what a test does, as opposed to what a page does: it asks for failures, and types before a page
# that has just been opened has put its own focus somewhere.
_FAILURE = "the server responded with a status of"
_FOCUSED = "Autofocus processing was blocked because a document already has a focused element"
_IS_CI = bool(os.environ.get("CI"))


def complained(message: Any, status: int | str = "") -> list[str]:
    """Return what a page complains of, as a list of at most one; a test may expect a failure, of one status or any."""
    is_of_test = f"{_FAILURE} {status}" in message.text or _FOCUSED in message.text
    return [] if is_of_test else [f"{message.type}: {message.text}"]


def _lacking() -> str:
    if not CHROMIUM.exists():
        return f"{CHROMIUM} is not there"
    missing = [name for name in ("playwright", "axe_playwright_python") if importlib.util.find_spec(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if lacking := _lacking():
        (pytest.fail if _IS_CI else pytest.skip)(f"no browser to test with: {lacking}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    def whole(environ: Any, start_response: Any) -> list[bytes]:
        """Read an answer to its end and close it: where a browser hangs up, werkzeug's server leaves its file open."""
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()

    server = make_server("127.0.0.1", 0, whole, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            suggestions, "_SECONDS", 10.0
        )  # on a machine that is busy with other tests, completions take longer
        yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    return expect


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Open an address of the server in a window of its own; options are those of a browser context."""
    complaints: list[str] = []
    contexts: list[Any] = []
    expected = 200

    def is_here(url: str) -> bool:
        """A page asks its own server, or for what its own script drew."""
        return url.removeprefix("blob:").startswith(address)

    def open_page(url: str, status: int = 200, **options: Any) -> Any:
        nonlocal expected
        expected = status
        context = browser.new_context(base_url=address, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.extend(complained(message, expected)))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("request", lambda request: is_here(request.url) or complaints.append(request.url))
        assert page.goto(url).status == status
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
