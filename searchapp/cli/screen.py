"""Answers on a terminal: wrapped, in colours that are visible on dark and light backgrounds, through a pager."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from searchapp.answers.fragments import Fragment
from searchapp.answers.search import Found, Results
from searchapp.cli.console import MARK, advice, also_in, facet_lines, summary
from searchapp.render.plain_text import pieces
from searchapp.render.tables import Table
from searchapp.render.terminal import one_line, terminal

_MATCH = "bold red"  # like grep; yellow is invisible on white
_INDENT = 3


def print_hits(results: Results, *, color: bool) -> None:
    """Print an answer; on a terminal, through the program named by PAGER, if any."""
    _print(_page(results, color=color), color=color)


def print_table(table: Table, *, color: bool) -> None:
    """Print a table with aligned columns, those without a value left out; numbers are right-aligned."""
    rows = [[f"{cell:,}" if isinstance(cell, int) else one_line(f"{cell}") for cell in row] for row in table.rows]
    drawn = RichTable(box=None, pad_edge=False, header_style="bold")
    places = [place for place in range(len(table.heading)) if not rows or any(row[place] for row in rows)]
    for place in places:
        is_figures = all(_is_figure(row[place]) for row in rows)
        name = Text(table.heading[place])
        drawn.add_column(name, justify="right" if is_figures else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(row[place]) for place in places))
    _print([drawn], color=color)


def _print(shown: Iterable[RenderableType], *, color: bool) -> None:
    console = Console(color_system="auto" if color else None, highlight=False)
    is_paged = sys.stdout.isatty() and os.environ.get("PAGER")
    with console.pager(styles=color) if is_paged else nullcontext():
        for one in shown:
            console.print(one)


def _page(results: Results, *, color: bool) -> Iterator[RenderableType]:
    first = (results.request.page - 1) * results.request.size + 1
    for number, found in enumerate(results.hits, first):
        yield Text().append(f"{number}. ", "dim").append_text(_heading(found, color=color))
        about = [found.article.date, found.article.source, found.article.path, found.article.id]
        parts = [_marked(found.byline, color=color), *(Text(one_line(one), "dim") for one in about)]
        yield _indented(Text(" · ").join(part for part in parts if part))
        for fragment in found.fragments:
            yield _indented(_marked(fragment, color=color))
        if found.also_in:
            yield _indented(Text(also_in(found), "dim"))
        yield Text()
    for name, counts in facet_lines(results):
        yield Text(f"{name}: ", "bold").append(counts, "not bold")
    for sentence in (*results.notes, *advice(results)):
        yield Text(one_line(sentence), "italic")
    yield Text(summary(results), "dim")


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, _INDENT))


def _heading(found: Found, *, color: bool) -> Text:
    title = _marked(found.title, color=color) if found.article.title else Text("(no title)")
    title.stylize("bold")
    return title


def _marked(fragment: Fragment, *, color: bool) -> Text:
    """Return a fragment on one line, with its matches highlighted."""
    if not color:
        return Text(terminal(fragment, MARK, MARK))
    line = Text("… " if fragment.is_cut_before else "")
    for piece in pieces(fragment):
        line.append(one_line(piece.text), _MATCH if piece.is_match else None)
    return line.append(" …" if fragment.is_cut_after else "")


def _is_figure(cell: str) -> bool:
    return not cell or cell.replace(",", "").replace(".", "", 1).removeprefix("-").isdigit()
