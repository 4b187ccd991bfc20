"""What readers are given and what they yield: plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to report about a file: where it is ("line 7") and what it is.

    `left_out` is true if a record could not be read, and false for a remark on an article that was read. What is left
    out of every file of its kind (the menus, teasers and footers of a page) is a note: it is kept, but the file does
    not count as one with remarks.
    """

    where: str
    reason: str
    left_out: bool = True
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a file were read as text.

    `how` is "BOM", "declared", "valid" (all of it is UTF-8) or "guessed"; `confidence` is between 0 and 1.
    `stray` counts the bytes that are not valid in this encoding.
    """

    name: str
    confidence: float
    how: str
    stray: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its format gives it: raw text in each field; `finish` turns it into an `Article`.

    `date` may be in any notation; `time` may be empty where `date` includes it. `names` are the authors if the format
    lists them one by one; otherwise they are read from `byline`. `own_id` is the record's own id, if it has one.
    """

    title: str = ""
    byline: str = ""
    body: str = ""
    date: str = ""
    source: str = ""
    language: str = ""
    url: str = ""
    own_id: str = ""
    names: tuple[str, ...] = ()
    time: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read.

    `columns` names the column that holds a field ("body": "story_text"), for JSON and CSV. `article_limit` limits the
    text of one article, `document_limit` a file that has to be held in memory whole (PDF, XML, one JSON document),
    both in bytes; `unpacking_limit` is how many times its own size a compressed file may unpack to. With
    `detects_languages`, an article that declares no language gets the one detected from its text.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    article_limit: int = 16 * MEGABYTE
    document_limit: int = 64 * MEGABYTE
    unpacking_limit: int = 200
    detects_languages: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", dict(self.columns))  # not every mapping can be pickled for a worker process


DEFAULTS = Options()
