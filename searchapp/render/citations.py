"""Citations of articles: RIS, BibTeX, CSL-JSON, a line of text, and the metadata that Zotero reads in a page.

Only what is known is written: unknown fields are left out, and no date is made more precise than it is.

RIS: the tags that Zotero and EndNote import for a newspaper article (``TY  - NEWS``).
CSL-JSON: https://docs.citationstyles.org/en/stable/specification.html, type ``article-newspaper``.
Pages: Zotero's translator "Embedded Metadata" reads ``citation_…`` and takes the kind of item from ``z:itemType``; its
translator "COinS" reads OpenURL 1.0 (Z39.88-2004) in the titles of spans.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlencode

from searchapp.article import Article
from searchapp.render.html import link
from searchapp.render.plain_text import plain

STYLES = ("chicago", "apa", "mla", "harvard")
FORMATS = {
    "ris": "application/x-research-info-systems",
    "bibtex": "application/x-bibtex",
    "csl-json": "application/json",
}
SUFFIXES = {"ris": "ris", "bibtex": "bib", "csl-json": "json"}

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Names that consist of a given and a family name in Latin letters; any other name is not split.
_NAME = re.compile(r"[A-Z\u00c0-\u024f][\w.'’\-]*(?: [\w.'’\-]+)+")
_PARTICLES = frozenset(
    (
        *("da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "la", "le"),
        *("ten", "ter", "van", "von", "zu", "zur", "al", "bin", "bint", "ibn"),
    )
)
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))


class Name(NamedTuple):
    """A name for sorting: `family` and `given`, or all of it in `family` if the division is not certain."""

    family: str
    given: str = ""

    @property
    def inverted(self) -> str:
        """The name with the family name first."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def straight(self) -> str:
        """The name in its spoken order."""
        return f"{self.given} {self.family}".strip()

    @property
    def initials(self) -> str:
        """The name with the family name first and initials after it."""
        letters = " ".join(f"{part[0]}." for part in re.split(r"[ \-]", self.given) if part)
        return f"{self.family}, {letters}" if letters else self.family


def names(article: Article) -> list[Name]:
    """Return the names of an article's authors, in the order of its byline."""
    return [split_name(plain(author)) for author in article.authors]


def split_name(author: str) -> Name:
    """Split a name into given and family name, with particles in the latter, unless the division is not certain."""
    words = author.split()
    if (
        not _NAME.fullmatch(" ".join(words))
        or not author.isprintable()
        or any(word.lower() in _SUFFIXES for word in words)
    ):
        return Name(" ".join(words))
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in _PARTICLES:
        first -= 1
    return Name(" ".join(words[first:]), " ".join(words[:first]))


def ris(articles: Iterable[Article]) -> Iterator[str]:
    """Write articles as RIS records."""
    for article in articles:
        pairs = [("TY", "NEWS"), ("TI", article.title), *(("AU", name.inverted) for name in names(article))]
        pairs += [("T2", article.source), ("PY", article.date[:4]), ("DA", article.date.replace("-", "/"))]
        pairs += [("LA", article.language), ("UR", link(article.url)), ("ID", article.id)]
        lines = [f"{tag}  - {_line(value)}\r\n" for tag, value in pairs if value]
        yield "".join([*lines, "ER  - \r\n\r\n"])


def bibtex(articles: Iterable[Article]) -> Iterator[str]:
    """Write articles as BibTeX entries of the type ``article``, in UTF-8, each keyed by its id."""
    for article in articles:
        authors = " and ".join(_braced(name) for name in names(article))
        year, month, day = [*article.date.split("-"), "", "", ""][:3]
        pairs = [
            ("title", f"{{{_tex(article.title)}}}" if article.title else ""),
            ("author", authors),
            ("journal", _tex(article.source)),
            ("year", year),
            ("month", month.lstrip("0")),
            ("day", day.lstrip("0")),
            ("date", article.date),
            ("language", _tex(article.language)),
            ("url", _line(link(article.url)).translate(_IN_URL)),
        ]
        lines = [f"  {name} = {{{value}}},\n" for name, value in pairs if value]
        yield "".join([f"@article{{{_key(article)},\n", *lines, "}\n\n"])


def csl_json(articles: Iterable[Article]) -> Iterator[str]:
    """Write articles as one array of CSL-JSON."""
    is_first = True
    for article in articles:
        yield ("[\n" if is_first else ",\n") + json.dumps(csl_item(article), ensure_ascii=False)
        is_first = False
    yield "[]\n" if is_first else "\n]\n"


def csl_item(article: Article) -> dict[str, Any]:
    """Return an article as an item of CSL-JSON."""
    parts = [int(part) for part in article.date.split("-")] if article.date else []
    authors = [
        {"family": name.family, "given": name.given} if name.given else {"literal": name.family}
        for name in names(article)
    ]
    item: dict[str, Any] = {
        "id": article.id,
        "type": "article-newspaper",
        "title": _line(article.title),
        "author": authors,
        "container-title": _line(article.source),
        "issued": {"date-parts": [parts]} if parts else None,
        "language": _line(article.language),
        "URL": link(article.url),
    }
    return {name: value for name, value in item.items() if value}


WRITERS: dict[str, Callable[[Iterable[Article]], Iterator[str]]] = {"ris": ris, "bibtex": bibtex, "csl-json": csl_json}


def citation(article: Article, style: str) -> str:
    """Write an article as a line in one of `STYLES`, in plain text."""
    return _STYLES[style](article)


