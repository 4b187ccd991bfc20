"""What a web page states about its article: in JSON-LD, in meta elements, and visibly."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from typing import Any

from searchapp.sources import bylines, dates, page_bylines, page_dates
from searchapp.sources.page_blocks import Element, Page
from searchapp.sources.page_bylines import PageSignature
from searchapp.sources.page_words import squeezed

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review|Interview|Reportage)$")
_AFTER_TITLE = re.compile(r"\s*[-–—|·»ㅣ:]+\s*\S")
_LONGEST_BYLINE = 150
_SITE = re.compile(r"\s+[-–—|·»]\s+")
_MOST_OBJECTS = 5000
_AUTHOR_METAS = (
    "author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "citation_author",
    "parsely-author", "sailthru.author", "dcsext.author", "twitter:data1 (author)", "twitter:misc:written by",
)  # fmt: skip
_DATE_METAS = (
    "article:published_time", "article:published", "og:article:published_time", "datepublished", "date",
    "dc.date.issued", "dc.date", "dc.date.created", "date.created", "pubdate", "publishdate", "publish-date",
    "parsely-pub-date", "sailthru.date", "citation_publication_date", "prism.publicationdate", "last-published",
)  # fmt: skip
_WRITTEN_BY = ("written by", "author", "verfasst von", "geschrieben von", "écrit par", "escrito por", "scritto da")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The facts found; each is empty where there is none."""

    title: str = ""
    byline: str = ""
    names: tuple[str, ...] = ()
    date: str = ""
    source: str = ""
    language: str = ""
    url: str = ""
    heading: str = ""
    text: str = ""  # of the article, if the metadata contain it
    is_article: bool = False  # the metadata say that the page is one article
    is_signed: bool = False  # by someone other than the paper


def page_facts(tree: Element, page: Page) -> PageFacts:
    """Gather the facts of a page, each from the most specific place that states it."""
    metas = _metas(tree)
    headings = [heading for h1 in tree.iter("h1") if (heading := _line("".join(h1.itertext())))]
    shared = _line(_first(metas, "og:title", "twitter:title", "dc.title", "title"))
    article = _article(tree, [shared, *headings])
    source = _line(_first(metas, "og:site_name", "application-name", "publisher", "dc.publisher")) or _name(
        article.get("publisher")
    )
    title = _title(_line(article.get("headline")), shared, headings, _line(tree.findtext(".//title")), source)
    titles = frozenset(squeezed(name) for name in (title, shared, *headings) if name)
    head = page_bylines.headline(page, titles)
    byline, names, is_signed = _byline(page, head, metas, article, source)
    return PageFacts(
        title=title,
        byline=byline,
        names=names,
        date=_date(page, metas, article, head, _locale(tree, metas, article)),
        source=source,
        language=_language(tree, metas, article),
        url=_url(tree, metas),
        heading=headings[0] if headings else "",
        text=text if isinstance(text := article.get("articleBody"), str) else "",
        is_signed=is_signed,
        is_article=bool(article.get("headline")) or _first(metas, "og:type") == "article",
    )


def _title(headline: str, shared: str, headings: list[str], whole: str, source: str) -> str:
    """Prefer the headline in JSON-LD, but the title for sharing if the headline only repeats the page's heading.

    The `title` element is written for search engines: a headline that repeats it gives way to the visible heading.
    Measured on the pages of 60 papers: .98 are right, against .90 for any one of these alone.
    """
    repeats = any(headline in heading for heading in headings)
    told = (shared, headline) if repeats else (headline, shared)
    title = next(filter(None, told), "") or _heading(headings, whole, source)
    is_for_machines = squeezed(whole).startswith(squeezed(title))
    printed = next((heading for heading in headings if squeezed(heading) in map(squeezed, told)), "")
    if is_for_machines and printed and not any(squeezed(title) in squeezed(heading) for heading in headings):
        title = printed
    for shorter in (*headings, headline):
        if shorter and title.startswith(shorter) and _AFTER_TITLE.match(title, len(shorter)):
            return shorter  # the rest names the section and the paper
    return title


