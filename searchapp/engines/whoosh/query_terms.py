"""The words of queries in all segments: their places in the lexicons, their lists, and their weights."""

from collections.abc import Collection, Sequence
from functools import partial

from searchapp.engines import scoring
from searchapp.engines.fields import TEXT_STEM
from searchapp.engines.scoring import Weighed
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.postings import Postings
from searchapp.engines.whoosh.ranking import Statistics
from searchapp.engines.whoosh.segment import Segment
from searchapp.languages import Stems

_MOST_KEPT = 1 << 22  # holds the lists of a page of a million articles: 32 MB
_MOST_PLACES = 1 << 14


class QueryTerms:
    """Looks up each word once; `codes` are those of the stemmers for the languages in the index.

    A page asks up to a dozen questions about the same words: what it finds, and if that is nothing, what each part of
    the query finds, and other spellings of it.
    """

    def __init__(
        self, segments: Sequence[Segment], statistics: Statistics, stems: Stems, codes: Collection[str]
    ) -> None:
        self._segments = segments
        self._articles = statistics.articles
        self._stems = stems
        self._codes = codes
        self._kept = 0  # numbers in the lists, each of eight bytes at most
        self._places: dict[tuple[int, str, str], int] = {}
        self._lists: dict[tuple[int, str, str], Postings | None] = {}
        self._idfs: dict[str, float] = {}
        self._weighed: dict[str, Weighed] = {}

    @property
    def is_full(self) -> bool:
        """Whether so much is kept here that further queries should begin anew."""
        return self._kept > _MOST_KEPT or len(self._places) > _MOST_PLACES

    def place(self, index: int, field: str, term: str) -> int:
        """Return the place of a term in the lexicon of the segment at `index`, or -1."""
        key = index, field, term
        if key not in self._places:
            self._places[key] = self._segments[index].file.fields[field].lexicon.find(term)
        return self._places[key]

    def postings(self, index: int, field: str, term: str) -> Postings | None:
        """Return the list of a term in the segment at `index`, unpacked only once; None if there is none."""
        key = index, field, term
        if key not in self._lists:
            file, place = self._segments[index].file, self.place(*key)
            reader = file.fields[field]
            found = Postings(reader.docs(place), reader.tf(place), file.count) if place >= 0 else None
            self._lists[key] = found
            self._kept += len(found.docs) + file.count // 8 if found else 0  # its column has a byte or two an article
        return self._lists[key]

    def idf(self, term: str) -> float:
        """Return the idf of a word's exact form."""
        if term not in self._idfs:
            df = max(self._df(field, term) for field in fields.TEXT)
            self._idfs[term] = scoring.idf(self._articles, df)
        return self._idfs[term]

    def stem_idf(self, word: str) -> float:
        """Return the common idf of a word's stems."""
        return scoring.idf(self._articles, self.weigh(word).df)

    def weigh(self, word: str) -> Weighed:
        """Return the stems of a word, each with its factor."""
        if word not in self._weighed:
            self._weighed[word] = scoring.weigh(word, self._stems, self._codes, partial(self._df, TEXT_STEM))
        return self._weighed[word]

    def _df(self, field: str, term: str) -> int:
        return sum(self._df_in(index, field, term) for index in range(len(self._segments)))

    def _df_in(self, index: int, field: str, term: str) -> int:
        place = self.place(index, field, term)
        return int(self._segments[index].file.fields[field].df[place]) if place >= 0 else 0