def meta_tags(article: Article) -> list[tuple[str, str]]:
    """Return the names and contents of the ``meta`` tags by which Zotero and others read an article's page."""
    pairs = [("z:itemType", "newspaperArticle"), ("citation_title", article.title)]
    pairs += [("citation_author", name.inverted) for name in names(article)]
    pairs += [
        ("citation_publication_date", article.date.replace("-", "/")),
        ("citation_journal_title", article.source),
        ("citation_language", article.language),
        ("citation_public_url", link(article.url)),
    ]
    return [(name, _line(content)) for name, content in pairs if content]


def coins(article: Article) -> str:
    """Return the title of a ``Z3988`` span that describes an article, as OpenURL 1.0 in Dublin Core."""
    authors = names(article)
    pairs = [("rft.title", article.title), ("rft.source", article.source), ("rft.date", article.date)]
    pairs += [("rft.language", article.language), ("rft.identifier", link(article.url))]
    pairs += [("rft.aulast", name.family) for name in authors[:1] if name.given]
    pairs += [("rft.aufirst", name.given) for name in authors[:1] if name.given]
    pairs += [("rft.au", name.straight) for name in authors]
    return "&".join([_KIND, *(f"{name}={quote_plus(_line(value))}" for name, value in pairs if value)])


def _chicago(article: Article) -> str:
    title = _line(article.title)
    parts = [_series(_first_inverted(names(article)), "and"), f"“{title}{_stop(title)}”" if title else ""]
    return _sentences([*parts, ", ".join(filter(None, (_line(article.source), _day(article.date)))), link(article.url)])


def _apa(article: Article) -> str:
    authors = _series([name.initials for name in names(article)], "&")
    year, month, day = [*article.date.split("-"), "", "", ""][:3]
    shown = f"{_MONTHS[int(month) - 1]} {day.lstrip('0')}".strip() if month else ""
    dated = f"({', '.join(filter(None, (year, shown)))})" if year else "(n.d.)"
    title = _line(article.title)
    lead = [f"{authors} {dated}", title] if authors else [f"{title}{_stop(title)} {dated}" if title else dated]
    return _sentences([*lead, _line(article.source), link(article.url)])


def _mla(article: Article) -> str:
    shown = _first_inverted(names(article))
    authors = f"{shown[0]}, et al" if len(shown) > 2 else _series(shown, "and")
    title = _line(article.title)
    rest = ", ".join(filter(None, (_line(article.source), _day(article.date, is_day_first=True), link(article.url))))
    return _sentences([authors, f"“{title}{_stop(title)}”" if title else "", rest])


def _harvard(article: Article) -> str:
    authors = _series([name.initials for name in names(article)], "and") or _line(article.source)
    dated = f"({article.date[:4]})" if article.date else "(no date)"
    day, _, month = _day(article.date, is_day_first=True).removesuffix(article.date[:4]).strip().partition(" ")
    rest = ", ".join(filter(None, (_line(article.source), " ".join(filter(None, (day, month))))))
    title = f" ‘{_line(article.title)}’" if article.title else ""
    where = f". Available at: {link(article.url)}" if link(article.url) else ""
    return f"{authors} {dated}{title}{', ' if rest else ''}{rest}{where}.".strip()


_KIND = urlencode({"ctx_ver": "Z39.88-2004", "rft_val_fmt": "info:ofi/fmt:kev:mtx:dc", "rft.type": "newspaperArticle"})
_STYLES = {"chicago": _chicago, "apa": _apa, "mla": _mla, "harvard": _harvard}


def _first_inverted(authors: Sequence[Name]) -> list[str]:
    return [name.straight if place else name.inverted for place, name in enumerate(authors)]


def _series(items: Sequence[str], conjunction: str) -> str:
    if len(items) < 2:
        return "".join(items)
    *most, last = items
    comma = "," if len(items) > 2 or conjunction == "&" or "," in most[0] else ""
    return f"{', '.join(most)}{comma} {conjunction} {last}"


def _sentences(parts: Iterable[str]) -> str:
    """Join parts, with a full stop after each that has no end of its own, except a URL."""
    return " ".join(part if part.startswith("http") else f"{part}{_stop(part)}" for part in parts if part)


def _stop(text: str) -> str:
    return "" if text.rstrip("”’").endswith((".", "!", "?", "…")) else "."


def _day(iso: str, *, is_day_first: bool = False) -> str:
    year, month, day = [*iso.split("-"), "", "", ""][:3]
    if not month:
        return year
    name, number = _MONTHS[int(month) - 1], day.lstrip("0")
    if is_day_first or not number:
        return " ".join(filter(None, (number, name, year)))
    return f"{name} {number}, {year}"


def _line(text: str) -> str:
    """Write a text on one line, since a line break would begin another field."""
    return " ".join(plain(text).split())


# BibTeX counts braces even after a backslash, so those of a text become commands.
_TEX = str.maketrans({
    **{sign: f"\\{sign}" for sign in "&%$#_"}, "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip
_IN_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def _tex(text: str) -> str:
    return _line(text).translate(_TEX)


def _braced(name: Name) -> str:
    """Write a name for BibTeX, which would split a name without braces."""
    return _tex(name.inverted) if name.given else f"{{{_tex(name.family)}}}"


def _key(article: Article) -> str:
    return re.sub(r"[^A-Za-z0-9:_\-]", "-", article.id) or "article"
