"""Queries drawn of all that a query may hold: none raises, and none takes longer than it may."""

import time
from pathlib import Path
from random import Random

from benchmarks.hardening.made import FACETS
from benchmarks.hardening.tally import Tally
from searchapp.answers.library import opened
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.errors import SearchappError

PIECES = ("gas", "the", "oil*", "*a*", "g?s", "minsk~2", '"', "(", ")", " OR ", " NOT ", "NEAR/5", "title:", "^9", "\u202e",
          "漢字", "date:2025", "ANY 3 (", "-", "=", "\x00", "é", "''", "by:", "ATLEAST 3 ", "~5", " ")  # fmt: skip


def drawn(random: Random) -> str:
    """Draw a query."""
    return "".join(random.choice(PIECES) + random.choice(["", " "]) for _ in range(random.randrange(1, 60)))


def fuzz(index: Path, count: int, seed: int) -> tuple[Tally, dict[str, float]]:
    """Ask drawn queries; return how that went, and how many seconds each took."""
    random, tally, seconds = Random(seed), Tally("queries"), dict[str, float]()
    with opened(index) as library:
        for _ in range(count):
            words = drawn(random)
            tally.tried += 1
            started = time.perf_counter()
            try:
                search(library, Request(words, facets=FACETS))
            except SearchappError:
                tally.told += 1
            except Exception as fault:
                tally.lost.append(f"{words!r}: {type(fault).__name__}: {fault}")
            seconds[words] = time.perf_counter() - started
    return tally, seconds
