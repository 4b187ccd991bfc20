"""Find the records of articles among the values of a file: lists, objects within objects, graphs.

What is around articles differs: responses of news APIs, dumps of databases and search engines, metadata of pages.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from searchapp.sentences import recorded
from searchapp.sources.columns import Assigner, folded
from searchapp.sources.drafts import Remark
from searchapp.sources.guarding import guarded
from searchapp.sources.record_text import is_nothing, text_of, unwrapped

Record = dict[str, Any]

_DEEPEST = 30  # containers around a record
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
_WEAK_TITLES = frozenset(("name", "subject", "betreff"))


class RecordFinder:
    """Finds the records of articles by their fields, not by the program that wrote them."""

    def __init__(self, assigner: Assigner) -> None:
        self._assigner = assigner

    def records(self, value: Any, where: str, depth: int = 0) -> Iterator[tuple[Any, str] | Remark]:
        """Yield the records of articles in a value, at any depth, each with its place.

        Raises:
            RecursionError: the value is nested too deeply.
        """
        if depth > _DEEPEST:
            raise RecursionError
        if isinstance(value, list):
            for number, one in enumerate(value, start=1):
                place = where or recorded("record {number}", number=number)
                yield from guarded(partial(self.records, one, place, depth + 1), place)
        elif isinstance(value, dict):
            yield from self._of_object(value, where, depth)
        else:
            yield value, where or recorded("record {number}", number=1)

    def _of_object(self, value: Record, where: str, depth: int) -> Iterator[tuple[Any, str] | Remark]:
        if len(value) <= 2 and all(key in _ACTIONS and isinstance(value[key], dict) for key in value) and value:
            return
        if isinstance(graph := value.get("@graph"), list):
            yield from _articles_of_graph(graph, where)
            return
        flat = self.flat(value)
        containers = self._containers(value, flat)
        if not containers:
            yield flat, where or recorded("record {number}", number=1)
        for one in containers:
            if isinstance(one, dict) and len(one) > 1 and all(isinstance(each, dict) for each in one.values()):
                for key, each in one.items():  # articles keyed by their ids
                    yield from self.records(_with_id(each, key), recorded("record {key}", key=key), depth + 1)
            else:
                yield from self.records(one, where, depth + 1)

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
        flat = self.flat(value)
        if self._has("title", flat) or self._has("body", flat):
            return True
        return any(
            self._holds_articles(one, depth + 1) for one in [*value.values()][:50] if isinstance(one, (list, dict))
        )

    def _has(self, field: str, record: Record) -> bool:
        for column in self._assigner.assigned(record)[field]:
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
            and any(self._assigner.assigned(one)[f] for f in ("url", "date", "body"))
            for one in value[:5]
        )

    def flat(self, record: Record) -> Record:
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


def _articles_of_graph(graph: list[Any], where: str) -> Iterator[tuple[Any, str]]:
    """Yield the articles of a schema.org graph, with references replaced by the objects they point to."""
    nodes = {node["@id"]: node for node in graph if isinstance(node, dict) and isinstance(node.get("@id"), str)}
    articles = [node for node in graph if isinstance(node, dict) and _is_article_type(node)]
    for number, node in enumerate(articles or graph, start=1):
        resolved = {key: _resolved(value, nodes) for key, value in node.items()} if isinstance(node, dict) else node
        yield resolved, where or recorded("record {number}", number=number)


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
