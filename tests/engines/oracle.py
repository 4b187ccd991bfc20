"""What every engine has to answer, worked out slowly from the definitions: the contract in plain Python."""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from itertools import pairwise

from searchapp.article import Article
from searchapp.engines import Sort
from searchapp.engines.fields import CLOCK_BITS, TEXT_STEM, TITLE_STEM, bounds, clock, days
from searchapp.engines.scoring import BEST, DISTANCE, K1, LENGTHS, NEAR, PAIRS, STOPPED, WEIGHTS, WORD_WEIGHTS, B
from searchapp.languages import Stems, stop_words
from searchapp.query.addresses import comparable
from searchapp.query.tree import (
    FIELDS,
    Amount,
    And,
    AnyOf,
    AtLeast,
    Dates,
    Everything,
    Exact,
    Filter,
    Firsts,
    Fuzzy,
    Keyword,
    KeywordField,
    Leaf,
    LiteralFirst,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Proximity,
    Slot,
    Undated,
    Unknown,
    Wildcard,
    Word,
)
from searchapp.text import keyword, terms


class Oracle:
    """The right answers for a list of articles."""

    def __init__(self, articles: Sequence[Article], language: str = "english") -> None:
        self.articles = {article.id: article for article in articles}
        self._stems = Stems(language)
        self._words = {article.id: self._fields(article) for article in self.articles.values()}
        self._best_of: dict[Node, frozenset[str]] = {}

    def order(self, tree: Node, sort: Sort = "relevance") -> list[str]:
        """Return the ids of all articles that match, best first."""
        return self._order(tree, sort, self.score)

    def count_stories(self, tree: Node) -> int:
        """Count the different stories that the articles that match tell; one without copies is one by itself."""
        firsts = [self.articles[one].first for one in self.articles if self.matches(tree, one)]
        return len(set(firsts) - {""}) + firsts.count("")

    def _order(self, tree: Node, sort: Sort, score: Callable[[Node, str], float]) -> list[str]:
        def key(article_id: str) -> tuple[float, float, str]:
            article = self.articles[article_id]
            day = (days(article.date)[0] << CLOCK_BITS) + clock(article)
            first = {
                "relevance": -float(f"{score(tree, article_id):.5e}"),
                "newest": 0.0,
                "oldest": day or math.inf,
                "added": -datetime.fromisoformat(article.added).timestamp() if article.added else 0.0,
            }
            return first[sort], -day, article_id

        return sorted((article_id for article_id in self.articles if self.matches(tree, article_id)), key=key)

    def matches(self, tree: Node, article_id: str) -> bool:
        match tree:
            case And(children):
                return all(self.matches(child, article_id) for child in children)
            case Or(children):
                return any(self.matches(child, article_id) for child in children)
            case Not(child):
                return not self.matches(child, article_id)
            case AnyOf(children, least):
                return sum(self.matches(child, article_id) for child in children) >= least
            case AtLeast(child, times):
                return self._times(child, article_id) >= times
            case LiteralFirst():
                return self.matches(self._chosen(tree), article_id)
            case Keyword() | Unknown() | Amount() | Firsts() | Dates() | Undated() | Everything() | Nothing():
                return _passes(tree, self.articles[article_id])
            case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
                return any(self._occurrences(tree, field, article_id) for field in _looked_into(tree))

    def score(self, tree: Node, article_id: str) -> float:
        """Add to what an article has by each of its words what neighbours add, if it is one of the best."""
        pairs = self._neighbours(tree)
        near = [pair for pair in pairs if self._occurrences(Near(pair, DISTANCE), "body", article_id)]
        is_best = bool(near) and article_id in self._best(tree)
        bonuses = [NEAR * pairs[pair] * sum(map(self._idf, pair)) for pair in near]
        return self._sum(tree, article_id) + (sum(bonuses) if is_best else 0.0)

    def _best(self, tree: Node) -> frozenset[str]:
        if tree not in self._best_of:
            self._best_of[tree] = frozenset(self._order(tree, "relevance", self._sum)[:BEST])
        return self._best_of[tree]

    def _neighbours(self, tree: Node) -> dict[tuple[str, ...], float]:
        """Return words that are neighbours in a query, and the lesser boost of the two."""
        pairs: dict[tuple[str, ...], float] = {}
        for level in _levels(tree):
            kept = [node for node in level if not (isinstance(node, Word) and self._main_factor(node.term) < 1)]
            for one, other in pairwise(kept):
                if isinstance(one, Word) and isinstance(other, Word) and one.field == other.field:
                    terms_of = one.term, other.term
                    is_new = one.term != other.term and terms_of not in pairs and terms_of[::-1] not in pairs
                    if is_new and one.field in (None, "body"):
                        pairs[terms_of] = max(0.0, min(one.boost, other.boost))
        return dict(list(pairs.items())[:PAIRS])

    def _sum(self, tree: Node, article_id: str) -> float:
        """Sum over the positive leaves that match, as far as the nodes above them match."""
        match tree:
            case And(children) | Or(children) | AnyOf(children):
                return (
                    sum(self._sum(child, article_id) for child in children) if self.matches(tree, article_id) else 0.0
                )
            case AtLeast(child):
                return self._sum(child, article_id) if self.matches(tree, article_id) else 0.0
            case LiteralFirst():
                return self._sum(self._chosen(tree), article_id)
            case Word() | Exact() | Phrase() | Near() | Wildcard() | Fuzzy() | Proximity():
                weights = WORD_WEIGHTS if isinstance(tree, Word) else WEIGHTS
                parts = ((field, self._part(tree, field, article_id)) for field in _looked_into(tree))
                return sum(tree.boost * weights[field] * part for field, part in parts)
            case _:
                return 0.0

    def _chosen(self, node: LiteralFirst) -> Leaf:
        is_there = any(self.matches(node.literal, article_id) for article_id in self.articles)
        return node.literal if is_there else node.pattern

    def _times(self, leaf: Word | Exact | Phrase, article_id: str) -> int:
        fields: Sequence[str] = FIELDS if leaf.field is None else (leaf.field,)
        if not isinstance(leaf, Word):
            return sum(self._occurrences(leaf, field, article_id) for field in fields)
        words, stem = self._words[article_id], self._stem(leaf.term, self.articles[article_id])
        kept = {"byline": (words["byline"], leaf.term), **{f: (words[f"{f}_stem"], stem) for f in ("title", "body")}}
        return sum(kept[field][0].count(kept[field][1]) for field in fields)

    def _fields(self, article: Article) -> dict[str, tuple[str, ...]]:
        words = {field: terms(getattr(article, field)) for field in FIELDS}
        stems = {field: tuple(self._stem(word, article) for word in words[field]) for field in ("title", "body")}
        return words | {
            TITLE_STEM: stems["title"],
            TEXT_STEM: stems["title"] + stems["body"],
            "body_stem": stems["body"],
        }

    def _stem(self, word: str, article: Article) -> str:
        return self._stems.term(word, self._stems.code(article.language))

    def _occurrences(self, leaf: Leaf, field: str, article_id: str) -> int:
        text = self._words[article_id][field]
        match leaf:
            case Word(term) if field in (TITLE_STEM, TEXT_STEM):
                stem = self._stem(term, self.articles[article_id])
                is_missing = leaf.field == "body" and stem not in self._words[article_id]["body_stem"]
                return 0 if is_missing else text.count(stem)
            case Word(term) | Exact(term):
                return text.count(term)
            case Phrase(words):
                return sum(text[at : at + len(words)] == words for at in range(len(text)))
            case Near(words, distance):
                width = len(words) + distance
                windows = (text[at : at + width] for at in range(len(text)))
                return int(any(all(window.count(word) >= words.count(word) for word in words) for window in windows))
            case Wildcard() | Fuzzy():
                return int(any(_fits(leaf, word) for word in text))
            case Proximity(slots, distance, is_ordered):
                left, right = slots[: leaf.left], slots[leaf.left :]
                orders = [(left, right)] if is_ordered else [(left, right), (right, left)]
                return int(any(_stand_apart(text, *order, distance) for order in orders))

    def _part(self, leaf: Leaf, field: str, article_id: str) -> float:
        tf = self._occurrences(leaf, field, article_id)
        match leaf:
            case _ if not tf:
                return 0.0
            case Word(term) if field == TITLE_STEM:
                return self._stem_idf(term) * self._factor(term, self.articles[article_id])
            case Word(term) if field == TEXT_STEM:
                factor = self._factor(term, self.articles[article_id])
                return self._bm25(factor * self._stem_idf(term), tf, field, article_id)
            case Word(term) if field != "byline":
                return self._bm25(self._main_factor(term) * self._idf(term), tf, field, article_id)
            case Word(term) | Exact(term):
                return self._bm25(self._idf(term), tf, field, article_id)
            case Phrase(words):
                return self._bm25(sum(map(self._idf, words)), tf, field, article_id)
            case Near(words):
                text = self._words[article_id][field]
                return sum(self._bm25(self._idf(word), text.count(word), field, article_id) for word in words)
            case _:
                return 1.0

    def _factor(self, word: str, article: Article) -> float:
        return STOPPED if word in stop_words(self._stems.code(article.language)) else 1.0

    def _main_factor(self, word: str) -> float:
        """Return what a word counts in that language of the articles which has it, in any form, in most of them."""
        having = [one for one in self.articles.values() if self._stem(word, one) in self._words[one.id][TEXT_STEM]]
        languages = Counter(self._stems.code(article.language) for article in having)
        if not languages:
            return 1.0
        main = min(languages, key=lambda code: (-languages[code], code))
        return STOPPED if word in stop_words(main) else 1.0

    def _bm25(self, idf: float, tf: int, field: str, article_id: str) -> float:
        texts = [fields[field] for fields in self._words.values()]
        average = sum(map(len, texts)) / len(texts)
        length = max(kept for kept in LENGTHS if kept <= len(self._words[article_id][field]))
        return idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / average))

    def _idf(self, word: str) -> float:
        return self._idf_of(max(sum(word in fields[one] for fields in self._words.values()) for one in FIELDS))

    def _stem_idf(self, word: str) -> float:
        having = (self._stem(word, one) in self._words[one.id][TEXT_STEM] for one in self.articles.values())
        return self._idf_of(sum(having))

    def _idf_of(self, df: int) -> float:
        odds = (len(self._words) - df + 0.5) / (df + 0.5)
        return max(math.log(odds), 0.1 * math.log(1 + odds))


