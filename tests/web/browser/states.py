"""Every page in every state that a person meets: what axe looks at, and what pictures are taken of."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from searchapp.engines import Budget
from searchapp.web import pages
from searchapp.web.admission import TooBusy


@dataclass(frozen=True)
class State:
    """A page, what is done with it before it is looked at, and the status that its answer has."""

    url: str
    act: Callable[[Any], None] = lambda page: None
    status: int = 200
    only_on_phones: bool = False
    serving: Callable[[], Any] | None = None  # what the server does otherwise meanwhile


def _open_drawer(page: Any) -> None:
    page.locator("button.narrow").first.click()
    page.locator("#narrow .timeline").wait_for()


def _suggest(page: Any) -> None:
    page.locator("#q").press_sequentially("weath")
    page.get_by_role("option").first.wait_for()
    page.locator("#q").press("ArrowDown")


def _show_keys(page: Any) -> None:
    page.locator("[data-keys]").click()
    page.locator("dialog[open]").wait_for()


def _unfold(page: Any) -> None:
    page.locator(".fold summary").click()
    page.locator(".fold tbody tr").first.wait_for()


def _search_thrice(page: Any) -> None:
    for words in ("zebra", "bridge", "report"):
        page.goto(f"/?q={words}")
        page.wait_for_load_state()
    page.goto("/")
    page.locator(".history li").first.wait_for()


def _count_list(page: Any) -> None:
    page.locator("#list").fill("Ada Quill\nharbour\nNobody Here\n(unclosed\n")
    page.locator("main form button").first.click()
    page.locator("#counted tbody tr").first.wait_for()


def _checking(words: str, edit: Callable[[str], str] = lambda text: text) -> Callable[[Any], None]:
    def check(page: Any) -> None:
        made = page.request.get(f"/api/v1/certificate?q={words}").text()
        file = {"name": "certificate.json", "mimeType": "application/json", "buffer": edit(made).encode()}
        page.locator("input[type=file]").set_input_files(file)
        page.locator("main form button").click()
        page.locator(".facts, .failure main h1").first.wait_for()

    return check


def _edited(text: str) -> str:
    certificate = json.loads(text)
    certificate["answer"]["total"] += 1
    return json.dumps(certificate)


def _too_busy() -> Any:
    return patch.object(pages, "search", side_effect=TooBusy())


def _late() -> Any:
    return patch.object(pages, "budget", lambda: Budget(deadline=0.0))


STATES = {
    "home": State("/"),
    "home with history": State("/", _search_thrice),
    "home with suggestions": State("/", _suggest),
    "keys": State("/?q=report", _show_keys),
    "results": State("/?q=report"),
    "results, page 2": State("/?q=report&page=2&sort=oldest"),
    "results, filtered": State("/?q=report&author=Ada+Quill"),
    "results, excluded": State("/?q=&not_author=Ada+Quill"),
    "results, either or both": State("/?q=&author=Ada+Quill&author=Nobody"),
    "results, a month": State("/?q=report&month=2024-03"),
    "results, once": State("/?q=report&copies=none"),
    "results, certified": State("/?q=bridge&certified=yes"),
    "results, few": State("/?q=bridge+partnership"),
    "results, hostile": State("/?q=zebra"),
    "results, Arabic": State("/?q=الجسر"),
    "results, parts unfolded": State("/?q=harbour+report", _unfold),
    "results, drawer": State("/?q=report&author=Ada+Quill", _open_drawer, only_on_phones=True),
    "results, late": State("/?q=weather", serving=_late),
    "notes on signs": State("/?q=report+%22harbour+AND+%28calm"),
    "notes on patterns": State("/?q=report+OR+w*+OR+%3F%3F+OR+wea*+OR+calm~7"),
    "notes on fields": State("/?q=report+author%3AQuill+date%3A2024-99+lang%3Axx+nofield%3Ax+and+not+calm"),
    "nothing": State("/?q=bridge+qqqqq"),
    "nothing, misspelt": State("/?q=brigde"),
    "nothing, most words": State("/?q=bridge+repair+mayor+qqqqq"),
    "nothing, filtered": State("/?q=report&author=Nobody"),
    "values": State("/values/author?q=report"),
    "values, found": State("/values/source?q=report&find=post"),
    "article": State("/article/{bridge}?q=bridge&hit=1"),
    "article, Arabic": State("/article/{arabic}?q=الجسر&hit=1"),
    "article, hostile": State("/article/{hostile}?q=zebra&hit=1"),
    "article, printed elsewhere": State("/article/{report}?q=report&hit=1"),
    "similar": State("/article/{bridge}/similar"),
    "copies": State("/article/{report}/copies"),
    "comparison of texts": State("/compare?one={bridge}&other={arabic}"),
    "edit": State("/article/{hostile}/versions/1"),
    "trends": State("/trends?q=report&q=harbour"),
    "trends of nothing": State("/trends?q=qqqqq"),
    "coverage": State("/coverage"),
    "concordance": State("/concordance?q=report"),
    "collocates": State("/collocates?q=report"),
    "keywords": State("/keywords?q=bridge"),
    "parts": State("/parts?q=bridge+OR+report"),
    "sample": State("/sample?q=report&n=3"),
    "list": State("/list"),
    "list, counted": State("/list", _count_list),
    "help": State("/help"),
    "files": State("/files"),
    "files left out": State("/files?status=skipped"),
    "files with remarks": State("/files?status=remarks"),
    "saved": State("/saved"),
    "comparison of answers": State("/saved/compare?name=ferries"),
    "certificate": State("/certificate?q=bridge"),
    "certificate of nothing": State("/certificate?q=qqqqq&author=Ada+Quill"),
    "verify": State("/verify"),
    "verified": State("/verify", _checking("bridge")),
    "verified, edited": State("/verify", _checking("bridge", _edited)),
    "failure 400": State("/?q=report&page=99", status=400),
    "failure 404": State("/nowhere", status=404),
    "failure 404, article": State("/article/nowhere", status=404),
    "failure 503": State("/?q=ferries", status=503, serving=_too_busy),
}
