"""The smallest engine that keeps the protocol: one JSON file of articles. For tests of what stands around engines."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from searchapp.article import Article
from searchapp.disk import write_durably
from searchapp.engines import Ask, Budget, Hits
from searchapp.query.tree import Node


def open_engine(folder: Path, language: str) -> "PlainEngine":
    return PlainEngine(folder)


class PlainEngine:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "articles.json"
        self._changes: dict[str, Article | None] = {}
        self._articles: dict[str, Article] = {}
        self._commits = 0
        self.refresh()

    def put(self, articles: Iterable[Article]) -> None:
        self._changes.update((article.id, article) for article in articles)

    def remove(self, ids: Collection[str]) -> None:
        self._changes.update(dict.fromkeys(ids))

    def commit(self) -> None:
        if not self._changes:
            return
        for article_id, article in self._changes.items():
            self._articles.pop(article_id, None)
            if article:
                self._articles[article_id] = article
        self._changes.clear()
        self._commits += 1
        kept = [asdict(article) for article in self._articles.values()]
        write_durably(self._file, json.dumps([self._commits, kept]).encode())

    def close(self) -> None:
        self._changes.clear()

    def refresh(self) -> bool:
        if not self._file.exists():
            return False
        commits, kept = json.loads(self._file.read_bytes())
        if commits == self._commits:
            return False
        found = (Article(**{**values, "authors": tuple(values["authors"])}) for values in kept)
        self._commits, self._articles = commits, {article.id: article for article in found}
        return True

    def version(self) -> str:
        return f"{self._commits}"

    def __len__(self) -> int:
        return len(self._articles)

    def get(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)

    def ids(self) -> Iterator[str]:
        yield from self._articles

    def search(self, ask: Ask) -> Hits:
        raise NotImplementedError

    def count(self, tree: Node, budget: Budget) -> int:
        raise NotImplementedError

    def completions(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        raise NotImplementedError

    def spellings(self, term: str, limit: int) -> Sequence[tuple[str, int]]:
        raise NotImplementedError
