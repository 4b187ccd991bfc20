"""Issues of digitised papers: a METS list, and the ALTO pages beside it (found by `issues`).

The list's logical map names the articles and the blocks of each. Blocks in no article, and the pages of a list without
such a map, are read page by page: every word of an issue is read exactly once.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

from searchapp import sources
from searchapp.errors import UnreadableFile
from searchapp.sentences import marked, recorded
from searchapp.sources import dates, scanned
from searchapp.sources.drafts import Draft, Encoding, Options, Remark
from searchapp.sources.guarding import guarded
from searchapp.sources.opening import Opened
from searchapp.sources.page_words import squeezed
from searchapp.sources.xml_parsing import decoded, parsed
from searchapp.sources.xml_tree import attribute, child, every, first_text, line, local_name, outermost

_ARTICLES = frozenset((
    "article", "newspaper_article", "newspaperarticle", "news", "item", "review", "letter", "editorial", "interview",
    "obituary", "weather", "advertisement", "advert", "ad", "notice", "death_notice", "birth_notice", "marriage_notice",
    "illustration", "comic", "poem", "essay", "chapter",
))  # fmt: skip
_HEADINGS = frozenset(("heading", "headline", "title", "subheadline", "overline", "motto"))
_SIGNED = frozenset(("author", "byline"))
_NO_TITLE = re.compile(
    r"\W*(?:untitled|unknown|no title|ohne titel|sans titre|article|artikel|advertisement)?\W*\d*", re.I
)
_ISSUE = re.compile(r"(?<![\s,.])[\s,.]*\b(?:no|nr|n°|issue|vol|jg|jahrg|année|year)\b\.?\s*\d.*$", re.I)
_HREF = "href"
_UNKNOWN_ARTICLES = marked("Its articles are not known, and its pages are read one by one: {fault}")


def refuse(root: Element) -> Iterator[Draft]:  # noqa: ARG001 - all readers of XML take it
    """Refuse a list that has none of its pages beside it, or whose name does not end as a list's.

    Raises:
        UnreadableFile: always.
    """
    raise UnreadableFile(
        "It is a METS list of other files and holds no text; the ALTO files that it names are read page by page. "
        "To have them read as one issue, give it a name that ends in mets.xml, and put them beside it."
    )
    yield Draft()


def drafts(text: str, files: Sequence[Path], options: Options) -> Iterator[Draft | Remark]:
    """Read an issue: its articles in the order of the list, then the rest of each page."""
    try:
        root, remark = parsed(text)
    except UnreadableFile as fault:
        root, remark = Element("none"), recorded(_UNKNOWN_ARTICLES, fault=str(fault))
    if remark:
        yield Remark("", remark, left_out=False)
    pages = []
    for file in files:
        page = _Page(file)
        yield from guarded(partial(page.read, options), file.name)
        pages.append(page)
    issue = _Issue.of(root, pages)
    yield from issue.articles()
    yield from issue.rest()


@dataclass(slots=True)
class _Page:
    """The blocks of one page by id, in order, and those that are already in articles."""

    file: Path
    texts: dict[str, str] = field(default_factory=dict)
    inner: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    places: dict[str, int] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)

    def read(self, options: Options) -> Iterator[Draft | Remark]:
        """Read the page; a file of another format is read in that format."""
        opened = Opened(self.file, ".xml", options=options)
        opened.check_size()
        root, remark = parsed(decoded(opened.document())[0])
        if local_name(root) != "alto":
            found = sources.read_drafts(opened)
            yield from (item for item in found if not isinstance(item, Encoding))
            return
        if remark:
            yield Remark(self.file.name, remark, left_out=False)
        self.texts, self.inner = scanned.alto_blocks(root)
        self.ids = tuple(self.texts)
        self.places = {one: place for place, one in enumerate(self.ids)}
        if not self.texts:
            yield Remark(self.file.name, "holds no words", left_out=False)

    def blocks(self, first: str, last: str) -> tuple[str, ...]:
        """Return the ids of the blocks from `first` to `last`, both included."""
        places = [
            self.places[one] for end in (first, last) for one in (end, *self.inner.get(end, ())) if one in self.places
        ]
        return self.ids[min(places) : max(places) + 1] if places else ()


@dataclass(slots=True)
class _Issue:
    """An issue: its list, its pages by the list's file ids, and its own metadata."""

    root: Element
    pages: Sequence[_Page]
    by_id: Mapping[str, _Page]
    said: Mapping[str, Element]  # descriptive metadata by id
    source: str
    date: str
    language: str

    @classmethod
    def of(cls, root: Element, pages: Sequence[_Page]) -> "_Issue":
        """Gather the metadata of an issue from its list."""
        by_id: dict[str, _Page] = {}
        for one in every(root, "file"):
            for place in every(one, "FLocat"):
                if page := _named(pages, re.split(r"[\\/]", attribute(place, _HREF))):
                    by_id[attribute(one, "ID")] = page
        said = {attribute(one, "ID"): one for one in every(root, "dmdSec")}
        own = {name for div in _articles(root) for each in every(div, "div") for name in _ids(each, "DMDID")}
        of_issue = [one for name, one in said.items() if name not in own]
        label = attribute(root, "LABEL") or next((attribute(div, "LABEL") for div in every(root, "div")), "")
        return cls(root, pages, by_id, said, _source(of_issue) or _ISSUE.sub("", label), _day(of_issue, label),
                   next((found for one in of_issue if (found := first_text(one, "languageTerm"))), ""))  # fmt: skip

    def articles(self) -> Iterator[Draft | Remark]:
        """Yield the articles that the list names, and a remark on blocks that are on no page."""
        missing = 0
        for div in _articles(self.root):
            draft, lost = self._article(div)
            missing += lost
            if draft:
                yield draft
        if missing and any(page.texts for page in self.pages):
            told = recorded("{number} parts of articles are named that no page beside the list has", number=missing)
            yield Remark("", told, left_out=False)

    def rest(self) -> Iterator[Draft]:
        """Yield, for each page, the blocks that are in no article."""
        for number, page in enumerate(self.pages, start=1):
            texts = [text for one, text in page.texts.items() if one not in page.given]
            what = f"page {number}, outside of articles" if page.given else f"page {number}"
            if texts:
                yield self._draft(
                    title=f"{self.source}, {what}" if self.source else f"P{what[1:]}",
                    body="\n\n".join(texts),
                    own_id=f"page {number}",
                )

    def _article(self, div: Element) -> tuple[Draft | None, int]:
        """Return an article, or None if no page has any of it, and the number of its parts that are missing."""
        texts: dict[tuple[str, str], tuple[str, str]] = {}  # by block: the kind of its part, and its text
        missing = 0
        for kind, area in _areas(div, ""):
            page = self.by_id.get(attribute(area, "FILEID"))
            first, last = attribute(area, "BEGIN"), attribute(area, "END")
            blocks = page.blocks(first, last or first) if page else ()
            missing += bool(page) and not blocks
            for one in blocks:
                if page and one not in page.given:
                    page.given.add(one)
                    texts[page.file.name, one] = kind, page.texts[one]
        if not texts:
            return None, missing
        heading = " ".join(text for kind, text in texts.values() if kind in _HEADINGS)
        said = next((self.said[name] for name in _ids(div, "DMDID") if name in self.said), Element("none"))
        title = next(
            (t for t in (_title(said), attribute(div, "LABEL").strip(), heading) if not _NO_TITLE.fullmatch(t)), ""
        )
        signed = [text for kind, text in texts.values() if kind in _SIGNED]
        letters = squeezed(title)
        body = [
            text
            for kind, text in texts.values()
            if kind not in _SIGNED
            and not (squeezed(text) in letters if kind in _HEADINGS else squeezed(text) == letters)
        ]
        names = tuple(filter(None, map(_name, every(said, "name"))))
        draft = self._draft(
            title=title or (body[0][:200] if body else ""),
            body="\n\n".join(body),
            byline=" ".join(signed) or ", ".join(names),
            names=names,
            own_id=attribute(div, "ID"),
        )
        language = first_text(said, "languageTerm")
        return replace(draft, language=language or draft.language), missing

    def _draft(self, **fields: object) -> Draft:
        return replace(Draft(source=self.source, date=self.date, language=self.language), **fields)  # type: ignore[arg-type]


