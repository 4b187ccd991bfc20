"""What the barrier behind our escaping costs: bleach, nh3 as its heir (pip install nh3), and escaping alone.

    python -m benchmarks.barriers FOLDER_OR_FILE [--texts 5000]

Each text is escaped, then cleaned as `render/html.py` has bleach clean it, with no tag allowed. Printed are the median
seconds for all texts, the ratio to bleach, and how many texts came back changed: a second barrier may change none.
"""

import argparse
import html
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median

import bleach

from benchmarks.corpus import articles
from searchapp.render.plain_text import plain

_HOSTILE = (
    "<script>alert(1)</script>",
    "a < b & c > d",
    "&lt;b&gt;",
    "<!--",
    "]]>",
    "<a href=javascript:x>",
    "&#0;&notin;",
)
_SNIPPET = 280
_ROUNDS = 5


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    options.add_argument("--texts", type=int, default=5_000)
    chosen = options.parse_args()
    texts = [article.body[:_SNIPPET] for article in islice(articles(chosen.source), chosen.texts)]
    escaped = [html.escape(plain(text), quote=False) for text in (*texts, *_HOSTILE)]
    rows = [(name, *measured(clean, escaped)) for name, clean in barriers().items()]
    print("| barrier | s | of bleach | changed |\n|---|--:|--:|--:|")
    for name, seconds, changed in rows:
        print(f"| {name} | {seconds:.3f} | {seconds / rows[0][1]:.3f} | {changed} of {len(escaped)} |")


def barriers() -> dict[str, Callable[[str], str]]:
    """Return what is measured, bleach first; nh3 only where it is installed."""
    found: dict[str, Callable[[str], str]] = {
        "bleach": lambda text: str(bleach.clean(text, tags=frozenset(), attributes={})),
        "none": lambda text: text,
    }
    try:
        import nh3
    except ImportError:
        print("nh3 is not installed and is left out.")
    else:
        found["nh3"] = lambda text: nh3.clean(text, tags=set(), attributes={})
    return found


def measured(clean: Callable[[str], str], texts: list[str]) -> tuple[float, int]:
    """Return the median seconds of cleaning all texts, and how many were changed by it."""
    rounds = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        cleaned = [clean(text) for text in texts]
        rounds.append(time.process_time() - began)
    return median(rounds), sum(one != other for one, other in zip(texts, cleaned, strict=True))


if __name__ == "__main__":
    main()
