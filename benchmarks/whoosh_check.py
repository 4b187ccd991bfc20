"""Ask our Whoosh index through Whoosh's own searcher what a stock Whoosh index of the same articles is asked.

    python -m benchmarks.whoosh_check FOLDER_OR_FILE [--articles 20000] [--queries 5000] [--seed 1]

Both indexes have one schema, and thus one analysis. Each query is asked for all hits, and for one or ten, with and
without skipping of blocks, with or without the terms that matched. Printed is, for each kind of query, how often Whoosh
raised an exception, how often the articles differed from those of the stock index, how often their scores did, how
often skipping changed the best hits, and how long a search for one or ten takes on either index. Scores are compared at the lengths
that our index keeps, since both keep lengths in a byte, by different scales.
"""

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median

from whoosh import index as whoosh_index
from whoosh.query import Query
from whoosh.searching import Results, Searcher

from benchmarks.corpus import articles
from benchmarks.drawn_whoosh_queries import Words, draw
from searchapp.article import Article
from searchapp.engines.scoring import LENGTHS
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.whoosh_schema import schema, stored_fields
from searchapp.query.tree import FIELDS
from searchapp.text import keyword, terms

_ROUNDING = 1e-9


@dataclass
class Tally:
    """What came of the queries of one kind."""

    asked: int = 0
    raised: Counter[str] = field(default_factory=Counter)
    differ: Counter[str] = field(default_factory=Counter)
    ours: list[float] = field(default_factory=list)
    stock: list[float] = field(default_factory=list)


def build_ours(some: Sequence[Article], folder: Path) -> None:
    """Index articles, in two commits so that there are several segments."""
    engine = WhooshEngine(folder, "english")
    for part in _parts(some):
        engine.put(part)
        engine.commit()
    engine.close()


def build_stock(some: Sequence[Article], folder: Path) -> None:
    """Index the same articles with Whoosh's own writer, by our schema."""
    folder.mkdir()
    fields = schema()
    fields["author"].column_type = None  # Whoosh writes no column of several values
    made = whoosh_index.create_in(str(folder), fields)
    for part in _parts(some):
        writer = made.writer(limitmb=256)
        for article in part:
            values = stored_fields(article) | {"author": [keyword(author) for author in article.authors]}
            writer.add_document(**{name: value for name, value in values.items() if value})
        writer.commit(merge=False)


def with_our_lengths(searcher: Searcher, some: Sequence[Article]) -> None:
    """Let the searcher of a stock index score by the lengths that our index keeps."""
    kept = {name: [_kept(len(terms(getattr(article, name)))) for article in some] for name in FIELDS}
    for leaf, offset in searcher.leaf_searchers():

        def length(number: int, name: str, default: int = 0, offset: int = offset) -> int:
            return kept[name][offset + number] if name in kept else default

        leaf.reader()._perdoc.doc_field_length = length


def check(ours: Searcher, stock: Searcher, drawn: Iterator[tuple[str, Query]], random: Random) -> Mapping[str, Tally]:
    """Ask both all queries, or those until Ctrl-C."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    try:
        for kind, query in drawn:
            tallies[kind].asked += 1
            try:
                _compare(ours, stock, query, tallies[kind], random)
            except Exception as fault:
                tallies[kind].raised[f"{type(fault).__name__}: {fault} in {query!r}"] += 1
    except KeyboardInterrupt:
        print("Stopped; this is what came of the queries until then.", flush=True)
    return tallies


def _compare(ours: Searcher, stock: Searcher, query: Query, tally: Tally, random: Random) -> None:
    limit, terms_too = random.choice([1, 10]), random.random() < 0.5
    everything = _scores(ours.search(query, limit=None, terms=terms_too), _ids(ours))
    began = time.perf_counter()
    quick = ours.search(query, limit=limit, terms=terms_too)
    took = time.perf_counter() - began
    if not _alike(_best(quick), _best(ours.search(query, limit=limit, terms=terms_too, optimize=False))):
        tally.differ["skipping"] += 1
    if terms_too:
        _terms = [hit.matched_terms() for hit in quick], quick.matched_terms()
    try:
        expected = _scores(stock.search(query, limit=None, terms=terms_too), _ids(stock))
        began = time.perf_counter()
        stock.search(query, limit=limit, terms=terms_too)
        tally.ours.append(took)
        tally.stock.append(time.perf_counter() - began)
    except Exception:
        tally.differ["stock raised"] += 1
        return
    if everything.keys() != expected.keys():
        tally.differ["articles"] += 1
    elif not _alike([everything[one] for one in expected], [*expected.values()]):
        tally.differ["scores"] += 1


@cache
def _ids(searcher: Searcher) -> list[str]:
    """Return the id of each article, by its number: the two indexes need not number them alike."""
    return [stored["id"] for stored in searcher.reader().all_stored_fields()]


def _scores(results: Results, ids: Sequence[str]) -> dict[str, float]:
    """Return the score of each article found, by id; 0 where hits are not scored."""
    return {ids[results.docnum(n)]: float(results.score(n) or 0.0) for n in range(results.scored_length())}


def _best(results: Results) -> list[float]:
    return [float(results.score(n) or 0.0) for n in range(results.scored_length())]


def _alike(some: Sequence[float], others: Sequence[float]) -> bool:
    return len(some) == len(others) and all(
        abs(one - other) <= _ROUNDING * max(1.0, abs(one)) for one, other in zip(some, others, strict=True)
    )


def _parts(some: Sequence[Article]) -> tuple[Sequence[Article], Sequence[Article]]:
    third = len(some) // 3
    return some[:third], some[third:]


def _kept(length: int) -> int:
    return max(kept for kept in LENGTHS if kept <= length)


def _print(tallies: Mapping[str, Tally]) -> None:
    print("| kind | asked | raised | other articles | other scores | skipping | ms | stock ms |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, tally in sorted(tallies.items()):
        counts = (sum(tally.raised.values()), *(tally.differ[what] for what in ("articles", "scores", "skipping")))
        times = [f"{median(some) * 1000:.2f}" if some else "–" for some in (tally.ours, tally.stock)]
        print(f"| {kind} | {tally.asked} | {' | '.join(map(str, counts))} | {' | '.join(times)} |")
    for kind, tally in sorted(tallies.items()):
        for fault, times_raised in tally.raised.most_common(3):
            print(f"{kind}, {times_raised} times: {fault}")
        if tally.differ["stock raised"]:
            print(f"{kind}: on the stock index alone Whoosh raised {tally.differ['stock raised']} times")


def main() -> None:
    """Build both indexes, ask them, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", help="only queries of this kind")
    parser.add_argument("--keep", type=Path, help="build the indexes in this folder, and use those that are there")
    options = parser.parse_args()
    some = [*islice(articles(options.source), options.articles)]
    with tempfile.TemporaryDirectory(prefix="searchapp-whoosh-") as folder:
        work = options.keep or Path(folder)
        if not (work / "stock").is_dir():
            build_ours(some, work / "ours")
            build_stock(some, work / "stock")
        opened = [whoosh_index.open_dir(str(work / name)) for name in ("ours", "stock")]
        with opened[0].searcher() as ours, opened[1].searcher() as stock:
            with_our_lengths(stock, some)
            random, words = Random(options.seed), Words(ours.reader(), opened[0].schema)
            drawn = (draw(words, random) for _ in range(options.queries))
            _print(check(ours, stock, (one for one in drawn if options.kind in (None, one[0])), random))


if __name__ == "__main__":
    main()
