"""An index for assistants: a server of the Model Context Protocol on stdin and stdout. It only reads, and asks no host.

Every tool answers with exact totals, notes, and what was searched, like the pages. What strangers wrote is marked as
such (`render.for_assistants`).
"""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, ParamSpec

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from searchapp import __version__
from searchapp.answers import concordance as lines
from searchapp.answers import trends as over_time
from searchapp.answers.library import Library, articles, open_library
from searchapp.answers.library import article as one_article
from searchapp.answers.periods import Unit
from searchapp.answers.request import ONCE, FilterName, Request
from searchapp.answers.search import search
from searchapp.catalog import Choice
from searchapp.engines import FacetName, Sort
from searchapp.errors import SearchappError
from searchapp.query.bounds import SECONDS
from searchapp.render import for_assistants as render

MOST_HITS = 50  # on a page
MOST_TEXT = 20_000  # characters of an article at once
_FILES = 50  # on a page
_REMARKS = 5  # of a file
_MOST = 20  # values of a filter

INSTRUCTIONS = f"""Full-text search over one person's collection of news articles, with exact counts.
All words of a query have to be there, in any form: iran russia. "exact phrase"; gas OR oil; -word leaves out;
title:word, byline:name; partner*; word~ with one typing error; "a b"~5 near each other; date:2024..2025-03;
AND, OR and NOT in capitals. An empty query stands for all articles.
Answers say what was searched, and notes say what was ignored or cut: pass both on. Where nothing is found, say that
this collection has nothing, not that there is nothing. Cite each article by its citation and id.
{render.UNTRUSTED}"""

Query = Annotated[str, Field(description="What to search for, in the query language; empty for all articles.")]
Authors = Annotated[
    Sequence[str], Field(max_length=_MOST, description="Only by one of these authors; none: by nobody.")
]
Sources = Annotated[
    Sequence[str], Field(max_length=_MOST, description="Only of one of these sources; none: of no source.")
]
Dates = Annotated[
    Sequence[str], Field(max_length=_MOST, description="Only of these days: 2025-01, 2024..2025-03 or none.")
]
Once = Annotated[bool, Field(description="Each story once: leave out copies of an earlier article.")]
Page = Annotated[int, Field(ge=1, description="Page of the answer, counted from 1.")]

P = ParamSpec("P")
Values = dict[str, Any]


def create_server(index: Path) -> MCPServer[Any]:
    """Return the server for the index in `index`.

    Raises:
        IndexProblem: there is none, or it cannot be used as it is.
    """
    tools = Tools(open_library(index))
    server: MCPServer[Any] = MCPServer(
        "searchapp", instructions=INSTRUCTIONS, version=__version__, log_level="ERROR", subscriptions=False
    )
    only_reads = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    for tool in (tools.search, tools.article, tools.concordance, tools.trends, tools.files):
        server.add_tool(tool, annotations=only_reads)
    return server


def told(tool: Callable[P, Values]) -> Callable[P, Values]:
    """Pass errors of ours on to the assistant, with their sentence; others stay with the server."""

    @wraps(tool)
    def answer(*given: P.args, **named: P.kwargs) -> Values:
        try:
            return tool(*given, **named)
        except SearchappError as error:
            raise ToolError(str(error)) from error

    return answer


class Tools:
    """The tools of the server; any number of threads may call them. Their docstrings are what an assistant is told."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = Lock()

    @told
    def search(
        self,
        query: Query = "",
        author: Authors = (),
        source: Sources = (),
        date: Dates = (),
        once: Once = False,
        sort: Sort = "relevance",
        page: Page = 1,
        size: Annotated[int, Field(ge=1, le=MOST_HITS)] = 10,
        count: Annotated[Sequence[FacetName], Field(description="Also count the articles by these.")] = (),
    ) -> Values:
        """Find articles: the exact total, and a page of hits with snippets, citation and id."""
        filters = _filters(author, source, date, once=once)
        return render.found_values(
            search(self._newest(), Request(query, filters, sort, page, size, tuple(dict.fromkeys(count))))
        )

    @told
    def article(
        self,
        id: Annotated[str, Field(description="The id of an article, as a search gives it.")],  # noqa: A002
        start: Annotated[int, Field(ge=0, description="The character to read from; next_start leads on.")] = 0,
    ) -> Values:
        """Read one article: its text, citation, and where it is from."""
        return render.whole_values(one_article(self._newest(), id), start, MOST_TEXT)

    @told
    def concordance(
        self,
        query: Query,
        author: Authors = (),
        source: Sources = (),
        date: Dates = (),
        once: Once = False,
        order: lines.LineOrder = "found",
        words: Annotated[int, Field(ge=1, le=lines.MOST_WORDS, description="Words on each side.")] = lines.WORDS,
        page: Page = 1,
        size: Annotated[int, Field(ge=1, le=MOST_HITS)] = 20,
    ) -> Values:
        """List every match of a query in its context, a line each, with the citation of the article."""
        library = self._newest()
        request = Request(query, _filters(author, source, date, once=once), page=page, size=size)
        answer = lines.concordance(library, request, order, words, SECONDS.limit)
        found = articles(library, {line.id for line in answer.lines})
        return render.lines_values(answer, {one: article for one, article in found if article})

    @told
    def trends(
        self,
        queries: Annotated[
            list[str], Field(min_length=1, max_length=over_time.MOST_QUERIES, description="To be compared.")
        ],
        by: Unit = "month",
        author: Authors = (),
        source: Sources = (),
        date: Dates = (),
        once: Once = False,
    ) -> Values:
        """Count up to six queries over time: articles, all articles of each period, and the share in percent."""
        filters = _filters(author, source, date, once=once)
        answer = over_time.trends(self._newest(), queries, filters, by, "share", seconds=SECONDS.limit)
        return render.trends_values(answer)

    @told
    def files(
        self,
        status: Annotated[Choice, Field(description="Only files with this status, or with remarks.")] = "",
        reason: Annotated[str, Field(description="Only files whose reason contains this text.")] = "",
        after: Annotated[str, Field(description="next_after of the page before.")] = "",
    ) -> Values:
        """Say what was searched: files by what happened to them, what was left out, and why."""
        catalog = self._newest().catalog
        listed = catalog.files(status, reason, _FILES, after, _REMARKS)
        return render.files_values(listed, catalog.coverage(), catalog.reasons())

    def _newest(self) -> Library:
        """Take up what was committed since the last question."""
        with self._lock:
            self._library.refresh()
        return self._library


def _filters(
    authors: Sequence[str], sources: Sequence[str], dates: Sequence[str], *, once: bool
) -> tuple[tuple[FilterName, str], ...]:
    named: tuple[tuple[FilterName, Sequence[str]], ...] = (("author", authors), ("source", sources), ("date", dates))
    kept = tuple((name, value) for name, values in named for value in values)
    return (*kept, ONCE) if once else kept
