"""Numbers of copies and similarities, as they are typed: none, 3, >5, >=5, <2, 2..10, 2.., ..10, and a % behind.

Moments are typed as dates are, or to the second: added:2026-11, added:2026-11-24.., added:2026-11-24T14:02:11Z..
"""

import re
from datetime import UTC, datetime

from searchapp.query.dates import read_range
from searchapp.query.tree import Amount, AmountField, Dates, Firsts

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


def spell_amount(node: Amount) -> str:
    """Write an amount in words: ``more than 5 copies``, ``at most 90 % of the first``."""
    if node.field in ("added", "edited"):
        first, dots, last = _write_moments(node).partition("..")
        until = " or later" if not last else f" to {last}"
        return f"{first or '1970'}{until if dots else ''} (UTC)"
    if node.most is None:
        amount = f"more than {node.least - 1:,}" if node.least else "any number of"
    elif node.least == node.most:
        amount = f"exactly {node.most:,}" if node.most else "no"
    else:
        amount = f"{node.least:,} to {node.most:,}" if node.least else f"fewer than {node.most + 1:,}"
    if node.field == "similarity":
        return f"{'less' if amount.startswith('fewer') else ''}{amount.removeprefix('fewer')} % similarity to the first"
    return f"{amount} {'copy' if node.least == node.most == 1 else 'copies'}"


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