def _heading(headings: list[str], whole: str, source: str) -> str:
    """Choose among the headings of a page and its title; a heading may be the paper's name or part of an overlay."""
    own = [heading for heading in headings if squeezed(heading) != squeezed(source)]
    named = [heading for heading in own if squeezed(whole).startswith(squeezed(heading)) and squeezed(heading)]
    if named:
        return max(named, key=len)
    beginning = _SITE.split(whole, maxsplit=1)[0].strip()
    is_site = bool(own) and squeezed(whole).endswith(squeezed(own[0])) and beginning != whole
    return (beginning if is_site else "") or next(iter(own), "") or whole


def _byline(
    page: Page, head: int, metas: dict[str, list[str]], article: dict[str, Any], source: str
) -> tuple[str, tuple[str, ...], bool]:
    """Find the authors: those in the JSON-LD, in the meta elements, or in the visible signature; else the paper.

    The last value tells whether they are someone other than the paper.

    Where the signature and the metadata name different people, the signature may be preferred (`_is_better`).
    """
    authors = [author for author in _list(article.get("author")) if _is_name(_name(author))]
    papers = [_name(author) for author in authors if _is_organisation(author)]
    said = [_name(author) for author in authors if not _is_organisation(author)]
    own = [squeezed(name) for name in (source, *papers)]
    persons = next(
        (found for names in (said, _told(metas, own)) if (found := [name for name in names if not _is_own(name, own)])),
        [],
    )
    persons = list(dict.fromkeys(persons))
    for signed in page_bylines.signatures(page, head):
        names = _persons(signed, own)
        if names and (not persons or _is_better(names, signed, persons, page)):
            return signed.text, names, True
    if persons:
        return ", ".join(persons), tuple(persons) if len(persons) > 1 else (), True
    for signed in page_bylines.elsewhere(page):
        if names := _persons(signed, own):
            return signed.text, names, True
    return next(iter(said or papers), ""), (), False


def _persons(signed: PageSignature, own: list[str]) -> tuple[str, ...]:
    """Return the names in a signature other than the paper's; none if it is the paper "with agencies"."""
    names = tuple(name for name in signed.names if not _is_own(name, own))
    letters = squeezed(signed.text)
    only_agencies = all(map(bylines.is_agency, names)) and any(mine and mine in letters for mine in own)
    return () if only_agencies else names


def _is_better(names: tuple[str, ...], signed: PageSignature, persons: list[str], page: Page) -> bool:
    """Tell whether to prefer the signature to the metadata, which may name whoever published the page."""
    known, printed = ({squeezed(name) for name in found} for found in (bylines.listed(persons), names))
    if known & printed:
        return known < printed
    if all(" " not in person.strip() for person in persons):
        return all(" " in name for name in names)
    return signed.is_explicit and not any(person in block.text for person in persons for block in page.blocks)


def _told(metas: dict[str, list[str]], own: list[str]) -> list[str]:
    """Return the authors in the first kind of meta element that names any."""
    if _first(metas, "twitter:label1").casefold() in _WRITTEN_BY:
        metas = {**metas, "twitter:data1 (author)": metas.get("twitter:data1", [])}
    for key in _AUTHOR_METAS:
        names = [name for name in map(_line, metas.get(key, ())) if _is_name(name) and not _is_own(name, own)]
        if names:
            return names
    return []


def _date(page: Page, metas: dict[str, list[str]], article: dict[str, Any], head: int, language: str) -> str:
    said = [article.get("datePublished"), article.get("dateCreated")]
    said += [value for key in _DATE_METAS for value in metas.get(key, ())]
    said += [element.get("datetime") for _, element in page.times]
    written = [value for value in said if isinstance(value, str) and page_dates.read(value, language)]
    printed = page_dates.printed(page, head, language)
    if not written:
        return printed
    told = page_dates.read(written[0], language)
    return printed if page_dates.are_exchanged(told, printed) else written[0] if dates.read(written[0]) else told


