"""What every engine indexes of an article besides its words, and how it is written as terms: names, dates, numbers."""

import calendar
import datetime
from functools import lru_cache
from typing import Final

from searchapp.article import Article
from searchapp.query.addresses import comparable
from searchapp.query.tree import Amount, AmountField, KeywordField
from searchapp.text import keyword

# Stems as `searchapp.languages.Stems.term` writes them: those of title and body as one text, and those of the title.
TEXT_STEM: Final = "text_stem"
TITLE_STEM: Final = "title_stem"
TITLE_ONLY: Final = "title_only"  # the stems of a title that are not in the body, which `text_stem` does not tell
STEMS: Final = (TITLE_STEM, TEXT_STEM)
SEPARATOR: Final = "\x1f"
LAST_DAY: Final = 99_999_999  # later than any day: an open end, and the last day of articles without a date

_TO_PRIVATE: Final = {code: code + 0x100000 for code in range(0xD800, 0xE000)}
_FROM_PRIVATE: Final = {private: code for code, private in _TO_PRIVATE.items()}


def entry(value: str) -> str:
    """Write a keyword value as a term: its folded form for comparison, then the value as written."""
    return f"{keyword(value)}{SEPARATOR}{storable(' '.join(value.split()))}"


def address(url: str) -> str:
    """Write a URL as a term: only its form for comparison, since it is never listed."""
    return f"{comparable(url)}{SEPARATOR}"


def sought(field: KeywordField, value: str) -> str:
    """Return the prefix of all terms that `entry` or `address` write for this value."""
    return f"{comparable(value) if field == 'url' else keyword(value)}{SEPARATOR}"


def written(term: str) -> str:
    """Return the value of an `entry` as it was written."""
    return restored(term.partition(SEPARATOR)[2])


def storable(text: str) -> str:
    """Map lone surrogates (from file names that are not UTF-8), which UTF-8 cannot encode, to a private use plane.

    The 2,048 private characters from U+10D800 on are lost; no text uses them.
    """
    return text if text.isascii() else text.translate(_TO_PRIVATE)


def restored(text: str) -> str:
    """Undo `storable`."""
    return text if text.isascii() else text.translate(_FROM_PRIVATE)


@lru_cache(maxsize=1 << 14)
def days(date: str) -> tuple[int, int]:
    """Return the first and last day of an ISO day, month or year as numbers such as 20070814; (0, 0) for none."""
    if not date:
        return 0, 0
    year, month, day = [*date.split("-"), "", ""][:3]
    first = int(f"{year}{month or '01'}{day or '01'}")
    return first, int(f"{year}{month or '12'}{day or calendar.monthrange(int(year), int(month or 12))[1]}")


def known_date(first: int, last: int) -> str:
    """Undo `days`: return the ISO day, month or year with this first and last day."""
    year, month, day = f"{first:08}"[:4], f"{first:08}"[4:6], f"{first:08}"[6:]
    if first == last:
        return f"{year}-{month}-{day}"
    return f"{year}-{month}" if first // 100 == last // 100 else year


CLOCK_BITS: Final = 18  # bits of the numbers that `clock` returns


def clock(article: Article) -> int:
    """Return the time of an article as a number that orders articles of one day chronologically; 0 for none.

    It counts the seconds since one day before that day's midnight in UTC; a time without a zone counts as UTC.
    """
    if not article.time or not article.date:
        return 0
    read = datetime.time.fromisoformat(article.time)
    zone = read.utcoffset() or datetime.timedelta()
    return 86_400 + 3600 * read.hour + 60 * read.minute + read.second - int(zone.total_seconds())


MOST: Final = 2**32 - 1  # the largest amount


def amounts(article: Article) -> dict[AmountField, int]:
    """Return the numbers of an article that `Amount` nodes compare: similarity is in whole percent, rounded down."""
    return {
        "copies": article.copies,
        "similarity": int(100 * article.similarity + 1e-9),
        "added": seconds(article.added),
        "edited": seconds(article.edited),
    }


@lru_cache(maxsize=1 << 10)
def seconds(moment: str) -> int:
    """Return an ISO moment as seconds since 1970 in UTC; 0 for none, and for earlier moments."""
    return max(0, int(datetime.datetime.fromisoformat(moment).timestamp())) if moment else 0


def amount_bounds(node: Amount) -> tuple[int, int]:
    """Return the smallest and the largest number that a node admits; 0 stands for no similarity and no moment."""
    least = node.least if node.field == "copies" else max(node.least, 1)
    return least, MOST if node.most is None else min(node.most, MOST)


def bounds(first: str, last: str) -> tuple[int, int]:
    """Return the first and last day of a `Dates` node as numbers; an open end lies before or after all days."""
    return int(first.replace("-", "") or 0), int(last.replace("-", "") or LAST_DAY)
