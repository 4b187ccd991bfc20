"""The search box on another site: a page of another origin, which the operator lists."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from searchapp.web import create_app


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    started: list[tuple[Any, threading.Thread]] = []

    def serve(app: Any) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        started.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server, thread in started:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_listed_site_searches_in_its_own_page(browser: Any, index: Path, serve: Callable[..., str]) -> None:
    from playwright.sync_api import expect

    articles = ""

    @Request.application
    def site(request: Request) -> Response:
        box = f'<script type="module" src="{articles}/static/search-box.js"></script><search-box src="{articles}">'
        return Response(f"<!doctype html><title>Site</title>{box}</search-box>", mimetype="text/html")

    other = serve(site)
    articles = serve(create_app(index, origins=[other]))
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(other)
    page.get_by_role("searchbox").fill("bridge repair")
    page.get_by_role("searchbox").press("Enter")
    link = page.get_by_role("link", name="Old bridge reopens after long repair")
    expect(link).to_be_visible()
    expect(page.get_by_role("link", name="All 1 found")).to_have_attribute("href", f"{articles}/?q=bridge%20repair")
    assert page.url == f"{other}/"
    link.click()
    expect(page.locator("article h1")).to_be_visible()
    assert complaints == []
    page.close()


def test_a_site_that_is_not_listed_is_led_to_the_page(browser: Any, index: Path, serve: Callable[..., str]) -> None:
    articles = serve(create_app(index, origins=["https://www.example.org"]))

    @Request.application
    def site(request: Request) -> Response:
        box = f'<script src="{articles}/static/search-box.js"></script><search-box src="{articles}"></search-box>'
        return Response(f"<!doctype html><title>Site</title>{box}", mimetype="text/html")

    page = browser.new_page()
    page.goto(serve(site))
    page.get_by_role("searchbox").fill("bridge")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(f"{articles}/?q=bridge")
    page.close()
