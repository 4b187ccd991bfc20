"""Read one file, in a worker process: its articles, then an ending, whatever the file contains."""

import os
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from searchapp import sources
from searchapp.article import Article
from searchapp.catalog.originals import open_below
from searchapp.disk import fingerprint
from searchapp.errors import NoReader, UnreadableFile
from searchapp.indexer.signatures import Signature, signatures
from searchapp.sentences import recorded
from searchapp.sources import Encoding, Options, Remark
from searchapp.sources.archives import DEEPEST, Member, UnpackingBudget, members
from searchapp.sources.passing import PassingFault, machine_faults

_SHOWN = 60  # characters of a title
_AT_ONCE, _LETTERS_AT_ONCE = 16, 50_000  # items that are compared together, and letters of them
_LONGEST_WAIT = 0.5  # seconds that an item waits for others before the next one
_SETTLED = 2_000_000_000  # nanoseconds; a file that is younger may change again without a new mtime

_Item = Article | Remark | Encoding


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read. `key` is its path in the ledger, `path` the one that its articles get.

    Unless `root` is empty, the file has to lie below it with all links resolved.

    `digest` is that of the bytes it had before; if they are unchanged, it is not read.
    """

    key: bytes
    file: str
    path: str
    size: int
    digest: bytes | None = None
    root: str = ""
    without: tuple[tuple[str, str], ...] = ()  # records or members that ended a process, and why


@dataclass(frozen=True, slots=True)
class Start:
    """The file is read from its beginning; earlier pieces of it are void. `digest` is that of its bytes, if known."""

    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article that was read, with its digest and its signature."""

    article: Article
    digest: bytes
    signature: Signature


@dataclass(frozen=True, slots=True)
class End:
    """The end of reading a file. `reason` says why it could not be read, or not to its end.

    Without `mtime`, the next run reads it again. A file of an unsupported kind `is_skipped`.
    """

    size: int = 0
    mtime: int | None = None
    ctime: int | None = None
    digest: bytes | None = None
    reason: str = ""
    is_unchanged: bool = False
    is_skipped: bool = False
    is_gone: bool = False
    members: int | None = None  # of an archive


@dataclass(frozen=True, slots=True)
class Within:
    """A piece of a member of an archive, or of an archive inside it; `name` is the member's path there."""

    name: str
    piece: "Start | ReadArticle | Remark | Encoding | End"


Piece = Start | ReadArticle | Remark | Encoding | End | Within


def read_file(job: Job, options: Options) -> Iterator[Piece]:
    """Yield a `Start`, the contents of the file, and an `End`; only an `End` if the file is not read."""
    try:
        with open_below(Path(job.root), Path(job.file)) if job.root else Path(job.file).open("rb") as stream:
            before = os.fstat(stream.fileno())
            opened = sources.prepare(Path(job.file), job.path, options, (before.st_dev, before.st_ino))
            digest = fingerprint(stream)
    except UnreadableFile as fault:
        yield Start()
        yield replace(_ending(before), reason=str(fault), is_skipped=isinstance(fault, NoReader))
        return
    except FileNotFoundError:
        yield End(is_gone=True)
        return
    except OSError as fault:
        yield Start()
        yield End(reason=recorded("It cannot be read: {fault}.", fault=str(fault.strerror)))
        return
    end = replace(_ending(before), digest=digest)
    if digest == job.digest:
        yield replace(end, is_unchanged=True)
        return
    yield Start(digest)
    try:
        if opened.suffix in sources.ARCHIVES:
            count, reason = yield from _members(opened, job, "", UnpackingBudget.of(opened))
            end = replace(end, members=count)
        else:
            reason = yield from _contents(opened, job.path, job)
    except PassingFault as fault:
        end, reason = replace(end, mtime=None, digest=None), str(fault)
    if _has_changed(job.file, before):
        yield Remark("", "It changed while it was being read. The next run reads it again.", left_out=False)
        end = replace(end, mtime=None)
    yield replace(end, reason=reason)


def given_up(job: Job, reason: str) -> End:
    """Return the ending of a file that was given up: it is not read again until it changes."""
    try:
        found = Path(job.file).stat()
    except OSError:
        return End(reason=reason)
    return replace(_ending(found), reason=reason)


