"""The engine contract: what is asked of a store of articles, and what it answers."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from searchapp.article import Article
from searchapp.query.bounds import EXPANSIONS
from searchapp.query.tree import Countable, Node

Sort = Literal["relevance", "newest", "oldest", "added"]
TotalIs = Literal["exact", "at_least", "at_most"]
FacetName = Literal["author", "source", "language", "month", "day"]
# Those that narrow a search; days are for counting over time.
FACETS: tuple[FacetName, ...] = ("author", "source", "language", "month")


@dataclass(frozen=True, slots=True)
class Budget:
    """What one query may spend: a moment on the monotonic clock (seconds), and words that its patterns may become."""

    deadline: float = float("inf")
    expansions: int = EXPANSIONS

    @classmethod
    def of(cls, seconds: float) -> "Budget":
        """Return the budget of a query that starts now and may take `seconds`."""
        return cls(deadline=time.monotonic() + seconds)

    @property
    def is_spent(self) -> bool:
        """Whether time has run out."""
        return time.monotonic() > self.deadline

    def look_at_the_clock(self) -> None:
        """Raise OutOfTime when time runs out."""
        if self.is_spent:
            raise OutOfTime


class OutOfTime(Exception):
    """Raised inside an engine where the time of a question is over; never reaches whoever asked."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to an engine: hits `offset` to ``offset + limit`` of `tree`, and the facets to count."""

    tree: Node
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    facets: tuple[FacetName, ...] = ()
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found. `score` is 0 where a query only filters or the order is by date."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class Hits:
    """An engine's answer: the `total`, one page of hits, and for each facet its (value, count), most first.

    Facet values that are one `searchapp.text.keyword` are one value, written the way most articles write it; a value
    used as a `Keyword` filter finds exactly `count` articles. Months are ``2025-01``, or ``2025`` where that is all
    that is known; days are the dates of the articles as far as they are known, ``2025-01-17``, ``2025-01`` or ``2025``.

    `unknown` tells for the same facets how many of the articles found have no value. `total_is` says whether the total
    is exact, which it is unless a pattern was cut (see `expansion`) or time ran out.

    Sorted by `added`, what came last into the index is first. Ties of score or date go to the newer article, then to
    the smaller id. `notes` are sentences about what was cut.
    Where `is_partial`, the time ran out, and everything in here is what was found until then.
    """

    total: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[FacetName, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_partial: bool = False
    total_is: TotalIs = "exact"
    unknown: Mapping[FacetName, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shared:
    """What readers elsewhere need of an index folder: the values of its manifest, and its ledger, a file.

    Unless it `is_finished`, the run goes on, and there will be more.
    """

    folder: Path
    manifest: Mapping[str, Any]
    ledger: Path
    is_finished: bool


class Engine(Protocol):
    """A store of articles. One process writes at a time (`searchapp.catalog` sees to it), any number reads.

    What was put or removed is seen by no reader before `commit`, and by a reader after its next `refresh`.
    """

    def recover(self) -> None:
        """Finish the commit of a writer that was killed, if one is left half done; who writes calls it first."""

    def put(self, articles: Iterable[Article]) -> None:
        """Add articles; one whose id is there already takes its place."""

    def remove(self, ids: Collection[str]) -> None:
        """Take articles out by id; unknown ids are ignored."""

    def commit(self) -> None:
        """Make all since the last commit durable (files and folder synced) and visible; all of it or none.

        Raises:
            StorageProblem: the disk did not take it.
        """

    def close(self) -> None:
        """Let go of files and processes. What was not committed is dropped."""

    def refresh(self) -> bool:
        """Take up a newer commit, if there is one; say whether there was."""

    def version(self) -> str:
        """Name the commit that is read: another text after each commit, good for an ETag."""

    def __len__(self) -> int:
        """Count the articles."""

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""

    def ids(self) -> Iterable[str]:
        """Yield every article's id, until the next commit always in the same order."""

    def articles(self, ids: Iterable[str]) -> Iterable[Article]:
        """Yield articles by their ids, in that order; ids that are not there are left out."""

    def search(self, ask: Ask) -> Hits:
        """Answer a question."""

    def count(self, tree: Node, budget: Budget) -> int:
        """Count exactly how many articles match; what was counted so far, when time runs out."""

    def count_stories(self, tree: Node, budget: Budget) -> int | None:
        """Count the stories that the articles that match tell: copies of one story once; None when time runs out."""

    def matching(self, tree: Node, budget: Budget) -> Sequence[str]:
        """Return the ids of all articles that match, in no order; those found so far, when time runs out."""

    def each(self, tree: Node, sort: Sort) -> Iterator[Article]:
        """Yield all articles that match, in order, without bound; all of them as one commit has them."""

    def occurrences(self, leaf: Countable, among: Node, budget: Budget) -> int | None:
        """Count how often a word or phrase stands in the articles that match `among`; None if only texts tell."""

    def completions(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return words that start with a folded prefix, with the number of articles they are in, most first."""

    def spellings(self, term: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return other words up to two typing errors from a folded one, nearest first, then those in most articles."""


class EngineModule(Protocol):
    """What the module of an engine offers. The folder is the engine's own; what it keeps elsewhere it notes there."""

    def create_engine(self, folder: Path, language: str, settings: Mapping[str, str]) -> Engine:
        """Begin an empty store in an empty folder, with stems of `language`.

        `settings` are the engine's own, such as the address of a cluster.

        Raises:
            UnknownLanguage: there is no stemmer for `language`.
            StorageProblem: the folder cannot be written to.
        """

    def check_settings(self, language: str, settings: Mapping[str, str]) -> None:
        """Make sure that a store could be begun.

        Raises:
            UnknownLanguage: there is no stemmer for `language`.
            BadRequest: a setting is missing, or cannot be.
        """

    def settings_of(self, folder: Path) -> Mapping[str, str]:
        """Return the settings by which a store like the one in `folder` is begun, as far as they are known there."""

    def share_engine(self, folder: Path, shared: Shared) -> None:
        """Lay down beside the store, where readers without the index folder find it, what they need; if it has readers
        elsewhere.
        """

    def open_engine(self, folder: Path, language: str, settings: Mapping[str, str]) -> Engine:
        """Open the store that was begun in `folder`; `settings` may say what has changed since.

        Raises:
            BadRequest: a setting contradicts the store.
            IndexDamaged: what was begun there is missing, or cannot be read.
            StorageProblem: the folder cannot be read.
        """

    def check_engine(self, folder: Path) -> Iterator[str]:
        """Read all that is in `folder`; yield a sentence for each part that is not what was written.

        Raises:
            IndexDamaged: there is so much damage that the rest cannot be found.
            StorageProblem: the folder cannot be read.
        """

    def discard_engine(self, folder: Path) -> None:
        """Remove what the store in `folder` keeps, there and elsewhere; what is missing already is no error."""
