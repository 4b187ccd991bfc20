"""Downloads whose articles are numbered (``3 of 74 DOCUMENTS``), or end with a fixed line."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from searchapp.sources.drafts import Draft
from searchapp.sources.press import fields
from searchapp.sources.press.lines import is_day, numbering

_RULE = re.compile(r"[_=\-*]{20,}")
_END = re.compile(r"(?:end of document|ende des dokuments|fin du document|fin del documento)\.?", re.I)
_LAST_FIELD = re.compile(r"(?:proquest document id|gale document number)\s*:.*", re.I)
_BEFORE_LIST = re.compile(r"(?:table of contents|contents|inhaltsverzeichnis|sommaire|documents? \(\d+\))\s*:?", re.I)
_ITEM = re.compile(r"\d{1,5}\.\s")


def between_marks(lines: Sequence[str]) -> tuple[Draft, ...]:
    """Divide at lines such as ``3 of 74 DOCUMENTS``, which have to count up by one and precede fields."""
    marks = [(place, mark[0]) for place, line in enumerate(lines) if (mark := numbering(line))]
    if not marks or [number for _, number in marks] != list(range(marks[0][1], marks[0][1] + len(marks))):
        return ()
    ends = [place for place, _ in marks[1:]] + [len(lines)]
    parts = [_without_rules(lines[start + 1 : end]) for (start, _), end in zip(marks, ends, strict=True)]
    found = [fields.read(part) for part in parts]
    if not all(each.labels or any(map(is_day, each.loose)) for each in found):
        return ()
    return tuple(fields.draft(each, title_first=_has_title_first(each)) for each in found)


def before_end_marks(lines: Sequence[str]) -> tuple[Draft, ...]:
    """Divide after lines that end an article: ``End of Document``, or the last field of a database's record."""
    ends = [place for place, line in enumerate(lines) if _END.fullmatch(line)]
    ends = ends or _ends_by_rule(lines)
    if not ends:
        return ()
    starts = [_after_contents(lines, ends[0]), *(end + 1 for end in ends[:-1])]
    found = [fields.read(_without_rules(lines[start:end])) for start, end in zip(starts, ends, strict=True)]
    if not all(each.labels > 1 and (each.body or each.loose) for each in found):
        return ()
    return tuple(fields.draft(each, title_first=True) for each in found)


def _ends_by_rule(lines: Sequence[str]) -> list[int]:
    """Return the ends of records, each of which has the field that the database writes in every record."""
    ids = [place for place, line in enumerate(lines) if _LAST_FIELD.fullmatch(line)]
    rules = [place for place, line in enumerate(lines) if _RULE.fullmatch(line)] + [len(lines)]
    ends = []
    for at, place in enumerate(ids):
        rule = rules[bisect_right(rules, place)]
        is_near = at + 1 == len(ids) or rule < ids[at + 1]  # some databases put no rule between records
        ends.append(rule if is_near else place + 1)
    return ends


def _after_contents(lines: Sequence[str], end: int) -> int:
    """Return where the first article begins, after the cover page and the table of contents."""
    contents = next((place for place, line in enumerate(lines[:end]) if _BEFORE_LIST.fullmatch(line)), None)
    items = [place for place, line in enumerate(lines[:end]) if _ITEM.match(line)]
    if contents is not None:
        items = [place for place in items if place > contents]
        numbers = [int(lines[place].partition(".")[0]) for place in items]
        in_order = next((at for at, number in enumerate(numbers) if number != at + 1), len(numbers))
        return _after_item(lines, items[in_order - 1], end) if in_order else contents + 1
    rules = [place for place, line in enumerate(lines[:end]) if _RULE.fullmatch(line)]
    labelled = next((place for place, line in enumerate(lines[:end]) if fields.label(line)[0]), end)
    return max((place + 1 for place in rules if place < labelled), default=0)


def _after_item(lines: Sequence[str], place: int, end: int) -> int:
    """Return the index after an entry of the table of contents: its lines, and those about the search."""
    place += 1
    while place < end and lines[place]:
        place += 1
    while place < end:
        line = lines[place]
        if line and not re.match(r"(?:client/matter|search terms|search type|narrowed by|content type)\b", line, re.I):
            return place
        while place < end and lines[place]:
            place += 1
        place += 1
    return place


def _without_rules(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not _RULE.fullmatch(line)]


def _has_title_first(found: fields.Fields) -> bool:
    """Tell whether nothing after the date may be a headline."""
    at = next((place for place, line in enumerate(found.loose) if is_day(line)), None)
    return at is None or (at > 1 and at == len(found.loose) - 1)
