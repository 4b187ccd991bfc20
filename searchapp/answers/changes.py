"""What changed in an article: its former texts, and by how many sentences each differs from the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from searchapp.answers.copies import Difference, compare
from searchapp.answers.fragments import SENTENCE_END
from searchapp.answers.library import Library
from searchapp.article import Article
from searchapp.engines.stored import unpack
from searchapp.errors import NotFound
from searchapp.sentences import marked, sentence

_MOST_COMPARED = 2_000  # sentences of a text
_NO_FORMER = marked("No former text {number} of the article {id} is kept. There are: {there}.")
_NO_FORMERS = marked("No former text of the article {id} is kept.")
_ALL_BUT_TEXT = ("title", "byline", "date", "source", "url")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of an article: the moment (UTC) when it was found, and how many sentences it affects.

    `number` is that of the former text that it replaced. `fields` lists the other fields that changed (title, byline,
    date, source, url).
    """

    number: int
    moment: str
    added: int
    removed: int
    rewritten: int
    fields: tuple[str, ...] = ()


def former_texts(library: Library, found: Article) -> dict[int, Article]:
    """Return the former texts of an article by number, oldest first."""
    return {version.number: unpack(version.packed) for version in library.catalog.versions(found.id)}


def edits(library: Library, found: Article) -> tuple[Edit, ...]:
    """Return the changes of an article whose former text is kept, latest first."""
    kept = library.catalog.versions(found.id)
    texts = [*(unpack(version.packed) for version in kept), found]
    changes = zip(kept, pairwise(texts), strict=True)
    return tuple(_edit(version.number, version.until, *pair) for version, pair in changes)[::-1]


def compare_version(library: Library, found: Article, number: int, other: int = 0) -> Difference:
    """Compare a former text of an article with a later one, or (0) with its present text.

    Raises:
        NotFound: there is no former text with that number, or it is no longer kept.
    """
    former = former_texts(library, found)
    return compare(_numbered(former, found, number), _numbered(former, found, other) if other else found)


def _numbered(former: dict[int, Article], found: Article, number: int) -> Article:
    if number not in former:
        there = ", ".join(map(str, former))
        template = _NO_FORMER if there else _NO_FORMERS
        raise NotFound(sentence(template, number=str(number), id=repr(found.id), there=there))
    return former[number]


def _edit(number: int, moment: str, one: Article, other: Article) -> Edit:
    sentences = [_sentences(text.body)[:_MOST_COMPARED] for text in (one, other)]
    blocks = list(_blocks(*sentences))
    fields = tuple(name for name in _ALL_BUT_TEXT if getattr(one, name) != getattr(other, name))
    added, removed, rewritten = (sum(block[kind] for block in blocks) for kind in range(3))
    return Edit(number, moment, added, removed, rewritten, fields)


def _blocks(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield how many sentences were added, removed and rewritten, block by block."""
    for _, start, end, other_start, other_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if one[start:end] != other[other_start:other_end]:
            before, after = end - start, other_end - other_start
            both = min(before, after)
            yield after - both, before - both, both


def _sentences(text: str) -> list[str]:
    return [" ".join(sentence.split()) for sentence in _cut(text) if sentence.strip()]


def _cut(text: str) -> Iterator[str]:
    start = 0
    for found in SENTENCE_END.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    yield text[start:]
