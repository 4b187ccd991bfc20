"""Answers as plain lines, for a pipe. Texts of articles pass through `render`, which makes them safe."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import click

from searchapp.answers.copies import how_long
from searchapp.answers.search import Found, Results
from searchapp.catalog import Coverage, FileRecord
from searchapp.query.unparse import NONE
from searchapp.render.terminal import one_line, terminal

MARK = "**"  # around a match if there are no colours
_FACET_VALUES = 12
_MOST_MONTHS = 36  # as on the page; if there are more, years are counted
_REMARKS = 20  # of a file that are printed in its line
_NOTHING = "No article matches this search."
_NO_ARTICLES = "This index contains no articles yet. Add some with: searchapp index FOLDER"
_UNFINISHED = "More is being indexed; if that run was interrupted, finish it with: searchapp index"


def print_lines(results: Results) -> None:
    """Print the hits as tab-separated lines, and the rest on stderr."""
    for found in results.hits:
        click.echo("\t".join(_columns(found)))
    print_remarks(results)


def print_remarks(results: Results) -> None:
    """Print on stderr what accompanies the hits: counts of facets, notes, advice, and the total."""
    facets = (f"{name}: {counts}" for name, counts in facet_lines(results))
    tell((*facets, *results.notes, *advice(results), summary(results)))


def tell(sentences: Iterable[str]) -> None:
    """Print sentences on stderr."""
    for sentence in sentences:
        click.echo(one_line(sentence), err=True)


def summary(results: Results) -> str:
    """Return a line with the number of articles found, and of how many."""
    pages = f", page {results.request.page:,} of {results.pages:,}" if results.pages > 1 else ""
    least = "" if results.total_is == "exact" else f"{results.total_is.replace('_', ' ').capitalize()} "
    found = f"{least}{counted(results.total, 'article')} found"
    if results.stories and results.stories < results.total:
        found += f", {counted(results.stories, 'story', 'stories')}"
    return f"{found}{pages} in {results.seconds:.3f} s. {_left_out(results)}{coverage(results.coverage)}"


def _left_out(results: Results) -> str:
    if not results.stories_left_out:
        return ""
    from searchapp.render.copies import left_out_sentence  # only here: it takes 6 ms, and few searches need it

    return f"{left_out_sentence(results.stories_left_out)} "


def coverage(searched: Coverage) -> str:
    """Return a sentence that says what was searched."""
    if not searched.as_of:
        return "This index is incomplete, because no run on it has finished. Run: searchapp index"
    articles, files = counted(searched.articles, "article"), counted(searched.files, "file")
    told = [f"{searched.left_out:,} left out"] if searched.left_out else []
    told += [f"{searched.with_remarks:,} with remarks"] if searched.with_remarks else []
    beside = f", {', '.join(told)} (searchapp files)" if told else ""
    sentence = f"Searched {articles} of {files}{beside}, as of {searched.as_of[:16].replace('T', ' ')}."
    return sentence if searched.is_finished else f"{sentence} {_UNFINISHED}"


def facet_lines(results: Results) -> Iterator[tuple[str, str]]:
    """Yield the name of each facet with its counts on one line, in the order of the page; months are chronological.

    Values that do not fit are counted at the end; so are the articles without a value.
    """
    for facet, counts in results.facets.items():
        name, in_order = (facet, counts) if facet != "month" else _over_time(counts)
        known = [pair for pair in in_order if pair[0] != NONE]
        shown = known if facet == "month" else known[:_FACET_VALUES]
        listed = [f"{one_line(value)} ({count:,})" for value, count in shown]
        if len(known) > len(shown):
            listed.append(f"and {len(known) - len(shown):,} more (all of them: --format json)")
        listed += [f"{NONE} ({count:,})" for value, count in in_order if value == NONE]
        yield name, ", ".join(listed)


def advice(results: Results) -> Iterator[str]:
    """Yield advice if nothing, or hardly anything, was found."""
    if not results.total and not results.is_partial:
        yield _NOTHING if results.coverage.articles else _NO_ARTICLES
    if results.suggestion:
        yield f"Did you mean: {one_line(results.suggestion)} ({counted(results.suggestion_count, 'article')})"
    if results.nearly:
        counts = "; ".join(f"{articles:,} with {words}" for words, articles in results.nearly.counts)
        ask = f"To find these: {one_line(results.nearly.text)}"
        yield f"No article has all {results.nearly.words} words: {counts}. {ask}"
    for clause in results.autopsy:
        words = f" ({one_line(clause.text_without)})" if clause.text_without else ""
        without = f"; without it: {clause.count_without:,}{words}"
        shown = without if clause.count_without else ""
        yield f"{one_line(clause.text)} alone finds {clause.count:,}{shown}"


def also_in(found: Found) -> str:
    """Name other printings: ``Also in: Evening Star, 2007-03-03 · The Courier, 2007-03-04 (shortened)``."""
    named = [
        ", ".join(filter(None, (one_line(one.source or one.path), one.date)))
        + (f" ({length})" if (length := how_long(found.article, one)) else "")
        for one in found.also_in
    ]
    more = found.article.copies - len(named)
    return f"Also in: {' · '.join([*named, *([f'{more:,} more'] if more > 0 else [])])}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write a number of things: ``1 file``, ``2,000 files``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def file_line(record: FileRecord) -> str:
    """Write the status of a file as tab-separated columns."""
    remarks = [f"{one.where}: {one.reason}".removeprefix(": ") for one in record.remarks[:_REMARKS]]
    if record.remark_count > len(remarks):
        remarks.append(f"and {counted(record.remark_count - len(remarks), 'more remark')}")
    doubled = f"{counted(record.duplicates, 'duplicate')} of other articles" if record.duplicates else ""
    why = dict.fromkeys([record.reason, record.duplicate_of or doubled, *remarks])
    reasons = "; ".join(filter(None, why)).replace(".; ", "; ")
    columns = (record.status, counted(record.articles, "article"), record.encoding, record.path, reasons)
    return "\t".join(map(one_line, columns))


def _over_time(counts: Sequence[tuple[str, int]]) -> tuple[str, list[tuple[str, int]]]:
    """Sort months chronologically, or count by year if there are many."""
    months = sorted(counts)
    if len(months) <= _MOST_MONTHS:
        return "month", months
    years: Counter[str] = Counter()
    for month, count in months:
        years[month if month == NONE else month[:4]] += count
    return "year", list(years.items())


def _columns(found: Found) -> Iterator[str]:
    article = found.article
    for value in (article.id, article.date, article.title, article.byline, article.path):
        yield one_line(value)
    yield " ".join(terminal(fragment, MARK, MARK) for fragment in found.fragments)
