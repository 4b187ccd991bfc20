"""Answers on a terminal, and as plain lines in a pipe. Articles' texts pass through `render`, which disarms them."""

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext

import click
from rich.console import Console
from rich.text import Text

from searchapp.answers.copies import how_long
from searchapp.answers.fragments import Fragment
from searchapp.answers.parts import Parts
from searchapp.answers.search import Found, Results
from searchapp.catalog import Coverage, FileRecord
from searchapp.render.copies import left_out_sentence
from searchapp.render.plain_text import pieces
from searchapp.render.terminal import one_line, terminal

_MATCH = "bold yellow"
_FACET_VALUES = 12
_REMARKS = 20  # of a file that are printed in its line
_PLAIN_MARK = "**"  # around a match where there is no colour
_UNFINISHED = "More is being read; if that run was broken off, finish it with: searchapp index"


def print_results(results: Results, *, color: bool) -> None:
    """Print an answer: for a person on a terminal; elsewhere as tab-separated lines, and the rest on stderr.

    On a terminal it goes through the program that PAGER names, if it names one.
    """
    if sys.stdout.isatty():
        console = Console(color_system="auto" if color else None, highlight=False)
        with console.pager(styles=color) if os.environ.get("PAGER") else nullcontext():
            for line in _page(results, color=color):
                console.print(line)
        return
    for found in results.hits:
        click.echo("\t".join(_columns(found)))
    print_remarks(results)


def print_remarks(results: Results) -> None:
    """Print on stderr what is to be said beside the hits: counts of facets, notes, help, and how many there are."""
    for sentence in (*map(str, _facets(results)), *results.notes, *_advice(results), summary(results)):
        click.echo(sentence, err=True)


def summary(results: Results) -> str:
    """Say in a line how many articles were found, among how many."""
    pages = f", page {results.request.page:,} of {results.pages:,}" if results.pages > 1 else ""
    least = "" if results.total_is == "exact" else f"{results.total_is.replace('_', ' ').capitalize()} "
    found = f"{least}{counted(results.total, 'article')} found"
    if results.stories and results.stories < results.total:
        found += f", {counted(results.stories, 'story', 'stories')}"
    left_out = f"{left_out_sentence(results.stories_left_out)} " if results.stories_left_out else ""
    return f"{found}{pages} in {results.seconds:.3f} s. {left_out}{coverage(results.coverage)}"


def coverage(searched: Coverage) -> str:
    """Say in a sentence what was searched."""
    if not searched.as_of:
        return "No run on this index was ever finished, so it is not complete. Run: searchapp index"
    articles, files = counted(searched.articles, "article"), counted(searched.files, "file")
    told = [f"{searched.left_out:,} left out"] if searched.left_out else []
    told += [f"{searched.with_remarks:,} with remarks"] if searched.with_remarks else []
    beside = f", {', '.join(told)} (searchapp files)" if told else ""
    sentence = f"Searched {articles} of {files}{beside}, as of {searched.as_of[:16].replace('T', ' ')}."
    return sentence if searched.is_finished else f"{sentence} {_UNFINISHED}"


def parts_lines(answer: Parts) -> Iterator[str]:
    """Yield a sentence for each part of a query: what it finds, adds or excludes, and the query for that."""
    yield f"{counted(answer.total, 'article')} found"
    for part in answer.contributions:
        does = "excludes" if part.kind == "all" else "alone adds"
        asked = f" ({part.words_difference})" if part.words_difference and part.difference else ""
        yield f"{part.text} finds {part.alone:,}, {does} {part.difference:,}{asked}; without it: {part.without:,}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write a number of things: ``1 file``, ``2,000 files``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def file_line(record: FileRecord) -> str:
    """Write what became of a file as tab-separated columns."""
    remarks = [f"{one.where}: {one.reason}".removeprefix(": ") for one in record.remarks[:_REMARKS]]
    if record.remark_count > len(remarks):
        remarks.append(f"and {counted(record.remark_count - len(remarks), 'more remark')}")
    doubled = f"{counted(record.duplicates, 'duplicate')} of other articles" if record.duplicates else ""
    why = dict.fromkeys([record.reason, record.duplicate_of or doubled, *remarks])
    reasons = "; ".join(filter(None, why)).replace(".; ", "; ")
    columns = (record.status, counted(record.articles, "article"), record.encoding, record.path, reasons)
    return "\t".join(map(one_line, columns))


def marked(fragment: Fragment, *, color: bool) -> Text:
    """Return a fragment in one line, its matches standing out."""
    if not color:
        return Text(terminal(fragment, _PLAIN_MARK, _PLAIN_MARK))
    line = Text("… " if fragment.is_cut_before else "")
    for piece in pieces(fragment):
        line.append(one_line(piece.text), _MATCH if piece.is_match else None)
    return line.append(" …" if fragment.is_cut_after else "")


def _page(results: Results, *, color: bool) -> Iterator[Text]:
    first = (results.request.page - 1) * results.request.size + 1
    for number, found in enumerate(results.hits, first):
        yield Text(f"{number}. ", "dim").append_text(_heading(found, color=color))
        about = [found.article.date, found.article.source, found.article.path, found.article.id]
        parts = [marked(found.byline, color=color), *(Text(one_line(one), "dim") for one in about)]
        yield Text("   ").append_text(Text(" · ").join(part for part in parts if part))
        for fragment in found.fragments:
            yield Text("   ").append_text(marked(fragment, color=color))
        if found.also_in:
            yield Text(f"   {_also_in(found)}", "dim")
        yield Text()
    yield from _facets(results)
    for note in (*results.notes, *_advice(results)):
        yield Text(note, "italic")
    yield Text(summary(results), "dim")


def _also_in(found: Found) -> str:
    """Name other printings: ``Also in: Evening Star, 2007-03-03 · The Courier, 2007-03-04 (shortened)``."""
    named = [
        ", ".join(filter(None, (one_line(one.source or one.path), one.date)))
        + (f" ({length})" if (length := how_long(found.article, one)) else "")
        for one in found.also_in
    ]
    more = found.article.copies - len(named)
    return f"Also in: {' · '.join([*named, *([f'{more:,} more'] if more > 0 else [])])}"


def _facets(results: Results) -> Iterator[Text]:
    for name, counts in results.facets.items():
        listed = ", ".join(f"{one_line(value)} ({count:,})" for value, count in counts[:_FACET_VALUES])
        yield Text(f"{name}: ", "bold").append(listed, "not bold")


def _heading(found: Found, *, color: bool) -> Text:
    title = marked(found.title, color=color) if found.article.title else Text("(no title)")
    title.stylize("bold")
    return title


def _columns(found: Found) -> Iterator[str]:
    article = found.article
    for value in (article.id, article.date, article.title, article.byline, article.path):
        yield one_line(value)
    yield " ".join(terminal(fragment, _PLAIN_MARK, _PLAIN_MARK) for fragment in found.fragments)


def _advice(results: Results) -> Iterator[str]:
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
