"""What every engine indexes of an article beside its words: names and days, and how they are written as terms."""

import calendar
import datetime
from functools import lru_cache
from typing import Final

from searchapp.article import Article
from searchapp.query.addresses import comparable
from searchapp.query.tree import Amount, AmountField, KeywordField
from searchapp.text import keyword

# Stems, written as `searchapp.languages.Stems.term` does: those of title and body as one text, and those of the title.
TEXT_STEM: Final = "text_stem"
TITLE_STEM: Final = "title_stem"
STEMS: Final = (TITLE_STEM, TEXT_STEM)
SEPARATOR: Final = "\x1f"
LAST_DAY: Final = 99_999_999  # later than any day: an open end, and the place of articles whose day is not known

_TO_PRIVATE: Final = {code: code + 0x100000 for code in range(0xD800, 0xE000)}
_FROM_PRIVATE: Final = {private: code for code, private in _TO_PRIVATE.items()}


def entry(value: str) -> str:
    """Write a keyword value as a term: what it is compared by, then how it is written."""
    return f"{keyword(value)}{SEPARATOR}{storable(' '.join(value.split()))}"


def address(url: str) -> str:
    """Write an address as a term: what it is compared by alone, since it is never listed."""
    return f"{comparable(url)}{SEPARATOR}"


def sought(field: KeywordField, value: str) -> str:
    """Return how all terms begin that an `entry` or an `address` of this value may be."""
    return f"{comparable(value) if field == 'url' else keyword(value)}{SEPARATOR}"


def written(term: str) -> str:
    """Return how the value of an `entry` is written."""
    return restored(term.partition(SEPARATOR)[2])


def storable(text: str) -> str:
    """Move lone surrogates (from names of files that are not UTF-8), which UTF-8 cannot hold, to a private plane.

    Of that plane, the 2,048 characters from U+10D800 are lost: nobody writes them.
    """
    return text if text.isascii() else text.translate(_TO_PRIVATE)


def restored(text: str) -> str:
    """Undo `storable`."""
    return text if text.isascii() else text.translate(_FROM_PRIVATE)


def days(date: str) -> tuple[int, int]:
    """Return the first and the last day of an ISO day, month or year as numbers like 20070814; (0, 0) for none."""
    if not date:
        return 0, 0
    year, month, day = [*date.split("-"), "", ""][:3]
    first = int(f"{year}{month or '01'}{day or '01'}")
    return first, int(f"{year}{month or '12'}{day or calendar.monthrange(int(year), int(month or 12))[1]}")


def known_date(first: int, last: int) -> str:
    """Undo `days`: write the ISO day, month or year that begins and ends on these days."""
    year, month, day = f"{first:08}"[:4], f"{first:08}"[4:6], f"{first:08}"[6:]
    if first == last:
        return f"{year}-{month}-{day}"
    return f"{year}-{month}" if first // 100 == last // 100 else year


CLOCK_BITS: Final = 18  # of what `clock` returns


def clock(article: Article) -> int:
    """Return the time of an article as a number that orders those of one day by what came first; 0 for none.

    It counts the seconds from a day before that day's midnight in UTC; a time without a zone is taken for UTC.
    """
    if not article.time or not article.date:
        return 0
    read = datetime.time.fromisoformat(article.time)
    zone = read.utcoffset() or datetime.timedelta()
    return 86_400 + 3600 * read.hour + 60 * read.minute + read.second - int(zone.total_seconds())


MOST: Final = 2**32 - 1  # no amount is larger


def amounts(article: Article) -> dict[AmountField, int]:
    """Return the numbers of an article that an `Amount` asks for: similarity in whole percent, rounded down."""
    return {
        "copies": article.copies,
        "similarity": int(100 * article.similarity + 1e-9),
        "added": seconds(article.added),
        "edited": seconds(article.edited),
    }


@lru_cache(maxsize=1 << 10)
def seconds(moment: str) -> int:
    """Return an ISO moment as seconds since 1970 in UTC; 0 for none, and for what lies before."""
    return max(0, int(datetime.datetime.fromisoformat(moment).timestamp())) if moment else 0


def amount_bounds(node: Amount) -> tuple[int, int]:
    """Return the least and the most that a node lets through; 0 is no similarity, and no moment."""
    least = node.least if node.field == "copies" else max(node.least, 1)
    return least, MOST if node.most is None else min(node.most, MOST)


def bounds(first: str, last: str) -> tuple[int, int]:
    """Return the days of a `Dates` node as numbers; an open end is before or after all days."""
    return int(first.replace("-", "") or 0), int(last.replace("-", "") or LAST_DAY)
