"""The names in a byline: split, out of capitals, without roles and places, each agency under one name.

The byline itself is kept as written; these names are for counting and filtering.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from searchapp.sources.byline_words import AGENCIES, PARTICLES, PLACES, ROLE_STARTS, ROLES

_LONGEST, _LONGEST_LINE, _MOST_WORDS = 2000, 200, 6
_LETTER = r"[^\W\d_]"
_BY = r"(?:(?:written|reported|reporting|story|text|words|compiled|analysis)\s+)?by|von|par|por|door|av|af"
_LEAD = re.compile(
    rf"^\W*(?:(?:{_BY})\s*[:：]?\s+|(?:{_BY}|text[eo]?|autor(?:in|es)?|auteur|автор|بقلم|كتبت?|إعداد)\s*[:：]\s*|بقلم\s+)",
    re.I,
)
_GLUED_BY = re.compile(r"^By(?=[A-Z][a-z])")
_ADDRESS = re.compile(r"(?<!\S)[^\s@]{1,64}@\S+|@\w+|https?://\S+|www\.\S+")
_BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]*)[)\]）]")
_FAMILY = rf"(?:(?:{'|'.join(sorted(PARTICLES))}|Van|De|Di|Du|La|Le)\s)*{_LETTER}[\w'’-]+"
_FAMILY_FIRST = re.compile(rf"^({_FAMILY}),\s?((?:{_LETTER}\.[\s-]?){{0,2}}{_LETTER}\.?)$")
_FAMILY_COMMA = re.compile(rf"^({_FAMILY}),\s?({_LETTER}[^,]*)$")
_FAMILY_AND_ONE = re.compile(rf"^{_FAMILY},\s?{_LETTER}[\w'’-]+(?:\s{_LETTER}\.?)*$")
_MOST_GIVEN = 3
_GENERATION = re.compile(r"\s*,\s*(Jr|Sr|II|III|IV)\b\.?", re.I)
_ARABIC = "\u0600-\u06ff"
_AND = r"and|und|et|with|mit|avec|con|og|och|ve|и|та|و"
_SEPARATOR = re.compile(
    rf"\s*(?:[,،;؛|/•·、:：]\s*|\s(?:[-–—ـ]+|&|\+|(?:{_AND})\b)\s|\s[-–—]|[-–—]\s|(?<=[{_ARABIC}])[-–—](?=[{_ARABIC}«]))\s*",
    re.I,
)
_LEADING_AND = re.compile(rf"(?:{_AND}|&)\s+", re.I)
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_DATE_ON = re.compile(
    rf"\s*{_WEEKDAY}(?:\d\d?\.?\s+{_LETTER}{{1,15}}\.?,?\s+\d{{4}}|\d\d?[./]\d\d?[./]\d{{2,4}}"
    rf"|{_LETTER}{{1,15}}\.?\s+\d\d?,?\s+\d{{4}})\b.*$"
)
_SOFT_AND = re.compile(r"\s(?:y|e|i|en|a)\s")
_WHERE = re.compile(r"\s(?:in|at|for|from|aus|à|desde|من|في)\s.*$")
_TITLE = re.compile(r"(?:dr|prof|mr|mrs|ms|sir|dame|د|أ\.د|أ|م)\s?[./]\s*(?=\w)", re.I)
_INITIALS = re.compile(r"[a-zßà-öø-ÿ]{2,4}")
_DESK = re.compile(r"[\w.]{1,20}-(?:Redaktion|Redaktionsteam|Redactie|Redaktionen)", re.I)
_EDGES = " \t.,;:*-–—_'\"«»“”„‚‘’`•|/"
_KOREAN_OTHERS = re.compile(r"\s(?:기자|특파원|외)(?:\s.*)?$")


@lru_cache(maxsize=1 << 14)
def names(byline: str) -> tuple[str, ...]:
    """Return the people and agencies named in a byline, each once, in order."""
    if turned := _turned(byline):
        return listed(turned)
    parts = _parts(byline)
    found = [name for part in parts if (name := _name(part, len(parts) > 1))]
    shaped = [name for name in found if _is_name_shaped(name)] or [name for name in found if len(name.split()) <= 3]
    # Next to a full name or an agency, a single word is a place, a desk or a paper.
    if any(" " in name or is_agency(name) for name in shaped):
        shaped = [name for name in shaped if " " in name or is_agency(name)]
    return tuple(dict.fromkeys(shaped))


def _turned(byline: str) -> list[str]:
    """Return the entries of a byline in database style, ``Doe, Jane; Roe, John``; none for any other byline."""
    entries = [
        entry.strip(" ;") for entry in re.split(r"[;|]|\s(?:and|und|et|&)\s", byline[:_LONGEST]) if entry.strip(" .;")
    ]
    if len(entries) == 1:  # two single words may be two names, but rarely are
        return entries if _FAMILY_AND_ONE.match(entries[0]) and is_family_first(entries[0]) else []
    is_turned = len(entries) > 1 and all(_FAMILY_COMMA.match(entry) or "," not in entry for entry in entries)
    return entries if is_turned and sum("," in entry for entry in entries) > len(entries) / 2 else []


def is_family_first(name: str) -> bool:
    """Tell whether a name is written as ``Doe, Jane`` or ``Doe, Jane Maria``, as databases and libraries do.

    In a printed byline, what stands before a full name and a comma is a place or a paper.
    """
    found = _FAMILY_COMMA.match(name.strip())
    if not found or len(found[2].split()) > _MOST_GIVEN:
        return False
    return all(
        _is_name_shaped(part) and not (_is_role(part) or is_agency(part) or part.casefold() in PLACES)
        for part in found.groups()
    )


def listed(entries: Iterable[str]) -> tuple[str, ...]:
    """Return the names of authors that are given as a list; ``Doe, Jane`` becomes ``Jane Doe``."""
    found = (name for entry in entries for name in names(_FAMILY_COMMA.sub(r"\2 \1", entry.strip())))
    return tuple(dict.fromkeys(found))


def is_byline(line: str) -> bool:
    """Tell whether a line is a byline: ``By`` (or ``Von``, ``Par``, ...) and nothing but names, roles and agencies."""
    return bool(_LEAD.match(line.strip())) and len(line) <= _LONGEST_LINE and is_names(line)


def is_names(text: str) -> bool:
    """Tell whether a text is nothing but names, roles, agencies and places."""
    parts = _parts(text)
    return bool(names(text) or any(_is_role(part) for part in parts)) and all(
        _is_role(part) or is_agency(part) or _is_name_shaped(_cut(part)) for part in parts
    )


def are_initials(text: str) -> bool:
    """Tell whether a text is nothing but initials, agencies and desks, as ``jk/dpa`` and ``XY-Redaktion`` are."""
    parts = [part.strip(_EDGES) for part in re.split(r"[,/;&+]|\s(?:und|and|et|mit|with)\s", text.strip(" ()[]"))]
    return all(_is_small(part) or is_agency(part) or _DESK.fullmatch(part) for part in parts)


def is_agency(name: str) -> bool:
    """Tell whether a name is that of a news agency, or a word for agencies in general."""
    return name.strip(_EDGES).casefold() in AGENCIES


def unshout(name: str) -> str:
    """Write a name in capitals (``JANE MCDONALD-DE LA CRUZ``) with capital and small letters."""
    words = name.split()
    if len(words) < 2:
        return name
    shouted = name.isupper()
    return " ".join(
        _unshout_word(word, place == 0) if shouted or (word.isupper() and len(word) > 3) else word
        for place, word in enumerate(words)
    )


def _is_small(name: str) -> bool:
    """Tell whether a name is two to four lower-case letters."""
    return bool(_INITIALS.fullmatch(name)) and name not in PARTICLES and name not in ROLES


def _parts(byline: str) -> list[str]:
    text = " ".join(byline[:_LONGEST].split())
    text = _DATE_ON.sub("", _ADDRESS.sub(" ", _GLUED_BY.sub("", _LEAD.sub("", text), count=1)))
    in_brackets = [inner for inner in _BRACKETS.findall(text) if is_agency(inner)]
    outside = _BRACKETS.sub(" ", text).strip(_EDGES)
    text = ", ".join(filter(None, (outside or " ".join(_BRACKETS.findall(text)), *in_brackets)))
    text = _FAMILY_FIRST.sub(r"\2 \1", _GENERATION.sub(r" \1", text))
    parts = (half for part in _SEPARATOR.split(text) for half in _halves(part))
    return [part for part in (part.strip() for part in parts) if part.strip(_EDGES)]


def _halves(part: str) -> list[str]:
    """Split at a small word that also occurs within names, if both sides are full names."""
    halves = _SOFT_AND.split(part)
    return halves if all(len(half.split()) > 1 for half in halves) else [part]


def _name(part: str, has_others: bool) -> str:
    """Return the name in a part of a byline; empty for a role, and for a place beside others."""
    name = _cut(part)
    if agency := AGENCIES.get(name.casefold()):
        return agency
    if not name or _is_role(name) or (has_others and name.casefold() in PLACES):
        return ""
    return unshout(name)


def _cut(part: str) -> str:
    """Cut off what stands before or after a name: titles, a role, the place reported from."""
    name = part[found.end() :] if (found := _LEADING_AND.match(part)) else part
    name = _KOREAN_OTHERS.sub("", _LEAD.sub("", name)).strip(_EDGES)
    name = _WHERE.sub("", _TITLE.sub("", name)).strip(_EDGES) or name
    words = name.split()
    for place, word in enumerate(words):
        if place > 1 and word.casefold() in ROLE_STARTS and _is_role(" ".join(words[place:])):
            return " ".join(words[:place])
    return name


def _is_role(part: str) -> bool:
    words = part.casefold().replace("'", " ").split()
    return any(word.strip(_EDGES) in ROLES or word.strip(_EDGES) in ROLE_STARTS for word in words)


def _is_name_shaped(name: str) -> bool:
    words = name.split()
    return 0 < len(words) <= _MOST_WORDS and all(map(_is_name_word, words)) and not words[0].isdigit()


def _is_name_word(word: str) -> bool:
    first = next(filter(str.isalpha, word), "")
    return (bool(first) and not first.islower()) or word.casefold() in PARTICLES or word.casefold() in AGENCIES


def _unshout_word(word: str, first: bool) -> str:
    lower = word.lower()
    if lower in PARTICLES and not first:
        return lower
    lower = re.sub(rf"(?:^|(?<=[-'’.])){_LETTER}", lambda letter: letter.group().upper(), lower)
    lower = re.sub(rf"\bMc({_LETTER})", lambda found: "Mc" + found[1].upper(), lower)
    return lower if "." in word or len(word) > 2 or any(c in "AEIOUY" for c in word) else word
