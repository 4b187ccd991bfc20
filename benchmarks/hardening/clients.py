"""Many clients at once: the server answers each in time, or says when to come again; and it answers right."""

import http.client
import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus

from benchmarks.clients import fresh
from benchmarks.hardening.made import state
from benchmarks.hardening.tally import Tally, percentile
from benchmarks.over_http import served
from searchapp.indexer import SyncSettings, sync
from tests.corpus import write_articles
from tests.engines.whoosh_corpus import made_up

HEAVY = (
    *("*a* *e* *o* *s*", "a* OR b* OR d* OR f*", "the of to in and said a on for", '"the of"~50 OR "to in"~50'),
    *("the NEAR/50 of NEAR/50 to", "ATLEAST 9 the", "(the OR of) (to OR in) (and OR said)", "minsk~2 OR price~2"),
)  # fmt: skip
_PATHS = ("/?q=", "/api/v1/search?q=", "/concordance?q=", "/trends?q=", "/api/v1/facets?q=")
_PATIENCE = 30.0  # seconds that a client waits
_TOO_LONG = 10.0  # seconds: beyond what is slow
_STABLE, _MARK = 50, "lighthouse"  # articles that never change, and the word that is in them alone
_PAUSE, _BETWEEN_REBUILDS = 0.3, 15.0  # seconds


@dataclass
class Seen:
    """What clients met: seconds of each answer, by how it was asked for, and what was wrong."""

    searches: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    busy: int = 0
    wrong: list[str] = field(default_factory=list)

    def tally(self, name: str) -> Tally:
        """Count it, with its times."""
        name = (
            f"{name}: {len(self.searches):,} requests, p50 {percentile(self.searches, 0.5):.2f} s,"
            f" p99 {percentile(self.searches, 0.99):.2f} s, slowest {percentile(self.searches, 1):.2f} s;"
            f" /healthz p99 {percentile(self.health, 0.99):.3f} s, slowest {percentile(self.health, 1):.3f} s"
        )
        return Tally(name, len(self.searches) + len(self.health), self.busy, self.wrong)


def press(index: Path, queries: Sequence[str], clients: int, seconds: float) -> Tally:
    """Have clients ask the worst queries, as fast as they are answered."""
    seen, until = Seen(), time.monotonic() + seconds
    addresses = [f"{path}{quote_plus(words)}" for words in (*HEAVY, *queries) for path in _PATHS[:2]]
    with served(index) as port, _watched(port, seen, until):
        _together([partial(_ask, port, addresses[at:] + addresses[:at], seen, until) for at in range(clients)])
    return seen.tally(f"{clients} clients, worst queries")


def mix(folder: Path, engine: str, count: int, minutes: float) -> Tally:
    """Search, export, watch and rebuild at once; what never changes is found at any moment, and the end is as it should be."""
    news, index = folder / "news", folder / "index"
    articles = made_up(count)
    _write(news, [articles[at::20] for at in range(20)])
    stable = [f"{_MARK} number {number} stands" for number in range(_STABLE)]
    (news / "stable").mkdir()
    (news / "stable" / "stable.jsonl").write_text(
        "".join(json.dumps({"title": one, "text": one}) + "\n" for one in stable)
    )
    sync([news], index, SyncSettings(engine))
    seen, until = Seen(), time.monotonic() + 60 * minutes
    addresses = [f"{path}{quote_plus(words)}" for words in HEAVY for path in _PATHS]
    with served(index) as port, _watched(port, seen, until), _watching(index):
        workers: list[Callable[[], None]] = [lambda: _ask(port, addresses, seen, until) for _ in range(2)]
        workers += [lambda: _count(port, seen, until), lambda: _export(port, seen, until)]
        workers += [lambda: _change(news, articles, until), lambda: _rebuild(index, until, seen)]
        _together(workers)
    _settle(index)
    sync([news], folder / "fresh", SyncSettings(engine))
    seen.wrong += _differences(state(index), state(folder / "fresh"))
    return seen.tally(f"{engine}, {minutes:g} minutes of searches, exports, watch and rebuilds")


