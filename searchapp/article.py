"""An article: the value that all parts of the program exchange."""

import hashlib
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Literal

LanguageFrom = Literal["declared", "detected", "assumed", ""]
DateFrom = Literal["path", ""]


@dataclass(frozen=True, slots=True)
class Article:
    """One article, in plain text throughout, never markup.

    `byline` is kept as written, `authors` are the names in it. `date` is an ISO calendar day, month or year
    (``2007-08-14``, ``2007-08``, ``2007``), empty if unknown; `time` is the ISO time of that day with its zone as
    printed (``14:30``, ``14:30:05+02:00``, ``09:15Z``), empty if unknown.
    The paragraphs of `body` are separated by empty lines. `path` is that of the file below its root folder, starting
    with the root's label. `language` is an ISO 639 code if known; `language_from` tells whether it was declared,
    detected, or assumed because the text is too short to tell.

    `added` is the moment in UTC at which the article was added to the index (``2026-11-24T14:02:11Z``), `edited` that
    of its last edit, if any.

    `date_from` is "path" if the date comes only from the name of the file or a folder, which may be the day on which it
    was saved.

    `copies` counts the other articles of the index that tell the same story. If there are any, `first` is the id of the
    first of them all (which may be its own), and `similarity` its similarity to that one, up to 1.
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
        """Whether an earlier article tells the same story."""
        return self.first not in ("", self.id)

    @property
    def digest(self) -> str:
        """Return 32 hex digits of BLAKE2b over text, source, date and URL: if all are equal, it is one article.

        The same text in another paper, or on another day, is an article of its own.
        """
        text = "\0".join((self.title, self.byline, self.body, self.source, self.date, self.url))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def __reduce__(self) -> tuple[type["Article"], tuple[object, ...]]:
        """Pickle by the constructor, in half the time that a frozen dataclass with slots takes."""
        return Article, _values(self)


_values = attrgetter(*(attribute.name for attribute in fields(Article)))
