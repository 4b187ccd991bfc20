"""What grouping copies adds to indexing, what each story once adds to searching, and the memory of a large index."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import quantiles
from unittest import mock

import numpy as np

from benchmarks import choosing
from benchmarks.corpus import samples
from benchmarks.memory import Watch, most_memory
from benchmarks.peers.records import load
from benchmarks.question import Question
from searchapp.answers.library import Library, opened
from searchapp.answers.request import ONCE, Request
from searchapp.answers.search import search
from searchapp.article import Article
from searchapp.catalog.copies import CopyLedger, Place, Printing
from searchapp.catalog.ledger import NAME, open_for_writing
from searchapp.catalog.ledger_writing import Recorder
from searchapp.engines import FACETS
from searchapp.indexer import SyncSettings, reading, sync
from searchapp.indexer.signatures import SLOTS, Signature

_ROUNDS = 3
_ASKED = ("term", "and", "or", "phrase", "prefix")
_ENGINES = ("whoosh", "tantivy")
_COPIES = 0.3  # of generated articles
_WORDS = 50_000  # different ones in generated articles, each as frequent as Zipf says
_LENGTHS = (100, 300)
_RECENT = 5_000  # articles that a generated copy is one of
_BATCH = 25_000  # articles of a commit
_MEGABYTE = 1_000_000


def report_costs(file: Path) -> None:
    """Print how long indexing takes with and without grouping, and searching with and without each story once."""
    with tempfile.TemporaryDirectory(prefix="searchapp-copies-") as folder:
        work = Path(folder)
        sample = next(samples(file, [None], work))
        chosen = choosing.choose(load(sample.file))
        asked = [_written(one) for kind in _ASKED for one in chosen[kind]]
        for engine in _ENGINES:
            print(f"## {engine}, {sample.size:,} articles\n\n{_indexing(sample.file, work, engine)}\n", flush=True)
            print(f"{_searching(work / f'{engine}-index', asked)}\n", flush=True)


def report_memory(count: int, folder: Path | None) -> None:
    """Index generated articles and print how many stories were found, and the most memory that was taken."""
    with tempfile.TemporaryDirectory(prefix="searchapp-copies-", dir=folder) as work:
        news = Path(work) / "news"
        news.mkdir()
        made = generate(news, count)
        command = [sys.executable, "-m", "searchapp", "index", str(news), "--index", str(Path(work) / "index")]
        started = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            watch = Watch(run.pid)
            run.wait()
            watch.end()
        seconds = time.monotonic() - started
        with opened(Path(work) / "index") as library:
            firsts = search(library, Request("copies:none")).total
        print(
            f"{count:,} articles, {made:,} of them made as copies: {count - firsts:,} told as copies. "
            f"{count / seconds:,.0f} articles a second; at most {watch.own / _MEGABYTE:,.0f} MB in all processes together, "
            f"{watch.resident / _MEGABYTE:,.0f} with mapped files, shared ones counted in each."
        )


def report_grouping(count: int, folder: Path | None) -> None:
    """Group drawn signatures in a ledger on the disk, as indexing does; print memory and time as they grow."""
    began, copies, seconds = most_memory(), 0, 0.0
    print(
        f"{began / _MEGABYTE:,.0f} MB before the first article\n\n| articles | MB at most | µs an article |\n|---|---|---|"
    )
    with tempfile.TemporaryDirectory(prefix="searchapp-copies-", dir=folder) as work:
        recorder = Recorder(open_for_writing(Path(work) / NAME))
        for number, batch in enumerate(_batches(count), 1):
            started = time.process_time()
            recorder.copies.take((), batch)
            recorder.commit()
            seconds += time.process_time() - started
            if number % (count // _BATCH // 10 or 1) == 0:
                done = number * _BATCH
                print(f"| {done:,} | {most_memory() / _MEGABYTE:,.0f} | {1e6 * seconds / done:.0f} |", flush=True)
        started = time.process_time()
        for place in recorder.copies.settle():
            copies += place[1].first != place[0]
        print(
            f"\n{copies:,} copies told, in {time.process_time() - started:.1f} s more; {most_memory() / _MEGABYTE:,.0f} MB."
        )
        recorder.close()


def _batches(count: int) -> Iterator[list[Printing]]:
    """Draw signatures: three in ten have an eighth of the slots of an earlier one drawn anew."""
    draw = np.random.default_rng(14)
    recent = draw.integers(0, 1 << 16, (_RECENT, SLOTS), np.uint16)
    for start in range(0, count, _BATCH):
        slots = draw.integers(0, 1 << 16, (_BATCH, SLOTS), np.uint16)
        are_copies = draw.random(_BATCH) < _COPIES
        former = recent[draw.integers(0, _RECENT, _BATCH)]
        is_kept = are_copies[:, None] & (draw.random(slots.shape) < 7 / 8)
        slots[is_kept] = former[is_kept]
        recent = slots[~are_copies][:_RECENT]
        yield [
            Printing(
                f"{number:016x}",
                number.to_bytes(16),
                f"{number % 9999:08}",
                200,
                number.to_bytes(8, "little"),
                row.tobytes(),
            )
            for number, row in enumerate(slots, start)
        ]


def processor_time() -> float:
    """Return the seconds of the processor that this process took, and its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def generate(folder: Path, count: int, seed: int = 14) -> int:
    """Write made-up articles, 10,000 a file, three in ten of them copies of earlier ones; return how many are."""
    random, recent, copies = Random(seed), list[str](), 0
    words = [f"{number:x}q"[::-1] for number in range(1, _WORDS + 1)]
    weights = list(accumulate(1 / rank for rank in range(1, _WORDS + 1)))
    for start in range(0, count, 10_000):
        with (folder / f"{start:09}.jsonl").open("w", encoding="ascii") as lines:
            for number in range(start, min(count, start + 10_000)):
                if recent and random.random() < _COPIES:
                    body, copies = changed(random.choice(recent), random), copies + 1
                else:
                    body = " ".join(random.choices(words, cum_weights=weights, k=random.randrange(*_LENGTHS)))
                    recent[number % _RECENT : number % _RECENT + 1] = [body]
                day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
                record = {"id": f"{number}", "title": f"Story {number}", "body": body, "date": day}
                lines.write(json.dumps(record) + "\n")
    return copies


