"""Parse dates as news writes them into a calendar day, month or year; only what is certain, never a guess.

``03/04/2007`` is the third of April or the fourth of March, so it is not a date here. The day is taken as written,
without conversion between time zones.
"""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache

from searchapp.text import plain_digits

_FIRST_YEAR, _LAST_YEAR = 1400, 2199

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari leden ledna stycznia "
            "styczeń ocak января янв січня يناير كانون ژانویه",
            "february feb februar februari febr février févr fevrier febrero febbraio fevereiro fev února únor lutego "
            "luty şubat февраля фев лютого فبراير شباط",
            "march mar märz maerz mrz mars marzo março marco maart maret března březen marca marzec mart марта мар "
            "березня مارس آذار",
            "april apr avril avr abril abr aprile dubna duben kwietnia kwiecień nisan апреля апр квітня أبريل ابريل "
            "إبريل نيسان",
            "may mai mayo maggio mag maio mei května květen maja maj mayıs мая май травня مايو أيار",
            "june jun juni juin junio giugno giu junho června červen czerwca czerwiec haziran июня июн червня يونيو "
            "حزيران",
            "july jul juli juillet juil julio luglio lug julho července červenec lipca lipiec temmuz июля июл липня "
            "يوليو تموز",
            "august aug août aout agosto ago augustus agustus srpna srpen sierpnia sierpień ağustos августа авг серпня "
            "أغسطس اغسطس آب",
            "september sep sept septembre septiembre settembre set setembro september září wrzesień września eylül "
            "сентября сен сент вересня سبتمبر أيلول",
            "october oct oktober okt octobre octubre ottobre ott outubro out října říjen października październik ekim "
            "октября окт жовтня أكتوبر اكتوبر",
            "november nov novembre noviembre novembro listopadu listopad listopada kasım ноября ноя листопада نوفمبر",
            "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro desember prosince "
            "prosinec grudnia grudzień aralık декабря дек грудня ديسمبر",
        ),
        start=1,
    )
    for name in names.split()
}
_YEAR = r"(1[4-9]\d\d|2[01]\d\d)"
_LETTERS = r"([^\W\d_]{3,12})"
_ISO = re.compile(rf"{_YEAR}-(\d\d)(?:-(\d\d))?(?!\d)")
_COMPACT = re.compile(rf"{_YEAR}(\d\d)(\d\d)(?:T?\d{{4,6}}(?:[Z+-].*)?)?$")
_TO_THE_HOUR = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)[0-2]\d$")  # not seconds since 1970, which would be in 2030
_YEAR_FIRST = re.compile(rf"(?<!\d){_YEAR}\s?[-/.年년]\s?(\d\d?)\s?(?:[-/.月월]\s?(\d\d?)(?!\d)|[月월])")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d\d?)(?:st|nd|rd|th|er|º|\.)?[\s-]*(?:de |of )?{_LETTERS}\.?,?[\s-]*(?:de |del )?{_YEAR}(?!\d)"
)
_MONTH_DAY = re.compile(
    rf"(?<!\w){_LETTERS}\.?\s+(\d\d?)(?:st|nd|rd|th)?,?\s+(?:[\d:apm.]+\s+(?:(?:[A-Z]+|[+-]\d{{4}})\s+)?)?{_YEAR}(?!\d)"
)
_MONTH_ONLY = re.compile(rf"(?<!\w){_LETTERS}\.?,?\s+(?:de )?{_YEAR}(?!\d)")
_DOTTED = re.compile(rf"(?<!\d)(\d\d?)\.\s?(\d\d?)\.\s?{_YEAR}(?!\d)")
_SLASHED = re.compile(rf"(?<!\d)(\d\d?)([/-])(\d\d?)\2{_YEAR}(?!\d)")
_ONLY_YEAR = re.compile(rf"{_YEAR}$")
_EPOCH = re.compile(r"(?:/Date\()?(\d{10}|[1-9]\d{8})(?:\.\d+|\d{3}|\d{6}|\d{9})?(?:(?:[+-]\d{4})?\)/)?$")
_FRACTIONS = re.compile(
    r"\d{13}(?:\d{3}){0,2}$"
)  # thousandths of seconds since 1970, or less: no day has so many digits
_COMPACT_TIME = re.compile(r"\d{8}T?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?$")
# Time zones that stand for one offset in news; CST, IST and BST stand for several.
_ZONES = {
    "UTC": "Z", "GMT": "Z", "UT": "Z", "EST": "-05:00", "EDT": "-04:00", "CDT": "-05:00", "MST": "-07:00",
    "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00", "CET": "+01:00", "CEST": "+02:00", "MEZ": "+01:00",
    "MESZ": "+02:00", "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00", "JST": "+09:00", "KST": "+09:00",
}  # fmt: skip
_TIME = re.compile(
    r"(?<![\d:.+-])(?P<hour>[01]?\d|2[0-3])"
    r"(?:(?::|h|\.(?=\d\d(?:\s?Uhr|\s?[ap]\.?m)))(?P<minute>[0-5]\d)(?!\d)(?::(?P<second>[0-5]\d)(?:[.,]\d+)?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?|\s?(?P<half_alone>[ap])\.?m\b\.?)"
    rf"(?:\s?\(?(?P<zone>Z\b|[+-]\d\d:?\d\d(?!\d)|(?:{'|'.join(_ZONES)})\b(?![+-])))?",
    re.I,
)
_LONGEST_LINE = 80  # characters of a line that is a date
_WORD = re.compile(r"[^\W\d_]+")
# Words that may accompany a date on a line of its own.
_BESIDE_WORDS = """
    z published updated posted modified created last date dated first issued on at the of st nd rd th am pm
    a p m t et ct pt time utc bst ist mon tue tues wed thu thur thurs fri sat sun monday tuesday
    wednesday thursday friday saturday sunday veröffentlicht aktualisiert stand erschienen datum am um
    uhr den der vom montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr
    sa so publié mis à jour le la er h heures lundi mardi mercredi jeudi vendredi samedi dimanche
    publicado actualizado el de del las hrs horas lunes martes miércoles jueves viernes sábado domingo
    pubblicato aggiornato il alle ore lunedì martedì mercoledì giovedì venerdì sabato domenica publicado
    em segunda terça quarta quinta sexta feira domingo gepubliceerd op maandag dinsdag woensdag donderdag
    vrijdag zaterdag zondag uur года г в понедельник вторник среда четверг пятница суббота воскресенье 年
    月 日 년 월 일
"""
_BESIDE = frozenset(_BESIDE_WORDS.split())
_IN_PATH = re.compile(rf"(?<!\d){_YEAR}([/_-]?)(\d\d|[A-Za-z]{{3}})\2(\d\d)(?!\d)")
_DATELINE = re.compile(rf"[^a-z\n]{{3,60}}?,\s+{_LETTERS}\.?\s+(\d\d?),\s+{_YEAR}\b")


