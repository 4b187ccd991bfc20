"""Records (JSON, CSV, front matter) to drafts: the fields of each article that `record_finding` finds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from searchapp.sentences import marked, recorded
from searchapp.sources import bylines, dates
from searchapp.sources.columns import Assigner, folded
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.guarding import guarded
from searchapp.sources.record_finding import Record, RecordFinder
from searchapp.sources.record_text import (
    cleaned,
    day_of,
    is_no_title,
    is_nothing,
    line_of,
    people_of,
    scalar_of,
    text_of,
)

_TOLD_SHAPES = 20
_PROSE_WORDS = 12
_PROSE_LENGTH = 80
_NO_ARTICLE = marked("is not an article: neither a title nor a text in {columns}")
_NO_TEXT = marked("no text, so only the title is searched; columns: {columns}")
_GUESSED = marked("no column is named like a text: {column} was taken as the text")


class Columns:
    """Finds the articles among one file's values, and the fields of each; fields are assigned once per set of names."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._assigner = Assigner(given)
        self._finder = RecordFinder(self._assigner)
        self._without_text: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        self._guessed: Counter[str] = Counter()
        self._summaries: Counter[str] = Counter()

    def drafts(self, value: Any, where: str) -> Iterator[Draft | Remark]:
        """Yield the articles in a value, at any depth.

        A value that is not an article, or is nested too deeply, gets a remark.
        """
        yield from guarded(lambda: self._drafts(value, where), where)

    def _drafts(self, value: Any, where: str) -> Iterator[Draft | Remark]:
        for found in self._finder.records(value, where):
            yield found if isinstance(found, Remark) else self.draft(*found)

    def draft(self, record: Any, where: str) -> Draft | Remark:
        """Make a draft of a record, or a remark that says why it is not an article."""
        if not isinstance(record, dict):
            return Remark(where, "is not an article: it has no columns")
        return next(guarded(lambda: [self._draft_or_remark(self._finder.flat(record), where)], where))

    def _draft_or_remark(self, record: Record, where: str) -> Draft | Remark:
        draft = self._draft(record)
        if not (draft.title or draft.body):
            return Remark(where, recorded(_NO_ARTICLE, columns=_list(record)))
        if not draft.body:
            self._without_text[_list(record)] += 1
        return draft

    def remarks(self) -> Iterator[Remark]:
        """Report, at the end of a file, what was not read of its records, and what is uncertain."""
        for shape, number in self._without_text.most_common(_TOLD_SHAPES):
            yield Remark(_counted(number), recorded(_NO_TEXT, columns=shape), left_out=False)
        for column, number in self._guessed.most_common(_TOLD_SHAPES):
            yield Remark(_counted(number), recorded(_GUESSED, column=repr(column)), left_out=False)
        for column, number in self._unread.most_common(_TOLD_SHAPES):
            yield Remark(
                _counted(number), recorded("the text in {column} is not read", column=repr(column)), left_out=False
            )
        for column, number in self._summaries.most_common(_TOLD_SHAPES):
            what = recorded("the summary in {column} is not read, since there is a text", column=repr(column))
            yield Remark(_counted(number), what, left_out=False, is_note=True)

    def _draft(self, record: Record) -> Draft:
        columns = self._assigner.assigned(record)
        values = {
            field: [
                (name, record.get(name))
                for name in names
                if not (is_no_title if field == "title" else is_nothing)(record.get(name))
            ]
            for field, names in columns.items()
        }
        title = _first(line_of, (pair for pair in values["title"] if _is_title(pair[1])))
        body, taken = self._body(values)
        if not body and not title:
            title = ""
        elif not body:
            body, taken = self._guess(record, columns)
        self._note_unread(record, columns, taken, title)
        signed = ((column, people) for column, value in values["byline"] if (people := people_of(value)))
        column, people = next(signed, ("", ()))
        is_listed = len(people) > 1 or (folded(column) != "byline" and any(map(bylines.is_family_first, people)))
        return Draft(
            title=title,
            byline=", ".join(people),
            body=body,
            date=_date(values["date"]),
            source=_source(values["source"]),
            language=_first(scalar_of, values["language"]),
            url=_url(values["url"]),
            own_id=_first(scalar_of, values["own_id"]),
            names=people if is_listed else (),
        )

    def _body(self, values: dict[str, list[tuple[str, Any]]]) -> tuple[str, str]:
        """Return the text and its column; without a text, the leads."""
        for name, value in values["body"]:
            if isinstance(value, (int, float)) or (isinstance(value, str) and _is_address(value)):
                continue
            if text := text_of(value):
                return text, name
        leads: list[str] = []
        for _, value in values["lead"]:
            lead = "" if isinstance(value, (int, float)) else text_of(value)
            if lead and not any(lead in other for other in leads):
                leads = [other for other in leads if other not in lead] + [lead]
        return "\n\n".join(leads), ""

    def _guess(self, record: Record, columns: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
        """Take the longest prose of a record as its text, if no column is named like one."""
        known = {name for field, names in columns.items() if field != "body" for name in names}
        prose = [(len(value), name) for name, value in record.items() if name not in known and _is_prose(value)]
        if not prose:
            return "", ""
        _, name = max(prose)
        self._guessed[name] += 1
        return cleaned(record[name]), name

    def _note_unread(self, record: Record, columns: Mapping[str, tuple[str, ...]], taken: str, title: str) -> None:
        if taken:
            body = " ".join(text_of(record[taken]).split())
            self._summaries.update(
                name
                for name in columns["lead"]
                if _is_prose(record.get(name)) and line_of(record[name])[:_PROSE_LENGTH] not in body
            )
        known = {name for field, names in columns.items() if field not in ("body", "title") for name in names}
        unread = [
            name
            for name, value in record.items()
            if name != taken and name not in known and _is_prose(value) and line_of(value) != title
        ]
        text = text_of(record[taken])[:_PROSE_LENGTH].strip() if unread and taken else ""
        self._unread.update(  # except the same text in another form
            name for name in unread if not text or cleaned(record[name])[:_PROSE_LENGTH].strip() != text
        )


def _first(read: Any, pairs: Any) -> str:
    return next((text for _, value in pairs if (text := read(value))), "")


def _is_title(value: Any) -> bool:
    return not isinstance(value, (int, float)) and not (isinstance(value, str) and _is_address(value))


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://")) and " " not in text.strip()


def _is_prose(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= _PROSE_LENGTH and value.count(" ") >= _PROSE_WORDS


def _date(values: list[tuple[str, Any]]) -> str:
    """Return the first value that is certainly a date, else the first of all."""
    written = [text for _, value in values if (text := day_of(value) or scalar_of(value))]
    return next(filter(dates.read, written), written[0] if written else "")


def _source(values: list[tuple[str, Any]]) -> str:
    for _, value in values:
        people = people_of(value)
        if people:
            return (urlsplit(people[0]).hostname or people[0]) if _is_address(people[0]) else people[0]
    return ""


def _url(values: list[tuple[str, Any]]) -> str:
    written = [text for _, value in values if (text := scalar_of(value))]
    return next(filter(_is_address, written), "")


def _counted(number: int) -> str:
    return recorded("1 record") if number == 1 else recorded("{number} records", number=number)


def _list(names: Mapping[str, Any]) -> str:
    shown = [repr(str(name)[:40]) for name in names]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "") or "no columns"
