"""Search: a request in, results out.

words ─> parse ─> tree ─┬─> engine ─> hits ─> highlight ─> Results
filters ────────────────┘                 └─> nothing? advice ─┘
"""

import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from searchapp.answers import advice
from searchapp.answers.advice import Clause
from searchapp.answers.copies import SMALL, also_in, count_stories
from searchapp.answers.fragments import WIDTH, Fragment
from searchapp.answers.highlight import Highlighters
from searchapp.answers.library import Library
from searchapp.answers.nearly import Nearly, nearly
from searchapp.answers.notes import notes_on_hits
from searchapp.answers.request import DATED, FilterName, Request, check, filter_node, parts, read, read_words, remarks
from searchapp.answers.spelling import Respelling, suggest
from searchapp.article import Article
from searchapp.catalog import Coverage
from searchapp.engines import Ask, Budget, FacetName, Hit, Hits, TotalIs
from searchapp.errors import BadRequest
from searchapp.query import Query, bounds, parse
from searchapp.query.field_names import with_fields_meant
from searchapp.query.sentence import explain
from searchapp.query.tree import Node, Nothing, join, without_firsts
from searchapp.query.unparse import NONE
from searchapp.sentences import marked, sentence
from searchapp.text import keyword

_PAGE = re.compile(r"(?:https?://\S+)?/article/([^/?#\s]+)(?:[?#]\S*)?")
_FEW = 3  # up to so many articles found, another spelling is offered
_TIMES = 20  # times as many articles that the other spelling has to find
_UNMARKED = marked(
    "The time was over before the matches in {number} of the articles shown were marked: they matched all the same."
)
_UNMARKED_ONE = marked(
    "The time was over before the matches in one of the articles shown were marked: it matched all the same."
)
_ADVICE_CUT = marked("Nothing was found, and there was no time left to find out why. Try fewer words.")
_NO_PAGE = marked("There is no page {page}: the answer has {pages} pages.")


@dataclass(frozen=True, slots=True)
class Found:
    """A hit for display: title and byline whole, and the body's best fragments."""

    article: Article
    score: float
    title: Fragment
    byline: Fragment
    fragments: tuple[Fragment, ...]
    also_in: tuple[Article, ...] = ()  # the first few other printings of its story
    is_marked: bool = True  # False if time ran out before its matches were searched for