def _named(pages: Sequence[_Page], address: Sequence[str]) -> _Page | None:
    """Return the page that an address names; of several with one file name, the one whose folder matches, too."""
    named = [page for page in pages if page.file.name == address[-1]]
    return max(named, key=lambda page: page.file.parent.name == (address[-2:-1] or [""])[0], default=None)


def _articles(root: Element) -> list[Element]:
    """Return the outermost divisions of a logical map that are articles or similar, in order."""
    maps = list(every(root, "structMap"))
    logical = [one for one in maps if attribute(one, "TYPE").lower() == "logical"] or maps
    divs = (div for one in logical for div in every(one, "div") if _kind(div) in _ARTICLES)
    inside: set[int] = set()
    found = []
    for div in divs:
        if id(div) not in inside:
            found.append(div)
            inside.update(map(id, every(div, "div")))
    return found


def _areas(div: Element, kind: str) -> Iterator[tuple[str, Element]]:
    """Yield the blocks of an article in order, each with the kind of the innermost division that has a kind."""
    waiting = [(div, kind)]
    while waiting:
        one, kind = waiting.pop()
        name = local_name(one)
        if name == "div":
            kind = next((found for found in (_kind(one), attribute(one, "LABEL").lower()) if found in _TELLING), kind)
        elif name == "area" and attribute(one, "BEGIN"):  # otherwise it is a whole page, with other articles, too
            yield kind, one
        waiting += [(inner, kind) for inner in reversed(one)]


_TELLING = _HEADINGS | _SIGNED


def _kind(div: Element) -> str:
    return attribute(div, "TYPE").strip().lower().replace("-", "_").replace(" ", "_")


def _ids(element: Element, name: str) -> list[str]:
    return attribute(element, name).split()


def _title(said: Element) -> str:
    info = next(outermost(said, ("titleInfo", "title"), skipping=("relatedItem",)), None)
    if info is None:
        return ""
    parts = [child(info, name) for name in ("nonSort", "title", "subTitle")]
    return " ".join(line(part) for part in parts if part is not None) or line(info)


def _name(name: Element) -> str:
    """Return a name in its usual order; empty for one whose role is not that of an author."""
    roles = {line(role).lower() for role in every(name, "roleTerm")}
    if roles and not roles & {"aut", "author", "creator", "cre", "auteur", "autor", "verfasser"}:
        return ""
    parts = {attribute(part, "type"): line(part) for part in every(name, "namePart")}
    given = " ".join(filter(None, (parts.get("given", ""), parts.get("family", ""))))
    return given or parts.get("", "") or line(name)


def _source(said: Collection[Element]) -> str:
    """Return the name of the paper: that of the series the issue belongs to, or the issue's own."""
    hosts = (host for one in said for host in every(one, "relatedItem") if attribute(host, "type") == "host")
    return next((title for one in (*hosts, *said) if (title := _title(one))), "")


def _day(said: Collection[Element], label: str) -> str:
    """Return the date of an issue, as its list writes it."""
    names = ("dateIssued", "date", "dateCreated", "issued")
    written = (line(found) for one in said for name in names for found in every(one, name))
    return next((day for day in (*written, label) if dates.read(day)), "")
