"""Made-up articles and indexes of them, and what an index answers."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from searchapp.answers.library import opened
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.catalog.saved import saved_text
from searchapp.engines import FacetName
from searchapp.indexer import SyncSettings, sync
from tests.corpus import write_articles
from tests.engines.whoosh_corpus import made_up
from tests.indexing import contents, ledger

FACETS: tuple[FacetName, ...] = ("source", "author", "month", "language")
QUESTIONS = (
    Request("", facets=FACETS),
    Request("gas deal", facets=FACETS),
    Request('"the gas"'),
    Request("oi* -gas"),
    Request("minsk~"),
    Request("the", sort="newest", page=2),
    Request("date:2007..2025", sort="oldest"),
)
_FILES = 6


def build(folder: Path, engine: str, count: int) -> Path:
    """Index made-up articles in two commits; return the index."""
    articles = made_up(count)
    write_articles(folder / "news", articles[: count // 2])
    sync([folder / "news"], folder / "index", SyncSettings(engine, processes=0))
    write_articles(folder / "more", articles[count // 2 :])
    sync([folder / "more"], folder / "index", SyncSettings(processes=0))
    return folder / "index"


def answers(index: Path) -> Iterator[object]:
    """Yield what each question is answered, but for the time it took."""
    with opened(index) as library:
        for request in QUESTIONS:
            results = search(library, request)
            yield replace(results, seconds=0.0)
            yield [library.engine.get(found.article.id) for found in results.hits]


def write_news(folder: Path, count: int, *, is_later: bool = False) -> None:
    """Write articles in several files; later, some of them are edited, some gone, and some new."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    articles = list(made_up(count + count // 3))
    some = articles[count // 4 :] if is_later else articles[:count]
    for number in range(_FILES):
        part = [one for one in some if int(one.id) % _FILES == number]
        if is_later:
            part = [replace(one, body=f"{one.body} Corrected.") if int(one.id) % 5 == 0 else one for one in part]
        write_articles(folder / f"part{number}", part)
    for one in some[::10]:
        (folder / f"{one.id}.txt").write_text(f"{one.title}\n\n{one.body}\n", encoding="utf-8")


def state(index: Path) -> Mapping[str, Any]:
    """Return what can be found in an index and what it says of its files, as values of JSON."""
    with opened(index) as library:
        found = [search(library, replace(request, page=1)) for request in QUESTIONS]
    values = {
        "contents": sorted(contents(index).items()),
        "files": sorted(ledger(index).items()),
        "answers": [[one.total, {name: sorted(counts) for name, counts in one.facets.items()}] for one in found],
        "saved": saved_text(index),
    }
    plain: Mapping[str, Any] = json.loads(json.dumps(values))
    return plain
