"""One commit of the index, open for questions: from a tree to a page of hits, counts and facets."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from searchapp.article import Article
from searchapp.engines.contract import Ask, Budget, FacetName, Hit, Hits, OutOfTime, Sort
from searchapp.engines.fields import CLOCK_BITS, LAST_DAY
from searchapp.engines.scoring import BEST, Pair, in_reach
from searchapp.engines.snapshot import Snapshot
from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, Counts, Moments, Places, Scores
from searchapp.engines.whoosh.facet_counts import FacetTable, facet_column
from searchapp.engines.whoosh.lexicon import to_bytes, to_text
from searchapp.engines.whoosh.matching import Matching
from searchapp.engines.whoosh.patterns import bytes_within
from searchapp.engines.whoosh.postings import FieldReader
from searchapp.engines.whoosh.query_terms import QueryTerms
from searchapp.engines.whoosh.ranking import Ranking, Statistics, Sum
from searchapp.engines.whoosh.segment import Segment
from searchapp.languages import Stems
from searchapp.query.tree import Countable, Node


class _HitRow(NamedTuple):
    """A hit before its article is read: its place, and its sort key."""

    order: float
    moment: float
    segment: int
    number: int
    score: float


class _List(NamedTuple):
    """The list of a word in one field of a segment."""

    segment: Segment
    reader: FieldReader
    place: int

    @property
    def df(self) -> int:
        return int(self.reader.df[self.place])

    @property
    def docs(self) -> Array:
        return self.reader.docs(self.place)


class WhooshSnapshot(Snapshot):
    """The segments of one commit; it never changes, and any number of threads may read it."""

    def __init__(self, segments: Sequence[Segment], stems: Stems) -> None:
        self.segments = segments
        self._stems = stems
        self._codes = frozenset(stems.code(language) for segment in segments for language in segment.file.languages)
        self._statistics = Statistics(segments)
        self._terms = self._no_terms()
        self._facets: dict[FacetName, FacetTable] = {}
        self._near: Mapping[str, Sequence[_List]] = {}  # the words that were near the last one, and all their lists
        self._last: tuple[Node | None, list[Array]] = None, []  # a tree and its masks, replaced together

    def __len__(self) -> int:
        """Count the articles."""
        return sum(segment.living for segment in self.segments)

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""
        for segment in self.segments:
            number = segment.find(article_id)
            if number is not None:
                return segment.article(number)
        return None

    def search(self, ask: Ask) -> Hits:
        """Answer a question."""
        is_scoring = ask.sort == "relevance" and ask.limit > 0
        run = self._run(ask.tree, ask.budget, is_scoring=is_scoring)
        end = ask.offset + ask.limit
        bonuses = run.neighbours(ask.tree) if is_scoring and ask.offset < BEST else {}
        most = max(end, BEST) if bonuses else end
        total = 0
        rows: list[_HitRow] = []
        counted: dict[FacetName, list[Counts]] = {name: [] for name in ask.facets}
        masks: list[Array] = []
        for index, mask, scored in self._matches(run, ask.tree):
            masks.append(mask)
            total += int(np.count_nonzero(mask))
            rows += self._best(index, mask, scored, ask.sort, most, rows)
            found = np.flatnonzero(mask) if counted else mask
            for name, counts in counted.items():
                counts.append(facet_column(self.segments[index].file, name).counts(found, mask))
        if not run.is_out_of_time:
            self._last = ask.tree, masks
        page = self._in_order(rows, most)
        if bonuses and page and not run.is_out_of_time:
            page = self._with_neighbours(run, bonuses, page, end)
        page = page[ask.offset : end]
        return Hits(
            total=total,
            hits=tuple(Hit(self.segments[row.segment].article(row.number), row.score) for row in page),
            facets={name: self._facet_table(name).most_first(counts) for name, counts in counted.items()},
            notes=tuple(run.notes),
            is_partial=run.is_out_of_time,
            unknown={name: sum(int(each[0]) for each in counts) for name, counts in counted.items()},
            total_is="at_least" if run.is_out_of_time else run.expander.total_is,
        )

    def count(self, tree: Node, budget: Budget) -> int:
        """Count the articles that match."""
        return sum(int(np.count_nonzero(mask)) for mask in self._masks(tree, self._run(tree, budget, is_scoring=False)))

    def count_stories(self, tree: Node, budget: Budget) -> int | None:
        """Count the stories of the articles that match; None if time runs out."""
        run = self._run(tree, budget, is_scoring=False)
        alone, told = 0, [np.zeros(0, np.int64)]
        for segment, mask in zip(self.segments, self._masks(tree, run), strict=False):
            places, articles = segment.file.fields["first"].all_postings
            found = mask[articles]
            alone += int(np.count_nonzero(mask)) - int(np.count_nonzero(found))
            told.append(segment.file.stories[_distinct(places[found])])
        ordered = np.sort(np.concatenate(told))  # np.unique would import numpy.ma
        distinct = int(np.count_nonzero(np.diff(ordered))) + min(len(ordered), 1)
        return None if run.is_out_of_time else alone + distinct

    def matching(self, tree: Node, budget: Budget) -> list[str]:
        """Return the ids of all articles that match, in no order; if time runs out, those found so far."""
        found: list[str] = []
        masks = self._masks(tree, self._run(tree, budget, is_scoring=False))
        for file, mask in zip((segment.file for segment in self.segments), masks, strict=False):
            found += map(file.ids.__getitem__, file.arrays["id_order"][mask].tolist())
        return found

    def each(self, tree: Node, sort: Sort) -> Iterator[Article]:
        """Yield all articles that match, in order: they are sorted once, and read one by one."""
        run = self._run(tree, Budget(), is_scoring=sort == "relevance")
        most = len(self)
        rows: list[_HitRow] = []
        for index, mask, scored in self._matches(run, tree):
            rows += self._best(index, mask, scored, sort, most, rows)
        rows = self._in_order(rows, len(rows))
        bonuses = run.neighbours(tree) if rows and sort == "relevance" else {}
        for row in self._with_neighbours(run, bonuses, rows, most) if bonuses else rows:
            yield self.segments[row.segment].article(row.number)

    def occurrences(self, leaf: Countable, among: Node, budget: Budget) -> int | None:
        """Count the occurrences of a word or phrase in articles that match `among`; None if time runs out."""
        run = self._run(among, budget, is_scoring=False)
        try:
            counts = [run.occurrences(leaf, index)[mask].sum() for index, mask in enumerate(self._masks(among, run))]
        except OutOfTime:
            return None
        return None if run.is_out_of_time else int(sum(counts))

    def completions(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return words that start with a prefix, with the number of articles that have them, most first."""
        df: Counter[bytes] = Counter()
        for segment in self.segments:
            for field in fields.TEXT:
                reader = segment.file.fields[field]
                places = reader.lexicon.starting_with(prefix)
                df.update(_most_frequent(reader.lexicon.__getitem__, reader.df, np.arange(places.start, places.stop)))
        likely = sorted(df, key=lambda word: (-df[word], word))[: 2 * limit]
        return self.most_frequent({to_text(word): df[word] for word in likely}, limit)

    def near(self, term: str, edits: int) -> dict[str, tuple[int, int]]:
        """Return the words within `edits` typing errors, with the number of errors and a bound for their articles."""
        likely = [
            (segment, reader, places, reader.lexicon.several(places))
            for segment in self.segments
            for reader in map(segment.file.fields.__getitem__, fields.TEXT)
            if (places := reader.lexicon.resembling(term, edits))
        ]
        errors = bytes_within(term, edits, {word for *_, words in likely for word in words} - {to_bytes(term)})
        lists: dict[bytes, list[_List]] = {word: [] for word in errors}
        for segment, reader, places, words in likely:
            for word, place in zip(words, places, strict=True):
                if word in lists:
                    lists[word].append(_List(segment, reader, place))
        self._near = {to_text(word): lists[word] for word in errors}
        return {to_text(word): (count, sum(each.df for each in lists[word])) for word, count in errors.items()}

    def count_word(self, word: str) -> int:
        """Count the articles that have a word as it is written: at once, if `near` has just found it."""
        found = self._near.get(word)
        return _count_in(found) if found else super().count_word(word)

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles."""
        for segment in self.segments:
            yield from segment.ids()

    def _facet_table(self, name: FacetName) -> FacetTable:
        if name not in self._facets:
            self._facets[name] = FacetTable([facet_column(segment.file, name) for segment in self.segments])
        return self._facets[name]

    def _run(self, tree: Node, budget: Budget, *, is_scoring: bool) -> Matching:
        if self._terms.is_full:
            self._terms = self._no_terms()
        return Matching(tree, self.segments, self._terms, budget, is_scoring=is_scoring)

    def _no_terms(self) -> QueryTerms:
        return QueryTerms(self.segments, self._statistics, self._stems, self._codes)

    def _masks(self, tree: Node, run: Matching) -> Iterator[Array]:
        """Yield the mask of each segment. They are cached, since further questions about the same tree are common."""
        asked, masks = self._last
        return iter(masks) if asked is tree else (mask for _, mask, _ in self._matches(run, tree))

    def _matches(self, run: Matching, tree: Node) -> Iterator[tuple[int, Array, Sum | None]]:
        for index, segment in enumerate(self.segments):
            try:
                matched = run.match(tree, index)
            except OutOfTime:
                run.is_out_of_time = True
                return
            yield index, matched.mask if segment.live is None else matched.mask & segment.live, matched.sum

    def _best(
        self, index: int, mask: Array, scored: Sum | None, sort: Sort, most: int, rows: Sequence[_HitRow]
    ) -> list[_HitRow]:
        """Return the rows of one segment that can be among the first `most`, given those of others."""
        file = self.segments[index].file
        if scored is None or not most:
            numbers = np.flatnonzero(mask) if most else np.zeros(0, np.int64)
            scores = np.zeros(len(numbers))
        else:
            ranking = Ranking(file, self._statistics)
            floor = sorted(row.score for row in rows)[-most] if len(rows) >= most else 0.0
            numbers = ranking.likely(scored, mask, most, floor)
            scores = ranking.scores(scored, numbers)
            reaches = scores >= floor  # most do not, on a page deep in the result
            numbers, scores = numbers[reaches], scores[reaches]
        moments = file.moments[numbers]
        order = _order(sort, scores, moments, file.arrays["added"][numbers])
        first = _first(order, moments, most)
        numbers, moments, scores, order = numbers[first], moments[first], scores[first], order[first]
        best = np.lexsort((file.arrays["id_order"][numbers], -moments, order))[:most]
        columns = (order[best].tolist(), moments[best].tolist(), numbers[best].tolist(), scores[best].tolist())
        return [
            _HitRow(order, moment, index, number, score) for order, moment, number, score in zip(*columns, strict=True)
        ]

    def _with_neighbours(
        self, run: Matching, bonuses: Mapping[Pair, float], rows: list[_HitRow], end: int
    ) -> list[_HitRow]:
        """Sort the best rows again, with what neighbours add; leave them unchanged if time runs out."""
        best: list[_HitRow] = []
        likely = rows[: in_reach([row.score for row in rows[:BEST]], end, bonuses)]
        for index, group in groupby(sorted(likely, key=attrgetter("segment", "number")), attrgetter("segment")):
            found = [*group]
            try:
                added = run.added(bonuses, index, np.array([row.number for row in found]))
            except OutOfTime:
                run.is_out_of_time = True
                return rows
            best += [
                row._replace(order=row.order - bonus, score=row.score + bonus) if bonus else row
                for row, bonus in zip(found, added.tolist(), strict=True)
            ]
        return self._in_order(best, BEST) + rows[BEST:]

    def _in_order(self, rows: list[_HitRow], most: int) -> list[_HitRow]:
        """Sort rows; ids are looked up only for equal sort keys."""
        rows.sort(key=lambda row: (row.order, -row.moment))
        rows = rows[: most + sum(row[:2] == rows[most - 1][:2] for row in rows[most:])] if most < len(rows) else rows
        tied = Counter(row[:2] for row in rows)
        if len(tied) < len(rows):
            rows.sort(key=lambda row: (row.order, -row.moment, self._id(row) if tied[row[:2]] > 1 else ""))
        return rows[:most]

    def _id(self, row: _HitRow) -> str:
        file = self.segments[row.segment].file
        return to_text(file.fields["id"].lexicon[int(file.arrays["id_order"][row.number])])


def _first(order: Scores, moments: Moments, most: int) -> Places:
    """Return the places of the first `most` by order, then by moment, and of all that equal the last of them."""
    if len(order) <= most:
        return np.arange(len(order))
    last = np.partition(order, most - 1)[most - 1]
    tied = np.flatnonzero(order == last)
    before = np.flatnonzero(order < last)
    newest = -moments[tied]
    wanted = most - len(before)
    return np.concatenate([before, tied[newest <= np.partition(newest, wanted - 1)[wanted - 1]]])


def _order(sort: Sort, ranked: Scores, moments: Moments, added: Moments) -> Scores:
    match sort:
        case "relevance":
            return -ranked
        case "newest":
            return -moments.astype(float)
        case "oldest":
            return np.where(moments == 0, LAST_DAY << CLOCK_BITS, moments).astype(float)
        case "added":
            return -added.astype(float)


def _distinct(ascending: Places) -> Places:
    return ascending[np.diff(ascending, prepend=-1) > 0]


def _most_frequent(word: Callable[[int], bytes], df: Counts, places: Places, most: int = 200) -> dict[bytes, int]:
    if len(places) > most:
        places = places[np.argpartition(-df[places].astype(np.int64), most)[:most]]
    return {word(int(place)): int(df[place]) for place in places}


def _count_in(lists: Sequence[_List]) -> int:
    """Count the articles that are in lists of one word, given segment by segment."""
    total = 0
    for _, each in groupby(lists, lambda one: id(one.segment)):
        several = list(each)
        live = several[0].segment.live
        if len(several) == 1 and live is None:
            total += several[0].df
        else:
            mask = np.zeros(several[0].segment.file.count, np.bool_)
            for one in several:
                mask[one.docs] = True
            total += int(np.count_nonzero(mask if live is None else mask & live))
    return total
