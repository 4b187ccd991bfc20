"""Word documents (``.docx``): what the document says of itself, and its paragraphs and tables. Needs python-docx."""

import io
import zipfile
from collections.abc import Iterator

from searchapp.errors import UnreadableFile
from searchapp.sources import plain_text
from searchapp.sources.drafts import Draft
from searchapp.sources.opening import Opened


def read(opened: Opened) -> Iterator[Draft]:
    """Read a ``.docx`` file as one article."""
    try:
        import docx
    except ImportError as error:
        raise UnreadableFile("To read .docx, install python-docx: pip install 'searchapp[documents]'.") from error
    data = opened.document()
    _refuse_bomb(data, opened.options.document_limit)
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = [_block_text(block) for block in document.iter_inner_content()]
        said = document.core_properties
        title, author = said.title or "", said.author or ""
    except Exception as error:  # broken documents fail in lxml, in zipfile or in python-docx
        raise UnreadableFile(f"It is no document that can be read: {error or type(error).__name__}.") from error
    text = "\n\n".join(filter(str.strip, blocks))
    if not text:
        raise UnreadableFile("It holds no text.")
    guessed = plain_text.draft(text)
    yield Draft(
        title=title or guessed.title,
        byline=guessed.byline or author,
        body=text if title and title != guessed.title else guessed.body,
        date=guessed.date,  # the day the file was made is not the day of the news
    )


def _refuse_bomb(data: bytes, limit: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist() if entry.filename.endswith((".xml", ".rels")))
    except zipfile.BadZipFile as error:
        raise UnreadableFile("It is no .docx file: it may be an old .doc, or protected by a password.") from error
    if unpacked > limit:
        raise UnreadableFile("It unpacks to more than any text needs.")


def _block_text(block: object) -> str:
    rows = getattr(block, "rows", None)
    if rows is None:
        return str(getattr(block, "text", ""))
    return "\n".join("\t".join(cell.text for cell in row.cells) for row in rows)
