"""Print counts, lists and samples in the chosen form: a table, tab-separated lines, JSON or CSV."""

import sys
from collections.abc import Iterable, Iterator, Sequence

import click

from searchapp.answers.parts import Parts
from searchapp.cli.console import counted, tell
from searchapp.cli.options import uses_color, usual_form
from searchapp.render.csv_lines import table_lines
from searchapp.render.figures_json import figures_values
from searchapp.render.json_values import json_text
from searchapp.render.tables import Table
from searchapp.render.terminal import one_line


def print_figures(answer: object, table: Table, form: str, notes: Sequence[str]) -> None:
    """Print an answer in a form, or in the default one if that is ""; notes go to stderr."""
    form = form or usual_form()
    if form == "json":
        click.echo(json_text(figures_values(answer)))
    elif form == "csv":
        write(table_lines(*table))
    elif form == "tsv":
        write("\t".join(one_line(f"{cell}") for cell in row) + "\n" for row in (table.heading, *table.rows))
    else:
        from searchapp.cli.screen import print_table

        print_table(table, color=uses_color())
    tell(notes)


def parts_lines(answer: Parts) -> Iterator[str]:
    """Yield a sentence for each part of a query: what it finds, adds or excludes, and the query for that."""
    yield f"{counted(answer.total, 'article')} found"
    for part in answer.contributions:
        does = "excludes" if part.kind == "all" else "alone adds"
        asked = f" ({part.words_difference})" if part.words_difference and part.difference else ""
        yield f"{part.text} finds {part.alone:,}, {does} {part.difference:,}{asked}; without it: {part.without:,}"


def write(lines: Iterable[str]) -> None:
    """Write lines to stdout as they come."""
    put = sys.stdout.write
    for line in lines:
        put(line)
