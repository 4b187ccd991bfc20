"""Take the pictures that the README shows: python -m benchmarks.screenshots [FOLDER]

Made-up articles and the seed article are indexed into a temporary folder, served, and looked at with chromium
(`pip install playwright`; the browser is the system's own). FOLDER is where the pictures go, docs/pictures
where none is named.
"""

import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from searchapp.indexer import sync
from searchapp.web import create_app

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
SEEDS = Path(__file__).parent.parent / "seeds"
PICTURES = Path(__file__).parent.parent / "docs" / "pictures"

# name, address, width, height, colour scheme
Scheme = Literal["light", "dark"]
SHOTS: tuple[tuple[str, str, int, int, Scheme], ...] = (
    ("results", "/?q=bridge+partnership", 1280, 860, "light"),
    ("results-dark", "/?q=bridge+partnership", 1280, 860, "dark"),
    ("phone", "/?q=bridge+partnership", 360, 740, "light"),
    ("nothing", "/?q=brigde+-ferry", 1280, 620, "light"),
)

_SCENES = (
    (
        "Two towns open a bridge together",
        "The new bridge over the Aller opened on Saturday, the first work of a partnership that Hollen and Rethem "
        "signed two years ago. “A bridge is a promise with two ends,” said the mayor of Hollen.\n\nThe towns share the "
        "costs of the bridge, and of the ferry that it replaces.",
    ),
    (
        "Bridge partnership saves a railway line",
        "Nine villages have bought the old railway bridge for one euro. Volunteers of their partnership will repair it "
        "over the summer.\n\nTrains could cross again in spring.",
    ),
    (
        "Engineers warn of cracks in the harbour bridge",
        "Cracks were found in two pillars of the harbour bridge. The partnership of port and city that runs it closed "
        "one lane at once.\n\nHeavy lorries have to take the tunnel until all pillars have been inspected.",
    ),
    (
        "University and port measure the wind",
        "Sensors on every bridge in the harbour will measure wind, load and movement. The research partnership runs "
        "for five years.\n\nEach student will watch over one of them, the university said.",
    ),
    (
        "Footbridge wins a prize before it is built",
        "The jury praised a bridge that “touches the river nowhere”. The architects work in partnership with the "
        "school of carpentry.\n\nBuilding begins in March.",
    ),
    (
        "Toll on the island bridge falls away",
        "From June on nobody pays for crossing to the island. The strategic partnership that had built the bridge has "
        "earned back what it cost, a year early.",
    ),
    (
        "A bridge for toads",
        "Toads now cross the forest road on a bridge of their own. A partnership of schools counted them on the first "
        "night: 412 went over, and three turned round.",
    ),
    (
        "Card players found a partnership of clubs",
        "Four clubs where bridge is played join in a partnership, so that nobody sits alone at a table in winter.",
    ),
    (
        "Night trains return to the Valley line",
        "With the viaduct repaired, the night train stops in Hollen again. The railway bridge nearby stays closed, "
        "said the partnership that owns it.",
    ),
    (
        "Old bridge keeper looks back",
        "For forty years he opened the swing bridge by hand. “A partnership,” he says. “I turned, and she moved.”",
    ),
    ("Ferry makes its last crossing", "The ferry of Rethem went out of service on Friday, after 212 years."),
    ("Harbour counts more ships", "More ships than ever called at the harbour this year, most of them for grain."),
)
_AUTHORS = ("Ada Quill", "Ben Marrow", "Cleo Finch", "Dora Lind")
_MONTHS = (
    *("2024-05", "2024-06", "2024-06", "2024-09", "2024-11", "2025-01"),
    *("2025-03", "2025-03", "2025-03", "2025-04", "2025-05", "2025-05"),
)
_SOURCES = ("The Lantern", "Evening Post", "Harbour Weekly")


class _Silent(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log(self, *_: object) -> None:
        pass


def take(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for shot in SHOTS:
            print(_shoot(browser, address, folder, *shot))
        browser.close()


def _shoot(
    browser: Browser, address: str, folder: Path, name: str, url: str, width: int, height: int, scheme: Scheme
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
        (news / "articles.jsonl").write_text("".join(map(_line, range(len(_SCENES)))), encoding="utf-8")
        sync([news, SEEDS], index)
        server = make_server("127.0.0.1", 0, create_app(index), threaded=True, request_handler=_Silent)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _line(number: int) -> str:
    title, body = _SCENES[number]
    article = {
        "id": f"{number}",
        "title": title,
        "byline": f"By {_AUTHORS[number * number // 3 % len(_AUTHORS)]}",
        "date": f"{_MONTHS[number]}-{number * 7 % 28 + 1:02}",
        "source": _SOURCES[number * 7 % len(_SOURCES)],
        "language": "en",
        "body": body,
    }
    return json.dumps(article) + "\n"


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
