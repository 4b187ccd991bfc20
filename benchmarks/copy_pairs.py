"""Pairs of articles, judged whether one is a copy of the other by how their words align; MinHash has no part in it.

Found pairs share rare runs of words; made ones are an article and what papers make of it. Of two texts the *alignment* is
the share of the shorter one's words that stand in runs of `RUN` words or more which difflib finds in both, in order. They
are copies where that is at least `COPY` and the shorter has `LENGTH` of the other's words; they are none where it is below
`OTHER`, or the shorter has less than `FAR_LENGTH`. What lies between is not judged.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import combinations
from random import Random

from searchapp.article import Article
from searchapp.text import terms

RUN = 5
COPY, OTHER = 0.8, 0.6
LENGTH, FAR_LENGTH = 2 / 3, 1 / 3
_SHORTEST = 30  # words of an article that is judged; shorter ones are compared word for word
_LONGEST = 1_500  # words: difflib takes the square of them
_RARE = 20  # articles that a rare run of words is in, at most
_NEAR, _SHARED = (
    0.5,
    0.1,
)  # of the shorter one's rare runs: what half of the drawn pairs, and all of them, have in common at least
_TABLE = 0.15  # of a table's words are figures
_TRAILER = (
    "Reporting by the newsroom and by correspondents in three cities, with additional material from agencies. "
    "Editing by the night desk. All rights reserved, no part of this may be published elsewhere without permission."
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles, what kind of pair they are, and whether they are copies; None where that was not judged."""

    one: Article
    other: Article
    kind: str
    are_copies: bool | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether two texts are copies, how their words align, and how much longer the longer one is."""

    are_copies: bool | None
    alignment: float
    lengths: float


def judge(one: Article, other: Article) -> Judgement:
    """Judge two articles by the alignment of their words."""
    shorter, longer = sorted((terms(article.body)[:_LONGEST] for article in (one, other)), key=len)
    matcher = SequenceMatcher(None, shorter, longer, autojunk=False)
    aligned = sum(block.size for block in matcher.get_matching_blocks() if block.size >= RUN)
    alignment, lengths = aligned / max(1, len(shorter)), len(shorter) / max(1, len(longer))
    if alignment >= COPY and lengths >= LENGTH:
        return Judgement(True, alignment, lengths)
    return Judgement(False if alignment < OTHER or lengths < FAR_LENGTH else None, alignment, lengths)


def found(articles: Sequence[Article], most: int, seed: int) -> list[Pair]:
    """Draw pairs that share rare runs of words, half of them pairs that share most of these; and judge them."""
    random = Random(seed)
    drawn: list[tuple[int, int]] = []
    likely = [*_likely(articles)]
    for is_near in (True, False):
        some = [pair for pair, shared in likely if (shared >= _NEAR) == is_near]
        drawn += random.sample(some, min(most // 2, len(some)))
    return [_named(articles[one], articles[other]) for one, other in drawn]


def made(articles: Sequence[Article], of_each: int, seed: int) -> list[Pair]:
    """Make pairs of each kind from drawn articles, and judge them."""
    random = Random(seed)
    pairs = []
    tables = [article for article in articles if _is_table(article)]
    for kind, make in MADE.items():
        some = tables if make is _change_figures else articles
        for number, article in enumerate(random.sample(some, min(of_each, len(some)))):
            body, title = make(article, random), article.title
            if kind == "other headline":
                title = random.choice(articles).title
            printed = replace(article, id=f"{kind} {number} {article.id}", title=title, body=body, source="Courier")
            pairs.append(Pair(article, printed, f"{kind} (made)", judge(article, printed).are_copies))
    return pairs


def long_enough(articles: Iterator[Article]) -> list[Article]:
    """Return the articles that are compared by more than word for word."""
    return [article for article in articles if len(terms(article.body)) >= _SHORTEST]


def _likely(articles: Sequence[Article]) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield pairs of articles by their places, and which share of the shorter one's rare runs they have in common."""
    holders: dict[int, list[int]] = defaultdict(list)
    for number, article in enumerate(articles):
        words = terms(article.body)[:_LONGEST]
        for run in {hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1)}:
            holders[run].append(number)
    rare, shared = defaultdict[int, int](int), defaultdict[tuple[int, int], int](int)
    for some in holders.values():
        if 1 < len(some) <= _RARE:
            for number in some:
                rare[number] += 1
            for pair in combinations(some, 2):
                shared[pair] += 1
    for (one, other), count in sorted(shared.items()):
        share = count / min(rare[one], rare[other])
        if share >= _SHARED and count >= RUN:
            yield (one, other), share


def _named(one: Article, other: Article) -> Pair:
    judgement = judge(one, other)
    words = [terms(article.body) for article in (one, other)]
    if judgement.are_copies:
        kind = "exact" if words[0] == words[1] else "cut or with a trailer" if judgement.lengths < 0.9 else "corrected"
    elif _without_figures(one.title) == _without_figures(other.title):
        kind = "same series, other figures"
    elif one.date[:10] == other.date[:10]:
        kind = "same day, other story"
    else:
        kind = "other story"
    return Pair(one, other, kind, judgement.are_copies)


def _is_table(article: Article) -> bool:
    words = terms(article.body)
    return sum(word.isdigit() for word in words) >= _TABLE * len(words)


def _without_figures(text: str) -> list[str]:
    return [term for term in terms(text) if not term.isdigit()]


def _cut(article: Article, random: Random) -> str:
    words = article.body.split(" ")
    return " ".join(words[: int(len(words) * random.uniform(0.7, 0.95))])


def _correct(article: Article, random: Random) -> str:
    """Write one word in forty otherwise, at least one."""
    words = article.body.split(" ")
    for place in random.sample(range(len(words)), max(1, len(words) // 40)):
        words[place] = f"{words[place]}s"
    return " ".join(words)


def _change_figures(article: Article, random: Random) -> str:
    return _FIGURE.sub(lambda figure: str(random.randrange(10 ** len(figure[0]))), article.body)


MADE: dict[str, Callable[[Article, Random], str]] = {
    "exact": lambda article, _: article.body,
    "cut": _cut,
    "corrected": _correct,
    "other headline": lambda article, _: article.body,
    "trailer": lambda article, _: (
        f"{article.body}\n\n{_TRAILER}" if len(article.body) > 3 * len(_TRAILER) else article.body
    ),
    "table, other figures": _change_figures,
}