def _write(news: Path, parts: Sequence[Sequence[object]]) -> None:
    shutil.rmtree(news, ignore_errors=True)
    news.mkdir(parents=True)
    for number, part in enumerate(parts):
        write_articles(news / f"part{number}", part)  # type: ignore[arg-type]


def _ask(port: int, addresses: Sequence[str], seen: Seen, until: float) -> None:
    at = 0
    while time.monotonic() < until:
        _get(port, fresh(addresses[at % len(addresses)]), seen, seen.searches)
        at += 1


def _count(port: int, seen: Seen, until: float) -> None:
    """Count what never changes."""
    while time.monotonic() < until:
        body = _get(port, f"/api/v1/search?q={_MARK}", seen, seen.searches)
        if body and (found := json.loads(body))["total"] != _STABLE and not found.get("is_partial"):
            seen.wrong.append(f"{found['total']} of {_STABLE} articles that never change were found")
        time.sleep(_PAUSE)


def _export(port: int, seen: Seen, until: float) -> None:
    while time.monotonic() < until:
        body = _get(port, f"/api/v1/export?format=jsonl&q={_MARK}", seen, seen.searches)
        if body and (lines := body.count(b"\n")) != _STABLE:
            seen.wrong.append(f"{lines} of {_STABLE} articles that never change were exported")
        time.sleep(_PAUSE)


def _get(port: int, address: str, seen: Seen, into: list[float]) -> bytes:
    """Ask once; return what was answered with 200."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        body, status, again = answer.read(), answer.status, answer.headers["Retry-After"]
    except (OSError, http.client.HTTPException) as fault:
        seen.wrong.append(f"{address}: {type(fault).__name__}: {fault}")
        return b""
    finally:
        connection.close()
    into.append(time.monotonic() - started)
    if status == 503 and again:
        seen.busy += 1
        time.sleep(0.05)
    elif status != 200:
        seen.wrong.append(f"{address}: {status} {body[:200]!r}")
    if into[-1] > _TOO_LONG:
        seen.wrong.append(f"{address}: answered after {into[-1]:.1f} s")
    return body if status == 200 else b""


@contextmanager
def _watched(port: int, seen: Seen, until: float) -> Iterator[None]:
    """Ask for /healthz ten times a second while a `with` lasts."""

    def look() -> None:
        while time.monotonic() < until:
            _get(port, "/healthz", seen, seen.health)
            time.sleep(0.1)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _together(workers: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=worker) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def _watching(index: Path) -> Iterator[None]:
    process = subprocess.Popen(_command("watch", "--every", "1", "--index", index), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _change(news: Path, articles: Sequence[object], until: float) -> None:
    chance = random.Random(5)
    while time.monotonic() < until:
        number = chance.randrange(20)
        some = [one for one in articles[number::20] if chance.random() < 0.9]
        write_articles(news / f"part{number}", some)  # type: ignore[arg-type]
        time.sleep(_PAUSE)


def _rebuild(index: Path, until: float, seen: Seen) -> None:
    """Rebuild again and again; where the watch is writing just then, a sentence says so."""
    while time.monotonic() < until:
        done = subprocess.run(
            _command("index", "--rebuild", "--index", index), capture_output=True, text=True, check=False
        )
        if done.returncode and "is being written to" not in done.stderr:
            seen.wrong.append(f"rebuild: {done.stderr[-300:]}")
        time.sleep(_BETWEEN_REBUILDS if not done.returncode else _PAUSE)


def _settle(index: Path) -> None:
    subprocess.run(_command("index", "--index", index), capture_output=True, check=True)


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "searchapp", *map(str, arguments)]


def _differences(now: Mapping[str, object], expected: Mapping[str, object]) -> list[str]:
    return [
        f"{name} differ from those of a new index" for name in ("contents", "answers") if now[name] != expected[name]
    ]
