"""File what was read in the engine and the ledger, in batches that end up in both or in neither.

A commit first records on disk which articles it may change, then commits the engine, then the ledger, and then removes
the record. After a crash in between, the record names the articles to repair (`repair`).
"""

import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from searchapp.article import Article
from searchapp.catalog.copies import Printing
from searchapp.catalog.ledger import MOST_REMARKS, Status
from searchapp.catalog.ledger_writing import Outcome, Turn
from searchapp.catalog.paths import restored, shown, stored
from searchapp.catalog.writing import Writing
from searchapp.engines import Engine
from searchapp.engines.fields import CLOCK_BITS, LAST_DAY, clock, days
from searchapp.engines.stored import pack
from searchapp.indexer.events import Committed, Event, FileRead
from searchapp.indexer.reading import End, Job, Piece, ReadArticle, Start, Within
from searchapp.memory import give_back
from searchapp.parts import in_parts
from searchapp.sentences import marked, recorded
from searchapp.sources import Encoding, Remark, version_of

_TOO_LARGE = recorded(
    "is not in the index: it needs more memory than there is. It is tried again when its file changes."
)
_ONLY_SOME = marked("Only {number} of its articles could be read. {why}")
_ONLY_ONE_FILE = marked("Only 1 file of it could be read. {why}")
_ONLY_FILES = marked("Only {number} files of it could be read. {why}")
_LONGEST_REMARK = 500  # characters
_FETCHED = 200  # articles that are asked for at once
_AT_ONCE, _LETTERS_AT_ONCE = 1_000, 8_000_000  # articles, and their characters, that wait for the search for copies


@dataclass(slots=True)
class Batch:
    """Changes to engine and ledger since the last commit; the next is due after `most` changes or some seconds."""

    held: Writing
    engine: Engine
    on_event: Callable[[Event], None]
    most: int
    seconds: float
    changed: list[str] = field(default_factory=list)
    waiting: dict[str, tuple[Article, Printing]] = field(default_factory=dict)  # for the search for copies
    letters: int = 0  # characters of these
    gone: set[str] = field(default_factory=set)
    since: float = field(default_factory=time.monotonic)
    open: "dict[int, _Reading]" = field(default_factory=dict)  # the files being read, by their number
    late: Counter[str] = field(default_factory=Counter)  # changes of files by status, after they were counted
    late_left_out: int = 0

    def put(self, text: ReadArticle, *, has_file_changed: bool) -> None:
        """Add an article to the batch; it goes to the engine with others, once its copies are known."""
        arrivals = self.held.ledger.arrivals
        moments = arrivals.arrive(text.article.id, text.digest, has_file_changed=has_file_changed)
        article, signature = replace(text.article, **moments._asdict()), text.signature
        self.gone.discard(article.id)
        made_of = (signature.words, signature.text, signature.slots)
        printing = Printing(article.id, text.digest, moment(article), *made_of)
        self.waiting[article.id] = article, printing
        self.letters += len(article.body)
        if len(self.waiting) >= _AT_ONCE or self.letters > _LETTERS_AT_ONCE:
            self._hand_over()

    def keep_version(self, article_id: str, digest: bytes) -> None:
        """Keep the text that an article had until now, if the engine still has it."""
        versions = self.held.ledger.versions
        former = self.engine.get(article_id) if versions.kept else None
        if former and former.digest == digest.hex():
            versions.add(article_id, pack(former))

    def settle_copies(self) -> None:
        """Update, in the engine, each article that has become a copy or the first of its copies, or no longer is."""
        self._hand_over()
        if not self.held.ledger.copies.is_unsettled():
            return
        self.commit()
        for some in in_parts(self.held.ledger.copies.settle(), _FETCHED):
            places = dict(some)
            for article in self.engine.articles(places):
                self._put(replace(article, **places[article.id]._asdict()))
            self.commit_if_due()

    def remove(self, ids: Collection[str]) -> None:
        """Remove articles from the engine."""
        if ids:
            self.changed.extend(ids)
            self.gone.update(ids)
            for article_id in ids:
                self.waiting.pop(article_id, None)
            self.held.ledger.arrivals.leave(ids)
            self.engine.remove(ids)

    def commit_if_due(self) -> None:
        """Commit if the batch has become large or old."""
        if len(self.changed) + len(self.waiting) >= self.most or time.monotonic() - self.since > self.seconds:
            self.commit()

    def commit(self, *, is_last: bool = False) -> None:
        """Make all changes durable and visible."""
        self._hand_over()
        if self.changed:
            self.held.announce(self.changed)
            for article in self.engine.commit():
                self._set_aside(article)
        root = self.held.ledger.root() if is_last else ""
        coverage = replace(self.held.ledger.coverage(), is_finished=is_last, root=root)
        self.held.ledger.commit()
        self.held.settle()
        self.held.tell(coverage)
        give_back()
        self.changed, self.since = [], time.monotonic()
        self.on_event(Committed(coverage.articles))

    def _set_aside(self, article: Article) -> None:
        """Report an article that the engine could not store, whether its file is still being read or not."""
        where = _cut(article.title or article.id)
        aside = self.held.ledger.set_aside(article.id, where, _TOO_LARGE)
        if reading := self.open.get(aside.file):
            reading.articles -= 1
            reading.left_out += 1
            reading.remarks += 1
            reading.first_remark = reading.first_remark or f"{where}: {_TOO_LARGE}"
            return
        self.late_left_out += 1
        self.late.update({aside.status: 1})
        self.late.subtract({aside.former: 1})

    def _hand_over(self) -> None:
        """Give the engine what is waiting: most copies come near each other, and need not be put again then."""
        copies = self.held.ledger.copies
        copies.take(self.gone, [printing for _, printing in self.waiting.values()])
        places = copies.places(self.waiting)
        for article, _ in self.waiting.values():
            place = places[article.id]
            self._put(replace(article, **place._asdict()) if place.copies else article)
        self.waiting, self.letters, self.gone = {}, 0, set()

    def _put(self, article: Article) -> None:
        self.changed.append(article.id)
        self.engine.put((article,))


