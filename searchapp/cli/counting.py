"""Commands that count, compare and quote: trends, coverage, concordance, collocates, keywords, list, cite."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from searchapp.answers.collocates import MOST_REACH, REACH
from searchapp.answers.collocates import collocates as find_collocates
from searchapp.answers.concordance import (
    LINE_ORDERS,
    MOST_SORTED,
    MOST_WORDS,
    WORDS,
    Line,
    LineOrder,
    all_lines,
    has_words,
)
from searchapp.answers.coverage import coverage_by_day
from searchapp.answers.export import notes
from searchapp.answers.keywords import keywords as find_keywords
from searchapp.answers.library import article as search_article
from searchapp.answers.library import opened
from searchapp.answers.lists import count_list, read_list
from searchapp.answers.periods import UNITS, Unit
from searchapp.answers.request import FilterName, Request
from searchapp.answers.trends import MEASURES, Measure, near_matches
from searchapp.answers.trends import trends as count_trends
from searchapp.cli.console import counted, tell
from searchapp.cli.figures import print_figures, write
from searchapp.cli.options import (
    filter_options,
    format_options,
    id_argument,
    index_option,
    kept_filters,
    usual_form,
    words_argument,
)
from searchapp.errors import BadRequest
from searchapp.render import tables
from searchapp.render.citations import STYLES, WRITERS, citation
from searchapp.render.csv_lines import table_lines
from searchapp.render.figures_json import figures_values
from searchapp.render.json_values import json_text
from searchapp.render.networks import gexf, graphml
from searchapp.render.terminal import one_line

Filters = tuple[tuple[FilterName, str], ...]

_NETWORKS = {
    "csv": lambda answer: table_lines(*tables.together_table(answer)),
    "matrix": lambda answer: table_lines(*tables.matrix_table(answer)),
    "graphml": graphml,
    "gexf": gexf,
}
_NO_WORDS = "There is nothing to mark: the search has no word that an article must contain."

_table_options = format_options("table", "tsv", "json", "csv")
_seed_option = click.option(
    "--seed", type=int, default=0, show_default=True, help="Seed of the sample, if there are too many articles."
)


@click.command(epilog="Example: searchapp trends subprime '\"credit crunch\"' --by month")
@click.argument("queries", nargs=-1, required=True)
@index_option
@click.option(
    "--by", "unit", type=click.Choice(UNITS), default="month", show_default=True, help="The length of a period."
)
@click.option(
    "--measure",
    type=click.Choice(MEASURES),
    default="share",
    show_default=True,
    help="The values in JSON: percent of all articles, articles, or mentions per million words.",
)
@filter_options
@_table_options
def trends(queries: tuple[str, ...], index: Path, unit: Unit, measure: Measure, form: str, **filters: Any) -> int:
    """Count up to six QUERIES over time, side by side: a line for each period and query.

    Articles without a day are counted in lines of their own, so that the sum is the total of each query. Mentions take
    longer, since articles are read for them.
    """
    with opened(index) as library:
        answer = count_trends(library, queries, kept_filters(filters), unit, measure)
    if (form or usual_form()) == "table":
        answer = near_matches(answer)
    print_figures(answer, tables.trends_table(answer), form, answer.notes)
    return 0 if any(series.total for series in answer.series) else 1


@click.command(epilog="Example: searchapp coverage --source Reuters")
@index_option
@filter_options
@_table_options
def coverage(index: Path, form: str, **filters: Any) -> int:
    """Count all articles by day, and name the months without any: what "no stories" can mean."""
    with opened(index) as library:
        answer = coverage_by_day(library, kept_filters(filters))
    gaps = [f"No articles: {gap.first} to {gap.last} ({counted(gap.months, 'month')})" for gap in answer.gaps]
    said = (
        f"{counted(answer.total, 'article')}, {answer.undated:,} without a date, {answer.unsigned:,} without an author"
    )
    print_figures(answer, tables.coverage_table(answer), form, (*gaps, *answer.notes, said))
    return 0 if answer.total else 1


@click.command(epilog="Example: searchapp concordance 'bail* OR rescue' --order right --csv")
@words_argument(required=True)
@index_option
@click.option("--order", type=click.Choice(LINE_ORDERS), default="found", show_default=True, help="Order of the lines.")
@click.option(
    "--words",
    "-w",
    "context",
    type=click.IntRange(1, MOST_WORDS),
    default=WORDS,
    show_default=True,
    help="Words on each side.",
)
@filter_options
@_table_options
def concordance(words: tuple[str, ...], index: Path, order: LineOrder, context: int, form: str, **filters: Any) -> int:
    """Print every match of WORDS in a line, with the words to its left and right.

    All of them are printed, and each article is read once. JSON is an object a line.
    """
    request = Request(" ".join(words), kept_filters(filters))
    with opened(index) as library:
        tell(notes(library, request))
        lines = _Counting(all_lines(library, request, order, context))
        if form == "json":
            write(json_text(figures_values(line), indent=None) + "\n" for line in lines)
        elif form == "csv":
            write(table_lines(*tables.concordance_table(lines)))
        else:
            write(map(_aligned, lines))
    if order != "found" and lines.count > MOST_SORTED:
        click.echo(f"The first {MOST_SORTED:,} lines are sorted; the others follow as they were found.", err=True)
    if not lines.count:
        click.echo("There is no match to show." if has_words(request) else _NO_WORDS, err=True)
    return 0 if lines.count else 1


@click.command(epilog="Example: searchapp collocates subprime --reach 4")
@words_argument(required=True)
@index_option
@click.option(
    "--reach", type=click.IntRange(1, MOST_REACH), default=REACH, show_default=True, help="The distance in words."
)
@click.option("--limit", "-n", type=click.IntRange(1, 1_000), default=50, show_default=True, help="Words.")
@_seed_option
@filter_options
@_table_options
def collocates(
    words: tuple[str, ...], index: Path, reach: int, limit: int, seed: int, form: str, **filters: Any
) -> int:
    """List the words that occur near the matches of WORDS more often than elsewhere in the same articles.

    The log-likelihood tells how certain that is (10.83: by chance in one word of 1,000), the log ratio how much more
    often: each point doubles it.
    """
    with opened(index) as library:
        answer = find_collocates(library, Request(" ".join(words), kept_filters(filters)), reach, limit, seed)
    said = f"{answer.mentions:,} matches in {answer.articles:,} articles"
    print_figures(answer, tables.collocates_table(answer), form, (*answer.notes, said))
    return 0 if answer.collocates else 1


@click.command(epilog="Example: searchapp keywords subprime --against mortgage")
@words_argument(required=True)
@index_option
@click.option("--against", help="Compare with the articles of another query instead of all others.")
@click.option("--limit", "-n", type=click.IntRange(1, 1_000), default=50, show_default=True, help="Words.")
@_seed_option
@filter_options
@_table_options
def keywords(
    words: tuple[str, ...],
    index: Path,
    against: str | None,
    limit: int,
    seed: int,
    form: str,
    **filters: Any,
) -> int:
    """List the words that distinguish the articles found from all others; the counts are of articles."""
    with opened(index) as library:
        answer = find_keywords(library, Request(" ".join(words), kept_filters(filters)), against, limit, seed)
    said = f"{answer.articles:,} articles, compared with {answer.others:,} others"
    print_figures(answer, tables.keywords_table(answer), form, (*answer.notes, said))
    return 0 if answer.keywords else 1


@click.command("list", epilog="Example: searchapp list names.txt --names --csv")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@index_option
@click.option("--names", "are_names", is_flag=True, help="Each line is a name: these exact words, next to each other.")
@click.option(
    "--together",
    type=click.Choice(tuple(_NETWORKS)),
    help="Print which lines occur together instead: as pairs in CSV, as a matrix in CSV, or as a network.",
)
@filter_options
@_table_options
def count_lines(
    file: str,
    index: Path,
    are_names: bool,
    together: str | None,
    form: str,
    **filters: Any,
) -> int:
    """Count each line of FILE: a query, or a label, a tab and a query; # begins a comment. - stands for piped input.

    In a .csv file the first column is the query, or the first is the label and the second the query. An invalid line
    is reported on stderr, and the others are counted.
    """
    if together and form:
        raise click.UsageError("--together says how it is printed: leave out --format, --json and --csv.")
    listed = read_list(_list_in(file), is_csv=file.lower().endswith(".csv"), are_names=are_names)
    with opened(index) as library:
        answer = count_list(library, listed, kept_filters(filters))
    problems = [f"line {one.number}: {one.line}: {one.reason}" for one in answer.problems]
    missing = f"{len(answer.not_found):,} of {counted(len(answer.rows), 'line')} found nothing"
    notes = (*problems, *answer.notes, missing if answer.not_found else "Every line found something")
    if together:
        write(_NETWORKS[together](answer))
        tell(notes)
    else:
        print_figures(answer, tables.list_table(answer), form, notes)
    return 0 if len(answer.not_found) < len(answer.rows) else 1


@click.command(epilog="Example: searchapp cite 3f2a9c0d1e8b7a65 --style apa")
@id_argument("article_ids", "ID...", nargs=-1, required=True)
@index_option
@click.option("--style", type=click.Choice(STYLES), default="chicago", show_default=True, help="The style of the line.")
@click.option("--format", "form", type=click.Choice(tuple(WRITERS)), help="Print for a reference manager instead.")
def cite(article_ids: tuple[str, ...], index: Path, style: str, form: str | None) -> None:
    """Print how to cite the articles with these IDs. For a whole result: searchapp query WORDS --export ris."""
    with opened(index) as library:
        found = [search_article(library, article_id) for article_id in article_ids]
    if form:
        write(WRITERS[form](found))
    else:
        write(f"{one_line(citation(article, style))}\n" for article in found)


class _Counting:
    """Passes items on, and counts them."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = items
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self.count += 1
            yield item


def _aligned(line: Line) -> str:
    """Write a line so that the matches are aligned."""
    about = f"{one_line(line.id)}\t{one_line(line.date):10}"
    return f"{about}\t{one_line(line.left)[-_LEFT:]:>{_LEFT}}\t{one_line(line.match)}\t{one_line(line.right)}\n"


_LEFT = 60  # characters


def _list_in(file: str) -> str:
    try:
        with click.open_file(file, "rb") as stream:
            text: bytes = stream.read()
        return text.decode("utf-8-sig")
    except OSError as fault:
        raise BadRequest(f"The list {file!r} cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise BadRequest(f"The list in {file!r} is not UTF-8 text. Save it as UTF-8 and try again.") from fault
