"""What is new for saved searches: which of the articles added or edited since does each of them find?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from searchapp.answers.library import Library
from searchapp.answers.lists import Entry
from searchapp.article import Article
from searchapp.catalog import Arrival
from searchapp.engines import Budget
from searchapp.errors import BadRequest
from searchapp.query import parse
from searchapp.query.amounts import read_amount
from searchapp.query.tree import Amount, Or, join
from searchapp.sentences import sentence


@dataclass(frozen=True, slots=True)
class Followed:
    """A followed search: the key under which it is recorded, and its line."""

    key: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class NewsItem:
    """An article that a followed search finds, and whether it is new or edited."""

    article: Article
    kind: Literal["new", "edited"]


@dataclass(frozen=True, slots=True)
class News:
    """What is new for one search, in the order of the changes."""

    followed: Followed
    matches: tuple[NewsItem, ...]


def news_since(library: Library, followed: Iterable[Followed], since: dict[str, int], last: int) -> tuple[News, ...]:
    """Find the articles changed after a number, given for each search by its key in `since`, up to the `last` one.

    The engine has to be at the commit of that last change, or at a later one.

    Articles are looked up once for all searches with the same number, and the engine considers no earlier ones.
    """
    by_number: dict[int, list[Followed]] = {}
    for one in followed:
        by_number.setdefault(since[one.key], []).append(one)
    found = {
        news.followed.key: news
        for number, some in by_number.items()
        for news in _matching(library, some, _up_to(last, library.catalog.arrivals_since(number)))
    }
    return tuple(found[key] for key in since if key in found)


def news_after(library: Library, followed: Sequence[Followed], moment: str) -> tuple[News, ...]:
    """Find for each search the articles added or edited from a day or a moment on.

    Raises:
        BadRequest: it is neither a day nor a moment.
    """
    return tuple(_matching(library, followed, arrivals_from(library, moment)))


def arrivals_from(library: Library, moment: str) -> list[Arrival]:
    """Return the articles added or edited from a day or a moment on.

    Raises:
        BadRequest: it is neither a day nor a moment.
    """
    read = read_amount(f"{moment}..", "added")
    if not isinstance(read, Amount):
        raise BadRequest(
            sentence(
                "{value} is not a date or time. Write it like 2026-11-24 or 2026-11-24T14:02:11Z.", value=repr(moment)
            )
        )
    return [one for one in library.catalog.arrivals_since(0) if _second(one) >= read.least]


def arrivals_of_each(
    library: Library, followed: Iterable[Followed], arrivals: Sequence[Arrival], budget: Budget
) -> Iterator[tuple[Followed, list[Arrival]]]:
    """Yield for each search those of some arrivals that it finds, in their order; the engine considers no others.

    Once time runs out, no more searches are yielded.
    """
    if not arrivals:
        return
    order = {one.id: place for place, one in enumerate(arrivals)}
    first = min(map(_second, arrivals))
    lately = Or((Amount("added", first), Amount("edited", first)))
    for one in followed:
        ids = library.engine.matching(join([parse(one.entry.words).tree, lately]), budget)
        if budget.is_spent:
            return
        yield one, [arrivals[place] for place in sorted(order[found] for found in ids if found in order)]


def _up_to(last: int, arrivals: Sequence[Arrival]) -> list[Arrival]:
    return [one for one in arrivals if one.number <= last]


def _matching(library: Library, followed: Sequence[Followed], arrivals: Sequence[Arrival]) -> Iterator[News]:
    articles: dict[str, Article | None] = {}
    for one, found in arrivals_of_each(library, followed, arrivals, Budget()):
        unknown = dict.fromkeys(arrival.id for arrival in found if arrival.id not in articles)
        articles |= {**unknown, **{article.id: article for article in library.engine.articles(unknown)}}
        matches = []
        for arrival in found:
            if article := articles[arrival.id]:
                matches.append(NewsItem(article, "edited" if arrival.edited else "new"))
        if matches:
            yield News(one, tuple(matches))


def _second(arrival: Arrival) -> int:
    """Return the time of a change in seconds since 1970 in UTC."""
    return int(datetime.fromisoformat(arrival.edited or arrival.added).astimezone(UTC).timestamp())
