"""The fields as Whoosh sees them: how its query parser reads what is typed, and how values become terms.

Whoosh sees `title`, `byline` and `body` (the folded words of `searchapp.text`), the keywords `source`, `language` and
`author` (compared like `searchapp.text.keyword`), `date` (the ISO text of a day, a month or a year), `id`, and
`path` and `url`, which are only stored. Stems are hidden, since they are not words of the articles.

Whoosh's table of contents pickles these classes by name; under other names, Whoosh could not read existing indexes.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from whoosh import fields as whoosh_fields
from whoosh.analysis import Analyzer, Token
from whoosh.query import MultiTerm, NullQuery
from whoosh.query import Query as WhooshQuery

from searchapp.article import Article
from searchapp.engines.fields import bounds, days
from searchapp.engines.whoosh.lexicon import to_bytes, to_text
from searchapp.query.dates import read_range
from searchapp.query.tree import FIELDS, Dates
from searchapp.text import fold, keyword, words

KEYWORDS: Final = ("source", "language", "author")
STORED: Final = ("id", *FIELDS, "date", "source", "language", "url", "path")


class FoldingAnalyzer(Analyzer):
    """`searchapp.text` as a Whoosh analyzer, so that Whoosh's query parser folds words as the index does."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **_: Any,
    ) -> Iterator[Token]:
        """Yield the folded words of `value`; without `tokenize`, all of it (a pattern), folded."""
        token = Token(positions, chars, mode=mode)
        token.boost, token.stopped = 1.0, False
        if not tokenize:
            token.text = token.original = fold_pattern(value)
            token.pos, token.startchar, token.endchar = start_pos, start_char, start_char + len(value)
            yield token
            return
        for position, word in enumerate(words(value), start_pos):
            token.text, token.pos = word.term, position
            token.startchar, token.endchar = start_char + word.start, start_char + word.end
            if keeporiginal:
                token.original = value[word.start : word.end]
            yield token


class KeywordAnalyzer(FoldingAnalyzer):
    """A whole value as one term: its folded words, separated by single spaces."""

    def __call__(self, value: str, *_: Any, tokenize: bool = True, mode: str = "", **options: Any) -> Iterator[Token]:
        """Yield one token."""
        for token in super().__call__(value, tokenize=False, mode=mode, **options):
            if tokenize:
                token.text = keyword(value) or value
            yield token


def fold_pattern(pattern: str) -> str:
    r"""Fold a pattern's letters, except after a backslash: ``\D`` must not become ``\d``."""
    return re.sub(r"\\.|[^\\]+", lambda m: m.group() if m.group().startswith("\\") else fold(m.group()), pattern)


class WordsField(whoosh_fields.TEXT):
    """Words with positions. A word that is cut into several, such as ``e-mail``, is a phrase, as in our own queries."""

    def __init__(self) -> None:
        super().__init__(FoldingAnalyzer(), phrase=True, stored=True, multitoken_query="phrase")

    def to_bytes(self, value: Any) -> bytes:
        """Encode a word for storage."""
        return value if isinstance(value, bytes) else to_bytes(value)

    def from_bytes(self, bs: Any) -> str:
        """Undo `to_bytes`."""
        return to_text(bytes(bs))


class IdField(whoosh_fields.ID):
    """A value as it is written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(stored=True, **options)

    def to_bytes(self, value: Any) -> bytes:
        """Encode a value for storage."""
        return value if isinstance(value, bytes) else to_bytes(value)

    def from_bytes(self, bs: Any) -> str:
        """Undo `to_bytes`."""
        return to_text(bytes(bs))


class KeywordField(IdField):
    """A value that is compared in folded form; its column, for sorting and grouping, has it as written."""

    def __init__(self) -> None:
        super().__init__(sortable=True, analyzer=KeywordAnalyzer())

    def to_bytes(self, value: Any) -> bytes:
        """Encode a value in the form in which it is compared."""
        return value if isinstance(value, bytes) else to_bytes(keyword(value) or value)


class DateField(IdField):
    """The ISO text of a day, a month or a year: its terms, its order, its column.

    Parsed queries follow the calendar: ``date:2007-08`` finds articles dated in that month, with or without a day, and
    ``date:[2007 TO 2008-06]`` those wholly within. `TermRange` compares texts.
    """

    def __init__(self) -> None:
        super().__init__(sortable=True)

    def self_parsing(self) -> bool:
        """Return True: this field parses its part of a query itself."""
        return True

    def parse_query(self, fieldname: str, qstring: str, boost: float = 1.0) -> WhooshQuery:
        """Read a year, a month or a day, or our own ``2007..2008-06``."""
        dates = read_range(qstring.strip())
        return DatesWithin(fieldname, dates, boost) if dates else NullQuery

    def parse_range(
        self, fieldname: str, start: str | None, end: str | None, startexcl: bool, endexcl: bool, boost: float = 1.0
    ) -> WhooshQuery:
        """Read a range; an excluded end leaves out its whole year, month or day."""
        dates = read_range(f"{start or ''}..{end or ''}")
        if not dates:
            return NullQuery
        first = read_range(start) if start and startexcl else None
        last = read_range(end) if end and endexcl else None
        return DatesWithin(fieldname, dates, boost, first.last if first else "", last.first if last else "")


class DatesWithin(MultiTerm):
    """Articles dated within `dates`, ends included, and between the days `after` and `before`, which are excluded."""

    constantscore = True

    def __init__(self, fieldname: str, dates: Dates, boost: float = 1.0, after: str = "", before: str = "") -> None:
        self.fieldname, self.dates, self.boost, self.after, self.before = fieldname, dates, boost, after, before

    def _key(self) -> tuple[Any, ...]:
        return self.fieldname, self.dates, self.boost, self.after, self.before

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatesWithin) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"DatesWithin{self._key()!r}"

    @property
    def text(self) -> str:
        """The range as a text, which Whoosh requires."""
        return f"{self.after or self.dates.first}..{self.before or self.dates.last}"

    def _btexts(self, ixreader: Any) -> Iterable[bytes]:
        first, last = bounds(self.dates.first, self.dates.last)
        after, before = bounds(self.after, self.before)
        for term in ixreader.lexicon(self.fieldname):
            earliest, latest = days(to_text(term))
            if max(first, after + 1) <= earliest and latest <= min(last, before - (1 if self.before else 0)):
                yield term


def schema() -> whoosh_fields.Schema:
    """Return Whoosh's schema."""
    return whoosh_fields.Schema(
        **{field: WordsField() for field in FIELDS},
        **{field: KeywordField() for field in KEYWORDS},
        date=DateField(),
        id=IdField(unique=True),
        path=whoosh_fields.STORED(),
        url=whoosh_fields.STORED(),
    )


def stored_fields(article: Article) -> dict[str, Any]:
    """Return the stored fields of a hit in Whoosh: texts, and the list of authors."""
    return {name: getattr(article, name) for name in STORED} | {"author": [*article.authors]}
