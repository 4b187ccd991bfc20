"""Hostile articles and queries in a real browser: nothing of them runs, nothing is asked of another host.

The browser's own reports count: of the content security policy, of scripts, dialogs, and requests.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.hardening.tally import Tally
from benchmarks.over_http import served
from searchapp.answers.library import opened
from searchapp.indexer import SyncSettings, sync

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
HOSTILE = (
    *("<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>"),
    *('"><svg onload=alert(1)>', "' onmouseover='alert(1)' autofocus onfocus='alert(1)", "<!--<img src=--><x onload=alert(1)>"),
    *("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example/x.js", "{{7*7}}${7*7}<%= 7*7 %>"),
    *("</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</mark><script>alert(1)</script>"),
    *("<base href=//evil.example/>", '<meta http-equiv=refresh content="0;url=//evil.example">', "<iframe src=//evil.example>"),
    *("<style>*{background:url(//evil.example)}</style>", "<link rel=stylesheet href=//evil.example/x.css>"),
    *("\u202e<script>alert(1)</script>", "\ufeff<\0script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    *("<math><mtext></p><img src=x onerror=alert(1)>", "<form action=//evil.example><button>x", "\x1b]0;alert\x07\x9b31m"),
    *("＜script＞alert(1)＜/script＞", "<a href=javascript:alert(1)>x</a>", "%3Cscript%3Ealert(1)%3C/script%3E", "</svg><svg onload=alert(1)>"),
)  # fmt: skip
PLACES = (
    *("/?q={}", "/?q=harbour&source={}", "/?q=harbour&author={}", "/concordance?q={}", "/trends?q=harbour&q={}"),
    *("/collocates?q={}", "/keywords?q={}", "/parts?q={}", "/sample?q={}&n=3", "/certificate?q={}", "/files?reason={}"),
    *("/values/author?q={}", "/help?q={}", "/coverage?q={}", "/list?q={}", "/{}"),
)  # fmt: skip
OF_AN_ARTICLE = ("/article/{}", "/article/{}/similar", "/article/{}/copies")
_REPORTS = """
window.reports = [];
document.addEventListener("securitypolicyviolation", event => window.reports.push(`${event.violatedDirective}: ${event.blockedURI}`));
window.alert = window.confirm = window.prompt = text => window.reports.push(`dialog: ${text}`);
"""


def browse(folder: Path, most: int) -> Tally:
    """Open up to `most` pages; count those on which something of an article or a query ran, or was blocked."""
    from playwright.sync_api import sync_playwright

    index = make(folder)
    with opened(index) as library:
        ids = list(library.engine.ids())
    addresses = list(_addresses(ids))[:most]
    tally = Tally("pages in a browser")
    with served(index) as port, ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        stack.callback(browser.close)
        page = browser.new_context(base_url=f"http://127.0.0.1:{port}").new_page()
        reports = _listening(page, f"http://127.0.0.1:{port}/")
        for address in addresses:
            reports.clear()
            page.goto(address)
            found = [*reports, *page.evaluate("window.reports")]
            tally.tried += 1
            tally.lost += [f"{address}: {report}" for report in found]
    return tally


def make(folder: Path) -> Path:
    """Index articles of which each field is hostile."""
    news = folder / "news"
    news.mkdir(parents=True)
    records = [
        {"id": f"{number} {text}", "title": f"harbour {text}", "byline": f"By {text}", "text": f"harbour {text}\n\n{text} harbour",
         "source": text, "url": text, "date": "2024-03-04", "language": text[:5]}
        for number, text in enumerate(HOSTILE)
    ]  # fmt: skip
    (news / "<img src=x onerror=alert(1)>.json").write_text(json.dumps(records), encoding="utf-8")
    (news / "page.html").write_text(
        "<h1>harbour</h1>" + "".join(f"<p>{text}</p>" for text in HOSTILE), encoding="utf-8"
    )
    sync([news], folder / "index", SyncSettings(processes=0))
    return folder / "index"


def _addresses(ids: Sequence[str]) -> Iterator[str]:
    """Yield addresses of all kinds, so that a few of them are of all kinds, too."""
    for number, (text, place) in enumerate(product(HOSTILE, PLACES)):
        yield place.format(quote(text, safe=""))
        if number < len(ids):
            yield from (of.format(ids[number]) for of in OF_AN_ARTICLE)


def _listening(page: Any, own: str) -> list[str]:
    """Have a page tell what it asks of others, and what it complains of."""
    reports: list[str] = []

    def on_request(request: Any) -> None:
        if not request.url.startswith(own):
            reports.append(f"asked for {request.url}")

    def on_console(message: Any) -> None:
        if "the server responded with a status of" not in message.text:  # queries may be refused
            reports.append(f"{message.type}: {message.text}")

    page.add_init_script(_REPORTS)
    page.on("pageerror", lambda error: reports.append(f"script: {error}"))
    page.on("request", on_request)
    page.on("console", on_console)
    return reports
