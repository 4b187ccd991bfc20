"""kill -9 at random moments of all that writes: after the next run, the index is the one that would have been."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.hardening.children import in_child
from benchmarks.hardening.made import state, write_news
from benchmarks.hardening.tally import Tally
from searchapp.catalog import open_catalog
from searchapp.catalog.saved import save, saved_text
from searchapp.errors import NoIndex
from searchapp.indexer import SyncSettings, sync
from searchapp.indexer.migrating import migrate
from searchapp.indexer.watching import watch

ENGINES = ("whoosh", "tantivy")
_ARTICLES = 90
_SAVED = 20
_BATCH = 20  # articles between two commits
_PAUSE = 0.03  # seconds between two changes that are watched


@dataclass(frozen=True)
class Work:
    """A folder with `news`, and the `index` of them that is written to."""

    folder: Path
    engine: str

    @property
    def news(self) -> Path:
        return self.folder / "news"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    @property
    def settings(self) -> SyncSettings:
        return SyncSettings(processes=0, commit_articles=_BATCH)

    def begin(self) -> None:
        """Index anew."""
        sync([self.news], self.index, SyncSettings(self.engine, processes=0, commit_articles=_BATCH))

    def sync(self) -> None:
        """Bring the index in line with its folder."""
        sync([], self.index, self.settings)

    def rebuild(self) -> None:
        """Read everything again."""
        sync([], self.index, SyncSettings(rebuild=True, processes=0, commit_articles=_BATCH))

    def migrate(self) -> None:
        """Move the index to the other engine, unless it has that already; end the run before, if it was broken off."""
        other = next(name for name in ENGINES if name != self.engine)
        with closing(open_catalog(self.index)) as catalog:
            current = catalog.engine
        if current != other:
            sync([], self.index, self.settings)
            migrate(self.index, other)

    def watch(self) -> None:
        """Watch the folder while it changes, one file after the other."""
        stop = threading.Event()
        threading.Thread(target=partial(self._change, stop), daemon=True).start()
        watch([self.news], self.index, self.settings, every=0.1, stop=stop)
        self.change()
        self.sync()

    def change(self) -> None:
        """Put the later state of the articles in place at once."""
        write_news(self.news, _ARTICLES, is_later=True)

    def save(self) -> None:
        """Save searches."""
        for number in range(_SAVED):
            if f"search {number}\t" not in saved_text(self.index):
                save(self.index, f"search {number}", f"gas OR oil{number}")

    def _change(self, stop: threading.Event) -> None:
        later = self.folder / "later"
        write_news(later, _ARTICLES, is_later=True)
        for file in sorted(path for path in later.rglob("*") if path.is_file()):
            time.sleep(_PAUSE)
            at = self.news / file.relative_to(later)
            at.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, at)
        time.sleep(1)
        stop.set()


@dataclass(frozen=True)
class Operation:
    """Something that writes. `has_index` says whether there is an index before, `is_behind` whether the folder changed."""

    name: str
    run: Callable[[Work], None]
    has_index: bool = True
    is_behind: bool = False


OPERATIONS = (
    Operation("index", Work.begin, has_index=False),
    Operation("sync", Work.sync, is_behind=True),
    Operation("rebuild", Work.rebuild),
    Operation("migrate", Work.migrate),
    Operation("watch", Work.watch, is_behind=True),
    Operation("save", Work.save),
)


def kill(
    folder: Path,
    count: int,
    seed: int,
    operations: Sequence[Operation] = OPERATIONS,
    engines: Sequence[str] = ENGINES,
) -> Iterator[Tally]:
    """Kill each operation on each engine about as often, `count` times in all."""
    each = -(-count // (len(operations) * len(engines)))
    for operation in operations:
        tally = Tally(f"kill -9, {operation.name}")
        for engine in engines:
            work = Work(folder / f"{operation.name}-{engine}", engine)
            _kill(operation, work, each, Random(f"{seed} {operation.name} {engine}"), tally)
        yield tally


def prepare(operation: Operation, work: Work) -> Callable[[], None]:
    """Make what an operation begins with; return what puts it back there."""
    before = work.folder / "before"
    write_news(work.news, _ARTICLES)
    if operation.has_index:
        done = in_child(work.begin)
        assert not (done.is_told or done.is_failed), done.said
        shutil.copytree(work.index, before / "index")
    if operation.is_behind and operation.name != "watch":
        work.change()
    shutil.copytree(work.news, before / "news")

    def put_back() -> None:
        for name in ("index", "news"):
            shutil.rmtree(work.folder / name, ignore_errors=True)
            if (before / name).exists():
                shutil.copytree(before / name, work.folder / name)

    return put_back


def _kill(operation: Operation, work: Work, count: int, random: Random, tally: Tally) -> None:
    put_back = prepare(operation, work)
    run = partial(operation.run, work)
    started = time.monotonic()
    in_child(run)
    duration = time.monotonic() - started
    expected = in_child(partial(state, work.index)).said
    for _ in range(count):
        put_back()
        moment = random.uniform(0, duration)
        killed = in_child(run, moment)
        what = f"{operation.name}, {work.engine}, killed after {moment:.3f} of {duration:.3f} s"
        tally.tried += killed.is_killed
        tally.lost += [f"{what}: {problem}" for problem in _problems(run, work, expected)]


def _problems(run: Callable[[], None], work: Work, expected: Any) -> Iterator[str]:
    """Search what was left, run again, and compare with what would have been."""
    left = in_child(partial(_searched, work.index))
    if left.is_told or left.is_failed:
        yield f"what was left cannot be searched: {left.said}"
    again = in_child(run)
    if again.is_told or again.is_failed:
        yield f"the next run failed: {again.said}"
        return
    now = in_child(partial(state, work.index))
    if now.said != expected:
        yield f"another index: {_difference(now.said, expected)}"


def _searched(index: Path) -> bool:
    try:
        return bool(state(index))
    except NoIndex:
        return False


def _difference(now: Any, expected: Any) -> str:
    if not isinstance(now, dict):
        return str(now)
    return "; ".join(
        f"{name}: {now[name]!r:.200} for {expected[name]!r:.200}" for name in now if now[name] != expected[name]
    )
