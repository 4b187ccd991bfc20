"""Take the pictures that the README shows: python -m benchmarks.screenshots [FOLDER]

Made-up articles and the seed article are indexed into a temporary folder, served, and looked at with chromium
(`pip install playwright`; the browser is the system's own). FOLDER is where the pictures go, benchmarks/pictures
where none is named.
"""

import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from searchapp.indexer import sync
from searchapp.web import create_app

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
SEEDS = Path(__file__).parent.parent / "seeds"
PICTURES = Path(__file__).parent / "pictures"

# name, address, width, height, colour scheme
SHOTS = (
    ("results", "/?q=bridge+partnership", 1280, 860, "light"),
    ("results-dark", "/?q=bridge+partnership", 1280, 860, "dark"),
    ("phone", "/?q=bridge+partnership", 360, 740, "light"),
    ("nothing", "/?q=brigde+-ferry", 1280, 620, "light"),
)

_SCENES = (
    (
        "Two towns open a bridge together",
        "The new bridge over the Aller opened on Saturday, the first work of a partnership that Hollen and Rethem signed "
        "two years ago. “A bridge is a promise with two ends,” said the mayor of Hollen.\n\nThe towns share the "
        "costs of the bridge, and of the ferry that it replaces.",
    ),
    (
        "Bridge partnership saves a railway line",
        "A partnership of nine villages has bought the old railway bridge for one euro. Volunteers will repair the "
        "bridge over the summer.\n\nTrains could cross again in spring, the partnership said.",
    ),
    (
        "Engineers warn of cracks in harbour bridge",
        "Cracks were found in two pillars of the harbour bridge. The partnership of port and city that runs it closed one "
        "lane at once.\n\nHeavy lorries have to take the tunnel until the bridge has been inspected.",
    ),
    (
        "University and port form research partnership",
        "Sensors on every bridge in the harbour will measure wind, load and movement. The partnership runs for five "
        "years.\n\nStudents will watch over a bridge each, the university said.",
    ),
    (
        "Footbridge design wins prize",
        "The jury praised a bridge that “touches the river nowhere”. The architects work in partnership with the "
        "school of carpentry.\n\nBuilding begins in March.",
    ),
)
_AUTHORS = ("Ada Quill", "Ben Marrow", "Cleo Finch", "Dora Lind")
_SOURCES = ("The Lantern", "Evening Post", "Harbour Weekly")


def take(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for shot in SHOTS:
            print(_shoot(browser, address, folder, *shot))
        browser.close()


def _shoot(
    browser: Browser, address: str, folder: Path, name: str, url: str, width: int, height: int, scheme: str
) -> Path:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(address + url)
    picture = folder / f"{name}.png"
    page.screenshot(path=picture)
    page.close()
    return picture


@contextmanager
def _served() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as temporary:
        news, index = Path(temporary) / "news", Path(temporary) / "index"
        news.mkdir()
        (news / "articles.jsonl").write_text("".join(map(_line, range(40))), encoding="utf-8")
        sync([news, SEEDS], index)
        server = make_server("127.0.0.1", 0, create_app(index), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _line(number: int) -> str:
    title, body = _SCENES[number % len(_SCENES)]
    day = number * number % 700
    return (
        json.dumps(
            {
                "id": f"{number}",
                "title": title if number < len(_SCENES) else f"{title}, part {number // len(_SCENES) + 1}",
                "byline": f"By {_AUTHORS[number * 7 % len(_AUTHORS)]}",
                "date": f"{2024 + day // 360}-{day // 30 % 12 + 1:02}-{day % 28 + 1:02}",
                "source": _SOURCES[number * number % len(_SOURCES)],
                "language": "en",
                "body": f"{body}\n\nThis is report {number + 1} of a series.",
            }
        )
        + "\n"
    )


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
