"""Are copies found, and found right? Precision and recall on judged pairs of real articles; and what that costs.

    python -m benchmarks.copies judged FILE... [--pairs 2000] [--made 200] [--seed 14]
    python -m benchmarks.copies costs FILE [--queries queries.jsonl]
    python -m benchmarks.copies memory ARTICLES [--grouping-only] [--folder FOLDER]

The earlier half of each file's articles is there to choose settings on: for it alone, they are compared. The later half
is held out. How pairs are judged, `copy_pairs` says. All articles, made ones too, are grouped as indexing does it; a pair
is told where both have one first. Beside, pairs that were told are drawn and judged.
"""

import argparse
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks import copy_costs
from benchmarks.copy_pairs import Pair, found, judge, long_enough, made
from benchmarks.corpus import articles
from searchapp.article import Article
from searchapp.catalog import bands, copies
from searchapp.catalog.copies import CopyLedger, Place, Printing
from searchapp.indexer import signatures
from searchapp.indexer.filing import moment
from searchapp.indexer.signatures import signature
from searchapp.text import terms

_AT_ONCE = 5_000
_SHINGLES, _SHARES = (2, 3, 4, 5), (0.4, 0.5, 0.6)  # the settings that are compared


@dataclass(frozen=True)
class Half:
    """Half of the articles, and pairs of them."""

    name: str
    articles: Sequence[Article]
    pairs: Sequence[Pair]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    judged = commands.add_parser("judged", help="precision and recall on judged pairs")
    judged.add_argument("files", type=Path, nargs="+", metavar="FILE")
    judged.add_argument("--pairs", type=int, default=2_000, help="pairs to draw that share rare runs, in each half")
    judged.add_argument("--made", type=int, default=200, help="pairs to make of each kind, in each half")
    judged.add_argument("--seed", type=int, default=14)
    costs = commands.add_parser("costs", help="what grouping, and each story once, add to indexing and searching")
    costs.add_argument("file", type=Path, metavar="FILE")
    memory = commands.add_parser("memory", help="index generated articles, three in ten of them copies")
    memory.add_argument("articles", type=int, metavar="ARTICLES")
    memory.add_argument(
        "--grouping-only", action="store_true", help="draw signatures instead of texts, without an engine"
    )
    memory.add_argument("--folder", type=Path, help="where to work; a temporary folder otherwise")
    options = parser.parse_args()
    if options.command == "judged":
        _report(options.files, options.pairs, options.made, options.seed)
    elif options.command == "costs":
        copy_costs.report_costs(options.file)
    elif options.grouping_only:
        copy_costs.report_grouping(options.articles, options.folder)
    else:
        copy_costs.report_memory(options.articles, options.folder)


def _report(files: Sequence[Path], drawn: int, of_each: int, seed: int) -> None:
    halves = list(_halves(files, drawn, of_each, seed))
    chosen = f"{bands.BANDS} bands of {bands.ROWS} of {signatures.SLOTS} slots"
    print(
        f"In force: shingles of {signatures.WORDS} words; {chosen}; copies from {copies.ALIKE:.0%} of the slots on.\n"
    )
    print(f"{len(_SHINGLES) * len(_SHARES)} settings on the first half, by exact shares of shingles:\n")
    print(f"{_settings(halves[0].pairs)}\n")
    places = group([*_all_articles(halves)])
    for half in halves:
        print(f"## {half.name}: {len(half.articles):,} articles\n\n{table(half.pairs, places)}\n")
        print(_of_told(half, places, seed) + "\n", flush=True)