def repair(batch: Batch) -> None:
    """Repair what a crash between two commits left: remove articles that the ledger lacks, reread the others."""
    pending = batch.held.pending()
    if not pending:
        return
    known = {article_id for article_id in pending if batch.held.ledger.is_indexed(article_id)}
    for article_id in known:
        batch.held.ledger.look_again(article_id)
    batch.remove([article_id for article_id in pending if article_id not in known])
    batch.commit()


@dataclass(slots=True)
class _Reading:
    """A file that is being read, and the results so far."""

    turn: Turn
    has_changed: bool  # or may have; if not, a new text comes from a new version of its reader, and is not an edit
    articles: int = 0
    duplicates: int = 0
    left_out: int = 0
    remarks: int = 0
    notes: int = 0
    first_remark: str = ""
    encoding: Encoding | None = None


@dataclass(slots=True)
class Filing:
    """Files the pieces of one file after another, and counts the files by status."""

    batch: Batch
    reading: str
    counts: Counter[str] = field(default_factory=Counter)
    records_left_out: int = 0
    are_planned: bool = True  # whether the files are those of the plan
    _current: _Reading | None = None
    _member: tuple[Job, _Reading] | None = None
    _of_members: Counter[str] = field(default_factory=Counter)

    def take(self, job: Job, piece: Piece) -> None:
        """File one piece of a file."""
        match piece:
            case Start(digest):
                self._current, self._member = self._begin(job.key, digest), None
                self._of_members.clear()
            case End():
                self._end(job, piece)
            case Within(name, inner) if self._current:
                self._take_member(self._current.turn, job, name, inner)
            case _ if self._current:
                self._add(self._current, piece)

    def drop(self, file: int) -> None:
        """Remove a file that is gone from engine and ledger."""
        self.batch.remove(self.batch.held.ledger.drop(file))
        self.batch.commit_if_due()

    def _begin(self, key: bytes, digest: bytes | None, archive: Turn | None = None) -> _Reading:
        ledger = self.batch.held.ledger
        has_changed = ledger.has_changed(key, digest)  # before `start`, which deletes the digest
        turn = ledger.start(key, archive)
        self.batch.open[turn.file] = reading = _Reading(turn, has_changed)
        return reading

    def _add(self, current: _Reading, piece: Piece) -> None:
        match piece:
            case ReadArticle():
                self._place(current, piece)
            case Encoding():
                current.encoding = piece
            case Remark(where, reason, is_note=True):
                current.notes += 1
                if current.notes <= MOST_REMARKS:
                    self.batch.held.ledger.add_remark(current.turn, _cut(where), _cut(reason), is_note=True)
            case Remark(where, reason, left_out):
                current.left_out += left_out
                current.remarks += 1
                current.first_remark = current.first_remark or f"{where}: {reason}".removeprefix(": ")
                if current.remarks <= MOST_REMARKS:
                    self.batch.held.ledger.add_remark(current.turn, _cut(where), _cut(reason))

    def _place(self, current: _Reading, text: ReadArticle) -> None:
        current.articles += 1
        placed = self.batch.held.ledger.place(current.turn, text.article.id, text.digest)
        former = placed.former_digest
        if placed.duplicate_of:
            current.duplicates += 1
            if former:
                self.batch.remove((placed.id,))
        else:
            if former and former != text.digest and current.has_changed:
                self.batch.keep_version(placed.id, former)
            named = replace(text, article=replace(text.article, id=placed.id))
            self.batch.put(named, has_file_changed=current.has_changed)
        self.batch.commit_if_due()

    def _end(self, job: Job, end: End) -> None:
        ledger = self.batch.held.ledger
        if end.is_gone:
            if (file := ledger.file_at(job.key)) is not None:
                self.drop(file)
                self.counts["removed"] += 1
            return
        if end.is_unchanged or not self._current:
            ledger.touch(job.key, end.size, end.mtime, end.ctime)
            for status, count in ledger.count_members(job.key).items():
                self.counts["unchanged" if status in ("indexed", "duplicate") else status] += count
            self._tell(job, "unchanged", "", 0)
            return
        current, self._current = self._current, None
        self._end_archive(current, end)
        del self.batch.open[current.turn.file]
        outcome = _outcome(current, end)
        self.batch.remove(ledger.finish(current.turn, outcome, self.reading + version_of(job.path, Path(job.file))))
        self.records_left_out += current.left_out
        self._tell(job, outcome.status, outcome.reason, current.articles)
        self.batch.commit_if_due()

    def _take_member(self, archive: Turn, job: Job, name: str, piece: Piece) -> None:
        """File one piece of a member of the archive being read."""
        if isinstance(piece, Start):
            key = job.key + b"/" + stored(name)
            member = Job(key, "", shown(restored(key)), 0)
            self._member = member, self._begin(key, piece.digest, archive)
        elif self._member and isinstance(piece, End):
            member, reading = self._member
            self._end_member(member, reading, piece)
        elif self._member:
            self._add(self._member[1], piece)

    def _end_member(self, job: Job, reading: _Reading, end: End) -> None:
        self._member = None
        del self.batch.open[reading.turn.file]
        outcome = _outcome(reading, end)
        self.batch.remove(self.batch.held.ledger.finish(reading.turn, outcome, self.reading))
        self.records_left_out += reading.left_out
        self._of_members[outcome.status] += 1
        self.batch.on_event(FileRead(job.path, outcome.status, outcome.reason, 0, reading.articles, is_planned=False))
        self.batch.commit_if_due()

    def _end_archive(self, current: _Reading, end: End) -> None:
        """Finish the member being read when its archive ended, and drop members that are gone."""
        if self._member:
            self._end_member(*self._member, End(reason=end.reason or recorded("It could not be read to the end.")))
        for file in self.batch.held.ledger.members_gone(current.turn):
            self.drop(file)
        self.counts.update(self._of_members)
        self._of_members.clear()

    def _tell(self, job: Job, status: str, reason: str, articles: int) -> None:
        self.counts[status] += 1
        self.batch.on_event(FileRead(job.path, status, reason, job.size, articles, self.are_planned))


