"""A large corpus on one machine: articles made of runs of words of real ones, indexed, searched and kept up to date.

    python -m benchmarks.large articles SOURCE [--sizes 10000 1000000] [--engines whoosh tantivy] [--folder FOLDER]
    python -m benchmarks.large ledger [--files 10000000] [--folder FOLDER]

SOURCE is a file or a folder of real articles. What is made of them has their lengths, words, and short phrases; names that
no other article has come in as in any growing corpus. One in five is a copy of an earlier one, cut or edited. Dates
lie within twenty years.

`ledger` fills a ledger with rows of files, and brings the index in line with a folder in which none of them has changed:
what is measured is all but the walk through the folder itself.
"""

import argparse
import json
import math
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import accumulate, count, islice
from pathlib import Path
from random import Random
from unittest import mock

from benchmarks.copy_costs import changed
from benchmarks.corpus import articles
from benchmarks.latency import Latency, measure, summary
from benchmarks.memory import Watch, most_memory
from searchapp import indexer
from searchapp.answers.library import Library, open_library
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.catalog.ledger import NAME
from searchapp.catalog.walked import Seen
from searchapp.engines import FACETS
from searchapp.errors import BadRequest
from searchapp.indexer import SyncSettings, sync
from searchapp.indexer.events import Planned
from searchapp.sources import version_of

_A_FILE = 10_000  # articles
_COPIES = 0.2
_RECENT = 20_000  # articles that a copy may be one of
_RUN = (2, 9)  # words that are taken over in a row
_NAMES = 1 / 150  # of the words no other article has
_AUTHORS, _SOURCES, _DAYS = 5_000, 60, 7_300
_SIGNED = 0.6
_QUESTIONS = 40  # of a kind
_ROUNDS = 2
_MEGABYTE = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    corpus = commands.add_parser("articles", help="index made-up articles, search them, and bring the index up to date")
    corpus.add_argument("source", type=Path)
    corpus.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    corpus.add_argument("--engines", nargs="+", default=["whoosh", "tantivy"])
    corpus.add_argument("--no-rebuild", action="store_true", help="do not search while the index is built again")
    rows = commands.add_parser("ledger", help="bring an index of very many files up to date, none of them changed")
    rows.add_argument("--files", type=int, default=10_000_000)
    for command in (corpus, rows):
        command.add_argument("--folder", type=Path, help="where to work; a temporary folder otherwise")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="searchapp-large-", dir=options.folder) as folder:
        if options.command == "ledger":
            print(unchanged(Path(folder), options.files))
            return
        real = [article.body.split(" ") for article in articles(options.source) if article.body]
        for size in options.sizes:
            news = Path(folder) / f"news-{size}"
            news.mkdir()
            questions = _questions(real)
            generate(news, real, size)
            print(f"\n## {size:,} articles of {_size(news) / size:,.0f} bytes\n", flush=True)
            for engine in options.engines:
                for line in measured(engine, news, size, questions, Path(folder), rebuilds=not options.no_rebuild):
                    print(line, flush=True)


def generate(folder: Path, real: Sequence[Sequence[str]], size: int, seed: int = 20) -> None:
    """Write `size` articles as JSON Lines, 10,000 a file, whose texts are runs of words of real ones."""
    draw = Random(seed)
    words = [word for text in real for word in text]
    lengths = [len(text) for text in real]
    authors = list(accumulate(1 / rank for rank in range(1, _AUTHORS + 1)))
    recent: list[str] = []
    for start in range(0, size, _A_FILE):
        with (folder / f"{start:09}.jsonl").open("w", encoding="utf-8") as lines:
            for number in range(start, min(size, start + _A_FILE)):
                if recent and draw.random() < _COPIES:
                    body = changed(draw.choice(recent), draw)
                else:
                    body = _patched(words, draw.choice(lengths), draw, number)
                    if len(recent) < _RECENT:
                        recent.append(body)
                    else:
                        recent[draw.randrange(_RECENT)] = body
                lines.write(json.dumps(_record(number, body, authors, draw), ensure_ascii=False) + "\n")


def _patched(words: Sequence[str], length: int, draw: Random, number: int) -> str:
    body: list[str] = []
    last = len(words) - _RUN[1]
    while len(body) < length:
        start = int(draw.random() * last)
        body += words[start : start + draw.randrange(*_RUN)]
    for _ in range(int(length * _NAMES)):
        body[draw.randrange(len(body))] = f"Name{number:x}"
    return " ".join(body)