def _contents(opened: sources.Opened, path: str, job: Job) -> Generator[Piece, None, str]:
    """Yield what a reader finds; return why it stopped early, or an empty string."""
    at_once = 1 if job.without else _AT_ONCE  # what ended a process may do so again: nothing is to wait for it
    waiting, letters, since = list[_Item](), 0, time.monotonic()
    reason = ""
    try:
        for item in _read(opened, path):
            waiting.append(item)
            letters += len(item.body) if isinstance(item, Article) else 0
            if len(waiting) >= at_once or letters > _LETTERS_AT_ONCE or time.monotonic() - since > _LONGEST_WAIT:
                some, waiting, letters = waiting, [], 0
                yield from _compared(some)
                since = time.monotonic()
    except PassingFault:
        yield from _compared(waiting)
        raise
    except UnreadableFile as fault:
        reason = str(fault)
    except MemoryError:
        reason = recorded("It needs more memory than one file may use.")
    except Exception as fault:  # a fault of any reader, also of another package's, must not stop the run
        reason = recorded("Its reader failed: {error}: {fault}", error=type(fault).__name__, fault=str(fault))
    yield from _compared(waiting)
    return reason


def _read(opened: sources.Opened, path: str) -> Iterator[_Item]:
    with machine_faults():  # of the libraries, too
        yield from sources.read_prepared(opened, path)


def _compared(items: Sequence[_Item]) -> list[ReadArticle | Remark | Encoding]:
    """Give each article its digest and its signature."""
    articles = [item for item in items if isinstance(item, Article)]
    try:
        signed = iter(signatures(articles))
        return [
            ReadArticle(item, bytes.fromhex(item.digest), next(signed)) if isinstance(item, Article) else item
            for item in items
        ]
    except MemoryError:
        if len(items) > 1:
            return [piece for item in items for piece in _compared([item])]
        return [Remark(articles[0].title[:_SHOWN], "is not read: it needs more memory than one article may use")]


def _members(
    opened: sources.Opened, job: Job, folder: str, budget: UnpackingBudget
) -> Generator[Piece, None, tuple[int, str]]:
    """Yield the contents of an archive's members; return their number, and why it stopped early, if it did."""
    count = 0
    try:
        for member in members(opened, budget):
            count += 1
            name = f"{folder}{member.name}"
            yield from _member(member, name, job, opened.options, budget)
    except UnreadableFile as fault:
        return count, str(fault)
    return count, ""


def _member(member: Member, name: str, job: Job, options: Options, budget: UnpackingBudget) -> Iterator[Piece]:
    end = End(member.size, reason=member.reason, is_skipped=member.is_skipped)
    end = replace(end, reason=dict(job.without).get(name, end.reason))
    if member.file and name not in dict(job.without):
        with member.file.open("rb", buffering=0) as stream:
            end = replace(end, digest=fingerprint(stream))
        try:
            opened = sources.prepare(member.file, f"{job.path}/{name}", options)
        except UnreadableFile as fault:
            end = replace(end, reason=str(fault), is_skipped=isinstance(fault, NoReader))
        else:
            if opened.suffix in sources.ARCHIVES:
                end = yield from _archive_within(opened, name, job, budget, end)
            else:
                yield Within(name, Start(end.digest))
                try:
                    reason = yield from _within(name, _contents(opened, f"{job.path}/{name}", job))
                except PassingFault as fault:
                    yield Within(name, replace(end, digest=None, reason=str(fault)))
                    raise
                yield Within(name, replace(end, reason=reason))
                return
    yield Within(name, Start())
    yield Within(name, end)


def _archive_within(
    opened: sources.Opened, name: str, job: Job, budget: UnpackingBudget, end: End
) -> Generator[Piece, None, End]:
    """Yield the contents of an archive inside another; return its ending."""
    if _depth(name) > DEEPEST:
        return replace(end, reason=recorded("It is an archive nested too deeply in other archives."))
    count, reason = yield from _members(opened, job, f"{name}/", budget)
    return replace(end, members=count, reason=reason)


def _depth(name: str) -> int:
    """Count the archives in the path of a member."""
    return sum(sources.is_archive(part) for part in name.split("/"))


def _within(name: str, pieces: Generator[Piece, None, str]) -> Generator[Piece, None, str]:
    while True:
        try:
            piece = next(pieces)
        except StopIteration as ended:
            reason: str = ended.value
            return reason
        if not isinstance(piece, Within):
            yield Within(name, piece)


def _ending(found: os.stat_result) -> End:
    """Return the ending of a file with this `stat` result."""
    is_settled = time.time_ns() - found.st_mtime_ns > _SETTLED
    return End(found.st_size, found.st_mtime_ns if is_settled else None, found.st_ctime_ns)


def _has_changed(file: str, before: os.stat_result) -> bool:
    try:
        after = Path(file).stat()
    except OSError:
        return True
    return (after.st_size, after.st_mtime_ns, after.st_ino) != (before.st_size, before.st_mtime_ns, before.st_ino)