@lru_cache(maxsize=1 << 12)
def read(text: str) -> str:
    """Read a date as ``2007-08-14``, ``2007-08`` or ``2007``; empty if it is not certain."""
    text = plain_digits(text.strip()[:201])
    if not text or len(text) > 200:
        return ""
    compact = None if _FRACTIONS.match(text) else _TO_THE_HOUR.match(text) or _COMPACT.match(text)
    if (found := _ISO.match(text) or compact) and (whole := _iso(*found.groups())):
        return whole
    if found := _MONTH_DAY.search(text):
        month, day, year = found.groups()
        if month.lower() in _MONTHS:
            return _iso(year, str(_MONTHS[month.lower()]), day)
    if found := _DAY_MONTH.search(text):
        day, month, year = found.groups()
        if month.lower() in _MONTHS:
            return _iso(year, str(_MONTHS[month.lower()]), day)
    if found := _YEAR_FIRST.search(text):
        return _iso(*found.groups())
    if found := _DOTTED.search(text):
        return _iso(found[3], found[2], found[1])
    if found := _SLASHED.search(text):
        return _slashed(int(found[1]), int(found[3]), found[4])
    if (found := _MONTH_ONLY.search(text)) and found[1].lower() in _MONTHS:
        return _iso(found[2], str(_MONTHS[found[1].lower()]), None)
    if _ONLY_YEAR.match(text):
        return text
    if found := _EPOCH.match(text):
        return _epoch_day(found)
    return ""


