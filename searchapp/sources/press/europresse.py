"""Downloads whose articles end in a reference such as ``news·20210302·LM·3456789``."""

import re
from collections.abc import Sequence

from searchapp.sources import bylines, dates
from searchapp.sources.drafts import Draft
from searchapp.sources.press.lines import is_copyright, is_day, is_number_of_words

_REFERENCE = re.compile(
    r"(?:(?:référence|numéro)(?: du)? document\s*:\s*|document (?:reference|number)\s*:\s*)?"
    r"([a-z]{2,12}\s?[·•]\s?(\d{8})\s?[·•]\s?[A-Z0-9_]{1,12}\s?[·•]\s?[\w.·•-]{1,60})",
    re.I,
)
_NUMBER = re.compile(r",?\s+(?:no|n°|nº)\.?\s*\d+.*$", re.I)
_HAS_DAY = re.compile(r"\b\d{1,2}(?:er)?\s+[^\W\d]{3,10}\.?\s+\d{4}\b|\b[^\W\d]{3,10}\s+\d{1,2},\s+\d{4}\b")
_NOTICE = re.compile(
    r"(?:certificat|certificate|cet article est paru dans|this article appeared in|le présent document|this document|©"
    r"|tous droits|all rights)",
    re.I,
)


def referenced(lines: Sequence[str]) -> tuple[Draft, ...]:
    """Divide after each reference."""
    ends = [
        (place, found) for place, line in enumerate(lines) if len(line) < 150 and (found := _REFERENCE.fullmatch(line))
    ]
    ends = [each for at, each in enumerate(ends) if not at or each[1][1] != ends[at - 1][1][1]]  # printed twice
    starts = [0, *(place + 1 for place, _ in ends[:-1])]
    return tuple(
        _draft(lines[start:place], found[1], found[2]) for start, (place, found) in zip(starts, ends, strict=False)
    )


def _draft(lines: Sequence[str], reference: str, day: str) -> Draft:
    kept = [line for line in lines if not (_NOTICE.match(line) or is_copyright(line) or _REFERENCE.fullmatch(line))]
    at = next(
        (place for place, line in enumerate(kept) if is_day(line) or (len(line) < 120 and _HAS_DAY.search(line))), 0
    )
    above = [line for line in kept[:at] if line]
    rest = [line for line in kept[at + 1 :] if line != kept[at] and not _is_the_day(line, day)] if above else kept
    title, rest = _first(rest)
    byline, after = _first(rest)
    if is_number_of_words(byline):
        byline, after = _first(after)
    if not (bylines.is_byline(byline) or (bylines.is_names(byline) and len(byline) < 100)):
        byline, after = "", rest
    return Draft(
        title=title, byline=byline, body="\n".join(after), date=f"{day[:4]}-{day[4:6]}-{day[6:]}",
        source=_NUMBER.sub("", " ".join(above[-1].split()) if above else ""), own_id=reference,
    )  # fmt: skip


def _is_the_day(line: str, day: str) -> bool:
    """Tell whether a line is just the date in a reference: ``20210302``."""
    return is_day(line) and dates.read(line).replace("-", "") == day


def _first(lines: list[str]) -> tuple[str, list[str]]:
    """Return the first line that is not empty, and what follows it."""
    at = next((place for place, line in enumerate(lines) if line), len(lines))
    return (lines[at] if at < len(lines) else ""), lines[at + 1 :]
