"""Where the time goes when our Whoosh engine indexes: reading, inverting and writing, in one process, under cProfile.

python -m benchmarks.profile FOLDER_OR_FILE [--articles 5000] [--lines 25]
"""

import argparse
import cProfile
import pstats
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.corpus import articles
from searchapp.engines.whoosh.inverting import Inverter
from searchapp.text import stemmer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--lines", type=int, default=25)
    options = parser.parse_args()
    print(_shares(options.source, options.articles))
    profile = cProfile.Profile()
    profile.runcall(_steps, options.source, options.articles)
    pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(options.lines)


def _shares(source: Path, count: int) -> str:
    """Say how the time is shared without the profiler, which makes short functions look slow."""
    steps = _steps(source, count)
    whole = sum(steps.values())
    return "\n".join(f"{seconds:6.2f} s {seconds / whole:4.0%}  {name}" for name, seconds in steps.items())


def _steps(source: Path, count: int) -> dict[str, float]:
    """Read articles and write them as one segment; return the seconds of each step."""
    marks = [time.perf_counter()]
    some = list(islice(articles(source), count))
    marks.append(time.perf_counter())
    inverter = Inverter(stemmer("english"))
    for article in some:
        inverter.add(article)
    marks.append(time.perf_counter())
    with tempfile.TemporaryDirectory() as folder:
        inverter.write(Path(folder) / "segment")
        marks.append(time.perf_counter())
    names = ("read the files", "cut texts into words, and pack the texts", "sort, pack and write the postings")
    return {name: end - start for name, start, end in zip(names, marks, marks[1:], strict=False)}


if __name__ == "__main__":
    main()
