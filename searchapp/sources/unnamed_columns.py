"""Tables whose first row is an article: which column is its title, text, date or address is told by what is in them."""

from collections.abc import Sequence
from statistics import mean

from searchapp.sources import dates
from searchapp.sources.columns import is_name

_TEXT_WORDS = 6  # in the mean: fewer are no text
_TITLE_WORDS = 1.5
_SENTENCE_WORDS = 10  # of a cell: more than a column's name has


def column_names(rows: Sequence[Sequence[str]], header: int) -> list[str]:
    """Return a name for each column; none if no column is a text, or if there is a header.

    `header` is the index of the row that is likeliest to be one.
    """
    if not rows or not (_is_article(rows[0]) and _is_article(rows[header])):
        return []
    columns = [[row[place].strip() for row in rows if len(row) > place] for place in range(len(rows[0]))]
    names = [_by_form(cells) for cells in columns]
    for name, least in (("text", _TEXT_WORDS), ("title", _TITLE_WORDS)):
        words = [(mean(len(cell.split()) for cell in cells), -place) for place, cells in enumerate(columns)]
        most, place = max((pair for pair in words if not names[-pair[1]]), default=(0, 0))
        if most >= least:
            names[-place] = name
    return [name or f"column {place}" for place, name in enumerate(names, start=1)] if "text" in names else []


def _is_article(row: Sequence[str]) -> bool:
    """Tell whether a row has what no column is named: a day, an address or a sentence."""
    return not any(map(is_name, row)) and any(
        dates.is_date_line(cell) or _is_address(cell) or len(cell.split()) >= _SENTENCE_WORDS for cell in row
    )


def _by_form(cells: Sequence[str]) -> str:
    known = [cell for cell in cells if cell]
    if known and all(map(dates.is_date_line, known)):
        return "date"
    return "url" if known and all(map(_is_address, known)) else ""


def _is_address(cell: str) -> bool:
    return cell.lstrip().startswith(("http://", "https://"))
