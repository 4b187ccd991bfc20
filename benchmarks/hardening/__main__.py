"""Attacks in earnest; prints what was tried, held, told and lost.

    python -m benchmarks.hardening [bits] [queries] [kills] [disk] [clients] [mixed] [browser] [options]

A try that is *told* was answered by an error with a sentence, or by a 503 that says when to come again. It is lost where
anything else is raised, an answer differs, or the index is another one after the next run. Without a name, all attacks
are run; that takes half an hour.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.hardening import bits, browser, clients, disk, kills, queries
from benchmarks.hardening.made import build
from benchmarks.hardening.tally import HEADING, Tally, percentile

_WORST = 20  # of the drawn queries, which clients ask
_TOLD = 50  # losses of an attack that are described


def main() -> None:
    options = _options()
    print(HEADING)
    lost = 0
    for attack in options.attacks or ATTACKS:
        with tempfile.TemporaryDirectory(prefix="searchapp-hardening-") as work:
            for tally in ATTACKS[attack](Path(work), options):
                print(tally.row(), flush=True)
                print(
                    "".join(f"{tally.name}: {one}\n" for one in tally.lost[:_TOLD]), end="", file=sys.stderr, flush=True
                )
                lost += len(tally.lost)
    sys.exit(1 if lost else 0)


def _bits(work: Path, options: argparse.Namespace) -> Iterator[Tally]:
    for engine in kills.ENGINES:
        (work / engine).mkdir()
        tally = bits.flip(build(work / engine, engine, 400), options.flips, options.seed)
        tally.name = f"flipped bits, {engine}"
        yield tally


def _queries(work: Path, options: argparse.Namespace) -> Iterator[Tally]:
    for engine in kills.ENGINES:
        (work / engine).mkdir()
        tally, seconds = queries.fuzz(build(work / engine, engine, options.articles), options.queries, options.seed)
        slowest = percentile(seconds.values(), 1)
        tally.name = f"drawn queries, {engine}: p99 {percentile(seconds.values(), 0.99):.2f} s, slowest {slowest:.2f} s"
        yield tally


def _clients(work: Path, options: argparse.Namespace) -> Iterator[Tally]:
    index = build(work, "whoosh", options.articles)
    _, seconds = queries.fuzz(index, options.queries // 10, options.seed)
    worst = sorted(seconds, key=lambda words: -seconds[words])[:_WORST]
    yield clients.press(index, worst, 8, 60 * min(1.0, options.minutes))


def _mixed(work: Path, options: argparse.Namespace) -> Iterator[Tally]:
    for engine in kills.ENGINES:
        yield clients.mix(work / engine, engine, options.articles // 4, options.minutes / len(kills.ENGINES))


ATTACKS: Mapping[str, Callable[[Path, argparse.Namespace], Iterator[Tally]]] = {
    "bits": _bits,
    "queries": _queries,
    "kills": lambda work, options: kills.kill(work, options.kills, options.seed),
    "disk": lambda work, options: disk.fill(work, options.disks, options.seed),
    "browser": lambda work, options: iter([browser.browse(work, options.pages)]),
    "clients": _clients,
    "mixed": _mixed,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attacks", nargs="*", choices=[[], *ATTACKS], metavar="ATTACK")
    parser.add_argument("--flips", type=int, default=1_000, help="bits to flip on each engine")
    parser.add_argument("--queries", type=int, default=5_000, help="queries to draw")
    parser.add_argument(
        "--kills", type=int, default=240, help="runs to kill, of six operations on two engines; one in ten ends before"
    )
    parser.add_argument("--disks", type=int, default=80, help="runs on a disk without room")
    parser.add_argument("--pages", type=int, default=500, help="pages to open in a browser")
    parser.add_argument("--articles", type=int, default=20_000, help="articles that queries are asked of")
    parser.add_argument("--minutes", type=float, default=10.0, help="of mixed load")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
