"""Spreadsheets (``.xlsx``, ``.xls``, ``.ods``): each row is an article if the columns say so.

Needs python-calamine.
"""

import datetime
import io
import zipfile
from collections.abc import Iterator

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources import documents
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.opening import Opened
from searchapp.sources.records import Columns

_HEADS = 20  # rows at the top among which the header row is searched for
_TIMES = 20  # times the limit for a document that the parts may unpack to: tables are mostly markup

_Row = list[str]


def read(opened: Opened) -> Iterator[Draft | Remark]:
    """Read a spreadsheet sheet by sheet; a sheet whose columns do not name an article's fields is one article."""
    documents.needs("python_calamine", recorded("spreadsheets"))
    import python_calamine

    data = opened.document()
    _refuse_bomb(data, opened)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except python_calamine.PasswordError as error:
        raise UnreadableFile("It is protected by a password.") from error
    except (python_calamine.CalamineError, OSError) as error:
        raise UnreadableFile(recorded("It is not a readable spreadsheet: {fault}.", fault=str(error))) from error
    found = 0
    for name, sheet in sheets:
        rows = [[_text(value) for value in row] for row in sheet.iter_rows()]
        if any(map(any, rows)):
            found += 1
            yield from _sheet(name, rows, opened)
    if not found:
        raise UnreadableFile("It contains no text.")


def _refuse_bomb(data: bytes, opened: Opened) -> None:
    """Refuse a file that unpacks to more than a spreadsheet needs, since the library unpacks it whole."""
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(entry.file_size for entry in packed.infolist() if entry.filename.endswith(".xml"))
    except zipfile.BadZipFile as error:
        raise UnreadableFile(recorded("It is not a readable spreadsheet: {fault}.", fault=str(error))) from error
    if size > _TIMES * opened.options.document_limit or size > opened.options.unpacking_limit * max(len(data), 1 << 20):
        raise UnreadableFile("It unpacks to far more than a spreadsheet of its size does.")


def _sheet(name: str, rows: list[_Row], opened: Opened) -> Iterator[Draft | Remark]:
    columns = Columns(opened.options.columns)
    head = _head(rows, columns)
    if head is None:
        yield Remark(_sheet_of(name), "its first row names no title or text: it is read as one article", left_out=False)
        yield from documents.drafts(
            ["\n".join("\t".join(filter(None, row)) for row in rows if any(row))], opened.options
        )
        return
    for above in rows[:head]:
        if text := " ".join(filter(None, above)):
            yield Remark(
                _sheet_of(name), recorded("a line above the table is not read: {text}", text=text), left_out=False
            )
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        if any(row):
            yield columns.draft(
                dict(zip(rows[head], row, strict=False)),
                recorded("sheet {name}, row {number}", name=name, number=number),
            )


def _sheet_of(name: str) -> str:
    return recorded("sheet {name}", name=name)


def _head(rows: list[_Row], columns: Columns) -> int | None:
    """Return the index of the header row; None if there is none."""
    sample = "This is a sentence that stands for a text, of more words than a title or a name has. It goes on."
    for place, row in enumerate(rows[:_HEADS]):
        if len([cell for cell in row if cell]) > 1 and all(len(cell) < 60 for cell in row):
            record = {name: sample for name in row if name}
            draft = columns.draft(record, "")
            below = rows[place + 1 : place + 2]
            if isinstance(draft, Draft) and draft.body and below and any(_is_column(name) for name in row):
                return place
    return None


def _is_column(name: str) -> bool:
    return name.casefold().strip() in _NAMES or any(
        part in _NAMES for part in name.casefold().replace("_", " ").split()
    )


_NAMES = frozenset((
    "title", "headline", "body", "text", "content", "article", "story", "fulltext", "byline", "author", "abstract",
    "heading", "hlead", "titel", "überschrift", "schlagzeile", "artikel", "autor", "inhalt", "titre", "texte", "corps",
    "auteur", "contenu", "título", "titulo", "texto", "cuerpo", "titolo", "testo", "autore",
))  # fmt: skip


def _text(value: object) -> str:
    """Write a cell as text: dates in ISO form, whole numbers without a decimal point."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if value is not None else ""
