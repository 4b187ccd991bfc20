"""The engine contract: the questions that a store of articles is asked, and its answers."""

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
# Facets by which a search can be narrowed; days are for counting over time.
FACETS: tuple[FacetName, ...] = ("author", "source", "language", "month")


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of one query: a deadline on the monotonic clock (seconds), and a number of words for its patterns."""

    deadline: float = float("inf")
    expansions: int = EXPANSIONS

    @classmethod
    def of(cls, seconds: float) -> "Budget":
        """Return the budget of a query that starts now and may take `seconds`."""
        return cls(deadline=time.monotonic() + seconds)

    @property
    def is_spent(self) -> bool:
        """Whether the time has run out."""
        return time.monotonic() > self.deadline

    def look_at_the_clock(self) -> None:
        """Raise OutOfTime if the time has run out."""
        if self.is_spent:
            raise OutOfTime


class OutOfTime(Exception):
    """Raised inside an engine when the time of a question has run out; engines never let it reach their callers."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to an engine: hits `offset` to ``offset + limit`` of `tree`, and the facets, and stories, to count.

    `printings` is the number of copies that a story may have for all its printings to be returned with a hit.
    """

    tree: Node
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    facets: tuple[FacetName, ...] = ()
    budget: Budget = field(default_factory=Budget)
    stories: bool = False
    printings: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. `score` is 0 if the query only filters, or the order is not by relevance."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class Hits:
    """An engine's answer: the `total`, one page of hits, and for each facet its (value, count), most first.

    Facet values with the same `searchapp.text.keyword` are one value, in the spelling that most articles have; used as
    a `Keyword` filter, a value finds exactly `count` articles. Months are ``2025-01``, or ``2025`` if no more is known;
    days are the dates of the articles as far as they are known, ``2025-01-17``, ``2025-01`` or ``2025``.

    `unknown` gives, for the same facets, how many of the articles found have no value. `total_is` tells whether the
    total is exact, which it is unless a pattern was cut (see `expansion`) or the time ran out. `stories` is what
    `count_stories` returns, where an engine counts them with the articles; it may leave that out. `printings` has all
    articles of some stories of these hits, oldest first, by their `first`; an engine may leave out any story.

    Sorted by `added`, the latest addition comes first. Ties of score or date go to the newer article, then to the
    smaller id. `notes` are sentences about what was cut.
    If `is_partial`, the time ran out, and everything here is what was found until then.
    """

    total: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[FacetName, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_partial: bool = False
    total_is: TotalIs = "exact"
    unknown: Mapping[FacetName, int] = field(default_factory=dict)
    stories: int | None = None
    printings: Mapping[str, tuple[Article, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shared:
    """What readers without the index folder need: the values of its manifest, and the file of its ledger.

    Unless it `is_finished`, the run continues and will publish again.
    """

    folder: Path
    manifest: Mapping[str, Any]
    ledger: Path
    is_finished: bool


class Engine(Protocol):
    """A store of articles. One process writes at a time (`searchapp.catalog` enforces it), and any number read.

    Readers see a change after its `commit` and their own next `refresh`, and not before.
    """

    def recover(self) -> None:
        """Finish the commit of a writer that was killed, if one is left half done; who writes calls it first."""

    def put(self, articles: Iterable[Article]) -> None:
        """Add articles; an article replaces one with the same id."""

    def remove(self, ids: Collection[str]) -> None:
        """Remove articles by id; unknown ids are ignored."""

    def commit(self) -> Sequence[Article]:
        """Make all changes since the last commit durable (files and folder synced) and visible; all or none of them.

        Returns the articles that cannot be stored, since they need more memory than there is; no text of theirs stays.

        Raises:
            StorageProblem: they could not be written.
        """

    def close(self) -> None:
        """Release files and processes. Changes that were not committed are lost."""

    def refresh(self) -> bool:
        """Switch to a newer commit, if there is one; return whether there was."""

    def version(self) -> str:
        """Return a name for the commit being read; it differs after each commit and is fit for an ETag."""

    def __len__(self) -> int:
        """Count the articles."""

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""

    def ids(self) -> Iterable[str]:
        """Yield every article's id, until the next commit always in the same order."""

    def articles(self, ids: Iterable[str]) -> Iterable[Article]:
        """Yield articles by id, in the given order; unknown ids are left out."""

    def search(self, ask: Ask) -> Hits:
        """Answer a question."""

    def count(self, tree: Node, budget: Budget) -> int:
        """Count exactly the articles that match; if time runs out, return the count so far."""

    def counts(self, trees: Sequence[Node], budget: Budget) -> Sequence[int]:
        """Count the articles that match each of several trees; if time runs out, of the first of them only."""

    def count_stories(self, tree: Node, budget: Budget) -> int | None:
        """Count the stories of the articles that match, copies of one story once; None if time runs out."""

    def matching(self, tree: Node, budget: Budget) -> Sequence[str]:
        """Return the ids of all articles that match, in no order; if time runs out, those found so far."""

    def each(self, tree: Node, sort: Sort) -> Iterator[Article]:
        """Yield all articles that match, in order, without a limit, and all from one commit."""

    def occurrences(self, leaf: Countable, among: Node, budget: Budget) -> int | None:
        """Count the occurrences of a word or phrase in articles that match `among`; None if only the texts tell."""

    def completions(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return words that start with a folded prefix, with the number of articles that have them, most first."""

    def spellings(self, term: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return other words within two typing errors of a folded one, nearest first, then the most frequent."""


class EngineModule(Protocol):
    """The functions of an engine's module. The folder is the engine's own; it records there what it keeps elsewhere."""

    def create_engine(self, folder: Path, language: str, settings: Mapping[str, str]) -> Engine:
        """Create an empty store in an empty folder, with stems of `language`.

        `settings` are the engine's own, such as the address of a cluster.

        Raises:
            UnknownLanguage: there is no stemmer for `language`.
            StorageProblem: the folder cannot be written to.
        """

    def check_settings(self, language: str, settings: Mapping[str, str]) -> None:
        """Check that a store could be created.

        Raises:
            UnknownLanguage: there is no stemmer for `language`.
            BadRequest: a setting is missing or invalid.
        """

    def settings_of(self, folder: Path) -> Mapping[str, str]:
        """Return the settings by which a store like the one in `folder` is begun, as far as they are known there."""

    def share_engine(self, folder: Path, shared: Shared) -> None:
        """Publish beside the store what readers without the index folder need, if the engine has such readers."""

    def open_engine(self, folder: Path, language: str, settings: Mapping[str, str]) -> Engine:
        """Open the store in `folder`; `settings` may give what has changed since.

        Raises:
            BadRequest: a setting contradicts the store.
            IndexDamaged: the store is missing or cannot be read.
            StorageProblem: the folder cannot be read.
        """

    def check_engine(self, folder: Path) -> Iterator[str]:
        """Read everything in `folder`; yield a sentence for each part that is not what was written.

        Raises:
            IndexDamaged: the damage makes the rest unreadable.
            StorageProblem: the folder cannot be read.
        """

    def discard_engine(self, folder: Path) -> None:
        """Remove the store in `folder`, with what it keeps elsewhere; parts that are missing are no error."""
