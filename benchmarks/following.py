"""Whether what is followed is told in time, and told for sure.

python -m benchmarks.following FOLDER_OR_FILE [--engine whoosh] [--kills 60]

Indexes the articles but the last 1,000, follows 1,000 searches, indexes the rest, and prints how long it takes to find
what is new for all of them, in seconds of the process. Then it kills the command `news` at random moments with SIGKILL,
lets it run again, and counts matches that were lost, and those that were told twice without its saying so.
"""

import argparse
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.corpus import articles, write
from searchapp.answers.library import opened
from searchapp.answers.news import news_since
from searchapp.answers.saved import saved_searches
from searchapp.article import Article
from searchapp.catalog.saved import SAVED_NAME
from searchapp.cli.following import TOLD_TWICE
from searchapp.engines import ENGINES
from searchapp.indexer import SyncSettings, sync

SEARCHES, NEW = 1_000, 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--engine", choices=sorted(ENGINES), default="whoosh")
    parser.add_argument("--kills", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        told = follow(list(articles(options.source)), Path(place), options.engine)
        print(told)
        print(kill(Path(place) / "index", options.kills))


def follow(everything: Sequence[Article], place: Path, engine: str) -> str:
    """Follow searches over a batch of new articles; say how long finding what is new takes."""
    new = min(NEW, len(everything) // 2)
    old = everything[:-new]
    (place / "news").mkdir()
    write(old, place / "news" / "old.jsonl")
    sync([place / "news"], place / "index", SyncSettings(engine))
    (place / "index" / SAVED_NAME).write_text("".join(searches(everything)), "utf-8")
    run(place / "index")
    write(everything[-new:], place / "news" / "new.jsonl")
    sync([], place / "index")
    with opened(place / "index") as library:
        followed = saved_searches(place / "index").followed
        last = library.catalog.last_number()
        since = dict.fromkeys((one.key for one in followed), last - new)
        started = time.process_time()
        found = news_since(library, followed, since, last)
        seconds = time.process_time() - started
    matches = sum(len(one.matches) for one in found)
    return (
        f"{len(followed):,} searches over {new:,} new articles of {len(everything):,}: {matches:,} in {seconds:.2f} s"
    )


def searches(everything: Sequence[Article]) -> list[str]:
    """Return lines of saved searches, of one to three words of the articles each."""
    chance = random.Random(7)
    words = sorted({word for one in everything for word in re.findall(r"[a-z]{4,}", one.title.lower())})
    joints = (" ", " OR ", ' -"the end" ')
    lines = []
    for number in range(SEARCHES):
        chosen = chance.choices(words, k=1 + number % 3)
        lines.append(f"search {number}\t{chance.choice(joints).join(chosen)}\n")
    return lines


def kill(index: Path, kills: int) -> str:
    """Kill the command at random moments, and run it again each time; say what was lost, or told twice unsaid."""
    memory = index / "news.json"
    before = memory.read_bytes()
    started = time.monotonic()
    wanted = set(run(index)[0])
    duration = time.monotonic() - started
    chance = random.Random(11)
    lost = unsaid = twice = killed = 0
    for _ in range(kills):
        memory.write_bytes(before)
        first, code = broken_off(index, chance.uniform(0, duration))
        second, said = run(index)
        killed += code == -signal.SIGKILL
        lost += len(wanted - {*first, *second})
        again = {*first} & {*second}
        twice += bool(again)
        unsaid += bool(again) and TOLD_TWICE not in said
    return (
        f"{killed} of {kills} runs killed, {len(wanted):,} matches to be told: {lost} lost; told again after "
        f"{twice} kills, without its being said after {unsaid}"
    )


def run(index: Path) -> tuple[list[str], str]:
    """Let the command end; return its lines, and what it says beside.

    Raises:
        SystemExit: it failed.
    """
    done = subprocess.run(_command(index), capture_output=True, text=True, check=False)
    if not re.search(r"^[\d,]+ articles? for ", done.stderr, re.MULTILINE):
        raise SystemExit(f"news failed: {done.stderr}")
    return done.stdout.splitlines(), done.stderr


def broken_off(index: Path, seconds: float) -> tuple[list[str], int]:
    """Kill the command after some time; return the whole lines that it told, and how it ended."""
    with (index.parent / "told").open("w+", encoding="utf-8") as told:
        process = subprocess.Popen(_command(index), stdout=told, stderr=subprocess.DEVNULL)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        code = process.wait()
        told.seek(0)
        lines = told.read()
    return lines[: lines.rfind("\n") + 1].splitlines(), code


def _command(index: Path) -> list[str]:
    return [sys.executable, "-m", "searchapp", "news", "-i", str(index)]


if __name__ == "__main__":
    main()
