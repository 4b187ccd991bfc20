"""Numbers of copies and similarities, as they are typed: none, 3, >5, >=5, <2, 2..10, 2.., ..10, and a % behind.

Moments are typed as dates are, or to the second: added:2026-11, added:2026-11-24.., added:2026-11-24T14:02:11Z..
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from searchapp.query.dates import read_range
from searchapp.query.tree import Amount, AmountField, Dates, Firsts
from searchapp.sentences import Translate, filled, untranslated

_AMOUNT = re.compile(r"(?:(?P<sign>[<>]=?|=)?(?P<number>[0-9]{1,9}))%?|(?P<least>[0-9]{0,9})\.\.(?P<most>[0-9]{0,9})%?")


def read_amount(typed: str, field: AmountField) -> Amount | Firsts | None:
    """Read what follows ``copies:`` or ``similarity:``; None if it is no amount."""
    if field in ("added", "edited"):
        return _read_moments(typed, field)
    if field == "copies" and typed.lower() == "none":
        return Firsts()
    found = _AMOUNT.fullmatch(typed)
    if not found or typed == "..":
        return None
    if found["number"] is None:
        least, most = int(found["least"] or 0), int(found["most"]) if found["most"] else None
        return Amount(field, *sorted((least, most))) if most is not None else Amount(field, least)
    number = int(found["number"])
    match found["sign"]:
        case ">":
            return Amount(field, number + 1)
        case ">=":
            return Amount(field, number)
        case "<":
            return Amount(field, 0, number - 1) if number else None
        case "<=":
            return Amount(field, 0, number)
        case _:
            return Amount(field, number, number)


def write_amount(node: Amount) -> str:
    """Write an amount so that it is read as the same."""
    if node.field in ("added", "edited"):
        return _write_moments(node)
    if node.most is None:
        return f">{node.least - 1}" if node.least else ">=0"
    if node.least == node.most:
        return f"{node.least}"
    return f"{node.least}..{node.most}" if node.least else f"<{node.most + 1}"


def spell_amount(node: Amount, translate: Translate = untranslated) -> str:
    """Write an amount in words: ``more than 5 copies``, ``at most 90 % of the first``; moments in figures."""

    def say(template: str, **values: str) -> str:
        return filled(translate(template), values)

    if node.field in ("added", "edited"):
        return f"{_spell_moments(node, say)} (UTC)"
    if node.most is None:
        amount = say("more than {number}", number=f"{node.least - 1:,}") if node.least else say("any number of")
    elif node.least == node.most:
        amount = say("exactly {number}", number=f"{node.most:,}") if node.most else say("no")
    elif node.least:
        amount = say("{first} to {last}", first=f"{node.least:,}", last=f"{node.most:,}")
    elif node.field == "similarity":
        amount = say("less than {number}", number=f"{node.most + 1:,}")
    else:
        amount = say("fewer than {number}", number=f"{node.most + 1:,}")
    if node.field == "similarity":
        return say("{amount} % similarity to the first", amount=amount)
    return (
        say("{amount} copy", amount=amount) if node.least == node.most == 1 else say("{amount} copies", amount=amount)
    )


def _spell_moments(node: Amount, say: Callable[..., str]) -> str:
    first, dots, last = _write_moments(node).partition("..")
    first = first or "1970"
    if not dots:
        return first
    return say("{first} to {last}", first=first, last=last) if last else say("{day} or later", day=first)


_DAY = 86_400  # seconds
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?", re.IGNORECASE)


def _read_moments(typed: str, field: AmountField) -> Amount | None:
    first, dots, last = typed.partition("..")
    spans = [_span(end) if end else None for end in (first, last)]
    if any(end and not span for end, span in zip((first, last), spans, strict=True)) or not any(spans):
        return None
    starts, ends = spans if dots else (spans[0], spans[0])
    if starts and ends and starts > ends:
        starts, ends = ends, starts
    return Amount(field, starts[0] if starts else 0, ends[1] if ends else None)


def _span(end: str) -> tuple[int, int] | None:
    """Return the first and the last second of a year, a month, a day or a second, in UTC where no zone is named."""
    if _SECOND.fullmatch(end):
        try:
            moment = datetime.fromisoformat(end.upper())
        except ValueError:
            return None
        second = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
        return (second, second) if second >= 0 else None
    if ".." in end or not isinstance(dates := read_range(end), Dates) or dates.first < "1970":
        return None
    first, last = (
        int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) for day in (dates.first, dates.last)
    )
    return first, last + _DAY - 1


def _write_moments(node: Amount) -> str:
    if node.most is not None and node.most == node.least:
        return _moment(node.least)
    whole_days = node.least % _DAY == 0 and (node.most is None or node.most % _DAY == _DAY - 1)
    first = "" if not node.least else _moment(node.least)[: 10 if whole_days else None]
    last = "" if node.most is None else _moment(node.most)[: 10 if whole_days else None]
    return first if first and first == last else f"{first or ('' if last else '1970')}..{last}"


def _moment(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
