"""Numbers, days and times written as is usual in the language of the page."""

import re
from datetime import date, datetime
from functools import lru_cache

from babel.core import Locale
from babel.dates import format_skeleton
from babel.numbers import format_decimal

from searchapp.web.wording import gettext, locale

_DAY_OR_MONTH = re.compile(r"\d{4}-\d\d(-\d\d)?", re.ASCII)


def number(value: int) -> str:
    """Write a number with its thousands separated."""
    return _number(value, locale())


def decimal(value: float) -> str:
    """Write a number with the decimals that it has, ten at most."""
    return format_decimal(value, "#,##0.##########", locale())


def day(iso: str) -> str:
    """Write an ISO day, month or year (``2007-08-14``, ``2007-08``, ``2007``) in words; anything else as it is."""
    return _day(iso, locale())


def clock(iso: str) -> str:
    """Write an ISO time with the offset of its zone, where it has one: ``14:30 UTC+02:00``."""
    zone = iso[5:].lstrip(":0123456789")
    return iso[:5] + {"": "", "Z": " UTC", "+00:00": " UTC"}.get(zone, f" UTC{zone}")


def moment(iso: str, today: date | None = None) -> str:
    """Write an ISO date and time, or the time alone if the date is today's."""
    try:
        then = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    time = f"{then:%H:%M}"
    return time if then.date() == (today or date.today()) else _at(then, time)


def moment_in_full(then: datetime) -> str:
    """Write a moment with its day, time and zone, for something that is printed."""
    return _at(then, clock(then.isoformat(timespec="minutes")[len("2007-08-14T") :]))


def seconds(value: float) -> str:
    """Write how long something took."""
    if value < 0.01:
        return gettext("under 0.01 seconds")
    return gettext("%(number)s seconds") % {"number": format_decimal(value, "0.00", locale())}


def language_name(code: str) -> str:
    """Return the name of the language with a code, or the code itself if it is not known."""
    return str(locale().languages.get(code, code))


def initial(text: str) -> str:
    """Begin a text with a capital letter, and leave its other letters as they are."""
    return text[:1].upper() + text[1:]


def _at(then: datetime, time: str) -> str:
    return f"{day(then.date().isoformat())}{gettext(', ')}{time}"


@lru_cache(maxsize=1 << 12)
def _number(value: int, of: Locale) -> str:
    return str(format_decimal(value, locale=of))


@lru_cache(maxsize=1 << 12)
def _day(iso: str, of: Locale) -> str:
    found = _DAY_OR_MONTH.fullmatch(iso)
    if not found:
        return iso
    try:
        then = date.fromisoformat(iso if found[1] else f"{iso}-01")
    except ValueError:
        return iso
    return format_skeleton("yMMMMd" if found[1] else "yMMMM", then, locale=of)