def _levels(tree: Node) -> list[tuple[Node, ...]]:
    """Return the nodes that stand side by side in a query, as far as an article has to match them or one of them."""
    match tree:
        case And(children):
            return [children, *(level for child in children for level in _levels(child))]
        case Or(children):
            return [children]
        case _:
            return []


@cache
def errors(one: str, other: str) -> int:
    """Count typing errors between two words, by the definition of optimal string alignment."""
    if not one or not other:
        return len(one) + len(other)
    best = errors(one[:-1], other[:-1]) + (one[-1] != other[-1])
    best = min(best, errors(one[:-1], other) + 1, errors(one, other[:-1]) + 1)
    if len(one) > 1 < len(other) and one[-1] == other[-2] and one[-2] == other[-1]:
        best = min(best, errors(one[:-2], other[:-2]) + 1)
    return best


def _fits(choice: Exact | Wildcard | Fuzzy, word: str) -> bool:
    match choice:
        case Exact(term):
            return word == term
        case Wildcard(pattern):
            return bool(re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), word))
        case Fuzzy(term, edits):
            return word[:1] == term[:1] and errors(term, word) <= edits


def _stand_apart(text: Sequence[str], one: Sequence[Slot], other: Sequence[Slot], distance: int) -> bool:
    """Say whether one group stands before another, by trying all places and all numbers of words between them."""
    behind = [at + len(one) for at in range(len(text)) if _stands_at(text, at, one)]
    return any(_stands_at(text, at + gap, other) for at in behind for gap in range(distance + 1))


