"""Count the mentions of many queries: by the engine if possible, and otherwise by reading each article once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from searchapp.answers.fragments import Match, merge
from searchapp.answers.highlight import Highlighters
from searchapp.answers.library import Library
from searchapp.answers.mentions import UntilTime, count_mentions
from searchapp.article import Article
from searchapp.engines import Budget
from searchapp.query.tree import (
    FIELDS,
    And,
    Countable,
    Dates,
    Exact,
    Keyword,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Undated,
    Unknown,
    Word,
    join,
    positive_leaves,
)


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A query as given to the engine, and the ids of the articles that it finds."""

    tree: Node
    ids: frozenset[str]


def mentions_of_each(library: Library, asked: Sequence[AskedLine], budget: Budget) -> tuple[Counter[int], bool]:
    """Count the mentions of each query, by its place; return also whether there was time for all.

    Each article is read once, whichever queries find it, and not at all if the engine can count the occurrences.
    """
    mentions = Counter[int]()
    rows_of: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(asked):
        if (told := _told(library, one, budget)) is not None:
            mentions[place] = told
            continue
        for article_id in one.ids:
            rows_of[article_id].append(place)
    if not rows_of:
        return mentions, True
    counters = _Counters(library, [one.tree for one in asked])
    articles = UntilTime(_read(library, rows_of), budget)
    for article in articles:
        mentions.update(counters.count(article, rows_of[article.id]))
    return mentions, not articles.is_cut


def _told(library: Library, asked: AskedLine, budget: Budget) -> int | None:
    """Return the engine's count, if each occurrence of the only word or phrase is a mention of its own."""
    leaves = [*dict.fromkeys(positive_leaves(asked.tree))]
    if not asked.ids or len(leaves) != 1 or not _is_plain(asked.tree) or not _is_apart(leaves[0]):
        return None if asked.ids else 0
    assert isinstance(leaves[0], Countable)
    return library.engine.occurrences(leaves[0], asked.tree, budget)


def _is_apart(leaf: Leaf) -> bool:
    """Tell whether occurrences of a leaf never overlap or touch, as those in scripts without spaces may."""
    match leaf:
        case Word(term) | Exact(term):
            return term.isascii()
        case Phrase(terms):
            return len({*terms}) == len(terms) and all(map(str.isascii, terms))
        case _:
            return False


def _read(library: Library, ids: Mapping[str, object]) -> Iterator[Article]:
    """Yield the articles with these ids; if they are few, without reading all others."""
    if 4 * len(ids) < len(library.engine):
        return iter(library.engine.articles(ids))
    return (article for article in library.engine.each(join([]), "newest") if article.id in ids)


class _Counters:
    """Counts the mentions of many queries in an article at once.

    All queries in which each match of a leaf is a match of the query are counted in one pass over the text.
    """

    def __init__(self, library: Library, trees: Sequence[Node]) -> None:
        places_of: dict[Leaf, list[int]] = defaultdict(list)
        for place, tree in enumerate(trees):
            for leaf in dict.fromkeys(positive_leaves(tree)) if _is_plain(tree) else ():
                places_of[leaf].append(place)
        self._places_of = [*places_of.values()]  # by the number of the leaf
        self._shared = Highlighters(Or(tuple(places_of)), library.stems)
        self._own = {
            place: Highlighters(tree, library.stems) for place, tree in enumerate(trees) if not _is_plain(tree)
        }

    def count(self, article: Article, places: Iterable[int]) -> dict[int, int]:
        """Count the mentions of the queries, given by place, that find an article."""
        found = {
            place: count_mentions(self._own[place].for_article(article), article)
            for place in places
            if place in self._own
        }
        wanted = frozenset(places) - found.keys()
        for field in FIELDS if wanted else ():
            spans: dict[int, list[Match]] = defaultdict(list)
            for match in self._shared.of(article.language).matches(field, getattr(article, field)):
                for place in self._places_of[match.leaf]:
                    if place in wanted:
                        spans[place].append(match)
            for place, matches in spans.items():
                found[place] = found.get(place, 0) + len(merge(matches))
        return found


def _is_plain(tree: Node) -> bool:
    """Tell whether each match of a leaf in a matching article is one of the query: no OR is within an AND."""
    match tree:
        case And(children):
            return all(isinstance(child, Leaf | Keyword | Unknown | Dates | Undated | Not) for child in children)
        case Or(children):
            return all(isinstance(child, Leaf) for child in children)
        case _:
            return isinstance(tree, Leaf)