def _outcome(current: _Reading, end: End) -> Outcome:
    status: Status = "indexed"
    reason = end.reason
    if end.is_skipped:
        status = "skipped"
    elif end.members is not None:
        status, reason = _of_archive(end.members, end.reason)
    elif not current.articles:
        status, reason = "error", end.reason or current.first_remark or recorded("It contains no article.")
    elif end.reason:
        status, reason = "error", recorded(_ONLY_SOME, number=current.articles, why=end.reason)
    elif current.articles == current.duplicates:
        status = "duplicate"
    encoding = current.encoding or Encoding("", 0.0, "")
    return Outcome(
        status, reason, end.size, end.mtime, end.ctime, end.digest,
        encoding.name, encoding.confidence if current.encoding else None, encoding.how,
        current.articles, current.duplicates, current.left_out, current.remarks,
    )  # fmt: skip


def moment(article: Article) -> str:
    """Return a key that orders printings by time; a date known only by its month counts as the month's last day."""
    last_day, hour = days(article.date)[1] or LAST_DAY, clock(article)
    return f"{last_day:08}{hour or 1 << CLOCK_BITS:06}"


def _of_archive(members: int, fault: str) -> tuple[Status, str]:
    """Return the status and reason of an archive, whose members are listed separately."""
    if fault:
        only = recorded(_ONLY_ONE_FILE if members == 1 else _ONLY_FILES, number=members, why=fault)
        return "error", only if members else fault
    if not members:
        return "error", recorded("It contains no files.")
    several = recorded("an archive of {number} files", number=members)
    return "indexed", recorded("an archive of 1 file") if members == 1 else several


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_REMARK else f"{text[: _LONGEST_REMARK - 1]}…"
