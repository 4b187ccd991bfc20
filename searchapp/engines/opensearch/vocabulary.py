"""The vocabulary of one commit: document frequencies, the words a pattern matches, similar words.

A cluster lists no words by itself. Those that begin alike, or that a pattern matches, come from counting the fields
that list an article's words; those like another from its spelling checker. What a query needs is asked for at once.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from searchapp.engines import scoring
from searchapp.engines.distance import within
from searchapp.engines.fields import TEXT_STEM
from searchapp.engines.opensearch.documents import words_field
from searchapp.engines.opensearch.reading import Reading
from searchapp.languages import Stems
from searchapp.query.tree import FIELDS, Field, Fuzzy, Wildcard

Term = tuple[str, str]  # a field, and a word in it
Pattern = tuple[Field, Wildcard | Fuzzy]
Counted = list[tuple[str, int]]  # words, each with the number of articles that have it in a field
MOST_WORDS = 20_000  # of a field that are like a pattern: those in most articles
_AT_ONCE = 1_000  # words that are counted by one request
_REMEMBERED = 50_000  # counts
_MOST_ASSUMED = 200  # words that are taken to be in some article
_LONG = 24  # letters of a word whose first letter is thought to be wrong, too, when it is misspelt twice

_NO_HITS: Mapping[str, Any] = {"size": 0, "track_total_hits": False}


class Vocabulary:
    """The words looked up so far; `articles` is the number of all articles, `codes` those of their stemmers."""

    def __init__(self, reading: Reading, articles: int, codes: Collection[str], stems: Stems) -> None:
        self._reading = reading
        self._articles = articles
        self._codes = frozenset(codes)
        self.stems = stems
        self._df: dict[Term, int] = {}

    def learn(self, terms: Iterable[Term], until: float | None) -> None:
        """Look up the document frequencies of words that are not known yet, in one request or a few."""
        unknown = sorted({term for term in terms if term not in self._df})
        if len(self._df) > _REMEMBERED:
            self._df = {}
        for start in range(0, len(unknown), _AT_ONCE):
            some = unknown[start : start + _AT_ONCE]
            counts = self._count([{"term": {field: word}} for field, word in some], until)
            self._df |= dict(zip(some, counts, strict=True))

    def needed(self, word: str, *, has_stems: bool) -> Iterator[Term]:
        """Yield what has to be looked up before searching for a word, with or without its stems."""
        yield from ((field, word) for field in FIELDS)
        if has_stems:
            yield from ((TEXT_STEM, self.stems.term(word, code)) for code in self._codes)

    def df(self, field: str, word: str) -> int:
        """Return how many articles have a word in a field; it was looked up before."""
        return self._df[field, word]

    def idf(self, word: str) -> float:
        """Return how much an exact form counts."""
        return scoring.idf(self._articles, max(self.df(field, word) for field in FIELDS))

    def stem_idf(self, weighed: scoring.Weighed) -> float:
        """Return how much the stems of a word count."""
        return scoring.idf(self._articles, weighed.df)

    def weigh(self, word: str) -> scoring.Weighed:
        """Return the stems a word is searched by; they were looked up before."""
        return scoring.weigh(word, self.stems, self._codes, lambda stem: self.df(TEXT_STEM, stem))

    def articles_with(self, words: Collection[str], until: float | None) -> dict[str, int]:
        """Count how many articles have each of some words in title, byline or body."""
        listed = list(words)
        either = [{"bool": {"should": [{"term": {field: word}} for field in FIELDS]}} for word in listed]
        counts = [n for at in range(0, len(listed), _AT_ONCE) for n in self._count(either[at : at + _AT_ONCE], until)]
        return dict(zip(listed, counts, strict=True))

    def like(self, patterns: Collection[Pattern], until: float | None) -> dict[Pattern, Counted]:
        """Return the words of a field that each pattern matches."""
        asked = list(patterns)
        rules = {
            (field, leaf): (field, _expression(leaf.pattern)) for field, leaf in asked if isinstance(leaf, Wildcard)
        }
        found: dict[Pattern, Counted] = {}
        found.update(zip(rules, self._words([*rules.values()], MOST_WORDS, until), strict=True))
        for field, leaf in asked:
            if isinstance(leaf, Fuzzy):
                found[field, leaf] = self._misspelt(field, leaf, until)
        return found

    def starting_with(self, prefix: str, most: int, until: float | None) -> dict[str, int]:
        """Return words that start with a prefix, those in most articles, and at most how many they are in."""
        rules = [(field, f"{_escaped(prefix)}.*") for field in FIELDS]
        counts = Counter[str]()
        for word, count in (pair for counted in self._words(rules, most, until) for pair in counted):
            counts[word] += count
        return counts

    def near(self, term: str, edits: int, until: float | None) -> dict[str, tuple[int, int]]:
        """Return the words at most `edits` typing errors away: how many, and at most how many articles they are in."""
        # The checker wants the first letter right, where there are two errors.
        is_short = edits > 1 and len(term) <= _LONG
        rules = [(field, _two_wrong_at_first(term)) for field in FIELDS] if is_short else []
        asked = {**_matching(rules, MOST_WORDS), "suggest": _suggesting(term, edits, 0, FIELDS)}
        answer = self._reading.ask(asked, until)
        found = [*_suggested(answer, FIELDS), *_matched(answer, len(rules))]
        counts = {(field, word): n for field, some in zip(2 * FIELDS, found, strict=False) for word, n in some}
        most = Counter[str]()
        for (_, word), count in counts.items():
            most[word] += count
        return {word: (errors, most[word]) for word, errors in within(term, edits, most).items()}

    def _misspelt(self, field: Field, leaf: Fuzzy, until: float | None) -> Counted:
        """Return the words that a `Fuzzy` finds in a field; the checker leaves out the word itself, and one letter."""
        own = {leaf.term, leaf.term[:1]}
        self.learn([(field, word) for word in own], until)
        asked = {**_NO_HITS, "suggest": _suggesting(leaf.term, leaf.edits, 1, (field,))}
        (counted,) = _suggested(self._reading.ask(asked, until), (field,))
        counts = {word: self.df(field, word) for word in own if self.df(field, word)} | dict(counted)
        return [(word, counts[word]) for word in within(leaf.term, leaf.edits, counts) if word[:1] == leaf.term[:1]]

    def _words(self, rules: Sequence[tuple[Field, str]], most: int, until: float | None) -> list[Counted]:
        """Return for each field and expression the words that it matches, at most `most`, those in most articles."""
        return _matched(self._reading.ask(_matching(rules, most), until), len(rules)) if rules else []

    def _count(self, queries: Sequence[Mapping[str, Any]], until: float | None) -> list[int]:
        body = {**_NO_HITS, "aggs": {"df": {"filters": {"filters": queries}}}}
        buckets = self._reading.ask(body, until)["aggregations"]["df"]["buckets"]
        return [bucket["doc_count"] for bucket in buckets]


class Assumed(Vocabulary):
    """The same for queries that count and do not score: words not looked up yet are taken to be in some article.

    A word that is in none finds none, so that most often nothing has to be asked for.
    """

    def __init__(self, known: Vocabulary) -> None:
        super().__init__(known._reading, known._articles, known._codes, known.stems)
        self._known = known

    def learn(self, terms: Iterable[Term], until: float | None) -> None:
        """Look words up only where they are many, since a query can look for so many at once."""
        unknown = {term for term in terms if term not in self._known._df}
        if len(unknown) > _MOST_ASSUMED:
            self._known.learn(unknown, until)

    def like(self, patterns: Collection[Pattern], until: float | None) -> dict[Pattern, Counted]:
        """Return the words of a field that each pattern matches."""
        return self._known.like(patterns, until)

    def df(self, field: str, word: str) -> int:
        """Return how many articles have a word in a field, if it was looked up."""
        return self._known._df.get((field, word), min(1, self._articles))


def _matching(rules: Sequence[tuple[Field, str]], most: int) -> Mapping[str, Any]:
    """Return a search for the words of fields that expressions match, at most `most` of each, those in most articles.

    The words of articles are counted one by one, so that only articles which have such a word are looked at.
    """
    having = [{"regexp": {field: {"value": rule}}} for field, rule in rules]
    wanted = {
        str(number): {
            "filter": having[number],
            "aggs": {"words": {"terms": {"field": words_field(field), "include": rule, **_at_most(most)}}},
        }
        for number, (field, rule) in enumerate(rules)
    }
    return {**_NO_HITS, "query": {"bool": {"should": having}}, "aggs": wanted} if rules else _NO_HITS


def _matched(answer: Any, rules: int) -> list[Counted]:
    buckets = (answer["aggregations"][str(number)]["words"]["buckets"] for number in range(rules))
    return [[(bucket["key"], bucket["doc_count"]) for bucket in some] for some in buckets]


def _suggesting(term: str, edits: int, prefix: int, names: Collection[str]) -> dict[str, Any]:
    """Ask the spelling checker for the words of fields that are like another."""
    return {
        field: {
            "text": term,
            "term": {
                "field": field,
                "analyzer": "ours",
                "suggest_mode": "always",
                "sort": "frequency",
                "max_edits": edits,
                "prefix_length": prefix,
                "min_word_length": 1,
                "size": MOST_WORDS,
                "shard_size": MOST_WORDS,
                "max_inspections": 1,
                "accuracy": 0.0,
                "max_term_freq": 1e9,
            },
        }
        for field in names
    }


def _suggested(answer: Any, names: Collection[str]) -> list[Counted]:
    entries = (answer["suggest"][field][:1] for field in names)
    return [[(one["text"], one["freq"]) for entry in some for one in entry["options"]] for some in entries]


def _at_most(most: int) -> dict[str, int]:
    """Return how many values of a field to request from each shard, and from all."""
    return {"size": most, "shard_size": most}


def _expression(pattern: str) -> str:
    """Write a pattern as a regular expression of Lucene."""
    return "".join({"*": ".*", "?": "."}.get(char) or _escaped(char) for char in pattern)


def _escaped(text: str) -> str:
    return re.sub(r"([^\w])", r"\\\1", text)


@lru_cache(maxsize=64)
def _two_wrong_at_first(term: str) -> str:
    """Return an expression for words two typing errors away of which the first letter is one."""
    swapped = {term[1] + term[0] + rest for rest in _one_wrong(term[2:])} if len(term) > 1 else set()
    added = {f".{rest}" for rest in _one_wrong(term)}
    wrong = {f".{rest}" for rest in _one_wrong(term[1:])}
    return "|".join(sorted(swapped | added | wrong | _one_wrong(term[1:])))


def _one_wrong(word: str) -> set[str]:
    """Return expressions for the words at most one typing error away, which are letters and dots."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    added = {f"{before}.{after}" for before, after in splits}
    gone = {f"{before}{after[1:]}" for before, after in splits if after}
    wrong = {f"{before}.{after[1:]}" for before, after in splits if after}
    swapped = {f"{before}{after[1]}{after[0]}{after[2:]}" for before, after in splits if len(after) > 1}
    return {word} | added | gone | wrong | swapped
