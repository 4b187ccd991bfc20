"""Which queries are asked: always the same ones for the same corpus, drawn from its own words."""

import json
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TypeVar

from benchmarks.peers.records import Record
from benchmarks.question import Kind, Question
from searchapp.text import terms

PER_KIND = 40
MOST_FROM_FILE = 300
FROM_FILE = "from file"

T = TypeVar("T")

_LETTERS = 4  # of the shortest word that is asked
# The longer words on the stop lists of peers, who would find nothing, very fast.
_STOPPED = frozenset(
    ("from", "have", "into", "such", "that", "their", "then", "there", "these", "they", "this", "when", "will", "with")
)
_PREFIX = 4
_KINDS: dict[str, Kind] = {"term": "term", "intersection": "and", "union": "or", "phrase": "phrase"}


def choose(records: Sequence[Record]) -> dict[str, list[Question]]:
    """Draw questions of every kind that find something in these articles; none about days where no day is known."""
    draw = Random(2007)
    texts = [terms(f"{record['title']}\n{record['body']}") for record in records]
    counts = Counter(term for text in texts for term in set(text) if _is_plain(term))
    ranked = sorted(counts, key=lambda term: (-counts[term], term))
    single = _spread(ranked)
    chosen = {
        "term": [Question("term", (word,)) for word in single],
        "and": list(_pairs(texts, counts, draw)),
        "or": [Question("or", tuple(draw.choice(part) for part in _bands(ranked))) for _ in range(PER_KIND)],
        "phrase": list(_phrases(texts, draw)),
        "prefix": [Question("prefix", (word[:_PREFIX],)) for word in single],
        "date": list(_dated(records, texts, draw)),
        "facet": [Question("facet", (word,)) for word in single],
    }
    return {kind: questions for kind, questions in chosen.items() if questions}


def from_file(file: Path) -> list[Question]:
    """Read queries of a search log, one JSON object a line with `query` and `tags`: words, and how they are joined.

    Of more than `MOST_FROM_FILE`, every second or third or so is taken.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    questions = [question for line in lines if (question := _logged(json.loads(line)))]
    return questions[:: len(questions) // MOST_FROM_FILE + 1]


def _logged(entry: Record) -> Question | None:
    kind = next((_KINDS[tag] for tag in entry["tags"] if tag in _KINDS), None)
    words = terms(entry["query"])
    if kind is None or not words:
        return None
    return Question(kind if len(words) > 1 else "term", words)


def _is_plain(term: str) -> bool:
    return len(term) >= _LETTERS and term not in _STOPPED and re.fullmatch("[a-z]+", term) is not None


def _spread(ranked: Sequence[str]) -> list[str]:
    """Take words at ranks in geometric progression: as many of the frequent as of the rare."""
    steps = max(PER_KIND - 1, 1)
    ranks = {round((len(ranked) - 1) ** (step / steps)) for step in range(PER_KIND)} if len(ranked) > 1 else {0}
    return [ranked[rank] for rank in sorted(ranks) if rank < len(ranked)]


def _bands(ranked: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut the words into frequent, middling and rare ones."""
    for start, end in pairwise((0, 100, 1_000, 10_000)):
        yield ranked[start:end] or ranked


def _pairs(texts: Sequence[Sequence[str]], counts: Counter[str], draw: Random) -> Iterator[Question]:
    for text in _some(texts, draw):
        words = sorted({term for term in text if counts[term] > 1})
        if len(words) > 1:
            yield Question("and", tuple(draw.sample(words, 2)))


def _phrases(texts: Sequence[Sequence[str]], draw: Random) -> Iterator[Question]:
    for text in _some(texts, draw):
        pairs = [pair for pair in pairwise(text) if all(map(_is_plain, pair))]
        if pairs:
            yield Question("phrase", draw.choice(pairs))


def _dated(records: Sequence[Record], texts: Sequence[Sequence[str]], draw: Random) -> Iterator[Question]:
    dated = [pair for pair in zip(records, texts, strict=True) if len(pair[0]["date"]) == len("2007-08-14")]
    for record, text in _some(dated, draw):
        words = sorted(set(filter(_is_plain, text)))
        year, month, _ = record["date"].split("-")
        last = monthrange(int(year), int(month))[1]
        if words:
            yield Question("date", (draw.choice(words),), f"{year}-{month}-01", f"{year}-{month}-{last:02}")


def _some(items: Sequence[T], draw: Random) -> list[T]:
    return draw.sample(items, min(PER_KIND, len(items)))
