"""Saved searches: what each finds now, what is new for it, and how its answer differs from the one kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from searchapp.answers.differences import Differences, compare
from searchapp.answers.library import Library, digests_found
from searchapp.answers.lists import Entry, Problem, read_list
from searchapp.answers.news import Followed, arrivals_from, arrivals_of_each
from searchapp.answers.request import Request, read
from searchapp.catalog import Arrival, Coverage
from searchapp.catalog.kept import KeptAnswer, forget, keep, last_kept
from searchapp.catalog.saved import save as save_line
from searchapp.catalog.saved import saved_text, telling
from searchapp.catalog.saved import unsave as remove_line
from searchapp.engines import Budget
from searchapp.errors import BadRequest
from searchapp.query import parse
from searchapp.query.dates import read_range
from searchapp.query.tree import Dates
from searchapp.query.unparse import render
from searchapp.sentences import sentence

_EVERYTHING = "added:1970.."  # a line without a query would be taken for a query itself


@dataclass(frozen=True, slots=True)
class SavedSearches:
    """The saved searches of an index, in their order, and the invalid lines."""

    followed: tuple[Followed, ...]
    problems: tuple[Problem, ...] = ()

    def named(self, name: str) -> Followed:
        """Return the search with a name.

        Raises:
            BadRequest: there is no such search.
        """
        for one in self.followed:
            if one.entry.label == name:
                return one
        missing = sentence("There is no saved search {name}.", name=repr(name))
        raise BadRequest(missing, ("searchapp", "saved"), "List them with")


@dataclass(frozen=True, slots=True)
class SavedCount:
    """A saved search: how many articles it finds now, and the numbers of the changes since a moment that it finds."""

    entry: Entry
    total: int
    new: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SavedCounts:
    """A page of the saved searches; `last` is the number of the last change.

    If `is_partial`, there was not enough time for the whole page.
    """

    rows: tuple[SavedCount, ...]
    saved: int
    problems: tuple[Problem, ...]
    last: int
    coverage: Coverage
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a saved search finds now, and what was kept of it at a moment, when its query may have been different."""

    entry: Entry
    kept: KeptAnswer
    differences: Differences


def save(library: Library, name: str, request: Request) -> int:
    """Save a search, and return the number of articles that it finds now.

    New matches are news from now on, and its present answer is kept for later comparison.

    Raises:
        BadRequest: the name is invalid or taken.
        IndexChanging: the index is being written to; the search is saved, but its answer is not kept.
    """
    index = library.catalog.folder
    query = render(read(request).tree) if request.filters else request.words
    save_line(index, name, query.strip() or _EVERYTHING)
    with telling(index) as memory:
        memory.remember({saved_key(name): library.catalog.last_number()})
    return keep_answer(library, saved_searches(index).named(name).entry)


def unsave(index: Path, name: str) -> None:
    """Remove a saved search, and what was kept of its answers.

    Raises:
        BadRequest: there is no search of this name.
    """
    remove_line(index, name)
    forget(index, name)


def saved_searches(index: Path) -> SavedSearches:
    """Read the saved searches of an index."""
    listed = read_list(saved_text(index))
    return SavedSearches(tuple(Followed(saved_key(one.label), one) for one in listed.entries), listed.problems)


def saved_key(name: str) -> str:
    """Return the key under which is recorded how far a saved search was reported."""
    return f"saved {name}"


def count_saved(library: Library, since: int | str, budget: Budget, first: int = 0, most: int = 100) -> SavedCounts:
    """Count what saved searches find, and which changes since a number, a day or a moment they find.

    `first` is the place of the first search to count, and `most` the number of searches.

    Raises:
        BadRequest: `since` is neither a day nor a moment.
    """
    listed, last = saved_searches(library.catalog.folder), library.catalog.last_number()
    page = listed.followed[first : first + most]
    new = {one.entry.label: found for one, found in _new(library, page, since, budget)}
    rows: list[SavedCount] = []
    for one in page:
        total = library.engine.count(parse(one.entry.words).tree, budget)
        if budget.is_spent:
            break
        rows.append(SavedCount(one.entry, total, tuple(arrival.number for arrival in new.get(one.entry.label, ()))))
    return SavedCounts(
        rows=tuple(rows),
        saved=len(listed.followed),
        problems=listed.problems,
        last=last,
        coverage=library.catalog.coverage(),
        is_partial=len(rows) < len(page),
    )


def keep_answer(library: Library, entry: Entry) -> int:
    """Keep what a saved search finds now, for comparison with later answers, and return the number of articles.

    Raises:
        IndexChanging: the index is being written to.
    """
    found = digests_found(library, parse(entry.words).tree)
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kept = KeptAnswer(moment, library.catalog.last_number(), entry.words, len(found), found)
    keep(library.catalog.folder, entry.label, kept)
    return kept.total


def compare_saved(library: Library, entry: Entry, until: str = "", budget: Budget | None = None) -> Comparison | None:
    """Compare what a saved search finds now with its last kept answer, or the last by the end of a day.

    The result is None if nothing was kept by then.

    Raises:
        BadRequest: `until` is not a day, month or year.
        IndexChanging: the index is being written to, or there was not enough time to find all articles.
    """
    if until and not isinstance(read_range(until), Dates):
        raise BadRequest(
            sentence("{value} is not a date. Write it like 2026-11-24, 2026-11 or 2026.", value=repr(until))
        )
    kept = last_kept(library.catalog.folder, entry.label, until)
    if not kept:
        return None
    found = digests_found(library, parse(entry.words).tree, budget)
    return Comparison(entry, kept, _differences(library, found, kept))


def _new(
    library: Library, followed: Iterable[Followed], since: int | str, budget: Budget
) -> Iterable[tuple[Followed, Sequence[Arrival]]]:
    arrivals = library.catalog.arrivals_since(since) if isinstance(since, int) else arrivals_from(library, since)
    return arrivals_of_each(library, followed, arrivals, budget)


def _differences(library: Library, now: dict[str, str], kept: KeptAnswer) -> Differences:
    if kept.found is None:
        return Differences(len(now), kept.total, is_same=False, is_listed=False)

    def was_there(article_id: str) -> bool:
        return any(number <= kept.number for number, _ in library.catalog.texts_of(article_id))

    return compare(library, now, kept.found, was_there)
