"""What researchers and reporters come for, each in at most three steps from the page of a search."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

OpenPage = Callable[..., Any]


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    return expect


def saved(page: Any, click: Callable[[], None]) -> str:
    with page.expect_download() as download:
        click()
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_who_wrote_about_a_topic_before_a_day_and_how_it_grew(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report before:2024-06")
    expect(page.locator(".facet").first).to_contain_text("Ada Quill")
    page.get_by_role("link", name="Over time").click()
    expect(page.locator(".chart svg > g")).to_have_count(1)


def test_one_reporter_to_a_spreadsheet_and_to_zotero(open_page: OpenPage) -> None:
    page = open_page("/?q=by:quill report")
    table = [*csv.DictReader(saved(page, page.get_by_role("link", name="as CSV").first.click).splitlines())]
    assert {row["authors"] for row in table if row["id"]} == {"Ada Quill"}
    records = saved(page, page.get_by_role("link", name=re.compile("as RIS")).click)
    assert records.count("AU  - Quill, Ada") == records.count("TY  - NEWS") == 34


def test_an_article_is_cited(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=walrus")
    page.locator(".hit h2 a").first.click()
    expect(page.locator(".cite")).to_contain_text("A walrus in the harbour")


def test_two_companies_over_time(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=harbour")
    page.get_by_role("link", name="Over time").click()
    page.get_by_label("Search 2").fill("valley")
    page.get_by_role("button", name="Draw").click()
    expect(page.locator(".chart svg > g")).to_have_count(2)


def test_every_match_in_context_for_coding(open_page: OpenPage) -> None:
    page = open_page("/?q=ferries")
    page.get_by_role("link", name="In context").click()
    table = [*csv.DictReader(saved(page, page.get_by_role("link", name="All lines as CSV").click).splitlines())]
    assert len(table) == 100
    assert {row["match"] for row in table} == {"ferries"}


def test_many_names_at_once(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report")
    page.get_by_role("link", name="A list at once").click()
    page.locator("#list").fill("Ada Quill\nNobody Here\n")
    page.get_by_role("button", name="Count").click()
    expect(page.locator("#counted tbody tr")).to_have_count(2)


def test_a_sample_is_judged_by_keys_and_kept(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/sample?q=report&n=4&seed=7")
    page.keyboard.press("r")
    page.keyboard.press("x")
    expect(page.locator("[data-summary]")).to_contain_text("50 % relevant")
    page.goto("/sample?q=report&n=4&seed=7")
    expect(page.locator("[data-summary]")).to_contain_text("50 % relevant")