def _stands_at(text: Sequence[str], at: int, slots: Sequence[Slot]) -> bool:
    words = text[at : at + len(slots)]
    return len(words) == len(slots) and all(
        any(_fits(choice, word) for choice in slot) for word, slot in zip(words, slots, strict=True)
    )


def _looked_into(leaf: Leaf) -> list[str]:
    fields: list[str] = [*FIELDS] if leaf.field is None else [leaf.field]
    if isinstance(leaf, Word):
        fields += [TITLE_STEM] if leaf.field in (None, "title") else []
        fields += [TEXT_STEM] if leaf.field in (None, "body") else []
    return fields


def _passes(node: Filter, article: Article) -> bool:
    first, last = days(article.date)
    match node:
        case Keyword("url", value):
            return article.url != "" and comparable(article.url) == comparable(value)
        case Keyword(field, value):
            return keyword(value) in [keyword(written) for written in _values(article, field)]
        case Unknown(field):
            return not _values(article, field)
        case Amount("copies", least, most):
            return least <= article.copies <= (math.inf if most is None else most)
        case Amount("added" | "edited" as field, least, most):
            moment = getattr(article, field)
            second = int(datetime.fromisoformat(moment).timestamp()) if moment else -1
            return second >= 0 and max(least, 1) <= second <= (math.inf if most is None else most)
        case Amount("similarity", least, most):
            has_copies = article.similarity > 0
            return has_copies and least <= int(100 * article.similarity + 1e-9) <= (100 if most is None else most)
        case Firsts():
            return article.first in ("", article.id)
        case Dates(earliest, latest):
            low, high = bounds(earliest, latest)
            return low <= first and last <= high and first > 0
        case Undated():
            return not first
        case Everything():
            return True
        case Nothing():
            return False


def _values(article: Article, field: KeywordField) -> list[str]:
    values = {
        "source": [article.source],
        "language": [article.language],
        "author": [*article.authors],
        "first": [article.first],
        "url": [article.url],
    }[field]
    return [value for value in values if value]
