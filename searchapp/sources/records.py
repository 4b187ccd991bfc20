"""Records (JSON, CSV, front matter) to drafts: find the articles among the values, and the fields of each.

An article is recognised by its fields, not by the program that wrote it: responses of news APIs, dumps of databases
and search engines, and the metadata of pages differ only in what they wrap around it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from searchapp.sources import dates
from searchapp.sources.columns import assign, folded
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.guarding import guarded
from searchapp.sources.record_text import (
    cleaned,
    day_of,
    is_no_title,
    is_nothing,
    line_of,
    people_of,
    scalar_of,
    text_of,
    unwrapped,
)

Record = dict[str, Any]

_GIVEN_NAMES = {"id": "own_id"}
_MOST_SHAPES = 1000
_DEEPEST = 30  # containers around a record
_TOLD_SHAPES = 20
# Keys whose value holds the fields of one article, next to an id, a rank or the like.
_HOLDERS = frozenset((
    "fields", "attributes", "properties", "doc", "document", "article", "data", "item", "node", "meta", "metadata",
    "post", "story", "news", "record", "object", "payload", "result", "details", "newsarticle",
))  # fmt: skip
# Keys whose value holds many articles, even in an object that has a title of its own.
_LISTS = frozenset((
    "items", "articles", "entries", "entry", "results", "docs", "documents", "records", "posts", "stories", "news",
    "hits", "rows", "response", "data", "list", "feed", "value", "values", "itemlistelement", "newsitems",
))  # fmt: skip
_ACTIONS = ("index", "create", "update", "delete")  # the action lines of Elasticsearch's bulk format
_PROSE_WORDS = 12
_PROSE_LENGTH = 80
_WEAK_TITLES = frozenset(("name", "subject", "betreff"))


class Columns:
    """Finds the articles among one file's values, and the fields of each; fields are assigned once per set of names."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {_GIVEN_NAMES.get(field, field): column for field, column in given.items()}
        self._known: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}
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
        for found in self._records(value, where, 0):
            yield found if isinstance(found, Remark) else self.draft(*found)

    def draft(self, record: Any, where: str) -> Draft | Remark:
        """Make a draft of a record, or a remark that says why it is not an article."""
        if not isinstance(record, dict):
            return Remark(where, "is not an article: it has no columns")
        return next(guarded(lambda: [self._draft_or_remark(self._flat(record), where)], where))

    def _draft_or_remark(self, record: Record, where: str) -> Draft | Remark:
        draft = self._draft(record)
        if not (draft.title or draft.body):
            return Remark(where, f"is not an article: neither a title nor a text in {_list(record)}")
        if not draft.body:
            self._without_text[_list(record)] += 1
        return draft

    def remarks(self) -> Iterator[Remark]:
        """Report, at the end of a file, what was not read of its records, and what is uncertain."""
        for shape, number in self._without_text.most_common(_TOLD_SHAPES):
            yield Remark(_counted(number), f"no text, so only the title is searched; columns: {shape}", left_out=False)
        for column, number in self._guessed.most_common(_TOLD_SHAPES):
            yield Remark(
                _counted(number), f"no column is named like a text: {column!r} was taken as the text", left_out=False
            )
        for column, number in self._unread.most_common(_TOLD_SHAPES):
            yield Remark(_counted(number), f"the text in {column!r} is not read", left_out=False)
        for column, number in self._summaries.most_common(_TOLD_SHAPES):
            what = f"the summary in {column!r} is not read, since there is a text"
            yield Remark(_counted(number), what, left_out=False, is_note=True)

    # Where the articles are

    def _records(self, value: Any, where: str, depth: int) -> Iterator[tuple[Any, str] | Remark]:
        if depth > _DEEPEST:
            raise RecursionError
        if isinstance(value, list):
            for number, one in enumerate(value, start=1):
                place = where or f"record {number}"
                yield from guarded(partial(self._records, one, place, depth + 1), place)
        elif isinstance(value, dict):
            yield from self._of_object(value, where, depth)
        else:
            yield value, where or "record 1"

    def _of_object(self, value: Record, where: str, depth: int) -> Iterator[tuple[Any, str] | Remark]:
        if len(value) <= 2 and all(key in _ACTIONS and isinstance(value[key], dict) for key in value) and value:
            return
        if isinstance(graph := value.get("@graph"), list):
            yield from _articles_of_graph(graph, where)
            return
        flat = self._flat(value)
        containers = self._containers(value, flat)
        if not containers:
            yield flat, where or "record 1"
        for one in containers:
            if isinstance(one, dict) and len(one) > 1 and all(isinstance(each, dict) for each in one.values()):
                for key, each in one.items():  # articles keyed by their ids
                    yield from self._records(_with_id(each, key), f"record {key}", depth + 1)
            else:
                yield from self._records(one, where, depth + 1)

    def _containers(self, value: Record, flat: Record) -> list[Any]:
        """Return the values in an object that hold articles; none if the object is an article itself."""
        if self._has("body", flat):
            return []
        has_title = self._has("title", flat)  # a feed has a title, and so has an article with related ones
        return [
            one
            for name, one in value.items()
            if isinstance(one, list if has_title else (list, dict))
            and (not has_title or folded(name) in _LISTS)
            and self._holds_articles(one, 0)
        ]

    def _holds_articles(self, value: Any, depth: int) -> bool:
        """Tell whether a value contains an article; of a list, the first few items decide."""
        if depth > _DEEPEST:
            return False
        if isinstance(value, list):
            return any(self._holds_articles(one, depth + 1) for one in value[:20] if isinstance(one, (dict, list)))
        if not isinstance(value, dict):
            return False
        if "_source" in value or "@graph" in value:
            return True
        flat = self._flat(value)
        if self._has("title", flat) or self._has("body", flat):
            return True
        return any(
            self._holds_articles(one, depth + 1) for one in [*value.values()][:50] if isinstance(one, (list, dict))
        )

    def _has(self, field: str, record: Record) -> bool:
        for column in self._assigned(record)[field]:
            value = unwrapped(record.get(column))
            if isinstance(value, dict) and field == "body" and self._has("title", value):
                continue  # an article, not its text
            if field == "title" and (folded(column) in _WEAK_TITLES or isinstance(value, list)):
                continue
            if field == "body" and isinstance(value, list) and self._is_list_of_articles(value):
                continue
            if (field != "body" or not isinstance(value, (int, float))) and text_of(value):
                return True
        return False

    def _is_list_of_articles(self, value: list[Any]) -> bool:
        return bool(value) and all(
            isinstance(one, dict)
            and self._has("title", one)
            and any(self._assigned(one)[f] for f in ("url", "date", "body"))
            for one in value[:5]
        )

    def _flat(self, record: Record) -> Record:
        """Merge fields from one level down into the record's own, which take precedence."""
        holders = [
            one
            for name, one in record.items()
            if isinstance(one, dict) and (name == "_source" or folded(name) in _HOLDERS)
        ]
        if "_embedded" in record and isinstance(record["_embedded"], dict):
            holders.append({"authors": record["_embedded"].get("author")})
        if not holders:
            return record
        flat: Record = {}
        for one in holders if "_source" in record else [record, *holders, {}]:
            if isinstance(one, dict):
                for name, value in one.items():
                    if one is record and any(value is holder for holder in holders):
                        continue
                    if is_nothing(flat.get(name)):
                        flat[name] = value
        return flat if "_source" not in record else {"_id": record.get("_id"), **flat}

    # What is in an article

    def _assigned(self, record: Record) -> dict[str, tuple[str, ...]]:
        names = tuple(map(str, record))
        columns = self._known.get(names)
        if columns is None:
            if len(self._known) > _MOST_SHAPES:
                self._known.clear()
            columns = self._known[names] = assign(names, self._given)
        return columns

    def _draft(self, record: Record) -> Draft:
        columns = self._assigned(record)
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
        people = next((people for _, value in values["byline"] if (people := people_of(value))), ())
        return Draft(
            title=title,
            byline=", ".join(people),
            body=body,
            date=_date(values["date"]),
            source=_source(values["source"]),
            language=_first(scalar_of, values["language"]),
            url=_url(values["url"]),
            own_id=_first(scalar_of, values["own_id"]),
            names=people if len(people) > 1 else (),
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


def _articles_of_graph(graph: list[Any], where: str) -> Iterator[tuple[Any, str]]:
    """Yield the articles of a schema.org graph, with references replaced by the objects they point to."""
    nodes = {node["@id"]: node for node in graph if isinstance(node, dict) and isinstance(node.get("@id"), str)}
    articles = [node for node in graph if isinstance(node, dict) and _is_article_type(node)]
    for number, node in enumerate(articles or graph, start=1):
        resolved = {key: _resolved(value, nodes) for key, value in node.items()} if isinstance(node, dict) else node
        yield resolved, where or f"record {number}"


def _is_article_type(node: Record) -> bool:
    kinds = node.get("@type")
    return any(
        "Article" in str(kind) or "Posting" in str(kind) or kind in ("Report", "Review") for kind in _listed(kinds)
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resolved(value: Any, nodes: Mapping[str, Record]) -> Any:
    if isinstance(value, list):
        return [_resolved(one, nodes) for one in value]
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and value["@id"] in nodes:
        return {**nodes[value["@id"]], **value}
    return value


def _with_id(value: Any, key: str) -> Any:
    return value if not isinstance(value, dict) or "id" in value or "_id" in value else {**value, "id": key}


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
    return f"{number:,} record{'' if number == 1 else 's'}"


def _list(names: Mapping[str, Any]) -> str:
    shown = [repr(str(name)[:40]) for name in names]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "") or "no columns"
