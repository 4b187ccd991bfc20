"""The one value that travels through everything: an article."""

import hashlib
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Literal

LanguageFrom = Literal["declared", "detected", "assumed", ""]
DateFrom = Literal["path", ""]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read; plain text throughout, never markup.

    `byline` is kept as written, `authors` are the names in it. `date` is an ISO calendar day, month or year
    (``2007-08-14``, ``2007-08``, ``2007``), empty where unknown; `time` the ISO time of that day with its zone as
    printed (``14:30``, ``14:30:05+02:00``, ``09:15Z``), empty where unknown.
    `body` has its paragraphs separated by empty lines. `path` names the file below its root folder, starting with the
    root's label. `language` is an ISO 639 code where it is known, and `language_from` says how: as declared, detected,
    or assumed where the text says too little.

    `added` is the moment in UTC at which it came into the index (``2026-11-24T14:02:11Z``), `edited` the one at which
    another text of it did, if any.

    `date_from` is "path" where nothing in the file says the day but a folder's name or its own, which may be the day on
    which it was saved.

    `copies` counts the other articles of the index that tell the same story. Where there are any, `first` is the id of
    the first of them all (its own, if it is that), and `similarity` says how near to that one it is, up to 1.
    """

    id: str
    title: str = ""
    byline: str = ""
    body: str = ""
    date: str = ""
    source: str = ""
    language: str = ""
    url: str = ""
    path: str = ""
    authors: tuple[str, ...] = ()
    language_from: LanguageFrom = ""
    time: str = ""
    first: str = ""
    similarity: float = 0.0
    copies: int = 0
    added: str = ""
    edited: str = ""
    date_from: DateFrom = ""

    @property
    def is_copy(self) -> bool:
        """Whether another article told the same story before."""
        return self.first not in ("", self.id)

    @property
    def digest(self) -> str:
        """Return 32 hex digits of BLAKE2b for text, source, day and address: where all are equal, it is one article.

        A text that another paper printed, or the same one on another day, is an article of its own.
        """
        text = "\0".join((self.title, self.byline, self.body, self.source, self.date, self.url))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def __reduce__(self) -> tuple[type["Article"], tuple[object, ...]]:
        """Cross to another process: what a frozen dataclass with slots does of itself takes twice the time."""
        return Article, _values(self)


_values = attrgetter(*(attribute.name for attribute in fields(Article)))
