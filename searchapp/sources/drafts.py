"""What passes between the readers and those who call them: plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to be told about a file: where it is ("line 7") and what it is.

    `left_out` is true where a record could not be read, and false for a remark on an article that was. What is left out
    of every file of its kind (the menus, teasers and footers of a page) is a note: it is kept, but does not make a file
    one with remarks.
    """

    where: str
    reason: str
    left_out: bool = True
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a file were read as text.

    `how` is "BOM", "declared", "valid" (it is UTF-8 throughout) or "guessed"; `confidence` runs from 0 to 1.
    `stray` counts the bytes that are not of this encoding.
    """

    name: str
    confidence: float
    how: str
    stray: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as a format gives it: raw text in each field; `finish` makes an `Article` of it.

    `date` may be written in any way; `time` need not be given where it is part of it. `names` are the authors where the
    format lists them one by one; where it does not, they are read from `byline`. `own_id` is what the record calls
    itself, if anything.
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

    `columns` names the column that holds a field ("body": "story_text"), for JSON and CSV. `article_limit` bounds the
    text of one article, `document_limit` a file that has to be held in memory whole (PDF, XML, one JSON document), and
    `unpacking_limit` how many times its own size a packed file may grow; all but the last in bytes. With
    `detects_languages`, an article whose language nobody declares has the one that its text is written in.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    article_limit: int = 16 * MEGABYTE
    document_limit: int = 64 * MEGABYTE
    unpacking_limit: int = 200
    detects_languages: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", dict(self.columns))  # a worker process cannot be sent just any mapping


DEFAULTS = Options()
