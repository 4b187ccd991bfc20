"""PDF: title, author and date from what the document says of itself, the text page by page. Needs pypdf."""

import io
import logging
from collections.abc import Iterator
from typing import Any

from searchapp.errors import UnreadableFile
from searchapp.sources import plain_text
from searchapp.sources.drafts import MEGABYTE, Draft
from searchapp.sources.opening import Opened


def read(opened: Opened) -> Iterator[Draft]:
    """Read a ``.pdf`` file as one article."""
    try:
        import pypdf
    except ImportError as error:
        raise UnreadableFile("To read PDFs, install pypdf: pip install 'searchapp[documents]'.") from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it remarks on every odd byte
    data = opened.document()
    try:
        document = pypdf.PdfReader(io.BytesIO(data))
        if document.is_encrypted and not document.decrypt(""):
            raise UnreadableFile("It is protected by a password.")
        text = _text(document, opened.options.article_limit)
        said = {name: str(value) for name, value in (document.metadata or {}).items() if value}
    except UnreadableFile:
        raise
    except Exception as error:  # broken PDFs make pypdf fail in any way there is
        raise UnreadableFile(f"It is no PDF that can be read: {error or type(error).__name__}.") from error
    if not text.strip():
        raise UnreadableFile("It holds no text. If it holds images of pages, have them read by OCR first.")
    guessed = plain_text.draft(text)
    yield Draft(
        title=said.get("/Title", "") or guessed.title,
        byline=said.get("/Author", "") or guessed.byline,
        body=text if said.get("/Title") else guessed.body,
        date=guessed.date,  # the day the file was made is not the day of the news
    )


def _text(document: Any, limit: int) -> str:
    pages, size = [], 0
    for page in document.pages:
        pages.append(page.extract_text())
        size += len(pages[-1])
        if size > limit:
            raise UnreadableFile(f"It is too large for an article: more than {limit / MEGABYTE:g} MB of text.")
    return "\n\n".join(pages)
