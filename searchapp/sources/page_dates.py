"""The day that a page prints near its headline, for pages that do not say it otherwise, or the wrong way round."""

import re

from searchapp.sources import dates
from searchapp.sources.page_blocks import Page

_BEFORE, _AFTER, _LONGEST = 4, 12, 120  # blocks around the headline, and characters of a block, that may tell the day
_SLASHED = re.compile(r"(?<!\d)(\d\d?)([/.-])(\d\d?)\2((?:19|20)\d\d)(?!\d)")
_SHORT = re.compile(r"(?<![\d.])(\d\d)(\.)(\d\d)\.(\d\d)(?![\d.])")  # 25.04.24; pages are of this century
_MONTH_FIRST = frozenset(("en-us", "en-ph", "fil"))
_UPDATED = re.compile(
    r"updat|aktualis|modifi|mis à jour|actualiz|aggiorn|güncel|bijgewerkt|uppdater|обновл|оновл", re.I
)


def printed(page: Page, head: int, language: str) -> str:
    """Return the first day that is printed around the block of the headline; that of an update only if no other is."""
    near = (*page.blocks[head + 1 : head + _AFTER], *page.blocks[max(head - _BEFORE, 0) : head])
    short = [block.text for block in near if len(block.text) <= _LONGEST and not block.is_heading]
    for texts in ([t for t in short if not _UPDATED.match(t)], short):
        if day := next(filter(lambda day: len(day) == len("2007-08-14"), (read(text, language) for text in texts)), ""):
            return day
    return ""


def read(text: str, language: str) -> str:
    """Read a day in a text; in which order numbers are, its language tells: 03/04/2007 in Paris is in April.

    In English without a country it is not known, and no date where both orders make one.
    """
    found = _SLASHED.search(text) or _SHORT.search(text)
    if not found or language == "en":
        return dates.read(text)
    first, _, second, year = found.groups()
    year = year if len(year) > 2 else f"20{year}"
    day, month = (second, first) if language in _MONTH_FIRST else (first, second)
    return dates.read(f"{year}-{int(month):02}-{int(day):02}") or dates.read(text)


def are_exchanged(one: str, other: str) -> bool:
    """Tell whether two days are the same but for the order of day and month."""
    return len(one) == len(other) == len("2007-08-14") and one != other and one == f"{other[:4]}{other[7:]}{other[4:7]}"
