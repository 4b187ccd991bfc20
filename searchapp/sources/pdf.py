"""PDF: the text page by page; title and author from the document's properties if they are real. Needs pypdfium2.

PDFium is Chromium's reader: it opens files that are slightly damaged or locked against changes, and decodes embedded
fonts that other readers turn into wrong letters. Pages without text get a remark.
"""

import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from searchapp.errors import UnreadableFile
from searchapp.sentences import marked, recorded
from searchapp.sources import documents, pdf_damage
from searchapp.sources.drafts import MEGABYTE, Draft, Remark
from searchapp.sources.opening import Opened
from searchapp.sources.wrapping import with_glued_lines, with_whole_words

_GAP = 1.4  # times the usual distance between lines: a larger gap separates paragraphs
_CLOSE = 1.5  # times the font size: a line this near to the one above may belong to the same paragraph
_RARE = 0.05  # share of near lines below which a page is set with wide line spacing
_HYPHEN = "\ufffe"  # PDFium's sign for a hyphen at the end of a line, and for the end itself
_LINE = re.compile(rf"(?!\Z)([^\r{_HYPHEN}]*)(\r\n|\r|{_HYPHEN}|\Z)")
_UNREADABLE = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\uffff]")
_MOST_UNREADABLE = 0.02  # share of the characters of a page
_NAMED = 20  # page numbers that a remark lists
_DAMAGE = marked("1 part of the file is damaged; pages may lack text or have wrong letters")
_DAMAGES = marked("{number} parts of the file are damaged; pages may lack text or have wrong letters")
_BROKEN = marked("{number} of {total} pages are damaged and were not read")
_EMPTY = marked("{number} of {total} pages contain no text; if they are images, run OCR on them first")
_GARBLED = marked(
    "{number} of {total} pages contain characters without a Unicode mapping, which may be missing or wrong"
)


def read(opened: Opened) -> Iterator[Draft | Remark]:
    """Read a ``.pdf`` file as one article, or as those of a download from a press archive."""
    documents.needs("pypdfium2", recorded("PDFs"))
    import pypdfium2

    data = opened.document()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise UnreadableFile("It is protected by a password.") from error
        raise UnreadableFile(recorded("It is not a readable PDF: {fault}.", fault=str(error))) from error
    try:
        pages = _Pages(document, opened.options.article_limit)
        blocks = pages.blocks()
        said = document.get_metadata_dict(skip_empty=True)
        attached = [str(document.get_attachment(at).get_name()) for at in range(document.count_attachments())]
    finally:
        document.close()
    if not blocks:
        raise UnreadableFile("It contains no text. If it contains images of pages, run OCR on it first.")
    if damaged := pdf_damage.count(data):
        yield Remark("", recorded(_DAMAGES if damaged > 1 else _DAMAGE, number=damaged), left_out=False)
    yield from pages.remarks()
    yield from (Remark(name, "the attachment is not read", left_out=False) for name in attached)
    yield from documents.drafts(blocks, opened.options, title=said.get("Title", ""), author=said.get("Author", ""))


class _Pages:
    """The pages of a PDF, and the faults found in them."""

    def __init__(self, document: Any, limit: int) -> None:
        self._document = document
        self._total = len(document)
        self._limit = limit
        self._empty: list[int] = []
        self._garbled: list[int] = []
        self._broken: list[int] = []

    def blocks(self) -> list[str]:
        """Return the paragraphs of all pages."""
        blocks: list[str] = []
        size = 0
        for number in range(self._total):
            found = self._page(number)
            size += sum(map(len, found))
            if size > self._limit:
                raise UnreadableFile(recorded(documents.TOO_LARGE, limit=f"{self._limit / MEGABYTE:g}"))
            blocks.extend(found)
        return blocks

    def remarks(self) -> Iterator[Remark]:
        """Report the pages that were not read, or not correctly."""
        for pages, template in ((self._broken, _BROKEN), (self._empty, _EMPTY), (self._garbled, _GARBLED)):
            if pages:
                listed = ", ".join(f"{page:,}" for page in pages[:_NAMED]) + (", …" if len(pages) > _NAMED else "")
                told = recorded(template, number=len(pages), total=self._total)
                yield Remark(recorded("page {pages}", pages=listed), told, left_out=False)

    def _page(self, number: int) -> list[str]:
        import pypdfium2

        try:
            page = self._document[number]
            try:
                lines = _lines(page.get_textpage())
            finally:
                page.close()
        except pypdfium2.PdfiumError:
            self._broken.append(number + 1)
            return []
        text = "".join(line.text for line in lines)
        if not text.strip():
            self._empty.append(number + 1)
        elif len(_UNREADABLE.findall(text)) > _MOST_UNREADABLE * len(text):
            self._garbled.append(number + 1)
        return _paragraphs(lines)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page; its upper edge, measured from the bottom of the page, and its font size are in points."""

    text: str
    height: float
    size: float


def _lines(textpage: Any) -> list[_Line]:
    """Return the lines of a page."""
    text = textpage.get_text_range()
    lines, at = [], 0
    for line, end in _LINE.findall(text):
        height = size = 0.0
        if line.strip() and at < textpage.count_chars():
            _, lower, _, height = textpage.get_charbox(at, loose=True)
            size = height - lower
        lines.append(_Line(f"{line}-" if end == _HYPHEN else line, height, size))
        at += len(line) + len(end)
    return lines


def _paragraphs(lines: list[_Line]) -> list[str]:
    """Join lines into paragraphs: a larger gap than usual, or a line above the one before, begins a new one."""
    usual = _usual_step(lines)
    blocks: list[list[str]] = [[]]
    before = 0.0
    for line in lines:
        is_apart = bool(before and line.height) and not 0 <= before - line.height <= _GAP * usual
        if not line.text.strip() or is_apart:
            blocks.append([])
        if line.text.strip():
            blocks[-1].append(line.text.strip())
            before = line.height
    texts = (with_glued_lines(with_whole_words("\n".join(block))) for block in blocks if block)
    return [text for text in texts if text.strip()]


def _usual_step(lines: list[_Line]) -> float:
    """Return the distance between lines within a paragraph; on a page of one-line paragraphs that distance is rare."""
    steps = [(one.height - other.height, one.size) for one, other in pairwise(lines) if one.height > other.height > 0]
    close = [step for step, size in steps if step <= _CLOSE * size]
    if len(close) > _RARE * len(steps):
        return statistics.median(close)
    return statistics.median(step for step, _ in steps) if steps else 0.0
