"""Made-up articles for the pages: enough of them for pages, facets and a timeline, and some that mean harm."""

import json
from pathlib import Path

from searchapp.render.plain_text import plain

_PLACES = ("Harbour", "Valley", "Island", "Mountain", "Lake", "Forest")
_AUTHORS = ("Ada Quill", "Ben Marrow", "Cleo Finch")
_SOURCES = ("The Lantern", "Evening Post")

SPECIAL = (
    {
        "id": "bridge",
        "title": "Old bridge reopens after long repair",
        "byline": "By Ada Quill",
        "date": "2024-03-09",
        "source": "The Lantern",
        "language": "en",
        "url": "https://news.example.org/bridge",
        "body": "The old stone bridge opened again on Saturday.\n\nEngineers had closed the bridge in winter. "
        "A strategic partnership of two towns paid for it.\n\nThe mayor called the bridge “a bright horizon”. "
        "Nobody had crossed the river here for a year.",
    },
    {
        "id": "arabic",
        "title": "افتتاح الجسر القديم",
        "byline": "لندن: رنيم حنوش",
        "date": "2024",
        "source": "المصباح",
        "language": "ar",
        "body": "أعيد افتتاح الجسر القديم يوم السبت بعد إصلاح طويل.",
    },
    {
        "id": "untitled",
        "title": "",
        "body": "A note about a quokka, without title, byline or date.",
        "url": "javascript:alert(1)",
    },
    {"id": "walrus", "title": "A walrus in the harbour", "body": "The walrus is here.", "date": "2023-11-05"},
)


HOSTILE = """<script>alert('zebra')</script> \u202eevil\u202c &\x1b zebra

By <b>Mallory</b>

A zebra <img src=x onerror=alert(1)> &lt;b&gt; \x1b[31mred\x07 </mark></p> zebra\x7f end.
"""

TITLES = {
    "bridge": "Old bridge reopens after long repair",
    "hostile": plain(HOSTILE.splitlines()[0]),
    "arabic": "افتتاح الجسر القديم",
    "report": "Valley report number 1",
}


def records() -> list[dict[str, str]]:
    """Return the records of a file: the special ones and a hundred reports."""
    return [*SPECIAL, *map(_report, range(100))]


def write_corpus(folder: Path) -> Path:
    """Write the records into a folder, beside them a text that means harm and a file that has to be left out."""
    folder.mkdir(parents=True)
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records())
    (folder / "reports.jsonl").write_text(lines, encoding="utf-8")
    (folder / "hostile.txt").write_text(HOSTILE.replace("zebra <img", "horse <b>"), encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def edit_corpus(folder: Path) -> None:
    """Give the text that means harm its last form, so that it has a former one, too."""
    (folder / "hostile.txt").write_text(HOSTILE, encoding="utf-8")


def _report(number: int) -> dict[str, str]:
    place = _PLACES[number % len(_PLACES)]
    return {
        "id": f"report-{number:03}",
        "title": f"{place} report number {number}",
        "byline": f"By {_AUTHORS[number % len(_AUTHORS)]}",
        "date": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "source": _SOURCES[number % len(_SOURCES)],
        "language": "en",
        "body": f"The weather at the {place.lower()} was calm. Report {number} says that ferries ran on time.\n\n"
        f"Nothing else happened at the {place.lower()}, the reporter wrote on day {number}.",
    }
