"""Attacks in earnest: flipped bits and drawn queries; prints what was tried, held and lost.

    python -m benchmarks.hardening [--flips 1000] [--queries 5000] [--seed 1]

A flip is *told* where every question that reads it is answered by an error with a sentence, and *harmless* where all
answers are the same as before. It is lost where something else is raised, or an answer differs.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from searchapp.answers.library import opened
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.engines import FacetName
from searchapp.errors import SearchappError
from searchapp.indexer import SyncSettings, sync
from tests.corpus import write_articles
from tests.engines.whoosh_corpus import made_up

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


@dataclass
class Tally:
    """How an attack went."""

    tried: int = 0
    told: int = 0
    lost: list[str] = field(default_factory=list)


def build(folder: Path, engine: str, count: int) -> Path:
    """Index made-up articles in two commits; return the index."""
    articles = made_up(count)
    write_articles(folder / "news", articles[: count // 2])
    sync([folder / "news"], folder / "index", SyncSettings(engine, processes=0))
    write_articles(folder / "more", articles[count // 2 :])
    sync([folder / "more"], folder / "index", SyncSettings(processes=0))
    return folder / "index"


def files_of(index: Path) -> list[Path]:
    """Return the files that searches read: not the ledger, not what is written for others, no locks."""
    engine = [file for file in index.glob("gen-*/engine/*") if file.suffix not in {".toc", ".lock"}]
    return sorted(file for file in (*engine, index / "manifest.json") if file.is_file() and file.stat().st_size)


def flip(index: Path, count: int, seed: int) -> Tally:
    """Flip one bit at a time in the files of an index, and ask."""
    random, tally, expected = Random(seed), Tally(), [*answers(index)]
    files = files_of(index)
    for _ in range(count):
        file = random.choice(files)
        whole = file.read_bytes()
        place = random.randrange(8 * len(whole))
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        put(file, bytes(changed))
        what = f"{file.name}, bit {place}"
        tally.tried += 1
        try:
            tally.lost += [f"{what}: another answer"] if [*answers(index)] != expected else []
        except SearchappError:
            tally.told += 1
        except BaseException as fault:
            if isinstance(fault, KeyboardInterrupt):
                raise
            tally.lost.append(f"{what}: {type(fault).__name__}: {fault}")
        finally:
            put(file, whole)
    return tally


def put(file: Path, content: bytes) -> None:
    """Put other content in place of a file: by a new one, since the old one may be mapped into memory."""
    new = file.with_name("new.tmp")
    new.write_bytes(content)
    new.replace(file)


def answers(index: Path) -> Iterator[object]:
    """Yield what each question is answered, but for the time it took."""
    with opened(index) as library:
        for request in QUESTIONS:
            results = search(library, request)
            yield replace(results, seconds=0.0)
            yield [library.engine.get(found.article.id) for found in results.hits]


def fuzz(index: Path, count: int, seed: int) -> tuple[Tally, float]:
    """Ask drawn queries; return how that went and the slowest in seconds."""
    random, tally, slowest = Random(seed), Tally(), 0.0
    pieces = ["gas", "the", "oil*", "*a*", "g?s", "minsk~2", '"', "(", ")", " OR ", " NOT ", "NEAR/5", "title:", "^9", "\u202e",
              "漢字", "date:2025", "ANY 3 (", "-", "=", "\x00", "é", "''", "by:", "ATLEAST 3 ", "~5", " "]  # fmt: skip
    with opened(index) as library:
        for _ in range(count):
            words = "".join(random.choice(pieces) + random.choice(["", " "]) for _ in range(random.randrange(1, 60)))
            tally.tried += 1
            started = time.perf_counter()
            try:
                search(library, Request(words, facets=FACETS))
            except SearchappError:
                tally.told += 1
            except Exception as fault:
                tally.lost.append(f"{words!r}: {type(fault).__name__}: {fault}")
            slowest = max(slowest, time.perf_counter() - started)
    return tally, slowest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flips", type=int, default=1_000, help="bits to flip on each engine")
    parser.add_argument("--queries", type=int, default=5_000, help="queries to draw")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("| attack | tried | held | told | lost |\n|---|---|---|---|---|")
    lost = []
    for engine in ("whoosh", "tantivy"):
        with tempfile.TemporaryDirectory(prefix="searchapp-hardening-") as work:
            index = build(Path(work), engine, 400)
            tally = flip(index, options.flips, options.seed)
            drawn, slowest = fuzz(index, options.queries, options.seed)
        for name, one in ((f"bits, {engine}", tally), (f"queries, {engine} (slowest {slowest:.2f} s)", drawn)):
            print(
                f"| {name} | {one.tried:,} | {one.tried - len(one.lost):,} | {one.told:,} | {len(one.lost):,} |",
                flush=True,
            )
            lost += one.lost
    for line in lost[:50]:
        print(f"- {line}")


if __name__ == "__main__":
    main()