def _record(number: int, body: str, authors: Sequence[float], draw: Random) -> dict[str, str]:
    day = time.strftime("%Y-%m-%d", time.gmtime(1_000_000_000 + draw.randrange(_DAYS) * 86_400))
    record = {"id": str(number), "title": " ".join(body.split(" ", 8)[:8]), "body": body, "date": day}
    record["source"] = f"Paper {int(_SOURCES * draw.random() ** 2)}"
    if draw.random() < _SIGNED:
        author = draw.choices(range(_AUTHORS), cum_weights=authors)[0]
        record["byline"] = f"By Jo{'abcdefghij'[author % 10]}n {_spelled(author)}"
    return record


def _spelled(number: int) -> str:
    return "".join("bcdfglmnrs"[int(digit)] + "aeiou"[int(digit) % 5] for digit in f"{number:04}").capitalize()


def _questions(real: Sequence[Sequence[str]]) -> dict[str, list[Request]]:
    """Draw questions of each kind from the middle of real articles: words as frequent as they are in texts."""
    draw = Random(21)

    def some(amount: int) -> Iterator[list[str]]:
        while True:
            text = draw.choice(real)
            if len(text) > 10 + amount:
                start = draw.randrange(len(text) - amount)
                found = [word.strip('.,;:"()') for word in text[start : start + amount]]
                if all(word.isalpha() and (amount > 1 or len(word) > 3) for word in found):
                    yield [word.lower() for word in found]

    makers: dict[str, tuple[int, Callable[[list[str]], Request]]] = {
        "word": (1, lambda words: Request(words[0])),
        "AND": (3, lambda words: Request(" ".join((words[0], words[2])))),
        "OR": (3, lambda words: Request(" OR ".join(words))),
        "phrase": (2, lambda words: Request(f'"{" ".join(words)}"')),
        "prefix": (1, lambda words: Request(f"{words[0][:4]}*")),
        "facets": (1, lambda words: Request(words[0], facets=FACETS)),
        "OR, facets": (3, lambda words: Request(" OR ".join(words), facets=FACETS)),
        "by date": (1, lambda words: Request(words[0], sort="newest")),
        "page 100": (3, lambda words: Request(" OR ".join(words), page=100)),
        "month": (1, lambda words: Request(f"{words[0]} date:2010-05")),
        "nothing": (3, lambda words: Request(" ".join((*words, f"q{words[0]}x")))),
    }
    return {kind: [make(words) for words in islice(some(n), _QUESTIONS)] for kind, (n, make) in makers.items()}


def measured(
    engine: str, news: Path, size: int, questions: dict[str, list[Request]], folder: Path, *, rebuilds: bool
) -> Iterator[str]:
    """Index, ask, bring up to date and rebuild; yield what was measured, line by line."""
    index = folder / f"{engine}-{size}"
    seconds, watch = _run("index", str(news), "--index", str(index), "--engine", engine)
    yield (
        f"**{engine}**: {size / seconds:,.0f} articles/s, index {_size(index) / size:,.0f} bytes an article, at most "
        f"{watch.own / _MEGABYTE:,.0f} MB in all processes ({watch.resident / _MEGABYTE:,.0f} with mapped files)"
    )
    first = [_run("query", "government", "--index", str(index))[0] for _ in range(3)]
    yield f"first answer of a new process: {min(first):.2f} s"
    seconds, watch = _run("index", "--index", str(index))
    yield f"nothing changed: {seconds:.2f} s, {watch.own / _MEGABYTE:,.0f} MB"
    yield "\n| kind | articles found, mean | p50 ms | p95 ms |\n|---|---|---|---|"
    for kind, asked in questions.items():
        took = latencies(index, asked)
        yield f"| {kind} | {took.found:,.0f} | {took.p50:.1f} | {took.p95:.1f} |"
    if rebuilds:
        yield ""
        yield searched_meanwhile(index, questions)


def latencies(index: Path, asked: Sequence[Request]) -> Latency:
    """Time requests; those for a page that their answer does not have are left out."""
    library = open_library(index)
    try:
        searches = [partial(_total, library, request) for request in asked if _total(library, request) >= 0]
        return measure(searches, rounds=_ROUNDS, seconds=math.inf)
    finally:
        library.close()


