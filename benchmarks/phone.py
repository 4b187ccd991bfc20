"""When a page is there on a slow phone: python -m benchmarks.phone URL [URL ...] [TIMES]

Each URL is a page of a running server (`searchapp serve`). Chromium opens each with empty caches on a screen of 360 x 740,
a processor slowed down four times and 1.6 Mbit/s, TIMES times, in turns. The server makes each anew, since a number that it
ignores makes it another page than those it keeps. A machine with other work makes all of it slower:
the least of each row is the nearest to the truth, and of two versions of a page the ratio.
"""

import statistics
import sys
import time
from itertools import count
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, sync_playwright

from benchmarks.screenshots import ARGUMENTS, CHROMIUM

SLOWED = 4  # times
BYTES_A_SECOND = 200_000
ROWS = ("first byte", "whole text", "first paint", "largest paint", "layout shift", "bytes", "main thread")
_MEASURED = """() => new Promise((done) => {
  const page = performance.getEntriesByType("navigation")[0];
  let largest = 0, shift = 0;
  const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch("largest-contentful-paint", (entry) => { largest = entry.startTime; });
  watch("layout-shift", (entry) => { shift += entry.value; });
  setTimeout(() => {
    const first = performance.getEntriesByName("first-contentful-paint")[0].startTime;
    const parts = [page, ...performance.getEntriesByType("resource")].map((part) => part.transferSize);
    done([page.responseStart, page.responseEnd, first, largest, shift, parts.reduce((one, other) => one + other)]);
  }, 500);
})"""


def main() -> None:
    """Measure, and print for each page the least and the median in milliseconds (and bytes)."""
    urls = [argument for argument in sys.argv[1:] if not argument.isdecimal()]
    times = next((int(argument) for argument in sys.argv[1:] if argument.isdecimal()), 9)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        numbers = count(time.time_ns())
        _open(browser, urls[0], next(numbers))  # the first one starts processes
        turns = [[_open(browser, url, next(numbers)) for url in urls] for _ in range(times)]
        browser.close()
    for url, rows in zip(urls, zip(*turns, strict=True), strict=True):
        print(url)
        for name, values in zip(ROWS, zip(*rows, strict=True), strict=True):
            print(f"{name:14} least {min(values):9.2f}  median {statistics.median(values):9.2f}")


def _open(browser: Browser, url: str, number: int) -> list[float]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2)
    page = context.new_page()
    page.goto(urljoin(url, "/healthz"))
    session = context.new_cdp_session(page)
    speed = {"offline": False, "latency": 0, "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    for command, settings in (
        ("Network.enable", {}),
        ("Performance.enable", {}),
        ("Network.emulateNetworkConditions", speed),
        ("Emulation.setCPUThrottlingRate", {"rate": SLOWED}),
    ):
        session.send(command, settings)
    page.goto(f"{url}{'&' if '?' in url else '?'}opened={number}", wait_until="load")
    measured: list[float] = page.evaluate(_MEASURED)
    metrics: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    context.close()
    return [*measured, *(1000 * one["value"] for one in metrics if one["name"] == "TaskDuration")]


if __name__ == "__main__":
    main()
