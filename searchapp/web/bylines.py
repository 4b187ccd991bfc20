"""Bylines in which each author's name links to the author's articles, and the direction in which an article is read."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from searchapp.answers.fragments import Fragment
from searchapp.answers.request import Request
from searchapp.article import Article
from searchapp.web.links import narrowing, search_url
from searchapp.web.paragraphs import cut

Parts = list[tuple[Fragment, str]]  # pieces of a byline, each with the author that it names, or ""
Byline = tuple[tuple[Markup, str], ...]  # pieces of it, and the address of each that is a name


def byline_parts(byline: Fragment, authors: Sequence[str]) -> Parts:
    """Cut a byline at the names in it; a name that is not written there as it is listed is passed over."""
    return list(_parts(byline, authors))


def linked(written: Sequence[Markup], parts: Parts, asked: Request) -> Byline:
    """Put the pieces of a byline as they were written together with the addresses of their authors."""
    return tuple(
        (text, _url(asked, author) if author else "") for text, (_, author) in zip(written, parts, strict=True)
    )


def direction_of(article: Article) -> str:
    """Return the direction of an article's text, ``rtl`` or ``ltr``, by the first letter that has one."""
    return direction_of_texts(article.title, article.body[:1000])


def direction_of_texts(*texts: str) -> str:
    """Return the direction of texts, ``rtl`` or ``ltr``, by the first letter that has one."""
    for text in texts:
        for char in text:
            if (kind := unicodedata.bidirectional(char)) in {"L", "R", "AL"}:
                return "ltr" if kind == "L" else "rtl"
    return "ltr"


def _parts(byline: Fragment, authors: Sequence[str]) -> Iterator[tuple[Fragment, str]]:
    end = 0
    for start, stop, author in sorted(_found(byline.text, authors)):
        if start >= end:
            yield cut(byline, end, start), ""
            yield cut(byline, start, stop), author
            end = stop
    yield cut(byline, end, len(byline.text)), ""


def _found(text: str, authors: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    for author in authors:
        pattern = r"\s+".join(map(re.escape, author.split()))
        if match := re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
            yield match.start(), match.end(), author


def _url(asked: Request, author: str) -> str:
    return search_url(asked) if ("author", author) in asked.filters else narrowing(asked)("author", author)
