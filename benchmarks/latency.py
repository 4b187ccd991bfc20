"""How long searches take: many runs, because a clock may be coarse and a machine busy. Standard library only."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5  # times each query is asked ...
SECONDS = 2.0  # ... or fewer, when the time for one kind of query is over; each at least once
_WARM_UP = 10  # queries asked before, and not counted
_TICKS = 20  # a sample lasts at least this many ticks of the clock


@dataclass(frozen=True)
class Latency:
    """Milliseconds that one search took, over `count` samples; `found` is the mean number of articles it found."""

    p50: float
    p95: float
    p99: float
    mean: float
    count: int
    found: float = 0.0


def measure(searches: Sequence[Callable[[], int]], rounds: int = ROUNDS, seconds: float = SECONDS) -> Latency:
    """Time searches, each of which returns how many articles it found, one after the other."""
    enough = _TICKS * _tick()
    for search in searches[:_WARM_UP]:
        search()
    samples: list[float] = []
    found = 0
    started = time.perf_counter()
    for done in range(rounds):
        if done and time.perf_counter() - started > seconds:
            break
        for search in searches:
            took, total = _sample(search, enough)
            samples.append(took)
            found += total
    return summary(samples, found / len(samples))


def summary(samples: Sequence[float], found: float = 0.0) -> Latency:
    """Sum up samples, in seconds."""
    ordered = sorted(samples)
    p50, p95, p99 = (1000 * ordered[round(share * (len(ordered) - 1))] for share in (0.50, 0.95, 0.99))
    return Latency(p50, p95, p99, 1000 * sum(ordered) / len(ordered), len(ordered), found)


def _sample(search: Callable[[], int], enough: float) -> tuple[float, int]:
    """Run a search, more than once where the clock could not tell the time of one; return seconds and what it found."""
    times = 0
    started = time.perf_counter()
    while True:
        total = search()
        times += 1
        if (elapsed := time.perf_counter() - started) >= enough:
            return elapsed / times, total


def _tick() -> float:
    """Return the smallest step of the clock, in seconds."""
    steps = []
    for _ in range(20):
        before = after = time.perf_counter()
        while after == before:
            after = time.perf_counter()
        steps.append(after - before)
    return min(steps)
