"""The Python interface to an index: the same names as in the shell, with answers as plain values.

    import searchapp

    with searchapp.open("index") as library:
        print(library.search("harbour").total)

`docs/python.md` is a page of examples.
"""

import os
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

from searchapp.answers import lists
from searchapp.answers.collocates import REACH, Collocates, collocates
from searchapp.answers.concordance import WORDS, Line, LineOrder, all_lines
from searchapp.answers.coverage import CoverageByDay, coverage_by_day
from searchapp.answers.elsewhere import Mirror
from searchapp.answers.export import whole
from searchapp.answers.keywords import KeyWords, keywords
from searchapp.answers.library import Library as OpenIndex
from searchapp.answers.library import article, open_library
from searchapp.answers.lists import ListTable
from searchapp.answers.parts import Parts, contributions
from searchapp.answers.periods import Unit
from searchapp.answers.request import FilterName, Request
from searchapp.answers.sample import SIZE, Sample, sample
from searchapp.answers.search import Results, search
from searchapp.answers.similar import similar
from searchapp.answers.trends import Measure, Trends, trends
from searchapp.article import Article
from searchapp.engines import FACETS, Sort
from searchapp.errors import BadRequest, installing
from searchapp.render import tables
from searchapp.render.citations import citation

Filters = Sequence[tuple[FilterName, str]]

INDEX = "SEARCHAPP_INDEX"  # the environment variable that names the default index


class Library:
    """An index that is open for reading. It answers from the last commit before it was opened.

    Every method raises `searchapp.errors.BadRequest`, with a sentence that says why, if a request is invalid.
    Filters are pairs such as ``("source", "Reuters")``, ``("author", "Jane Doe")`` or ``("date", "2024..2025-03")``.
    """

    def __init__(self, index: Path | Mirror) -> None:
        self._mirror = index if isinstance(index, Mirror) else None
        self._index: OpenIndex = open_library(index.folder if isinstance(index, Mirror) else index)

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the index."""
        self._index.close()
        if self._mirror:
            self._mirror.close()

    def __len__(self) -> int:
        """Count the articles."""
        return len(self._index)

    def search(
        self, words: str = "", filters: Filters = (), *, sort: Sort = "relevance", page: int = 1, size: int = 10
    ) -> Results:
        """Return one page of what a query finds, with the exact total, facets and notes."""
        return search(self._index, Request(words, tuple(filters), sort, page, size, FACETS))

    def articles(self, words: str = "", filters: Filters = (), *, sort: Sort = "newest") -> Iterator[Article]:
        """Yield every article that a query finds, without a limit."""
        return whole(self._index, Request(words, tuple(filters), sort))

    def article(self, article_id: str) -> Article:
        """Return one article.

        Raises:
            NotFound: no article has that id.
        """
        return article(self._index, article_id)

    def similar(self, found: Article, limit: int = 5) -> tuple[Article, ...]:
        """Return articles that are similar to one, best first."""
        return similar(self._index, found, limit)

    def trends(self, *queries: str, by: Unit = "month", measure: Measure = "share", filters: Filters = ()) -> Trends:
        """Count up to six queries by day, week, month or year, side by side."""
        return trends(self._index, queries, tuple(filters), by, measure)

    def coverage(self, filters: Filters = ()) -> CoverageByDay:
        """Count all articles by day, with the gaps."""
        return coverage_by_day(self._index, tuple(filters))

    def concordance(
        self, words: str, filters: Filters = (), *, order: LineOrder = "found", context: int = WORDS
    ) -> Iterator[Line]:
        """Yield a line for every match of a query, with `context` words on each side."""
        return all_lines(self._index, Request(words, tuple(filters)), order, context)

    def collocates(
        self, words: str, filters: Filters = (), *, reach: int = REACH, limit: int = 50, seed: int = 0
    ) -> Collocates:
        """Find the words that occur near the matches more often than elsewhere."""
        return collocates(self._index, Request(words, tuple(filters)), reach, limit, seed)

    def keywords(
        self, words: str, filters: Filters = (), *, against: str | None = None, limit: int = 50, seed: int = 0
    ) -> KeyWords:
        """Find the words that distinguish what a query finds from all other articles, or from another query's."""
        return keywords(self._index, Request(words, tuple(filters)), against, limit, seed)

    def list(self, lines: str | Sequence[str], filters: Filters = (), *, names: bool = False) -> ListTable:
        """Count many queries at once: a text with one on each line, or a sequence of lines."""
        text = lines if isinstance(lines, str) else "\n".join(lines)
        return lists.count_list(self._index, lists.read_list(text, are_names=names), tuple(filters))

    def parts(self, words: str, filters: Filters = ()) -> Parts:
        """Count what each part of a query contributes."""
        return contributions(self._index, Request(words, tuple(filters)))

    def sample(self, words: str = "", filters: Filters = (), *, size: int = SIZE, seed: int = 0) -> Sample:
        """Draw articles at random; the same seed draws the same ones."""
        return sample(self._index, Request(words, tuple(filters)), size, seed)


def open_index(index: str | os.PathLike[str] | None = None) -> Library:
    """Open an index: the given folder, else the one that SEARCHAPP_INDEX names, else ``index``.

    A name that begins with ``http`` is the address of a cluster, such as ``https://one:9200/newsroom``.

    Raises:
        IndexProblem: there is no index, or it cannot be used.
    """
    named = index or os.environ.get(INDEX) or "index"
    is_address = isinstance(named, str) and named.startswith(("http://", "https://"))
    return Library(Mirror(str(named)) if is_address else Path(named))


def cite(found: Article, style: str = "chicago") -> str:
    """Write how to cite an article, in one of `searchapp.render.citations.STYLES`."""
    return citation(found, style)


def frame(answer: Any) -> Any:
    """Return an answer as a pandas DataFrame: the table that its command prints as CSV.

    It takes answers of `search` (the articles of that page), `trends`, `coverage`, `collocates`, `keywords`, `list`,
    `parts` and `sample`, and the lines of a `concordance` or several `articles`.

    Raises:
        BadRequest: pandas is not installed.
    """
    try:
        pandas = import_module("pandas")
    except ModuleNotFoundError as missing:
        raise BadRequest("Frames need the library pandas.", *installing("frames")) from missing
    heading, rows = tables.table_of(answer)
    return pandas.DataFrame([*rows], columns=[*heading])