def _epoch_day(found: re.Match[str]) -> str:
    return datetime.fromtimestamp(int(found[1]), UTC).date().isoformat()


def is_date_line(line: str) -> bool:
    """Tell whether a line holds a date and at most a weekday, a time or a word such as "Published"."""
    if len(line) > _LONGEST_LINE or not read(line):
        return False
    words = (word.lower() for word in _WORD.findall(line))
    return all(word in _MONTHS or word in _BESIDE or word.upper() in _ZONES for word in words)


@lru_cache(maxsize=1 << 12)
def read_time(text: str) -> str:
    """Read the time of day in a date as ISO, its zone as printed: ``14:30``, ``14:30:05+02:00``, ``09:15Z``.

    Empty where there is none, and for midnight to the second, which programs write when they know only the day.
    """
    text = plain_digits(text.strip()[:200])
    if (epoch := _EPOCH.match(text)) and read(text) == _epoch_day(epoch):
        return _clock(datetime.fromtimestamp(int(epoch[1]), UTC).strftime("%H:%M:%S"), "Z")
    if found := _COMPACT_TIME.match(text):
        return _clock(":".join(filter(None, found.groups()[:3])), found[4] or "")
    found = _TIME.search(text)
    if not found:
        return ""
    hour, half = int(found["hour"]), (found["half"] or found["half_alone"] or "").lower()
    if half and not 1 <= hour <= 12:
        return ""
    hour = hour % 12 + 12 * (half == "p") if half else hour
    written = f"{hour:02}:{found['minute'] or '00'}" + (f":{found['second']}" if found["second"] else "")
    return _clock(written, found["zone"] or "")


def is_month(word: str) -> bool:
    """Tell whether a word is the name of a month or its abbreviation."""
    return word.lower() in _MONTHS


def in_path(path: str) -> str:
    """Read the day in a path or URL such as ``2007/08/14/``; empty if there is none, or more than one."""
    days = {day for found in _IN_PATH.finditer(plain_digits(path)) if (day := _path_day(*found.groups()))}
    return days.pop() if len(days) == 1 else ""


def in_dateline(body: str) -> str:
    """Read the day in a dateline that includes the year: ``WASHINGTON, Aug. 14, 2007 (AP)``."""
    found = _DATELINE.match(plain_digits(body[:200]))
    if not found or found[1].lower() not in _MONTHS:
        return ""
    return _iso(found[3], str(_MONTHS[found[1].lower()]), found[2])


def _clock(written: str, zone: str) -> str:
    zone = _ZONES.get(zone.upper(), zone)
    if re.fullmatch(r"[+-]\d{4}", zone):
        zone = f"{zone[:3]}:{zone[3:]}"
    try:
        read = time.fromisoformat(written + zone)
    except ValueError:
        return ""
    return "" if read.replace(tzinfo=None) == time() else written + zone


def _iso(year: str, month: str, day: str | None) -> str:
    try:
        whole = date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        return ""
    return whole if day else whole[:7]


def _slashed(first: int, second: int, year: str) -> str:
    """Read two numbers as day and month if only one order is a valid date, or both give the same."""
    days = {_iso(year, str(month), str(day)) for day, month in ((first, second), (second, first))} - {""}
    return days.pop() if len(days) == 1 else ""


def _path_day(year: str, _separator: str, month: str, day: str) -> str:
    return _iso(year, month if month.isdigit() else str(_MONTHS.get(month.lower(), 0)), day)
