"""Every page in every state keeps to WCAG 2.2 AA and to its window, in light and dark, on screens and phones.

With `--pictures FOLDER`, every state is looked at in every language on every window, and a picture of each is kept.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.web.browser.conftest import complained
from tests.web.browser.states import STATES, State

Look = tuple[int, str]  # the width of a window, and the colour scheme
LANGUAGES = ("en", "de", "ar")
LOOKS: tuple[Look, ...] = tuple((width, scheme) for width in (1280, 360) for scheme in ("light", "dark"))
SOME: tuple[tuple[Look, ...], ...] = ((LOOKS[0], LOOKS[3]), (LOOKS[3], LOOKS[0]))
OF_A_SCHEME = ("color-contrast", "link-in-text-block")  # what the second look at a page can still find
NO_PAGES = (
    "/api",
    "/between",
    "/feed",
    "/healthz",
    "/language",
    "/metrics",
    "/opensearch",
    "/original",
    "/readyz",
    "/static",
)
WIDTHS = (360, 768, 1280)


@pytest.fixture(scope="module")
def windows(browser: Any, address: str) -> Iterator[Callable[[str], Any]]:
    """A window for each language, which all states share."""
    opened: dict[str, Any] = {}
    complaints: list[str] = []

    def window(language: str) -> Any:
        if language not in opened:
            page = opened[language] = browser.new_context(base_url=address, locale=language).new_page()
            page.set_default_timeout(10_000)
            page.on("console", lambda message: complaints.extend(complained(message)))
            page.on("pageerror", lambda error: complaints.append(str(error)))
        return opened[language]

    yield window
    for page in opened.values():
        page.context.close()
    assert complaints == []


def violations(page: Any, only: tuple[str, ...] = ()) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice: the size of targets too, which it leaves out by itself."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": only} if only else {"rules": {"target-size": {"enabled": True}}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.config.getoption("pictures"):
        cases = [(name, language, LOOKS) for name in STATES for language in LANGUAGES]
    else:
        cases = [*zip(STATES, cycle(LANGUAGES), cycle(SOME), strict=False)]
    if "seen" in metafunc.fixturenames:
        metafunc.parametrize(("name", "language", "seen"), cases)


def test_every_page_has_a_state(app: Flask, ids: dict[str, str]) -> None:
    addresses = app.url_map.bind("localhost")
    paths = [state.url.format(**ids).partition("?")[0] for state in STATES.values() if state.status != 404]
    seen = {addresses.match(path)[0] for path in paths}
    rules = [rule for rule in app.url_map.iter_rules() if rule.methods and "GET" in rule.methods]
    assert {rule.endpoint for rule in rules if not rule.rule.startswith(NO_PAGES)} - seen == set()


def test_axe_finds_nothing_and_nothing_is_wider_than_its_window(
    windows: Callable[[str], Any],
    ids: dict[str, str],
    name: str,
    language: str,
    seen: tuple[Look, ...],
    pytestconfig: pytest.Config,
) -> None:
    page = windows(language)
    reach(page, STATES[name], ids)
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "")
    for number, (width, scheme) in enumerate(looks(STATES[name], seen)):
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)
        if folder := pytestconfig.getoption("pictures"):
            page.screenshot(path=Path(folder) / f"{name} {language} {width} {scheme}.png", full_page=True)
        assert violations(page, OF_A_SCHEME if number % 2 else ()) == [], (width, scheme)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def looks(state: State, all_looks: tuple[Look, ...]) -> list[Look]:
    return [(width, scheme) for width, scheme in all_looks if width <= 360 or not state.only_on_phones]


def reach(page: Any, state: State, ids: dict[str, str]) -> None:
    """Bring a window into a state, with everything in it unfolded."""
    page.set_viewport_size({"width": 360 if state.only_on_phones else 1280, "height": 740})
    with state.serving() if state.serving else nullcontext():
        assert page.goto(state.url.format(**ids)).status == state.status
        state.act(page)
    page.evaluate("document.querySelectorAll('details:not(.fold)').forEach((part) => { part.open = true; })")
