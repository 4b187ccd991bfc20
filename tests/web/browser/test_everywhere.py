"""The tasks of a day, on a screen and on a phone, in light and dark, in every language, by mouse and by keys.

Each task is done in three of these ways; with `--pictures FOLDER`, in all of them, and a picture of each end is kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

OpenPage = Callable[..., Any]


@dataclass(frozen=True)
class Way:
    """How a task is done."""

    language: str
    width: int
    scheme: str
    by_keys: bool

    def __str__(self) -> str:
        return f"{self.language} {self.width} {self.scheme} {'keys' if self.by_keys else 'mouse'}"

    def follow(self, locator: Any) -> None:
        """Follow a link, or push a button."""
        if self.by_keys:
            locator.focus()
            locator.press("Enter")
        else:
            locator.click()

    def open_drawer(self, page: Any) -> None:
        """Bring facets and time line into sight."""
        if self.width < 960:
            self.follow(page.locator("button.narrow").first)


WAYS = [Way(*way) for way in product(("en", "de", "ar"), (1280, 360), ("light", "dark"), (False, True))]
SOME = [Way("en", 1280, "light", True), Way("de", 360, "dark", False), Way("ar", 360, "light", True)]


def a_time_is_chosen(page: Any, way: Way, expect: Any) -> None:
    page.goto("/?q=report")
    way.open_drawer(page)
    if way.by_keys:
        page.locator(".drawing input").first.press("ArrowRight")
        page.locator(".drawing input").last.press("ArrowLeft")
        page.locator(".between button").press("Enter")
    else:
        bars = page.locator(".drawing [data-first]")
        from_, to = (bars.nth(number).bounding_box() for number in (1, 10))
        page.mouse.move(from_["x"] + 2, from_["y"] + 5)
        page.mouse.down()
        page.mouse.move(to["x"] + 2, to["y"] + 5, steps=3)
        page.mouse.up()
    expect(page).to_have_url(re.compile(r"date=2024-02-01\.\.2024-11-30$"))
    expect(page.locator(".chips li")).to_have_count(1)


def one_author_is_chosen_and_another_left_out(page: Any, way: Way, expect: Any) -> None:
    page.goto("/?q=report")
    way.open_drawer(page)
    way.follow(page.locator("a[href*='not_author=Ada']"))
    expect(page.locator(".chips li")).to_have_count(1)
    way.open_drawer(page)
    way.follow(page.locator("aside a[href*='&author=Ben']"))
    expect(page.locator(".chips li")).to_have_count(2)
    expect(page.locator(".count strong")).to_contain_text("33")


def the_articles_of_a_result_are_read(page: Any, way: Way, expect: Any) -> None:
    page.goto("/?q=report&sort=oldest")
    titles = page.locator(".hit h2").all_inner_texts()
    page.wait_for_load_state()
    if way.by_keys:
        page.keyboard.press("j")
        page.keyboard.press("Enter")
    else:
        page.locator(".hit h2 a").first.click()
    expect(page.locator("article h1")).to_have_text(titles[0])
    page.wait_for_load_state()
    if way.by_keys:
        page.keyboard.press("n")
    else:
        page.locator("[data-step='1']").click()
    expect(page.locator("mark.here")).to_have_id("match-1")
    page.keyboard.press("j") if way.by_keys else page.locator(".tools a[rel=next]").click()
    expect(page.locator("article h1")).to_have_text(titles[1])
    page.wait_for_load_state()
    page.keyboard.press("u") if way.by_keys else page.locator("a.back").click()
    expect(page.locator("#hit-2")).to_be_in_viewport()


def nothing_leads_on(page: Any, way: Way, expect: Any) -> None:
    page.goto("/?q=report+qqqqq")
    way.follow(page.locator(".nothing tbody a").last)
    expect(page.locator(".hit")).to_have_count(10)
    page.goto("/?q=brigde")
    way.follow(page.locator(".didyoumean a"))
    expect(page.locator(".hit").first).to_be_visible()


def a_search_is_recalled(page: Any, way: Way, expect: Any) -> None:
    page.goto("/?q=zebra")
    page.wait_for_load_state()
    page.goto("/")
    links = page.locator(".history li a")
    expect(links).to_have_count(1)
    if way.by_keys:
        page.locator("#q").press("ArrowUp")
        expect(page.locator("#q")).to_have_value("zebra")
        page.locator("#q").press("Enter")
    else:
        links.click()
    expect(page.locator(".hit")).to_have_count(1)
    page.goto("/")
    way.follow(page.locator("[data-forget]"))
    expect(links).to_have_count(0)


TASKS = (
    a_time_is_chosen,
    one_author_is_chosen_and_another_left_out,
    the_articles_of_a_result_are_read,
    nothing_leads_on,
    a_search_is_recalled,
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "way" in metafunc.fixturenames:
        metafunc.parametrize("way", WAYS if metafunc.config.getoption("pictures") else SOME, ids=str)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
def test_a_task_is_done(
    open_page: OpenPage, expect: Any, task: Callable[[Any, Way, Any], None], way: Way, pytestconfig: pytest.Config
) -> None:
    page = open_page("/", locale=way.language, viewport={"width": way.width, "height": 740}, color_scheme=way.scheme)
    task(page, way, expect)
    if folder := pytestconfig.getoption("pictures"):
        page.screenshot(path=Path(folder) / f"{task.__name__} {way}.png")
