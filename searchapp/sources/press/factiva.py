"""Downloads whose articles have fields with two-letter codes (HD, PD, TD), or a word count above the date."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from searchapp.sources import bylines
from searchapp.sources.drafts import Draft
from searchapp.sources.press.lines import is_copyright, is_day, is_number_of_words

_CODES = frozenset((
    "HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "VOL", "LA", "CY", "LP", "TD", "ART", "CO", "IN", "NS",
    "RE", "IPC", "IPD", "PUB", "AN", "SE", "CLM", "RF", "CT", "CX", "RST", "DE", "NGC", "GC", "HL", "HLP", "PE",
))  # fmt: skip
_BEFORE_TITLE = frozenset(("SE", "CLM"))
_CODED = re.compile(r"([A-Z]{2,3})(?:[ \t]{1,8}(.*))?")
_END = re.compile(r"(?:document|dokument|documento)\s+([A-Z][A-Za-z0-9]{9,40})", re.I)
_TIME = re.compile(r"\d\d?:\d\d(?:\s*[A-Z]{2,4})?")
_CODE_OR_PAGE = re.compile(r"[A-Z0-9]{2,12}|(?:page|seite|p\.|s\.)?\s?[A-Z]{0,3}\d{1,4}", re.I)
_LANGUAGE = re.compile(
    "english|german|deutsch|french|français|spanish|español|italian|italiano|dutch|nederlands|portuguese|russian"
    "|englisch|anglais|allemand|französisch|swedish|danish|norwegian|polish|turkish|arabic|chinese|japanese",
    re.I,
)
_SECTION_WORDS = 4


def coded(lines: Sequence[str]) -> tuple[Draft, ...]:
    """Divide at the fields ``SE`` or ``HD``; each article has a date or a word count, and a text."""
    places = [place for place, line in enumerate(lines) if _code(line)]
    heads = [at for at, place in enumerate(places) if _code(lines[place]) == "HD"]
    if not heads:
        return ()
    starts = [_start(lines, places, head) for head in heads]
    parts = zip(starts, [*starts[1:], len(lines)], strict=True)
    found = [_values(lines[start:end]) for start, end in parts]
    good = [each for each in found if ("PD" in each or "WC" in each) and ("TD" in each or "LP" in each)]
    if not good or len(good) < len(found):
        return ()
    return tuple(_draft(each) for each in good)


def plain(lines: Sequence[str]) -> tuple[Draft, ...]:
    """Divide above the headline that precedes the lines ``311 words`` and ``2 March 2021``."""
    blocks = [(place, line) for place, line in enumerate(lines) if line]
    anchors = [
        at for at, (_, line) in enumerate(blocks[:-1])
        if is_number_of_words(line) and any(is_day(each) for _, each in blocks[at + 1 : at + 3])
    ]  # fmt: skip
    ends = [at for at, (_, line) in enumerate(blocks) if _END.fullmatch(line)]
    if not anchors or (len(anchors) < 2 and not ends):
        return ()
    heads = [_head(blocks, at, ends) for at in anchors]
    drafts = []
    for at, head, behind in zip(anchors, heads, [*heads[1:], len(blocks)], strict=True):
        stop = min([*ends[(first := bisect_left(ends, at)) : first + 1], behind])
        own_id = _END.fullmatch(blocks[stop][1]) if stop < behind else None
        text = _end_of_text(lines, blocks, stop, behind)
        drafts.append(_plain_draft(lines, blocks, head, at, text, own_id[1] if own_id else ""))
    return tuple(drafts)


def _code(line: str) -> str:
    found = _CODED.fullmatch(line)
    return found[1] if found and found[1] in _CODES else ""


def _start(lines: Sequence[str], places: Sequence[int], head: int) -> int:
    """Return where an article begins: at its title, whose code is at `places[head]`, or up to two fields above."""
    start = places[head]
    for place in reversed(places[max(0, head - 2) : head]):
        if _code(lines[place]) not in _BEFORE_TITLE:
            break
        start = place
    return start


def _values(lines: Sequence[str]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        if (code := _code(line)) and code not in values:
            current = values[code] = [line[len(code) :].strip()]
        elif _END.fullmatch(line):
            values.setdefault("AN", [line])
            current = []
        else:
            current.append(line)
    return {code: "\n".join(value).strip() for code, value in values.items()}


def _draft(values: dict[str, str]) -> Draft:
    number = _END.search(values.get("AN", ""))
    return Draft(
        title=values["HD"],
        byline=values.get("BY", ""),
        body="\n\n".join(filter(None, (values.get("LP", ""), values.get("TD", ""), values.get("ART", "")))),
        date=values.get("PD", ""),
        source=values.get("SN", ""),
        language=values.get("LA", ""),
        own_id=number[1] if number else "",
    )


def _head(blocks: Sequence[tuple[int, str]], anchor: int, ends: Sequence[int]) -> int:
    """Return where the head of an article begins: section, headline and byline precede the word count."""
    before = bisect_left(ends, anchor)
    after_end = ends[before - 1] + 1 if before else 0
    first = anchor - 1
    if first > after_end and _is_byline(blocks, first):
        first -= 1
    section = blocks[first - 1][1] if first > after_end else ""
    is_section = section and len(section.split()) <= _SECTION_WORDS and not section.endswith((".", "?", "!", '"', "”"))
    return max(after_end, first - 1 if is_section else first)


def _is_byline(blocks: Sequence[tuple[int, str]], at: int) -> bool:
    line = blocks[at][1]
    return bylines.is_byline(line) or (
        bylines.is_names(line) and 1 < len(line.split()) <= 6 and len(blocks[at - 1][1].split()) > 2
    )


def _plain_draft(
    lines: Sequence[str], blocks: Sequence[tuple[int, str]], head: int, anchor: int, end: int, own_id: str
) -> Draft:
    above = [line for _, line in blocks[head:anchor]]
    byline = above.pop() if len(above) > 1 and _is_byline(blocks, anchor - 1) else ""
    at = next(place for place in (anchor + 1, anchor + 2) if is_day(blocks[place][1]))
    day, at = blocks[at][1], at + 1
    if at < len(blocks) and _TIME.fullmatch(blocks[at][1]):
        at += 1
    source = blocks[at][1] if at < len(blocks) else ""
    language, at = "", at + 1
    while at < len(blocks) and _is_of_head(blocks[at][1]):
        language = language or (blocks[at][1] if _LANGUAGE.fullmatch(blocks[at][1]) else "")
        at += 1
    start = blocks[at][0] if at < len(blocks) else len(lines)
    return Draft(
        title=above[-1] if above else "", byline=byline, body="\n".join(lines[start:end]), date=day, source=source,
        language=language, own_id=own_id,
    )  # fmt: skip


def _is_of_head(line: str) -> bool:
    return bool(_CODE_OR_PAGE.fullmatch(line) or _LANGUAGE.fullmatch(line)) or (is_copyright(line) and len(line) < 200)


def _end_of_text(lines: Sequence[str], blocks: Sequence[tuple[int, str]], stop: int, behind: int) -> int:
    at = min(stop, behind)
    return blocks[at][0] if at < len(blocks) else len(lines)