@dataclass(frozen=True, slots=True)
class Results:
    """An answer: the `total`, one page of hits, and everything a person has to know to rely on it.

    `sentence` says in English which articles match. The total is exact where `total_is` says so. Of a facet that is
    filtered by, the values that the other filters leave are counted, since any of them may be added; the last of a
    facet's values, ``none``, stands for articles without.

    `suggestion` is a query that finds `suggestion_count` articles where this one finds none, or far fewer; `autopsy`
    says which part of it finds nothing. `nearly` has the articles with most of its words, which do not count as hits.
    `seconds` is the time the whole answer took.
    """

    request: Request
    query: Query
    sentence: str
    total: int
    hits: tuple[Found, ...]
    coverage: Coverage
    seconds: float
    facets: Mapping[FacetName, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_partial: bool = False
    suggestion: str | None = None
    autopsy: tuple[Clause, ...] = ()
    total_is: TotalIs = "exact"
    suggestion_count: int = 0
    nearly: Nearly | None = None
    nearly_found: tuple[Found, ...] = ()
    stories: int | None = None  # that the articles found tell; None if they were not counted
    stories_left_out: int = 0  # by a search for each story once, since only later printings of them match

    @property
    def pages(self) -> int:
        """The number of pages; 0 if nothing was found."""
        return math.ceil(self.total / self.request.size)


def search(library: Library, request: Request, budget: Budget | None = None) -> Results:
    """Answer a request, within a `budget` that may have been spent in part.

    Raises:
        BadRequest: the page, the size or a filter is invalid.
    """
    started = time.perf_counter()
    check(request)
    if found := _by_address(library, request):
        return replace(found, seconds=time.perf_counter() - started)
    budget = budget or Budget.of(bounds.SECONDS.limit)
    query = read_words(request.words)
    asked = parts(query, request)
    tree = join([part.node for part in asked])
    offset = (request.page - 1) * request.size
    keeps_copies = without_firsts(tree) is tree
    ask = Ask(tree, request.sort, offset, request.size, request.facets, budget, stories=keeps_copies, printings=SMALL)
    hits = library.engine.search(ask)
    told = notes_on_hits(library, query, tree, hits, budget)
    shown = tuple(_scored(library, tree, hits.hits, budget, hits.printings))
    stories = count_stories(library, tree, hits, budget)
    results = Results(
        request=request,
        query=query,
        sentence=explain(tree, query.typed, library.has_forms),
        total=hits.total,
        hits=shown,
        coverage=library.catalog.coverage(),
        seconds=0.0,
        facets=_facets(library, request, query.tree, hits, budget),
        total_is=hits.total_is,
        stories=stories.told,
        stories_left_out=stories.left_out,
        notes=(*query.notes, *remarks(request), *told, *_of_time(hits, shown)),
        is_partial=hits.is_partial,
    )
    if request.page > max(results.pages, 1) and not hits.is_partial:
        raise BadRequest(sentence(_NO_PAGE, page=request.page, pages=results.pages))
    if not results.total and not results.is_partial:
        results = _with_advice(library, results, asked, budget)
    elif results.total <= _FEW and request.page == 1 and not results.is_partial:
        results = _with_suggestion(library, results, asked, budget, _TIMES * results.total)
    return replace(results, seconds=time.perf_counter() - started)


def _by_address(library: Library, request: Request) -> Results | None:
    """Answer the pasted URL of an article's page with this article."""
    address = _PAGE.fullmatch(request.words.strip())
    article = library.engine.get(unquote(address.group(1))) if address else None
    if article is None or request.page > 1:
        return None
    query = Query("", Nothing(), ())
    hits = tuple(show(library, query.tree, [article]))
    return Results(request, query, sentence("The article at this address."), 1, hits, library.catalog.coverage(), 0.0)


def values_like(results: Results, facet: FacetName, find: str) -> list[tuple[str, int]]:
    """Return the values of a facet that contain a text in folded form, each with its count."""
    wanted = keyword(find)
    return [pair for pair in results.facets.get(facet, ()) if wanted in keyword(pair[0])]


def count_days(library: Library, request: Request, budget: Budget) -> tuple[tuple[str, int], ...]:
    """Count what a request finds by day, as far as days are known; empty if time runs out.

    Raises:
        BadRequest: a filter has no such value.
    """
    found = library.engine.search(Ask(read(request).tree, limit=0, facets=("day",), budget=budget))
    return () if found.is_partial else tuple(found.facets["day"])


def mark(library: Library, found: Article, words: str) -> Found:
    """Mark the matches of a query in a whole article: its body is one fragment."""
    highlighter = Highlighters(parse(words).tree, library.stems).for_article(found)
    return Found(
        article=found,
        score=0.0,
        title=highlighter.whole("title", found.title),
        byline=highlighter.whole("byline", found.byline),
        fragments=(highlighter.whole("body", found.body),),
    )


def show(library: Library, tree: Node, articles: Iterable[Article], budget: Budget | None = None) -> Iterator[Found]:
    """Yield articles for display in a list, with the matches of a query; unmarked once time runs out."""
    highlighters = Highlighters(tree, library.stems)
    for article in articles:
        if budget and budget.is_spent:
            yield _unmarked(article)
            continue
        highlighter = highlighters.for_article(article)
        yield Found(
            article=article,
            score=0.0,
            title=highlighter.whole("title", article.title),
            byline=highlighter.whole("byline", article.byline),
            fragments=highlighter.fragments("body", article.body),
        )


def _unmarked(article: Article) -> Found:
    """Return an article for display without its matches: the beginning of its body replaces the fragments."""
    start = article.body[:WIDTH]
    beginning = Fragment(start, is_cut_after=len(start) < len(article.body))
    return Found(article, 0.0, Fragment(article.title), Fragment(article.byline), (beginning,), is_marked=False)


def _of_time(hits: Hits, shown: Iterable[Found]) -> Iterator[str]:
    """Yield notes on what was left undone because time ran out."""
    if hits.is_partial:
        yield bounds.SECONDS.sentence()
    if unmarked := sum(not found.is_marked for found in shown):
        yield sentence(_UNMARKED_ONE if unmarked == 1 else _UNMARKED, number=unmarked)


def _facets(
    library: Library, request: Request, words: Node, hits: Hits, budget: Budget
) -> dict[FacetName, tuple[tuple[str, int], ...]]:
    counted = {name: _with_unknown(name, hits) for name in hits.facets}
    for name in hits.facets:
        own: tuple[FilterName, ...] = DATED if name == "month" else (name,)
        kept = [pair for pair in request.filters if pair[0] not in own]
        is_open = len(kept) < len(request.filters) and not (name == "author" and request.authors == "all")
        if is_open and not budget.is_spent:
            names = dict.fromkeys(of for of, _ in kept)
            others = [filter_node(of, [v for n, v in kept if n == of], request.authors) for of in names]
            found = library.engine.search(Ask(join([words, *others]), limit=0, facets=(name,), budget=budget))
            counted[name] = counted[name] if found.is_partial else _with_unknown(name, found)
    return counted


def _with_unknown(name: FacetName, hits: Hits) -> tuple[tuple[str, int], ...]:
    lacking = hits.unknown.get(name, 0)
    return (*hits.facets[name], (NONE, lacking)) if lacking else tuple(hits.facets[name])


def _scored(
    library: Library, tree: Node, hits: tuple[Hit, ...], budget: Budget, printings: Mapping[str, Sequence[Article]]
) -> Iterator[Found]:
    articles = [hit.article for hit in hits]
    shown = zip(show(library, tree, articles, budget), hits, also_in(library, articles, printings), strict=True)
    return (replace(found, score=hit.score, also_in=copies) for found, hit, copies in shown)


def _with_suggestion(
    library: Library, results: Results, parts: list[advice.Part], budget: Budget, least: int
) -> Results:
    filters = join([part.node for part in parts if part.filter])
    suggested = _with_fields_meant(library, results.request.words, filters, budget, least) or suggest(
        library.engine, results.query.tree, filters, budget, least
    )
    return replace(results, suggestion=suggested.text, suggestion_count=suggested.count) if suggested else results


def _with_fields_meant(library: Library, words: str, filters: Node, budget: Budget, least: int) -> Respelling | None:
    """Return a query with the fields that its unknown names may stand for, if it finds at least `least` articles."""
    if (meant := with_fields_meant(words)) == words:
        return None
    query = parse(meant)
    count = library.engine.count(join([query.tree, filters]), budget)
    return Respelling(query.text, count) if count >= least else None


def _with_advice(library: Library, results: Results, parts: list[advice.Part], budget: Budget) -> Results:
    filters = join([part.node for part in parts if part.filter])
    advised = replace(
        results,
        autopsy=advice.autopsy(library.engine, parts, budget),
        nearly=nearly(library.engine, results.query.tree, filters, budget),
    )
    if advised.nearly:
        hits = advised.nearly.hits
        advised = replace(advised, nearly_found=tuple(_scored(library, results.query.tree, hits, budget, {})))
    advised = _with_suggestion(library, advised, parts, budget, 1)
    return replace(advised, notes=(*advised.notes, sentence(_ADVICE_CUT))) if budget.is_spent else advised