def group(some: Sequence[Article]) -> Mapping[str, Place]:
    """Group articles as indexing does; return the places of those that have copies."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(copies.SCHEMA)
    ledger = CopyLedger(connection)
    for start in range(0, len(some), _AT_ONCE):
        ledger.take((), [*map(_printing, some[start : start + _AT_ONCE])])
    return dict(ledger.settle())


def table(pairs: Iterable[Pair], places: Mapping[str, Place]) -> str:
    """Tabulate how many pairs of each kind are told as copies; and precision and recall of all that were judged."""
    told: Counter[tuple[bool, str, bool]] = Counter()
    for pair in pairs:
        if pair.are_copies is not None:
            told[pair.are_copies, pair.kind, _are_told(pair.one, pair.other, places)] += 1
    kinds = sorted({(are_copies, kind) for are_copies, kind, _ in told}, reverse=True)
    lines = ["| judged | kind | pairs | told as copies |", "|---|---|---|---|"]
    for are_copies, kind in kinds:
        yes, no = told[are_copies, kind, True], told[are_copies, kind, False]
        share = f"{yes / (yes + no):.1%}"
        lines.append(f"| {'copies' if are_copies else 'none'} | {kind} | {yes + no:,} | {yes:,} ({share}) |")
    right, wrong, missed = (
        sum(count for (judged, _, found), count in told.items() if (judged, found) == which)
        for which in ((True, True), (False, True), (True, False))
    )
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    return "\n".join([*lines, f"\nprecision {precision:.3f}, recall {recall:.3f}"])


def _halves(files: Sequence[Path], drawn: int, of_each: int, seed: int) -> Iterator[Half]:
    corpora = [long_enough(articles(file)) for file in files]
    for number, name in enumerate(("To choose on", "Held out")):
        half = [
            article
            for corpus in corpora
            for article in corpus[number * len(corpus) // 2 : (number + 1) * len(corpus) // 2]
        ]
        yield Half(name, half, [*found(half, drawn, seed + number), *made(half, of_each, seed + number)])


def _all_articles(halves: Sequence[Half]) -> Iterator[Article]:
    for half in halves:
        yield from half.articles
        yield from (pair.other for pair in half.pairs if pair.kind.endswith("(made)"))


def _printing(article: Article) -> Printing:
    made_of = signature(article)
    return Printing(
        article.id, bytes.fromhex(article.digest), moment(article), made_of.words, made_of.text, made_of.slots
    )


def _are_told(one: Article, other: Article, places: Mapping[str, Place]) -> bool:
    first = places.get(one.id, Place()).first
    return bool(first) and places.get(other.id, Place()).first == first


def _of_told(half: Half, places: Mapping[str, Place], seed: int) -> str:
    """Draw articles that were told as copies of a first, and judge them by their alignment with that."""
    by_id = {article.id: article for article in half.articles}
    told = [
        (by_id[places[one.id].first], one)
        for one in half.articles
        if one.id in places and places[one.id].first in by_id and places[one.id].first != one.id
    ]
    drawn = Random(seed).sample(told, min(500, len(told)))
    judged = Counter(judge(first, copy).are_copies for first, copy in drawn)
    return (
        f"{len(told):,} articles of this half are told as copies of another of it. Of {len(drawn):,} drawn, "
        f"{judged[True]:,} are copies by alignment, {judged[False]:,} are none, {judged[None]:,} lie between."
    )


def _settings(pairs: Sequence[Pair]) -> str:
    """Tabulate precision and recall of shares of shingles in common, computed exactly, for several settings."""
    judged = [
        (pair, [terms(one.body) for one in (pair.one, pair.other)]) for pair in pairs if pair.are_copies is not None
    ]
    lines = ["| shingle | share | precision | recall |", "|---|---|---|---|"]
    for words in _SHINGLES:
        shares = [(_share(texts, words), bool(pair.are_copies)) for pair, texts in judged]
        for least in _SHARES:
            right, wrong, missed = (
                sum((share >= least, are_copies) == which for share, are_copies in shares)
                for which in ((True, True), (True, False), (False, True))
            )
            lines.append(
                f"| {words} words | {least:.1f} | {right / max(1, right + wrong):.3f} "
                f"| {right / max(1, right + missed):.3f} |"
            )
    return "\n".join(lines)


def _share(texts: Sequence[Sequence[str]], words: int) -> float:
    one, other = ({tuple(text[at : at + words]) for at in range(len(text) - words + 1)} for text in texts)
    return len(one & other) / max(1, len(one | other))


if __name__ == "__main__":
    main()
