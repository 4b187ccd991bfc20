"""What researchers and reporters come for, each in at most three steps from the page of a search."""

import csv
import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

OpenPage = Callable[..., Any]


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


def test_the_link_and_a_citation_of_an_article_are_copied(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=walrus", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".hit h2 a").first.click()

    def copied(name: str) -> str:
        page.locator("[data-said]").evaluate("said => { said.textContent = ''; }")
        page.get_by_role("button", name=name).click()
        expect(page.locator("[data-said]")).to_contain_text("Copied")
        return str(page.evaluate("navigator.clipboard.readText()"))

    assert copied("Copy the link") == page.url.partition("?")[0]
    assert copied("Copy APA").startswith("A walrus in the harbour. (2023")


def test_two_companies_over_time(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=harbour")
    page.get_by_role("link", name="Over time").click()
    page.get_by_label("Search 2").fill("valley")
    page.get_by_role("button", name="Draw").click()
    expect(page.locator(".chart svg > g")).to_have_count(2)


def test_a_chart_is_kept_as_a_picture(open_page: OpenPage) -> None:
    page = open_page("/trends?q=report&q=harbour")
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    picture = Path(download.value.path()).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1440, 600)
    assert len(picture) > 15_000  # more than paper


def test_what_each_part_finds_folds_open_in_place(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=harbour report")
    page.get_by_text("What each part of the search finds").click()
    rows = page.locator(".fold tbody tr")
    expect(rows).to_have_count(2)
    without = rows.first.get_by_role("link").last
    count = without.inner_text()
    without.click()
    expect(page.locator(".count strong")).to_contain_text(f"{count} article")
    expect(rows).to_have_count(0)


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


def test_a_story_is_reprinted_and_the_printings_are_compared(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report number 1")
    page.get_by_role("link", name="Also in").first.click()
    expect(page.locator(".printings li").first).to_be_visible()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".difference")).to_be_visible()


def test_what_is_new_since_yesterday(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=walrus")
    page.get_by_role("link", name="New since yesterday").click()
    expect(page.locator(".hit")).to_have_count(1)  # it was indexed just now


def test_what_is_new_for_a_saved_search_is_kept_in_the_browser(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=walrus")
    page.get_by_role("link", name="Saved searches").click()
    row = page.locator("[data-name=ferries]")
    expect(row).to_contain_text("100 since")
    page.reload()
    expect(row).to_contain_text("nothing new")
    page.evaluate("""() => {
        const seen = JSON.parse(localStorage.getItem("searchapp.seen"));
        seen.ferries = { number: seen.ferries.number - 7, moment: "2020-01-01" };
        localStorage.setItem("searchapp.seen", JSON.stringify(seen));
    }""")
    page.reload()
    page.get_by_role("link", name=re.compile("^[1-7] new$")).click()
    expect(page.locator(".hit").first).to_be_visible()
    page.goto("/saved")
    expect(row).to_contain_text("nothing new")


def test_that_nothing_was_found_is_proved(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=qqqqq")
    page.get_by_role("link", name="Certificate of this answer").click()
    expect(page.locator("main")).to_contain_text("0 articles: nothing in this index answers the search")
    kept = json.loads(saved(page, page.get_by_role("link", name="Save as a file").click))
    assert kept["answer"]["total"] == 0
    expect(page.locator("main")).to_contain_text(kept["hash"])


def test_a_quotation_is_copied_with_its_source(open_page: OpenPage, expect: Any, ids: dict[str, str]) -> None:
    page = open_page("/?q=walrus", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".hit h2 a").first.click()
    button = page.locator("[data-quote]")
    button.click()
    expect(button).to_contain_text("Select words of the article first")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.body p'))")
    button.click()
    expect(button).to_contain_text("Copied with its source")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“The walrus is here.” (")
    assert "A Walrus in the Harbour" in copied or "A walrus in the harbour" in copied


def test_a_result_is_printed_as_a_document(open_page: OpenPage, tmp_path: Path) -> None:
    from pypdf import PdfReader

    page = open_page("/?q=report&author=Ada+Quill&sort=oldest&page=2")
    page.pdf(path=tmp_path / "result.pdf", format="A4")
    sheets = PdfReader(tmp_path / "result.pdf").pages
    text = " ".join(sheet.extract_text() for sheet in sheets)
    words = " ".join(text.split())
    for printed in ("report", "Author: Ada Quill", "34 articles", "page 2 of 4", "Answered on", "Oldest", page.url):
        assert printed in words
    address = page.url.partition("/?")[0]
    assert words.count(f"{address}/article/") == 10
    assert f"1 / {len(sheets)}" in words
    for shown in ("Take it with you", "Relevance", "Search the articles", "How to search"):
        assert shown not in words


def test_an_article_is_printed_with_its_source(open_page: OpenPage, tmp_path: Path, ids: dict[str, str]) -> None:
    from pypdf import PdfReader

    page = open_page(f"/article/{ids['bridge']}?q=bridge")
    page.pdf(path=tmp_path / "article.pdf", format="A4")
    words = " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "article.pdf").pages).split())
    for printed in ("Old bridge reopens", "Ada Quill", "9 March 2024", "https://news.example.org/bridge", "Printed on"):
        assert printed in words
    assert "Next match" not in words
