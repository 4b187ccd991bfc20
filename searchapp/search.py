"""The one door for every front: a request in, results out.

words ─> parse ─> tree ─┬─> engine ─> hits ─> highlight ─> Results
filters ────────────────┘                 └─> nothing? advice ─┘
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from searchapp import advice
from searchapp.advice import Clause as Clause
from searchapp.article import Article
from searchapp.catalog import Catalog, open_catalog
from searchapp.catalog import Coverage as Coverage
from searchapp.engines import FACETS, Ask, Budget, Engine, FacetName, Hit, Sort, open_engine
from searchapp.errors import BadRequest, NotFound, SearchappError
from searchapp.fragments import Fragment
from searchapp.highlight import Highlighter
from searchapp.query import Query, bounds, parse
from searchapp.query.dates import read_range
from searchapp.query.tree import And, Dates, Everything, Exact, Keyword, Node, Not, Or, Undated, Word
from searchapp.text import stemmer, terms

FilterName = FacetName | Literal["date"]
_EXAMPLES = {"month": "2025-01, or 2025", "date": "2025-01-17, 2025-01, 2025, 2024..2025-03, 2024.. or none"}
_ADVICE_CUT = "Nothing was found, and there was no time left to look for why: ask with fewer words."
_EXPORT_PAGE = 500  # articles fetched at a time where all are wanted
_TELLING_CANDIDATES = 60  # words of an article that are counted to find the telling ones
_TELLING_WORDS = 15


@dataclass(frozen=True, slots=True)
class Request:
    """What a front asks: the words as typed, filters as (name, value), and which page of hits.

    A filter takes a value of the facet of its name; ``date`` takes a range, as in the query language.
    """

    words: str = ""
    filters: tuple[tuple[FilterName, str], ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    size: int = 10
    facets: tuple[FacetName, ...] = ()
    longest: int = bounds.CHARACTERS.limit


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as it is shown: title and byline whole, and the body's best fragments."""

    article: Article
    score: float
    title: Fragment
    byline: Fragment
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """An answer: the exact `total`, one page of hits, and everything a person has to know to rely on it.

    `suggestion` is a query that finds something where this one finds nothing; `autopsy` says which part of it does not.
    `seconds` is the time the whole answer took.
    """

    request: Request
    query: Query
    total: int
    hits: tuple[Found, ...]
    coverage: Coverage
    seconds: float
    facets: Mapping[FacetName, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_partial: bool = False
    suggestion: str | None = None
    autopsy: tuple[Clause, ...] = ()

    @property
    def pages(self) -> int:
        """The number of pages; 0 where nothing was found."""
        return math.ceil(self.total / self.request.size)


class Library:
    """An index opened for reading: what was indexed, and the engine that answers.

    Any number of threads may ask it; one at a time may refresh it.
    """

    def __init__(self, folder: Path) -> None:
        self._take(folder)

    @property
    def version(self) -> str:
        """Name what is read: another text after each commit and each rebuild."""
        return f"{self.catalog.generation}-{self.engine.version()}"

    def refresh(self) -> bool:
        """Take up what was committed or rebuilt since; say whether anything was.

        Raises:
            IndexProblem: the index has gone, or cannot be used any more.
        """
        if self.catalog.is_superseded():
            self._take(self.catalog.folder)
            return True
        return self.engine.refresh()

    def close(self) -> None:
        """Let go of the index."""
        self.engine.close()
        self.catalog.close()

    def _take(self, folder: Path) -> None:
        self.catalog, self.engine = _opened_in_force(folder)
        self.stem: Callable[[str], str] = stemmer(self.catalog.language)


def open_library(folder: Path) -> Library:
    """Open the index in `folder` for reading.

    Raises:
        IndexProblem: there is none, or it cannot be used as it is.
    """
    return Library(folder)


def search(library: Library, request: Request) -> Results:
    """Answer a request.

    Raises:
        BadRequest: a page, a size or a filter that cannot be.
    """
    started = time.perf_counter()
    _check(request)
    budget = Budget.of(bounds.SECONDS.limit)
    query = parse(request.words, longest=request.longest)
    parts = _parts(query, request)
    tree = advice.join([part.node for part in parts])
    offset = (request.page - 1) * request.size
    hits = library.engine.search(Ask(tree, request.sort, offset, request.size, request.facets, budget))
    results = Results(
        request=request,
        query=query,
        total=hits.total,
        hits=tuple(_show(library, tree, hits.hits)),
        coverage=library.catalog.coverage(),
        seconds=0.0,
        facets=hits.facets,
        notes=(*query.notes, *_remarks(request), *hits.notes, *((str(bounds.SECONDS),) if hits.is_partial else ())),
        is_partial=hits.is_partial,
    )
    if request.page > max(results.pages, 1) and not hits.is_partial:
        raise BadRequest(f"There is no page {request.page:,}: the answer has {results.pages:,} pages.")
    if not results.total and not results.is_partial:
        results = _with_advice(library, results, parts, budget)
    return replace(results, seconds=time.perf_counter() - started)


def article(library: Library, article_id: str) -> Article:
    """Return one article.

    Raises:
        NotFound: no article has that id.
    """
    found = library.engine.get(article_id)
    if found is None:
        raise NotFound(f"There is no article {article_id!r} in this index. It may have been removed since.")
    return found


def mark(library: Library, found: Article, words: str, longest: int = bounds.CHARACTERS.limit) -> Found:
    """Mark the matches of a query in a whole article: its body is one fragment."""
    highlighter = Highlighter(parse(words, longest=longest).tree, library.stem)
    return Found(
        article=found,
        score=0.0,
        title=highlighter.whole("title", found.title),
        byline=highlighter.whole("byline", found.byline),
        fragments=(highlighter.whole("body", found.body),),
    )


def whole(library: Library, request: Request) -> Iterator[Article]:
    """Yield every article a request finds, in its order, without bound; `page` and `size` are not looked at.

    It is one commit that is read, whatever is committed meanwhile.
    """
    tree = advice.join([part.node for part in _parts(parse(request.words, longest=request.longest), request)])
    with opened(library.catalog.folder) as frozen:
        offset = 0
        while page := frozen.engine.search(Ask(tree, request.sort, offset, _EXPORT_PAGE)).hits:
            yield from (hit.article for hit in page)
            offset += len(page)


def notes(library: Library, request: Request) -> tuple[str, ...]:
    """Say what a person has to know about how a request is read, where its whole answer is taken."""
    query = parse(request.words, longest=request.longest)
    tree = advice.join([part.node for part in _parts(query, request)])
    return (*query.notes, *_remarks(request), *library.engine.search(Ask(tree, limit=0)).notes)


def similar(library: Library, found: Article, limit: int = 5) -> tuple[Article, ...]:
    """Return articles that share the words which tell this one from the others, most alike first.

    These are the words with the highest tf-idf; of an article with less than two of them nothing is said.
    """
    counts = Counter(term for term in terms(f"{found.title} {found.body}") if len(term) > 2)
    budget = Budget.of(bounds.SECONDS.limit)
    weights = {}
    for term, tf in counts.most_common(_TELLING_CANDIDATES):
        df = library.engine.count(Exact(term), budget)
        if df > 1:
            weights[term] = (1 + math.log(tf)) * math.log(len(library.engine) / df)
    telling = sorted((term for term in weights if weights[term] > 0), key=lambda term: (-weights[term], term))
    if len(telling) < 2:
        return ()
    tree = Or(tuple(Word(term, boost=weights[term]) for term in telling[:_TELLING_WORDS]))
    hits = library.engine.search(Ask(tree, limit=limit + 1, budget=budget)).hits
    return tuple(hit.article for hit in hits if hit.article.id != found.id)[:limit]


def statistics(library: Library) -> dict[str, int | str]:
    """Say what is in the index, by name."""
    everything = library.engine.search(Ask(Everything(), limit=0, facets=FACETS))
    searched = library.catalog.coverage()
    return {
        "articles": everything.total,
        "files": searched.files,
        "files_left_out": searched.left_out,
        "as_of": searched.as_of,
        **{f"{facet}s": len(values) for facet, values in everything.facets.items()},
        "engine": library.catalog.engine,
        "stems": library.catalog.language,
        "version": library.version,
    }


@contextmanager
def opened(folder: Path) -> Iterator[Library]:
    """Open the index in `folder` for as long as a `with` lasts."""
    library = open_library(folder)
    try:
        yield library
    finally:
        library.close()


def _opened_in_force(folder: Path) -> tuple[Catalog, Engine]:
    """Open catalog and engine of one generation: the one in force when both are open, so that its files were there."""
    while True:
        catalog = open_catalog(folder)
        try:
            engine = open_engine(catalog.engine, catalog.engine_folder, catalog.language)
        except SearchappError:
            if not catalog.is_superseded():
                raise
        else:
            if not catalog.is_superseded():
                return catalog, engine
            engine.close()  # a rebuild may have removed what it was to read, and then it has nothing
        catalog.close()


def _check(request: Request) -> None:
    if not 1 <= request.size <= bounds.PAGE_SIZE.limit:
        raise BadRequest(f"A page can have 1 to {bounds.PAGE_SIZE.limit} articles, not {request.size:,}.")
    if request.page < 1:
        raise BadRequest(f"Pages are counted from 1; there is no page {request.page:,}.")


def _parts(query: Query, request: Request) -> list[advice.Part]:
    filters = [advice.Part(_filter(name, value), f"{name}: {value}", (name, value)) for name, value in request.filters]
    return [*advice.parts_of(query.tree), *filters]


def _remarks(request: Request) -> Iterator[str]:
    """Say what might be taken for something else."""
    for name, value in request.filters:
        if name == "month" and len(value) == len("2025"):
            yield f"The month {value} stands for articles of which only the year is known, the date {value} for all."


def _filter(name: FilterName, value: str) -> Node:
    match name:
        case "author" | "source" | "language":
            return Keyword(name, value)
        case "date" if value == "none":
            return Undated()
        case "month" | "date":
            dates = read_range(value)
            if not isinstance(dates, Dates):
                raise BadRequest(f"{value!r} is no {name}. Write it like {_EXAMPLES[name]}.")
            return dates if name == "date" or len(value) > len("2025") else _year_alone(value, dates)


def _year_alone(year: str, dates: Dates) -> Node:
    """Match articles of which the year is known and no more: what the facet counts under a year."""
    months = (read_range(f"{year}-{month:02}") for month in range(1, 13))
    return And((dates, Not(Or(tuple(month for month in months if month is not None)))))


def _show(library: Library, tree: Node, hits: tuple[Hit, ...]) -> Iterator[Found]:
    highlighter = Highlighter(tree, library.stem)
    for hit in hits:
        yield Found(
            article=hit.article,
            score=hit.score,
            title=highlighter.whole("title", hit.article.title),
            byline=highlighter.whole("byline", hit.article.byline),
            fragments=highlighter.fragments("body", hit.article.body),
        )


def _with_advice(library: Library, results: Results, parts: list[advice.Part], budget: Budget) -> Results:
    filters = advice.join([part.node for part in parts if part.filter])
    advised = replace(
        results,
        suggestion=advice.suggest(library.engine, results.query.tree, filters, budget),
        autopsy=advice.autopsy(library.engine, parts, budget),
    )
    return replace(advised, notes=(*advised.notes, _ADVICE_CUT)) if budget.is_spent else advised
