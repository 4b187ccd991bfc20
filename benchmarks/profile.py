"""Where the time goes when an engine of ours indexes, step by step in one process, and then under cProfile.

python -m benchmarks.profile FOLDER_OR_FILE [--engine whoosh] [--articles 5000] [--lines 25]
"""

import argparse
import cProfile
import os
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from tantivy import Index

from benchmarks.corpus import articles
from searchapp.article import Article
from searchapp.engines.ready_texts import Writer
from searchapp.engines.tantivy import HEAP
from searchapp.engines.tantivy.documents import document, schema
from searchapp.engines.whoosh.inverting import Inverter
from searchapp.languages import Stems

Steps = Callable[[Sequence[Article], Path], Iterator[str]]

_LANGUAGE = "english"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--engine", choices=sorted(STEPS), default="whoosh")
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--lines", type=int, default=25)
    options = parser.parse_args()
    # First without the profiler, which makes short functions look slow.
    taken = run(STEPS[options.engine], options.source, options.articles)
    for name, seconds in taken.items():
        print(f"{seconds:6.2f} s {seconds / sum(taken.values()):4.0%}  {name}")
    profile = cProfile.Profile()
    profile.runcall(run, STEPS[options.engine], options.source, options.articles)
    pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(options.lines)


def run(steps: Steps, source: Path, count: int) -> dict[str, float]:
    """Read articles and index them; return the seconds of each step."""
    taken = {}
    started = time.perf_counter()
    some = list(islice(articles(source), count))
    with tempfile.TemporaryDirectory() as folder:
        for name in chain(["read the files"], steps(some, Path(folder))):
            now = time.perf_counter()
            taken[name], started = now - started, now
    return taken


def whoosh(some: Sequence[Article], folder: Path) -> Iterator[str]:
    """Do what a process of the Whoosh engine does with a batch; yield the name of each step done."""
    inverter = Inverter(Stems(_LANGUAGE))
    for article in some:
        inverter.add(article)
    yield "cut texts into words, pack the texts"
    inverter.write(folder / "segment")
    yield "sort, pack and write the postings"


def tantivy(some: Sequence[Article], folder: Path) -> Iterator[str]:
    """Do what the tantivy engine does, its two halves one after the other, which overlap otherwise."""
    stems = Stems(_LANGUAGE)
    words = Writer(stems, stems.code(_LANGUAGE))
    documents = [document(article, words) for article in some]
    yield "cut and stem texts, make documents"
    writer = Index(schema(), str(folder)).writer(HEAP, os.cpu_count() or 1)
    for made in documents:
        writer.add_document(made)
    yield "hand the documents over"
    writer.commit()
    writer.wait_merging_threads()
    yield "wait for tantivy to index, commit and merge"


STEPS: dict[str, Steps] = {"whoosh": whoosh, "tantivy": tantivy}

if __name__ == "__main__":
    main()
