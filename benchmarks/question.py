"""What every engine is asked, whatever its own query language. Standard library only: all peers' Pythons import it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["term", "and", "or", "phrase", "prefix", "date", "facet"]


@dataclass(frozen=True)
class Question:
    """Words and how they are joined: `prefix` holds a beginning, `date` a word and the days it has to lie between.

    `facet` is a word, with the articles counted by month beside the hits.
    """

    kind: Kind
    words: tuple[str, ...]
    first: str = ""
    last: str = ""