def changed(body: str, random: Random) -> str:
    """Print a text once more: as it is, cut, or with other words in places."""
    words = body.split(" ")
    match random.randrange(3):
        case 0:
            return body
        case 1:
            return " ".join(words[: int(len(words) * random.uniform(0.75, 0.95))])
        case _:
            words[random.randrange(len(words))] = "corrected"
            return " ".join(words)


def _indexing(file: Path, work: Path, engine: str) -> str:
    """Compare processor time of indexing with and without grouping, in turns; the least of each counts."""
    with_copies, without = [], []
    for number in range(_ROUNDS):
        last = number == _ROUNDS - 1
        with _no_grouping():
            without.append(_seconds(file, work / f"{engine}-{number}-without", engine))
        with_copies.append(_seconds(file, work / (f"{engine}-index" if last else f"{engine}-{number}"), engine))
    one, other = min(with_copies), min(without)
    return f"indexing: {one:.1f} s of processor time with grouping, {other:.1f} without: {one / other - 1:+.1%}"


def _seconds(file: Path, index: Path, engine: str) -> float:
    before = processor_time()
    sync([file], index, SyncSettings(engine, processes=0))
    return processor_time() - before


@contextmanager
def _no_grouping() -> Iterator[None]:
    def nothing(articles: Sequence[Article]) -> list[Signature]:
        return [Signature(0, article.id.encode()) for article in articles]

    def nowhere(_: CopyLedger, ids: Iterable[str]) -> dict[str, Place]:
        return dict.fromkeys(ids, Place())

    with (
        mock.patch.object(reading, "signatures", nothing),
        mock.patch.object(CopyLedger, "take", lambda *_: None),
        mock.patch.object(CopyLedger, "places", nowhere),
    ):
        yield


def _searching(index: Path, asked: Sequence[str]) -> str:
    """Compare searches with and without each story once, in turns."""
    taken: dict[str, list[float]] = {"all": [], "once": []}
    with opened(index) as library:
        for _ in range(_ROUNDS):
            for words in asked:
                for name, filters in (("all", ()), ("once", (ONCE,))):
                    request = Request(words, filters=filters, facets=FACETS)
                    taken[name].append(_fastest(library, request))
    every, once = (quantiles(taken[name], n=20) for name in ("all", "once"))
    return "\n".join(
        [
            "| | p50 ms | p95 ms |\n|---|---|---|",
            f"| all articles | {1000 * every[9]:.2f} | {1000 * every[18]:.2f} |",
            f"| each story once | {1000 * once[9]:.2f} | {1000 * once[18]:.2f} |",
            f"| ratio | {once[9] / every[9]:.2f} | {once[18] / every[18]:.2f} |",
        ]
    )


def _written(question: Question) -> str:
    match question.kind:
        case "phrase":
            return f'"{" ".join(question.words)}"'
        case "prefix":
            return f"{question.words[0]}*"
        case kind:
            return (" OR " if kind == "or" else " ").join(question.words)


def _fastest(library: Library, request: Request) -> float:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        search(library, request)
        times.append(time.perf_counter() - started)
    return min(times)
