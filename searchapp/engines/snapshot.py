"""What engines share: a `Snapshot` is one commit open for questions, and a `Reader` the reading half of an engine.

An engine that implements `search`, returns articles and lists its words is complete: the rest is derived here. An
engine that can do better overrides the method.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from searchapp.article import Article
from searchapp.engines.contract import Ask, Budget, Hits, Sort
from searchapp.engines.distance import within
from searchapp.query.tree import Countable, Exact, Node

_SPELLING_EDITS = 2  # typing errors
_PAGE = 2_000  # articles fetched at a time


class Snapshot(ABC):
    """The state of one commit, for any number of threads to read; later commits do not change it."""

    @abstractmethod
    def __len__(self) -> int:
        """Count the articles."""

    @abstractmethod
    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""

    @abstractmethod
    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles."""

    def articles(self, ids: Iterable[str]) -> Iterator[Article]:
        """Yield articles by id, in the given order; unknown ids are left out."""
        return (article for article_id in ids if (article := self.get(article_id)))

    @abstractmethod
    def search(self, ask: Ask) -> Hits:
        """Answer a question."""

    def words(self, prefix: str) -> Iterable[str]:
        """Return the folded words of title, byline and body that start with `prefix`, each once.

        It is called only if an engine does not override `completions` and `near`.
        """
        raise NotImplementedError

    def count(self, tree: Node, budget: Budget) -> int:
        """Count exactly the articles that match; if time runs out, return the count so far."""
        return self.search(Ask(tree, limit=0, budget=budget)).total

    def counts(self, trees: Sequence[Node], budget: Budget) -> Sequence[int]:
        """Count the articles that match each of several trees; if time runs out, of the first of them only."""
        return [self.count(tree, budget) for tree in takewhile(lambda _: not budget.is_spent, trees)]

    def count_stories(self, tree: Node, budget: Budget) -> int | None:
        """Count the stories of the articles that match, copies of one story once; None if time runs out."""
        found = filter(None, map(self.get, self.matching(tree, budget)))
        firsts = [article.first for article in found]
        return None if budget.is_spent else len(set(firsts) - {""}) + firsts.count("")

    def matching(self, tree: Node, budget: Budget) -> Sequence[str]:
        """Return the ids of all articles that match, in no order; if time runs out, those found so far."""
        found = self.search(Ask(tree, "newest", limit=len(self), budget=budget)).hits
        return [hit.article.id for hit in found]

    def each(self, tree: Node, sort: Sort) -> Iterator[Article]:
        """Yield all articles that match, in order, without a limit."""
        offset = 0
        while page := self.search(Ask(tree, sort, offset, _PAGE)).hits:
            yield from (hit.article for hit in page)
            offset += len(page)

    def occurrences(self, leaf: Countable, among: Node, budget: Budget) -> int | None:
        """Count the occurrences of a word or phrase in articles that match `among`; None if only the texts tell."""
        del leaf, among, budget
        return None

    def completions(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return words that start with a folded prefix, with the number of articles that have them, most first."""
        return self.most_frequent(dict.fromkeys(self.words(prefix), len(self)), limit)

    def near(self, term: str, edits: int) -> Mapping[str, tuple[int, int]]:
        """Return the words within `edits` typing errors of a folded one, which may be among them.

        Each comes with the number of errors, and an upper bound for the number of its articles.
        """
        return {word: (errors, len(self)) for word, errors in within(term, edits, self.words("")).items()}

    def spellings(self, term: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return other words within two typing errors of a folded one, nearest first, then the most frequent."""
        near = self.near(term, _SPELLING_EDITS)
        found: list[tuple[str, int]] = []
        for errors in range(1, _SPELLING_EDITS + 1):
            most = {word: count for word, (distance, count) in near.items() if distance == errors}
            found += self.most_frequent(most, limit - len(found))
        return found

    def most_frequent(self, most: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
        """Return the `limit` most frequent words, given an upper bound for the number of articles of each."""
        counted: list[tuple[str, int]] = []
        for word in sorted(most, key=lambda word: (-most[word], word)):
            if len(counted) >= limit and (not limit or counted[limit - 1][1] > most[word]):
                break
            if count := self.count_word(word):
                counted = sorted([*counted, (word, count)], key=lambda pair: (-pair[1], pair[0]))[:limit]
        return counted

    def count_word(self, word: str) -> int:
        """Count the articles that have a word as it is written, but for its folding."""
        return self.count(Exact(word), Budget())


class Reader:
    """The reading half of an `Engine`, which passes questions on to its snapshot."""

    _snapshot: Snapshot

    def recover(self) -> None:
        """Do nothing: where the store is a folder, a commit is whole or has left nothing."""

    def __len__(self) -> int:
        """Count the articles."""
        return len(self._snapshot)

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""
        return self._snapshot.get(article_id)

    def ids(self) -> Iterator[str]:
        """Yield every article's id."""
        return self._snapshot.ids()

    def articles(self, ids: Iterable[str]) -> Iterator[Article]:
        """Yield articles by id, in the given order; unknown ids are left out."""
        return self._snapshot.articles(ids)

    def search(self, ask: Ask) -> Hits:
        """Answer a question."""
        return self._snapshot.search(ask)

    def count(self, tree: Node, budget: Budget) -> int:
        """Count exactly the articles that match; if time runs out, return the count so far."""
        return self._snapshot.count(tree, budget)

    def counts(self, trees: Sequence[Node], budget: Budget) -> Sequence[int]:
        """Count the articles that match each of several trees; if time runs out, of the first of them only."""
        return self._snapshot.counts(trees, budget)

    def count_stories(self, tree: Node, budget: Budget) -> int | None:
        """Count the stories of the articles that match, copies of one story once; None if time runs out."""
        return self._snapshot.count_stories(tree, budget)

    def matching(self, tree: Node, budget: Budget) -> Sequence[str]:
        """Return the ids of all articles that match, in no order; if time runs out, those found so far."""
        return self._snapshot.matching(tree, budget)

    def each(self, tree: Node, sort: Sort) -> Iterator[Article]:
        """Yield all articles that match, in order, without a limit, and all from one commit."""
        return self._snapshot.each(tree, sort)

    def occurrences(self, leaf: Countable, among: Node, budget: Budget) -> int | None:
        """Count the occurrences of a word or phrase in articles that match `among`; None if only the texts tell."""
        return self._snapshot.occurrences(leaf, among, budget)

    def completions(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return words that start with a folded prefix, with the number of articles that have them, most first."""
        return self._snapshot.completions(prefix, limit)

    def spellings(self, term: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return other words within two typing errors of a folded one, nearest first, then the most frequent."""
        return self._snapshot.spellings(term, limit)