def _total(library: Library, request: Request) -> int:
    """Return how many articles a request finds; -1 if its answer does not have the page."""
    with suppress(BadRequest):
        return search(library, request).total
    return -1


def searched_meanwhile(index: Path, questions: dict[str, list[Request]]) -> str:
    """Build the index again, and ask until that is done; each answer has to be the one from before."""
    asked = [request for kind in ("word", "AND", "OR", "phrase") for request in questions[kind]]
    library = open_library(index)
    totals = [search(library, request).total for request in asked]
    samples, wrong, began = [], 0, time.monotonic()
    with _started("index", "--rebuild", "--index", str(index)) as run:
        watch = Watch(run.pid)
        for number in count():
            if run.poll() is not None:
                break
            request, total = asked[number % len(asked)], totals[number % len(asked)]
            started = time.perf_counter()
            wrong += search(library, request).total != total
            samples.append(time.perf_counter() - started)
        watch.end()
    if run.returncode:
        raise RuntimeError(f"the rebuild ended with {run.returncode}")
    seconds, took = time.monotonic() - began, summary(samples)
    library.close()
    return (
        f"rebuilt in {seconds:,.0f} s ({watch.own / _MEGABYTE:,.0f} MB) while {len(samples):,} searches were answered "
        f"({wrong} of them otherwise than before): p50 {took.p50:.1f}, p95 {took.p95:.1f} ms"
    )


def unchanged(folder: Path, files: int) -> str:
    """Fill a ledger with files, and bring its index in line with a folder where none of them has changed."""
    news, index = folder / "news", folder / "index"
    news.mkdir()
    (news / "one.txt").write_text("One article\n\nIt has a text.", encoding="utf-8")
    sync([news], index, SyncSettings(processes=0))
    ledger = next(index.rglob(NAME))
    with sqlite3.connect(ledger) as connection:
        began = time.monotonic()
        _fill(connection, files)
    connection.close()
    filled = time.monotonic() - began
    version = version_of("one.txt")
    before, began, planned = most_memory(), time.monotonic(), list[int]()

    def seen(*_: object) -> Iterator[Seen]:
        for number in range(files):
            moment = 1_000_000_000 + number
            yield Seen(_path(number), 2_000, moment, moment, version, "", "", True)

    def on_event(event: object) -> None:
        if isinstance(event, Planned):
            planned.append(event.files)

    with mock.patch.object(indexer, "walk", seen):
        summary = sync([news], index, SyncSettings(processes=0, allow_removals=True), on_event)
    seconds = time.monotonic() - began
    return (
        f"{files:,} files, written to the ledger in {filled:.0f} s ({ledger.stat().st_size / files:.0f} bytes a file): "
        f"nothing changed ({summary.unchanged:,} unchanged, {planned[0]:,} to read), told in {seconds:.1f} s; "
        f"memory {before / _MEGABYTE:,.0f} MB before, {most_memory() / _MEGABYTE:,.0f} at most"
    )


def _path(number: int) -> bytes:
    return b"news/%03d/%03d/%04d.txt" % (number // 10_000_000, number // 10_000 % 1000, number % 10_000)


def _fill(connection: sqlite3.Connection, files: int) -> None:
    """Give the ledger a row for each file, all but the path and the times as those of the one that was read."""
    names = [row[1] for row in connection.execute("PRAGMA table_info(files)") if row[1] != "id"]
    kept = dict(zip(names, connection.execute(f"SELECT {', '.join(names)} FROM files").fetchone(), strict=True))
    connection.execute("DELETE FROM files")
    marks = ", ".join("?" for _ in names)

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(files):
            moment = 1_000_000_000 + number
            row = {**kept, "path": _path(number), "size": 2_000, "mtime": moment, "ctime": moment}
            yield tuple(row[name] for name in names)

    connection.executemany(f"INSERT INTO files ({', '.join(names)}) VALUES ({marks})", rows())


def _started(*arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "searchapp", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _run(*arguments: str) -> tuple[float, Watch]:
    started = time.monotonic()
    with _started(*arguments) as run:
        watch = Watch(run.pid)
        run.wait()
        watch.end()
    if run.returncode > 1:  # 1 says that a search has found nothing
        raise RuntimeError(f"searchapp {' '.join(arguments)} ended with {run.returncode}")
    return time.monotonic() - started, watch


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
