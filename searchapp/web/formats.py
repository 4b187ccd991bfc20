"""Numbers, days and times as a page words them."""

from datetime import date, datetime

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def number(value: int) -> str:
    """Write a number with its thousands apart."""
    return f"{value:,}"


def day(iso: str) -> str:
    """Write an ISO day, month or year (``2007-08-14``, ``2007-08``, ``2007``) in words; anything else as it is."""
    year, _, rest = iso.partition("-")
    month, _, day_of_month = rest.partition("-")
    if not (month.isdecimal() and 1 <= int(month) <= 12):
        return iso
    return " ".join([day_of_month.lstrip("0"), MONTHS[int(month) - 1], year]).strip()


def clock(iso: str) -> str:
    """Write an ISO time with the offset of its zone, where it has one: ``14:30 UTC+02:00``."""
    zone = iso[5:].lstrip(":0123456789")
    return iso[:5] + {"": "", "Z": " UTC", "+00:00": " UTC"}.get(zone, f" UTC{zone}")


def moment(iso: str, today: date | None = None) -> str:
    """Write an ISO date and time: the time alone where it is today's."""
    try:
        then = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    time = f"{then:%H:%M}"
    return time if then.date() == (today or date.today()) else f"{day(then.date().isoformat())}, {time}"


def seconds(value: float) -> str:
    """Write how long something took."""
    return f"{value:.2f} seconds" if value >= 0.01 else "under 0.01 seconds"
