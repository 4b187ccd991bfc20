"""A concordance (key word in context): a line for every match of a query, with words to its left and right."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Literal, get_args

from searchapp import sentences
from searchapp.answers.highlight import Highlighter, Highlighters
from searchapp.answers.library import Library
from searchapp.answers.mentions import UntilTime, marked
from searchapp.answers.notes import notes_of
from searchapp.answers.request import Asked, Request, read
from searchapp.article import Article
from searchapp.catalog import Coverage
from searchapp.engines import Ask, Budget
from searchapp.errors import BadRequest
from searchapp.query import Query
from searchapp.query.tree import Field, positive_leaves
from searchapp.text import fold

LineOrder = Literal["found", "left", "right", "match", "day", "source", "author"]
LINE_ORDERS: tuple[LineOrder, ...] = get_args(LineOrder)
WORDS = 8  # to each side
MOST_WORDS = 40
MOST_SORTED = 100_000  # lines that are sorted in memory, at about a kilobyte each

_CHARACTERS_A_WORD = 14  # read for each word of context; texts without spaces are cut by this length
_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile('[.!?…] |\\.\n|[.?]["”] |\n\n|[。！？]')
_NEAR = 200  # characters before a match in which most sentences begin
_LONGEST_SENTENCE = 1_000  # characters to each side of a match


@dataclass(frozen=True, slots=True)
class Line:
    """One match: where it is, and the text around it.

    `start` and `end` are offsets in characters of the article's `field`. `left` and `right` are the text on each side,
    with single spaces.
    """

    id: str
    date: str
    source: str
    byline: str
    title: str
    field: Field
    left: str
    match: str
    right: str
    sentence: str
    start: int
    end: int
    author: str = ""  # the first name in the byline


@dataclass(frozen=True, slots=True)
class Concordance:
    """A page of lines of `articles` articles; `total` is their number, or a lower bound if `is_partial`."""

    request: Request
    query: Query
    order: LineOrder
    words: int
    lines: tuple[Line, ...]
    total: int
    articles: int
    coverage: Coverage
    notes: tuple[str, ...] = ()
    is_partial: bool = False

    @property
    def pages(self) -> int:
        """The number of pages."""
        return -(-self.total // self.request.size)


def concordance(
    library: Library, request: Request, order: LineOrder = "found", words: int = WORDS, seconds: float = float("inf")
) -> Concordance:
    """Return a page of the lines of a request; `size` and `page` count lines.

    Articles are read for up to `seconds`; if these are over before, lines are missing, and the result `is_partial`.

    Raises:
        BadRequest: the words to each side are too many, or a filter has no such value.
    """
    _check(words)
    asked = read(request)
    budget = Budget.of(seconds)
    found = library.engine.search(Ask(asked.tree, limit=0, budget=budget))
    articles = UntilTime(library.engine.each(asked.tree, request.sort), budget)
    first = (request.page - 1) * request.size
    page, total = _page(_put_in_order(_lines(library, asked, articles, words), order), first, request.size)
    is_partial = articles.is_cut or found.is_partial
    return Concordance(
        request=request,
        query=asked.query,
        order=order,
        words=words,
        lines=tuple(page),
        total=total,
        articles=found.total,
        coverage=library.catalog.coverage(),
        notes=(*notes_of(library, asked, budget, found), *_remarks(order, total, is_partial=is_partial)),
        is_partial=is_partial,
    )


def all_lines(library: Library, request: Request, order: LineOrder = "found", words: int = WORDS) -> Iterator[Line]:
    """Yield every line of a request, without a limit. The library must not be refreshed meanwhile.

    If there are more than `MOST_SORTED`, only so many are sorted, and the others follow as they are found.

    Raises:
        BadRequest: the words to each side are too many, or a filter has no such value.
    """
    _check(words)
    asked = read(request)
    articles = library.engine.each(asked.tree, request.sort)
    return _put_in_order(_lines(library, asked, articles, words), order)


def has_words(request: Request) -> bool:
    """Tell whether a request has words, phrases or patterns that can be marked, rather than only filters and NOT."""
    return any(True for _ in positive_leaves(read(request).tree))


def lines_of(highlighter: Highlighter, article: Article, words: int = WORDS) -> Iterator[Line]:
    """Yield the lines of one article."""
    for found in marked(highlighter, article):
        for start, end in found.spans:
            yield Line(
                id=article.id,
                date=article.date,
                source=article.source,
                byline=article.byline,
                title=article.title,
                field=found.field,
                left=before(found.text, start, words),
                match=" ".join(found.text[start:end].split()),
                right=after(found.text, end, words),
                sentence=sentence(found.text, start, end),
                start=start,
                end=end,
                author=article.authors[0] if article.authors else "",
            )


def before(text: str, at: int, words: int) -> str:
    """Return the last words before an offset; texts without spaces are cut by length."""
    first = max(at - words * _CHARACTERS_A_WORD, 0)
    pieces = text[first:at].split()
    if first and len(pieces) > 1 and not text[first - 1 : first + 1].isspace():
        pieces = pieces[text[first - 1] > " " :]
    joint = " " if at and text[at - 1].isspace() and pieces else ""
    return " ".join(pieces[-words:]) + joint


def after(text: str, at: int, words: int) -> str:
    """Return the first words after an offset."""
    last = min(at + words * _CHARACTERS_A_WORD, len(text))
    pieces = text[at:last].split()
    is_cut = last < len(text) and text[last - 1] > " " and text[last] > " "
    if is_cut and len(pieces) > 1:
        pieces = pieces[:-1]
    joint = " " if text[at : at + 1].isspace() and pieces else ""
    attached = bool(pieces) and not joint  # a comma right after the match is not a word
    return joint + " ".join(pieces[: words + attached])


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a match, or the part of it that is near."""
    floor, ceiling = max(start - _LONGEST_SENTENCE, 0), min(end + _LONGEST_SENTENCE, len(text))
    first = _last_end(text, max(start - _NEAR, floor), start) or _last_end(text, floor, start) or floor
    following = _SENTENCE_END.search(text, max(end - 1, 0), ceiling)
    return " ".join(text[first : following.end() if following else ceiling].split())


