"""Each rule of the ranking by a pair of articles that would change places without it."""

from collections.abc import Callable, Iterable

import pytest

from searchapp.article import Article
from searchapp.engines import Ask, Engine
from searchapp.query.tree import Node, Or, Phrase, Word

FILLER = "several other words that stand here for nothing at all and go on for a while"
OTHERS = [Article(f"z{number}", f"Headline {number}", "By Nobody", f"{FILLER} {number}") for number in range(8)]

RULES: dict[str, tuple[Node, Article, Article]] = {
    "a word in the title counts more than in the body": (
        Word("harbour"),
        Article("b", "Harbour opens today", "", FILLER),
        Article("a", "Headline of today", "", f"{FILLER} harbour"),
    ),
    "a name in the byline counts more than in the body": (
        Word("jane"),
        Article("b", "", "By Jane Doe", FILLER),
        Article("a", "", "By John Roe", f"{FILLER} jane"),
    ),
    "the exact form counts more than another form": (
        Word("signed"),
        Article("b", "", "", f"{FILLER} signed"),
        Article("a", "", "", f"{FILLER} signing"),
    ),
    "a rare word counts more than a common one": (
        Or((Word("headline"), Word("zebra"))),
        Article("b", "Zebra", "", FILLER),
        Article("a", "Headline", "", FILLER),
    ),
    "more occurrences count more": (
        Word("gas"),
        Article("b", "", "", f"{FILLER} gas gas gas"),
        Article("a", "", "", f"{FILLER} gas oil oil"),
    ),
    "an occurrence in a short text counts more": (
        Word("gas"),
        Article("b", "", "", "gas was found here"),
        Article("a", "", "", f"gas was found here {FILLER} {FILLER}"),
    ),
    "a boost counts": (
        Or((Word("gas"), Word("oil", boost=3.0))),
        Article("b", "", "", f"{FILLER} oil"),
        Article("a", "", "", f"{FILLER} gas"),
    ),
    "a phrase that stands twice counts more": (
        Phrase(("gas", "deal")),
        Article("b", "", "", f"gas deal {FILLER} gas deal"),
        Article("a", "", "", f"gas deal {FILLER} deal gas"),
    ),
}


@pytest.mark.parametrize(("tree", "better", "worse"), RULES.values(), ids=RULES)
def test_the_better_article_comes_first(
    build: Callable[[Iterable[Article]], Engine], tree: Node, better: Article, worse: Article
) -> None:
    hits = build([*OTHERS, worse, better]).search(Ask(tree)).hits
    assert [hit.article.id for hit in hits][:2] == ["b", "a"]
