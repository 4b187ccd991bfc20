"""Articles in the thousands, made up, and small enough to be indexed by stock Whoosh, too, in a few seconds."""

from collections.abc import Sequence
from random import Random

from searchapp.article import Article

_FREQUENT = ["the", "of", "to", "in", "and", "said", "a", "on", "for", "market", "prices"]
_RARE = ["Iran’s", "café", "SCO", "e-mail", "東京都", "Zürich"]
_WORDS = [
    f"{stem}{ending}"
    for stem in ["gas", "oil", "deal", "bank", "rate", "trade", "port", "vote", "storm", "fish"]
    for ending in ("", "s", "ed", "ing")
]
_NAMES = ["Jane Doe", "JANE DOE", "John Smith", "Marie Curie", "Li"]


def made_up(count: int) -> Sequence[Article]:
    """Return articles with frequent, common and rare words; the same ones each time."""
    random = Random(11)
    return [_article(number, random) for number in range(count)]


def _article(number: int, random: Random) -> Article:
    authors = tuple(random.sample(_NAMES, random.choice([0, 1, 1, 2])))
    month, day = random.randint(1, 12), random.randint(1, 28)
    date = random.choice(["", "2007", f"2007-{month:02}", *[f"2007-{month:02}-{day:02}"] * 5])
    return Article(
        f"{number:05}",
        _text(random, 6),
        f"By {' and '.join(authors)}" if authors else "",
        _text(random, random.randint(3, 60)),
        date,
        random.choice(["", "The Daily", "the daily", "Coast Gazette"]),
        random.choice(["", "en", "de"]),
        path=f"root/{number}.txt",
        authors=authors,
    )


def _text(random: Random, length: int) -> str:
    return " ".join(_word(random) for _ in range(length))


def _word(random: Random) -> str:
    chance = random.random()
    if chance < 0.5:
        return random.choice(_FREQUENT)
    return random.choice(_WORDS if chance < 0.97 else _RARE)
