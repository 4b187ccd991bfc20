"""One article of a press archive: fields by their labels, and title, source and date by their position."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from searchapp.sources import bylines, dates
from searchapp.sources.drafts import Draft
from searchapp.sources.press.lines import is_copyright, is_day, is_edition, is_number_of_words

# The labels that archives use in the head of an article, by field.
_HEAD = {
    "title": "headline title überschrift titel titre título titolo",
    "byline": "byline author(s) author authors by autor autorin autoren auteur auteurs autores autore",
    "date": "publication_date date pub_date datum fecha data date_de_publication erscheinungsdatum",
    "source": "publication_title publication source_title journal from quelle zeitung magazine",
    "other": "section rubrik rubrique sección length länge longueur lengte longitud dateline publication_info source "
    "edition volume issue page pages seite from_page document_type series column links website links_to_text bron "
    "publisher copyright issn geographic day event author_affiliation proquest_document_link publication_information",
    "lead": "highlight abstract lead teaser summary résumé",
    "body": "body full_text full_text_article fulltext text body_text volltext texte_intégral texto texte",
}
# The labels after its text. These fields are the archive's own, except captions and corrections.
_TAIL = {
    "more": "graphic graphics correction notes correction-date caption photo series_note",
    "language": "language sprache langue idioma lingua taal language_of_publication",
    "url": "url document_url",
    "own_id": "proquest_document_id gale_document_number accession_number document_number",
    "tail": "load-date update publication-type publication_type subject subjects classification person personen "
    "company organization organisation country city state industry ticker geographic journal_code type "
    "publication_subject publication_year place_of_publication country_of_publication source_type document_feature "
    "source_attribution database last_updated keywords identifier_/_keyword location people company_/_organization "
    "date-chargement acc-no category name thema e-issn source_citation end_of_document isbn proquest_document_url "
    "document_type_ gale_item publication-date copyright-notice",
}
_HEAD_ROLES = {label.replace("_", " "): role for role, labels in _HEAD.items() for label in labels.split()}
_TAIL_ROLES = {label.replace("_", " "): role for role, labels in _TAIL.items() for label in labels.split()}
_ROLES = {**_TAIL_ROLES, **_HEAD_ROLES}
_LABEL = re.compile(r"([^\W\d_][^\W_/:]{1,20}(?:\(s\))?(?:[ -/][^\W_:]{1,20}){0,3})(?:\s*:\s*|\t\s*)(.*)")
_LISTING = frozenset(("author(s)", "author", "authors", "autoren", "auteurs", "autores"))  # `Doe, Jane; Roe, John`
_BODY_ALONE = frozenset(("body", "full text", "volltext", "texte intégral"))
_TAIL_ALONE = frozenset(("classification", "source citation", "end of document"))
_CERTAIN = frozenset((
    "load-date", "publication-type", "publication title", "publication date", "publication info", "source citation",
    "proquest document id", "gale document number", "language of publication", "classification", "document url",
))  # fmt: skip
_WIDE = 45  # characters from which a line may have been wrapped
_BRACKETS = re.compile(r"\s+\([^()]*\)$")
_LONGEST_LABEL = 80
_DAY_IN_BRACKETS = re.compile(r"\(([^()]*\b\d{4})\)")
_LINES_OF_A_DAY = 8  # at most, of a date that is broken into several
_AHEAD = 6  # lines within which a label must follow a line of the head that has none


@dataclass(slots=True)
class Fields:
    """The fields read from an article's lines."""

    loose: list[str] = field(default_factory=list)  # paragraphs of the head without a label
    values: dict[str, str] = field(default_factory=dict)
    body: list[str] = field(default_factory=list)
    labels: int = 0


def label(line: str) -> tuple[str, str]:
    """Return the role and the value of the field that a line begins; two empty strings for any other line."""
    key = _alone(line)
    if key in _BODY_ALONE:
        return "body", ""
    if key in _TAIL_ALONE:
        return "tail", ""
    found = _LABEL.fullmatch(line)
    role = _ROLES.get(found[1].casefold(), "") if found else ""
    return (role, found[2].strip()) if found and role else ("", "")


def _alone(line: str) -> str:
    """Return a label on a line of its own, without the brackets after it (how a source is cited)."""
    return _BRACKETS.sub("", line[:_LONGEST_LABEL]).rstrip(" :").casefold()


def read(lines: Sequence[str]) -> Fields:
    """Read the fields of one article."""
    fields = Fields()
    loose: list[list[str]] = []
    place = _head(lines, fields, loose)
    fields.loose = list(map(" ".join, loose))
    _text_and_tail(lines[place:], fields)
    return fields


