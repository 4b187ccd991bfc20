"""The smallest engine that keeps the contract: one JSON file of articles, asked one by one.

It is for tests of what stands around engines, and shows how little an engine has to bring.
"""

import json
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from searchapp.article import Article
from searchapp.disk import storage_problems, write_durably
from searchapp.engines import Ask, FacetName, Hit, Hits
from searchapp.engines.embedded import check_settings as check_settings
from searchapp.engines.embedded import settings_of as settings_of
from searchapp.engines.embedded import share_engine as share_engine
from searchapp.engines.facets import merge_facet
from searchapp.engines.snapshot import Reader, Snapshot
from searchapp.errors import IndexDamaged
from searchapp.query.tree import FIELDS
from searchapp.text import terms
from tests.engines.oracle import Oracle

REFUSED = "Larger than memory"  # the title of an article that this engine cannot store


def create_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "PlainEngine":
    folder.mkdir(exist_ok=True)
    write_durably(folder / "articles.json", b"[0, []]")
    return PlainEngine(folder, language)


def open_engine(folder: Path, language: str, settings: Mapping[str, str]) -> "PlainEngine":
    return PlainEngine(folder, language)


def check_engine(folder: Path) -> Iterator[str]:
    yield from () if (folder / "articles.json").exists() else ("articles.json is missing",)


def discard_engine(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


class PlainSnapshot(Snapshot):
    def __init__(self, articles: Mapping[str, Article], language: str) -> None:
        self.kept = articles
        self._oracle = Oracle([*articles.values()], language)

    def __len__(self) -> int:
        return len(self.kept)

    def get(self, article_id: str) -> Article | None:
        return self.kept.get(article_id)

    def ids(self) -> Iterator[str]:
        yield from self.kept

    def words(self, prefix: str) -> set[str]:
        texts = (getattr(article, field) for article in self.kept.values() for field in FIELDS)
        return {word for text in texts for word in terms(text) if word.startswith(prefix)}

    def search(self, ask: Ask) -> Hits:
        found = self._oracle.order(ask.tree, ask.sort)
        page = found[ask.offset : ask.offset + ask.limit]
        scored = ask.sort == "relevance"
        hits = (Hit(self.kept[one], self._oracle.score(ask.tree, one) if scored else 0.0) for one in page)
        articles = [self.kept[one] for one in found]
        facets = {name: merge_facet(Counter(v for one in articles for v in values(one, name))) for name in ask.facets}
        unknown = {name: sum(not values(one, name) for one in articles) for name in ask.facets}
        return Hits(len(found), tuple(hits), facets, unknown=unknown)


def values(article: Article, facet: FacetName) -> Sequence[str]:
    match facet:
        case "author":
            return article.authors
        case "month":
            return [article.date[:7]] if article.date else []
        case "day":
            return [article.date] if article.date else []
        case _:
            return [value] if (value := getattr(article, facet)) else []


class PlainEngine(Reader):
    def __init__(self, folder: Path, language: str) -> None:
        self._folder, self._file, self._language = folder, folder / "articles.json", language
        self._changes: dict[str, Article | None] = {}
        self._commits = -1
        self.refresh()

    def put(self, articles: Iterable[Article]) -> None:
        self._changes.update((article.id, article) for article in articles)

    def remove(self, ids: Collection[str]) -> None:
        self._changes.update(dict.fromkeys(ids))

    def commit(self) -> Sequence[Article]:
        if not self._changes:
            return ()
        self.refresh()
        refused = [one for one in self._changes.values() if one and one.title == REFUSED]
        changed = {**self._snapshot.kept, **self._changes, **{one.id: None for one in refused}}
        kept = [asdict(article) for article in changed.values() if article]
        with storage_problems(self._folder):
            write_durably(self._file, json.dumps([self._commits + 1, kept]).encode())
        self._changes.clear()
        self.refresh()
        return refused

    def close(self) -> None:
        self._changes.clear()

    def refresh(self) -> bool:
        with storage_problems(self._folder):
            if not self._file.exists():
                raise IndexDamaged(self._folder, f"{self._file.name} is missing")
        commits, kept = json.loads(self._file.read_bytes())
        if commits == self._commits:
            return False
        found = (Article(**{**values, "authors": tuple(values["authors"])}) for values in kept)
        self._commits = commits
        self._snapshot = PlainSnapshot({article.id: article for article in found}, self._language)
        return True

    def version(self) -> str:
        return f"{self._commits}"

    _snapshot: PlainSnapshot
