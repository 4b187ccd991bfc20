"""Books and e-papers (``.epub``): each chapter is an article of its own, in reading order."""

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from searchapp.errors import UnreadableFile
from searchapp.sources import plain_text
from searchapp.sources.documents import is_author, is_title
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.markup import text_blocks
from searchapp.sources.opening import Opened
from searchapp.sources.packages import Package, package
from searchapp.sources.xml_events import Events, Said, listen

_LONGEST_TITLE = 200
_HEADING = re.compile(r"<h[1-3]\b[^<>]*>", re.I)
_HEADING_END = re.compile(r"</h[1-3]>", re.I)
_ENCRYPTED = re.compile(rb"<(?:\w+:)?CipherReference\b[^<>]*?\bURI\s*=\s*[\"']([^\"'<>]+)")


def read(opened: Opened) -> Iterator[Draft | Remark]:
    """Read an ``.epub`` file: each of its chapters that contains text."""
    with package(opened) as parts:
        where = _Rootfile()
        listen(parts.read("META-INF/container.xml") or b"<x/>", where)
        book, said = _Book(), Said()
        data = parts.read(where.path)
        if not data:
            raise UnreadableFile("It is not a readable .epub file: it does not say what it contains.")
        listen(data, book)
        listen(data, said)
        chapters = list(_chapters(parts, posixpath.dirname(where.path), book))
    if not chapters:
        raise UnreadableFile("It contains no text.")
    for name, text in chapters:
        yield _draft(text, said, name)


def _chapters(parts: Package, folder: str, book: "_Book") -> Iterator[tuple[str, str]]:
    protected = {
        unquote(uri.decode("utf-8", "replace")) for uri in _ENCRYPTED.findall(parts.read("META-INF/encryption.xml"))
    }
    for reference in book.spine:
        href = book.pages.get(reference, "")
        name = posixpath.normpath(posixpath.join(folder, unquote(href)))
        if name in protected:
            raise UnreadableFile("It is protected against copying (DRM).")
        if href and (data := parts.read(name)):
            yield name, decode(data)[0]


def _draft(page: str, said: Said, name: str) -> Draft:
    blocks = text_blocks(page)
    title = _heading(page)
    if not title and blocks and len(blocks[0]) <= _LONGEST_TITLE:
        title = blocks[0]
    if blocks and " ".join(blocks[0].split()) == title:
        blocks = blocks[1:]
    guessed = plain_text.draft("\n\n".join((title, *blocks)))
    creator, book = said.values.get("creator", ""), said.values.get("title", "")
    return Draft(
        title=guessed.title,
        byline=guessed.byline or (creator if is_author(creator) else ""),
        body=guessed.body,
        date=guessed.date or said.values.get("date", ""),
        source=book if is_title(book) else "",
        language=said.values.get("language", ""),
        own_id=name,
    )


def _heading(page: str) -> str:
    """Return the text of the first heading; empty if there is none."""
    start = _HEADING.search(page)
    end = _HEADING_END.search(page, start.end()) if start else None
    return " ".join("\n".join(text_blocks(page[start.end() : end.start()])).split()) if start and end else ""


class _Rootfile(Events):
    """Listens for the path of the package document."""

    def __init__(self) -> None:
        self.path = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "rootfile" and not self.path:
            self.path = attributes.get("full-path", "")


class _Book(Events):
    """Listens for the book's pages and their reading order."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.spine: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if (
            name == "item"
            and "html" in attributes.get("media-type", "")
            and "nav" not in attributes.get("properties", "").split()
        ):
            self.pages[attributes.get("id", "")] = attributes.get("href", "")
        elif name == "itemref":
            self.spine.append(attributes.get("idref", ""))
