"""What is new for saved searches: which of the articles that came or were edited since does each of them find?"""

from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True, slots=True)
class Followed:
    """A search that is followed: the key by which it is remembered, and its line."""

    key: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Match:
    """An article that a followed search finds, and whether it is new, or edited."""

    article: Article
    kind: Literal["new", "edited"]


@dataclass(frozen=True, slots=True)
class News:
    """What is new for one search, in the order it came."""

    followed: Followed
    matches: tuple[Match, ...]


def news_since(library: Library, followed: Iterable[Followed], since: dict[str, int], last: int) -> tuple[News, ...]:
    """Find for each search the articles that came after the change of this number, by its key, up to the `last` one.

    The engine has to be at the commit of that change, or at a later one.

    Articles are looked up once for all searches that start from one change, and the engine looks at none that came
    before.
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
    """Find for each search the articles that came, or were edited, from a day or a moment on.

    Raises:
        BadRequest: it is no day and no moment.
    """
    read = read_amount(f"{moment}..", "added")
    if not isinstance(read, Amount):
        raise BadRequest(f"{moment!r} is no day and no moment. Write it like 2026-11-24 or 2026-11-24T14:02:11Z.")
    arrivals = [one for one in library.catalog.arrivals_since(0) if _second(one) >= read.least]
    return tuple(_matching(library, followed, arrivals))


def _up_to(last: int, arrivals: Sequence[Arrival]) -> list[Arrival]:
    return [one for one in arrivals if one.number <= last]


def _matching(library: Library, followed: Sequence[Followed], arrivals: Sequence[Arrival]) -> Iterable[News]:
    if not arrivals:
        return
    order = {one.id: place for place, one in enumerate(arrivals)}
    first = min(map(_second, arrivals))
    lately = Or((Amount("added", first), Amount("edited", first)))
    articles: dict[str, Article | None] = {}
    for one in followed:
        ids = library.engine.matching(join([parse(one.entry.words).tree, lately]), Budget())
        matches = []
        for article_id in sorted(order.keys() & set(ids), key=order.__getitem__):
            if article_id not in articles:
                articles[article_id] = library.engine.get(article_id)
            if article := articles[article_id]:
                matches.append(Match(article, "edited" if arrivals[order[article_id]].edited else "new"))
        if matches:
            yield News(one, tuple(matches))


def _second(arrival: Arrival) -> int:
    """Return the second of a change, since 1970 in UTC."""
    return int(datetime.fromisoformat(arrival.edited or arrival.added).astimezone(UTC).timestamp())
