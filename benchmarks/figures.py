"""How long counting, comparing and quoting take on real articles.

python -m benchmarks.figures FOLDER_OR_FILE [--engine whoosh] [--index INDEX] [QUERY ...]

FOLDER_OR_FILE is indexed into a temporary place, unless --index names an index that is there already. Prints lines of a
concordance in a second for each QUERY, and the seconds that a list of 300 names, trends, coverage, words near the
matches and key words take. Seconds are those of the process, since other programs may be busy.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from searchapp.answers.collocates import collocates
from searchapp.answers.concordance import all_lines
from searchapp.answers.coverage import coverage_by_day
from searchapp.answers.keywords import keywords
from searchapp.answers.library import Library, opened
from searchapp.answers.lists import count_list, read_list
from searchapp.answers.request import Request
from searchapp.answers.trends import trends
from searchapp.engines import ENGINES
from searchapp.indexer import SyncSettings, sync
from searchapp.query.tree import Everything

QUERIES = ("subprime", "bail* OR rescue", '"credit crunch"', "bank")
NAMES = 300
_TIMES = 3  # each is done; the quickest counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("queries", nargs="*", default=QUERIES, metavar="QUERY")
    parser.add_argument("--engine", choices=sorted(ENGINES), default="whoosh")
    parser.add_argument("--index", type=Path)
    options = parser.parse_args()
    with indexed(options.source, options.engine, options.index) as library:
        for line in figures(library, options.queries):
            print(line)


@contextmanager
def indexed(source: Path, engine: str, index: Path | None) -> Iterator[Library]:
    """Open an index, or make one for a while."""
    with tempfile.TemporaryDirectory() as place:
        if index is None:
            sync([source], index := Path(place) / "index", SyncSettings(engine))
        with opened(index) as library:
            yield library


def figures(library: Library, queries: Sequence[str]) -> Iterator[str]:
    """Yield a line for each kind of answer."""
    yield f"{len(library.engine):,} articles on {library.catalog.engine}"
    for words in queries:
        seconds, lines = timed(lambda words=words: sum(1 for _ in all_lines(library, Request(words))))  # type: ignore[misc]
        yield f"concordance {words}: {lines:,} lines, {lines / seconds:,.0f} a second"
    names = "\n".join(frequent_names(library))
    listed = read_list(names, are_names=True)
    seconds, _ = timed(lambda: len(count_list(library, listed).rows))
    yield f"a list of {len(listed.entries):,} names: {seconds:.2f} s"
    first = queries[0]
    asked: dict[str, Callable[[], int]] = {
        "trends of six queries": lambda: len(trends(library, [*queries, *queries][:6]).series),
        "mentions per million words": lambda: len(trends(library, [first], measure="mentions").series),
        "coverage": lambda: len(coverage_by_day(library).days),
        "words near the matches": lambda: len(collocates(library, Request(first)).collocates),
        "key words": lambda: len(keywords(library, Request(first)).keywords),
    }
    for name, ask in asked.items():
        yield f"{name}: {timed(ask)[0]:.2f} s"


def timed(ask: Callable[[], int]) -> tuple[float, int]:
    """Return the seconds of the quickest of a few times, and what was counted."""
    best, count = float("inf"), 0
    for _ in range(_TIMES):
        started = time.process_time()
        count = ask()
        best = min(best, time.process_time() - started)
    return max(best, 1e-9), count


def frequent_names(library: Library) -> list[str]:
    """Return pairs of capitalised words that stand together in most articles: most of them are names."""
    counts = Counter[str]()
    for article in library.engine.each(Everything(), "newest"):
        words = article.body.split()
        pairs = pairwise(words)
        counts.update({f"{a} {b}" for a, b in pairs if a.isalpha() and b.isalpha() and a.istitle() and b.istitle()})
    return [name for name, _ in counts.most_common(NAMES)]


if __name__ == "__main__":
    main()