def _language(tree: Element, metas: dict[str, list[str]], article: dict[str, Any]) -> str:
    return _locale(tree, metas, article).partition("-")[0]


def _locale(tree: Element, metas: dict[str, list[str]], article: dict[str, Any]) -> str:
    """Return the language of a page with its country, if declared: ``en-us``."""
    root = tree.getroottree().getroot()
    said = article.get("inLanguage")
    written = (
        root.get("lang") or (said if isinstance(said, str) else "") or _first(metas, "og:locale", "content-language")
    )
    return written.strip().lower().replace("_", "-")


def _url(tree: Element, metas: dict[str, list[str]]) -> str:
    links = [link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    return next((url for url in (*links, _first(metas, "og:url")) if url.startswith(("http://", "https://"))), "")


def _metas(tree: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name and (content := (meta.get("content") or "").strip()):
            found.setdefault(name.replace("published:time", "published_time"), []).append(content)
    return found


def _first(metas: dict[str, list[str]], *names: str) -> str:
    return next((metas[name][0] for name in names if name in metas), "")


def _article(tree: Element, titles: Iterable[str]) -> dict[str, Any]:
    """Return the JSON-LD object of the page's article; of several, the one whose headline is nearest its titles."""
    objects = list(_objects(tree))
    articles = [
        found for found in objects if _is_article(found) and (found.get("headline") or found.get("datePublished"))
    ]
    words = set(" ".join(titles).casefold().split())
    chosen = max(articles, key=lambda found: _shared(_line(found.get("headline")), words), default={})
    named = {found["@id"]: found for found in objects if isinstance(found.get("@id"), str) and found.get("name")}
    return {**chosen, "author": [_resolve(author, named) for author in _list(chosen.get("author"))]}


def _objects(tree: Element) -> Iterator[dict[str, Any]]:
    """Yield all objects in the page's JSON-LD in order; invalid JSON is ignored."""
    waiting: list[Any] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").lower().startswith("application/ld+json"):
            with suppress(ValueError, RecursionError):
                waiting.append(json.loads(script.text or "", strict=False))
    waiting.reverse()
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        found = waiting.pop()
        if isinstance(found, dict):
            yield found
            waiting.extend(value for value in reversed(found.values()) if isinstance(value, dict | list))
        elif isinstance(found, list):
            waiting.extend(reversed(found))


def _is_article(found: dict[str, Any]) -> bool:
    return any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in _list(found.get("@type")))


def _shared(headline: str, words: set[str]) -> float:
    own = set(headline.casefold().split())
    return len(own & words) / len(own) if own else 0.0


def _resolve(author: Any, named: dict[str, dict[str, Any]]) -> Any:
    if isinstance(author, dict) and not author.get("name"):
        return named.get(str(author.get("@id")), author)
    return author


def _is_organisation(author: Any) -> bool:
    return isinstance(author, dict) and any("Organization" in str(kind) for kind in _list(author.get("@type")))


def _is_own(name: str, own: list[str]) -> bool:
    """Tell whether a name is the paper's: one begins with the other, or both with the same word ("Gazette Staff")."""
    letters, first = squeezed(name), squeezed(name.partition(" ")[0])
    return not letters or any(
        (len(mine) > 2 and (letters.startswith(mine) or mine.startswith(letters)))
        or (len(first) > 4 and mine.startswith(first))
        for mine in own
    )


def _name(value: Any) -> str:
    if isinstance(value, list):
        return _name(value[0]) if value else ""
    return _line(value.get("name") if isinstance(value, dict) else value)


def _is_name(text: str) -> bool:
    """Tell whether a text is a name, and not a URL or an image credit, which occur in the same places."""
    return bool(text) and len(text) <= _LONGEST_BYLINE and not re.search(r"https?:|www\.|@|\(Image", text)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _line(value: Any) -> str:
    return " ".join(unescape(value).split()) if isinstance(value, str) else ""
