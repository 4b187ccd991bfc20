"""A program for `test_crash`: it indexes, and is killed, over and over. Prints a line of JSON for each kill.

    python -m tests.crashing ENGINE FOLDER SEED KILLS EVERY

kills a run `KILLS` times at a random moment, and at every `EVERY`th of its steps towards the disk. It forks for each
run, since starting Python anew takes longer than what is to be interrupted.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from searchapp.catalog.ledger_writing import Recorder
from searchapp.engines import create_engine
from tests.indexing import adds_up, article, contents, ledger, lines, looking, run, write

ENGINE = sys.argv[1]
HERE = Path(sys.argv[2])
NEWS, INDEX = HERE / "news", HERE / "index"
KILLS, EVERY = int(sys.argv[4]), int(sys.argv[5])
SETTINGS = {"engine": ENGINE, "commit_articles": 5}


def first_state() -> None:
    shutil.rmtree(NEWS, ignore_errors=True)
    for number in range(9):
        write(NEWS / f"{number}.txt", article(number % 6))  # 6, 7 and 8 are duplicates of 0, 1 and 2
    write(NEWS / "many.jsonl", lines(*({"id": str(n), "body": f"text {n % 9}"} for n in range(12))))


def second_state() -> None:
    (NEWS / "0.txt").unlink()  # 6 steps in
    write(NEWS / "1.txt", article(100))  # 7 steps in
    write(NEWS / "4.txt", article(8))  # becomes the first of a new text
    write(NEWS / "new.txt", article(2))  # a duplicate
    write(NEWS / "empty.txt", "")
    write(NEWS / "many.jsonl", lines(*({"id": str(n), "body": f"text {n % 10}"} for n in range(3, 15))))


def in_a_child(work: Callable[[], Any], kill_after: float | None = None) -> int:
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as fault:
            sys.stderr.write(f"unexpected: {fault!r}\n")
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def dying_at(step: int) -> None:
    """Kill this process at its nth step towards the disk."""
    left = step

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **more)

        return call

    engine_type = type(create_engine(ENGINE, HERE / "unused", "english"))
    os.fsync, os.replace = counted(os.fsync), counted(os.replace)
    for owner, name in ((Path, "replace"), (Path, "unlink"), (Recorder, "commit"), (engine_type, "commit")):
        setattr(owner, name, counted(getattr(owner, name)))


def state_of(index: Path) -> dict[str, Any]:
    with looking(index) as catalog:
        behind = [(file.path, file.duplicate_of) for file in catalog.files().files]
    return {"contents": sorted(contents(index).items()), "ledger": sorted(ledger(index).items()), "behind": behind}


def say(result: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()


def index_it() -> None:
    run(INDEX, NEWS, **SETTINGS)


def index_and_die(step: int) -> None:
    dying_at(step)
    index_it()


def checked(what: str, before: Path | None, expected: dict[str, Any], crash: Callable[[], int]) -> bool:
    """Crash on a copy of an index, run again, compare; say whether there was a crash at all."""
    shutil.rmtree(INDEX, ignore_errors=True)
    if before:
        shutil.copytree(before, INDEX)
    code = crash()
    result: dict[str, Any] = {"what": what, "code": code}

    def again() -> None:
        result["adds_up"] = adds_up(INDEX, run(INDEX, NEWS, **SETTINGS))
        result["same"] = json.loads(json.dumps(state_of(INDEX))) == json.loads(json.dumps(expected))
        say(result)

    in_a_child(again)
    return code != 0


def undone(before: Path, step: int, digests: list[str]) -> None:
    """Crash, put the files back as they were, run: nothing of what they were meanwhile may be found."""
    shutil.rmtree(INDEX)
    shutil.copytree(before, INDEX)
    in_a_child(partial(index_and_die, step))
    shutil.rmtree(NEWS)
    shutil.copytree(HERE / "news-before", NEWS)

    def again() -> None:
        fine = adds_up(INDEX, run(INDEX, NEWS, **SETTINGS))
        same = sorted(digest for _, digest in contents(INDEX).values()) == digests
        say({"what": f"undone {step}", "code": -9, "adds_up": fine, "same": same})

    in_a_child(again)
    shutil.rmtree(NEWS)
    shutil.copytree(HERE / "news-after", NEWS)


def main() -> None:
    (HERE / "unused").mkdir(parents=True)
    before, chance = HERE / "before", random.Random(int(sys.argv[3]))
    first_state()
    started = time.monotonic()
    in_a_child(index_it)
    duration = time.monotonic() - started
    moments = [chance.uniform(0, duration) for _ in range(KILLS)]
    shutil.copytree(INDEX, before)
    shutil.copytree(NEWS, HERE / "news-before")
    first = state_of(INDEX)
    for moment in moments:
        checked(f"new, after {moment:.3f} s", None, first, partial(in_a_child, index_it, moment))
    second_state()
    shutil.copytree(NEWS, HERE / "news-after")
    shutil.rmtree(INDEX)
    shutil.copytree(before, INDEX)
    in_a_child(index_it)
    second = state_of(INDEX)
    digests = sorted(digest for _, (_, digest) in first["contents"])
    step = 1
    while checked(f"step {step}", before, second, partial(in_a_child, partial(index_and_die, step))):
        undone(before, step, digests)
        step += EVERY
    for moment in moments:
        checked(f"changed, after {moment:.3f} s", before, second, partial(in_a_child, index_it, moment))


if __name__ == "__main__":
    main()
