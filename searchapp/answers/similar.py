"""Articles that are similar to an article."""

import math
from collections import Counter

from searchapp.answers.library import Library
from searchapp.article import Article
from searchapp.engines import Ask, Budget
from searchapp.query import bounds
from searchapp.query.tree import Exact, Or, Word
from searchapp.text import terms

_TELLING_CANDIDATES = 60  # words of an article whose idf is looked up
_TELLING_WORDS = 15


def similar(library: Library, found: Article, limit: int = 5) -> tuple[Article, ...]:
    """Return the articles that share most of an article's characteristic words, best first.

    These are the words with the highest tf-idf; an article with fewer than two has no similar ones.
    """
    counts = Counter(term for term in terms(f"{found.title} {found.body}") if len(term) > 2)
    budget = Budget.of(bounds.SECONDS.limit)
    frequent = counts.most_common(_TELLING_CANDIDATES)
    dfs = library.engine.counts([Exact(term) for term, _ in frequent], budget)
    weights = {}
    for (term, tf), df in zip(frequent, dfs, strict=False):
        if df > 1:
            weights[term] = (1 + math.log(tf)) * math.log(len(library.engine) / df)
    telling = sorted((term for term in weights if weights[term] > 0), key=lambda term: (-weights[term], term))
    if len(telling) < 2:
        return ()
    tree = Or(tuple(Word(term, boost=weights[term]) for term in telling[:_TELLING_WORDS]))
    hits = library.engine.search(Ask(tree, limit=limit + 1, budget=budget)).hits
    return tuple(hit.article for hit in hits if hit.article.id != found.id)[:limit]
