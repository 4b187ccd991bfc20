"""The date printed near a page's headline, for pages whose metadata lack it or exchange day and month."""

import re

from searchapp.sources import dates
from searchapp.sources.page_blocks import Page

_BEFORE, _AFTER = 4, 12  # blocks before and after the headline that may hold the date
_LONGEST = 120  # characters of such a block
_SLASHED = re.compile(r"(?<!\d)(\d\d?)([/.-])(\d\d?)\2((?:19|20)\d\d)(?!\d)")
_SHORT = re.compile(r"(?<![\d.])(\d\d)(\.)(\d\d)\.(\d\d)(?![\d.])")  # 25.04.24; web pages are of this century
_MONTH_FIRST = frozenset(("en-us", "en-ph", "fil"))
_UPDATED = re.compile(
    r"updat|aktualis|modifi|mis à jour|actualiz|aggiorn|güncel|bijgewerkt|uppdater|обновл|оновл", re.I
)


def printed(page: Page, head: int, language: str) -> str:
    """Return the first date printed around the headline's block; that of an update only if there is no other."""
    near = (*page.blocks[head + 1 : head + _AFTER], *page.blocks[max(head - _BEFORE, 0) : head])
    short = [block.text for block in near if len(block.text) <= _LONGEST and not block.is_heading]
    for texts in ([t for t in short if not _UPDATED.match(t)], short):
        if day := next(filter(lambda day: len(day) == len("2007-08-14"), (read(text, language) for text in texts)), ""):
            return day
    return ""


def read(text: str, language: str) -> str:
    """Read a date in a text; its language decides the order of numbers: 03/04/2007 in Paris is in April.

    In English without a country the order is unknown: if both orders are valid, there is no date.
    """
    found = _SLASHED.search(text) or _SHORT.search(text)
    if not found or language == "en":
        return dates.read(text)
    first, _, second, year = found.groups()
    year = year if len(year) > 2 else f"20{year}"
    day, month = (second, first) if language in _MONTH_FIRST else (first, second)
    return dates.read(f"{year}-{int(month):02}-{int(day):02}") or dates.read(text)


def are_exchanged(one: str, other: str) -> bool:
    """Tell whether two dates differ only by exchanged day and month."""
    return len(one) == len(other) == len("2007-08-14") and one != other and one == f"{other[:4]}{other[7:]}{other[4:7]}"