def draft(fields: Fields, *, title_first: bool) -> Draft:
    """Make a draft from an article's fields.

    Without labels, title, source and date are told by their order: ``title_first``, or source and date first.
    """
    loose = [line for line in fields.loose if not (is_copyright(line) or is_number_of_words(line))]
    at = next((place for place, line in enumerate(loose) if is_day(line)), len(loose))
    before, after = loose[:at], [line for line in loose[at + 1 :] if not is_edition(line)]
    title, source = _title_and_source(before, after, title_first=title_first)
    values = fields.values
    rest = [line for line in (*before, *after) if line not in (title, source) and values.get("title")]
    byline = (
        values.get("byline", "")
        or values.get("names", "")
        or next((line for line in rest if bylines.is_byline(line)), "")
    )
    day = values.get("date", "") or (loose[at] if at < len(loose) else "")
    info = values.get("publication info", "")
    cited = _DAY_IN_BRACKETS.search(values.get("source", ""))
    parts = (values.get("lead", ""), "\n".join(fields.body), values.get("more", ""))
    return Draft(
        title=values.get("title", "") or title,
        byline=byline,
        names=tuple(values.get("names", "").split(";")) if not values.get("byline") else (),
        body="\n\n".join(filter(None, parts)),
        date=day if dates.read(day) else info or (cited[1] if cited else ""),
        source=_source(values.get("source", "") or source or info),
        language=values.get("language", "").partition(";")[0],
        url=values.get("url", ""),
        own_id=values.get("own_id", ""),
    )


def _head(lines: Sequence[str], fields: Fields, loose: list[list[str]]) -> int:
    """Read the head of an article; return the index of the first line after it.

    `loose` gets the lines of each of its paragraphs that have no label.
    """
    place, starts_block = 0, True
    while place < len(lines):
        line = lines[place]
        role, value = label(line)
        if role == "body":
            fields.labels += 1
            fields.body.append(value)
            return place + 1
        if role and line.partition(":")[0].casefold() in _TAIL_ROLES and role not in _HEAD:
            return place
        if role:
            fields.labels += 1
            place = _take(lines, place, role, value, fields)
            starts_block = True
            continue
        if line and fields.labels and not _has_label_ahead(lines[place + 1 : place + 1 + 2 * _AHEAD]):
            return place
        if line:
            _add_loose(loose, line, starts_block=starts_block)
        starts_block = not line
        place += 1
    return place


def _take(lines: Sequence[str], place: int, role: str, value: str, fields: Fields) -> int:
    """Take the value of a field, with the lines that continue it; return the index of the line after them."""
    name = lines[place].partition(":")[0].strip().casefold()
    pieces = [value]
    place += 1
    while value and place < len(lines) and lines[place] and _is_broken(lines[place - 1]) and not label(lines[place])[0]:
        pieces.append(lines[place])
        place += 1
    key = role if role != "other" else name
    if role == "byline" and name in _LISTING:
        key = "names"
    fields.values.setdefault(key, " ".join(pieces))
    return place


def _is_broken(line: str) -> bool:
    """Tell whether a line is so long that the next one may continue it."""
    return len(line) >= _WIDE


def _add_loose(loose: list[list[str]], line: str, *, starts_block: bool) -> None:
    """Add a line to the head; the lines of a block that neither are nor follow a date form one headline."""
    is_alone = is_day(line) or is_copyright(line) or is_edition(line)
    if starts_block or not loose or is_alone or is_day(" ".join(loose[-1][:_LINES_OF_A_DAY])):
        loose.append([line])
    else:
        loose[-1].append(line)


def _has_label_ahead(lines: Sequence[str]) -> bool:
    """Tell whether the head continues within the next few lines."""
    for line in [line for line in lines if line][:_AHEAD]:
        role, _ = label(line)
        if role:
            return role in _HEAD
        if len(line) > 200:
            return False
    return False


def _text_and_tail(lines: Sequence[str], fields: Fields) -> None:
    end = _start_of_tail(lines)
    first = next((place for place, line in enumerate(lines[:end]) if line), end)
    if first < end and label(lines[first])[0] == "byline" and not {"byline", "names"} & fields.values.keys():
        fields.values["byline"] = label(lines[first])[1]
        lines = [*lines[:first], "", *lines[first + 1 :]]
    fields.body.extend(line for line in lines[:end] if not is_copyright(line))
    place = end
    while place < len(lines):
        role, value = label(lines[place])
        if role and role not in ("lead", "body"):
            place = _take(lines, place, role, value, fields)
            fields.labels += 1
        else:
            place += 1


def _start_of_tail(lines: Sequence[str]) -> int:
    """Return where the fields after a text begin: at one that no text has, or where only fields follow."""
    certain = next((place for place, line in enumerate(lines) if _is_certain(line)), len(lines))
    start, is_first = certain, False
    for place in range(certain - 1, -1, -1):
        is_first = bool(lines[place]) and (place == 0 or not lines[place - 1])
        if is_first and not (label(lines[place])[0] or is_copyright(lines[place])):
            break
        start = place if is_first else start
    return start


def _is_certain(line: str) -> bool:
    role, _ = label(line)
    name = line.partition(":")[0].strip()
    return bool(role) and (
        name.casefold() in _CERTAIN or _alone(line) in _CERTAIN or (name.isupper() and role in _TAIL)
    )


def _title_and_source(before: Sequence[str], after: Sequence[str], *, title_first: bool) -> tuple[str, str]:
    if title_first and len(before) > 1:
        return before[0], before[-1]
    if title_first and before and not after:
        return before[0], ""
    source = before[0] if before else ""
    return (after[0], source) if after else ("", source)


def _source(value: str) -> str:
    """Cut off the place or the number after the name of a paper."""
    line = " ".join(value.split())
    return re.split(r" ?[;\[]|,? (?:no|nr|vol)\.? ?\d|\. \(", line, maxsplit=1, flags=re.I)[0].strip(" ,.")