def _last_end(text: str, floor: int, start: int) -> int:
    """Return the end of the last sentence that ends between two offsets; 0 if none does."""
    end = 0
    for found in _SENTENCE_END.finditer(text, floor, start):
        end = found.end()
    return end


def _check(words: int) -> None:
    if not 1 <= words <= MOST_WORDS:
        raise BadRequest(
            sentences.sentence(
                "A line can have 1 to {most} words to each side, not {words}.", most=MOST_WORDS, words=words
            )
        )


def _lines(library: Library, asked: Asked, articles: Iterable[Article], words: int) -> Iterator[Line]:
    highlighters = Highlighters(asked.tree, library.stems)
    for article in articles:
        yield from lines_of(highlighters.for_article(article), article, words)


def _put_in_order(lines: Iterator[Line], order: LineOrder) -> Iterator[Line]:
    if order == "found":
        return lines
    return chain(sorted(islice(lines, MOST_SORTED), key=_KEYS[order]), lines)


def _page(lines: Iterator[Line], first: int, size: int) -> tuple[list[Line], int]:
    """Return the lines of one page, and the total number of lines."""
    before_it = sum(1 for _ in islice(lines, first))
    page = [*islice(lines, size)]
    return page, before_it + len(page) + sum(1 for _ in lines)


def _remarks(order: LineOrder, total: int, *, is_partial: bool) -> Iterator[str]:
    if is_partial:
        yield sentences.sentence(
            "There was no time to read all articles, so there may be more lines; the CSV file has all of them."
        )
    if order != "found" and total > MOST_SORTED:
        yield sentences.sentence(
            "The first {number} lines are sorted; the others follow as they were found.", number=MOST_SORTED
        )


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    return " ".join(fold(part) for part in re.findall(r"\w+", word)) or word


def _left(line: Line) -> tuple[list[str], list[str]]:
    return [_folded(word) for word in reversed(line.left.split())], _right(line)[0]


def _right(line: Line) -> tuple[list[str], list[str]]:
    return [_folded(word) for word in line.right.split()], [_folded(word) for word in reversed(line.left.split())]


_KEYS: dict[LineOrder, Callable[[Line], Any]] = {
    "left": _left,
    "right": _right,
    "match": lambda line: (_folded(line.match), *_right(line)),
    "day": lambda line: line.date or "~",
    "source": lambda line: (not line.source, _folded(line.source), line.date),
    "author": lambda line: (not line.author, _folded(line.author), line.date),
}
