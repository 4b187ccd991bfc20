"""What the bonus for neighbours costs: the same searches with and without it, in turn, in one run.

    python -m benchmarks.neighbours FOLDER_OR_FILE [--queries queries.jsonl] [--rounds 9]

Asked are two to four words in a row of the articles' titles, and the queries of a search log, each joined by OR and by
AND: once the engine alone for the ten best, with their texts, and once the whole answer, with what is marked in them.
Both ways are asked one after the other, in an order that changes from round to round. Of each query its quickest round
counts, by the time of the processor, since others may be using it, too.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from statistics import mean, median

from benchmarks.choosing import from_file
from benchmarks.corpus import articles
from searchapp.answers.library import Library, opened
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.article import Article
from searchapp.engines import Ask, scoring
from searchapp.indexer import SyncSettings, sync
from searchapp.query.tree import And, Or, Word
from searchapp.text import terms

_TITLES = 300
_PAIRS = scoring.PAIRS
_LANGUAGE = "english"
_ENGINES = ("whoosh", "tantivy")
_HEAD = "| asked | queries | without, p50 | p95 | with, p50 | p95 | all together |\n|---|---|--:|--:|--:|--:|--:|"


def main() -> None:
    """Index, ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--queries", type=Path, help="more queries, one JSON object a line: query, tags")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    some = list(articles(options.source.absolute()))
    asked = {"headlines": list(_of_titles(some))}
    if options.queries:
        asked["web"] = [question.words for question in from_file(options.queries) if len(question.words) > 1]
    print(_HEAD)
    for name in _ENGINES:
        with tempfile.TemporaryDirectory() as folder:
            index = Path(folder) / "index"
            sync([options.source.absolute()], index, SyncSettings(engine=name, language=_LANGUAGE))
            with opened(index) as library:
                for line in compare(library, name, asked, options.rounds):
                    print(line, flush=True)


def compare(library: Library, name: str, asked: dict[str, list[tuple[str, ...]]], rounds: int) -> Iterator[str]:
    """Yield a row of the table for each kind of queries, with milliseconds and the ratio of the sums."""
    for kind, queries in asked.items():
        for join, operator in ((Or, " OR "), (And, " ")):
            asks = [Ask(join(tuple(map(Word, words)))) for words in queries]
            requests = [Request(operator.join(words)) for words in queries]
            of_engine = [_quickest(partial(library.engine.search, ask), rounds) for ask in asks]
            of_answer = [_quickest(partial(search, library, request), rounds) for request in requests]
            yield _row(name, f"{kind}, {join.__name__.upper()}", of_engine)
            yield _row(f"{name}, whole answer", f"{kind}, {join.__name__.upper()}", of_answer)


def _row(name: str, kind: str, pairs: Sequence[tuple[float, float]]) -> str:
    without, with_bonus = ([1000 * pair[way] for pair in pairs] for way in (False, True))
    figures = (_p(without, 50), _p(without, 95), _p(with_bonus, 50), _p(with_bonus, 95))
    told = " | ".join(f"{figure:.2f}" for figure in figures)
    return f"| {name} | {kind} | {told} | {mean(with_bonus) / mean(without):.2f} × |"


def _quickest(ask: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the seconds of an answer without and with the bonus."""
    best = [float("inf"), float("inf")]
    for number in range(rounds):
        for way in (False, True) if number % 2 else (True, False):
            scoring.PAIRS = _PAIRS if way else 0
            started = time.thread_time()
            ask()
            best[way] = min(best[way], time.thread_time() - started)
    return best[0], best[1]


def _of_titles(some: Sequence[Article]) -> Iterator[tuple[str, ...]]:
    draw = Random(2007)
    for article in draw.sample(some, min(_TITLES, len(some))):
        words = terms(article.title)
        size = draw.randint(2, 4)
        if len(words) >= size:
            start = draw.randrange(len(words) - size + 1)
            yield words[start : start + size]


def _p(values: Sequence[float], percent: int) -> float:
    return median(values) if percent == 50 else sorted(values)[len(values) * percent // 100]


if __name__ == "__main__":
    main()
