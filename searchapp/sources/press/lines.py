"""Lines that press archives write around articles: word counts, dates, copyright, the request."""

import re
from collections.abc import Iterator, Sequence

from searchapp.sources import dates

_DAY = re.compile(
    r"(?:[^\W\d]{2,12}\.?,?\s+(?:le\s+|den\s+)?)?"
    r"(?:[^\W\d]{3,10}\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}(?:er|\.)?\s+(?:de\s+)?[^\W\d]{3,10}\.?,?\s+(?:de\s+)?\d{4}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4})(?:(?:[,;\s(]).{0,60})?"
)
_WORDS = re.compile(
    r"\d[\d,.\s\u202f\xa0]{0,9}\s?(?:words?|wörter|mots?|palabras|parole|woorden|palavras|слов|ord|słów)", re.I
)
_PAGE = re.compile(r"(?:page|seite|página|pagina)\s*:?\s*\d+(?:\s*(?:of|von|sur|de|di|van|/)\s*\d+)?", re.I)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright\b|all rights reserved|alle rechte|tous droits)", re.I)
_EDITION = re.compile(r"(?:edition|ausgabe|édition|editie|edición|edizione)\b", re.I)
_MARK = re.compile(
    r"(?:(?:document|dokument|documento)s?\s+)?(\d{1,6})\s+(?:of|von|de|di|van|sur|av|af)\s+(\d{1,6})"
    r"(?:\s+(?:documents?|dokumente[n]?|documentos?|documenti|documenten))?",
    re.I,
)
_NAMES_A_DOCUMENT = re.compile("d[o]?[ck]ument", re.I)
_TOLD = re.compile(
    r"(?:documents?|dokumente)\s*(?:\(s\))?\s*[(:]\s*(\d{1,6})\)?"
    r"|number of (?:documents|items)(?: (?:saved|delivered))?\s*:\s*(\d{1,6})"
    r"|(?:download request|items? delivered)\s*:.*?\b\d+-(\d{1,6})",
    re.I,
)
_HEAD_LINES = 120


def is_day(line: str) -> bool:
    """Tell whether a line is a date, possibly with a weekday, a time or an edition."""
    return len(line) <= 100 and bool(_DAY.fullmatch(line)) and bool(dates.read(line))


def is_page_number(line: str) -> bool:
    """Tell whether a line is a page number such as ``Page 3 of 12``."""
    return len(line) < 30 and bool(_PAGE.fullmatch(line))


def is_number_of_words(line: str) -> bool:
    """Tell whether a line is a word count and nothing else."""
    return len(line) < 40 and bool(_WORDS.fullmatch(line))


def is_copyright(line: str) -> bool:
    """Tell whether a line is a copyright notice."""
    return bool(_COPYRIGHT.match(line))


def is_edition(line: str) -> bool:
    """Tell whether a line names an edition of a paper."""
    return len(line) < 60 and bool(_EDITION.search(line)) and not line.endswith(".")


def numbering(line: str) -> tuple[int, int] | None:
    """Return 3 and 74 for the line ``3 of 74 DOCUMENTS`` or ``Document 3 of 74``; None for any other line."""
    if len(line) > 60 or not _NAMES_A_DOCUMENT.search(line):
        return None
    found = _MARK.fullmatch(line)
    return (int(found[1]), int(found[2])) if found and 0 < int(found[1]) <= int(found[2]) else None


def told_number(lines: Sequence[str]) -> int:
    """Return the number of articles that a file announces; 0 if it announces none."""
    marks = [found for line in lines if (found := numbering(line))]
    if len(marks) > 1:
        numbers = {number for number, _ in marks}
        return max(numbers) - min(numbers) + 1
    if marks and marks[0][1] > 1 and marks[0][0] != marks[0][1]:
        return marks[0][1]
    return next((int(next(filter(None, found.groups()))) for found in _requests(lines)), 0)


def _requests(lines: Sequence[str]) -> Iterator[re.Match[str]]:
    return (found for line in lines[:_HEAD_LINES] if len(line) < 100 and (found := _TOLD.fullmatch(line)))
