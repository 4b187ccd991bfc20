"""Commands that ask an index: query, article, suggest, stats, files, help-query."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import cast, get_args

import click

from searchapp.answers.export import whole
from searchapp.answers.library import Library, opened, statistics
from searchapp.answers.library import article as search_article
from searchapp.answers.request import FilterName, Request
from searchapp.answers.search import search
from searchapp.answers.suggestions import suggest
from searchapp.catalog import CHOICES, Catalog, Choice, FileRecord, open_catalog
from searchapp.cli import console
from searchapp.cli.options import index_option
from searchapp.engines import FACETS, Sort
from searchapp.query import help as query_help
from searchapp.query import parse
from searchapp.query.bounds import PAGE_SIZE
from searchapp.render.csv_lines import csv_lines
from searchapp.render.json_values import article_values, json_lines, json_text, results_values
from searchapp.render.terminal import one_line, printable

_FILES_AT_ONCE = 100


@click.command(epilog="Example: searchapp query 'putin \"strategic partnership\"' --limit 3")
@click.argument("words", nargs=-1)
@index_option
@click.option("--limit", "-n", type=click.IntRange(1, PAGE_SIZE.limit), default=10, show_default=True, help="Hits.")
@click.option("--page", "-p", type=click.IntRange(1), default=1, show_default=True, help="Which page of hits.")
@click.option("--sort", type=click.Choice(get_args(Sort)), default="relevance", show_default=True, help="The order.")
@click.option("--author", multiple=True, help="Only articles by this author.")
@click.option("--source", multiple=True, help="Only articles of this source.")
@click.option("--language", multiple=True, help="Only articles in this language.")
@click.option("--date", multiple=True, help="Only articles of these days: 2025-01, 2024..2025-03, or none.")
@click.option("--facets", is_flag=True, help="Count authors, sources, languages and months, too.")
@click.option("--explain", is_flag=True, help="Say what the query means, and search nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--export", type=click.Choice(["csv", "jsonl"]), help="Print every article found, whole.")
@click.option("--no-color", is_flag=True, help="Print without colours; matches stand between **.")
def query(
    words: tuple[str, ...],
    index: Path,
    limit: int,
    page: int,
    sort: Sort,
    facets: bool,
    explain: bool,
    as_json: bool,
    export: str | None,
    no_color: bool,
    **filters: tuple[str, ...],
) -> int:
    """Search for WORDS and print what is found.

    Into a pipe go lines of tab-separated columns: id, date, title, byline, path, snippets. On a terminal, PAGER may
    name a program to page through the answer. The exit code is 0 when something was found, 1 when nothing was.
    """
    chosen = tuple((cast(FilterName, name), value) for name, values in filters.items() for value in values)
    request = Request(" ".join(words), chosen, sort, page, limit, FACETS if facets else ())
    if explain:
        _explain(request.words)
        return 0
    if export and (as_json or page != 1):
        raise click.UsageError("--export prints every article found, whole: leave out --json and --page.")
    with opened(index) as library:
        if export:
            return _export(library, request, export)
        results = search(library, request)
    if as_json:
        click.echo(json_text(results_values(results)))
    else:
        console.print_results(results, color=not no_color and "NO_COLOR" not in os.environ)
    return 0 if results.total else 1


@click.command(epilog="Example: searchapp article 3f2a9c0d1e8b7a65")
@click.argument("article_id", metavar="ID")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print the article as JSON.")
def article(article_id: str, index: Path, as_json: bool) -> None:
    """Print the article with this ID, whole."""
    with opened(index) as library:
        found = search_article(library, article_id)
    if as_json:
        click.echo(json_text(article_values(found)))
        return
    day = " ".join(filter(None, (found.date, found.time)))
    about = " · ".join(value for value in (found.byline, day, found.source, found.url, found.path) if value)
    for part in (found.title, about, "", found.body):
        click.echo(printable(part))


@click.command("suggest", epilog="Example: searchapp suggest pezesh")
@click.argument("typed")
@index_option
def complete(typed: str, index: Path) -> int:
    """Complete what is TYPED from the words, authors and titles of the index."""
    with opened(index) as library:
        found = suggest(library, typed)
    for suggestion in found:
        click.echo("\t".join(map(one_line, (suggestion.kind, suggestion.words, f"{suggestion.count}"))))
    return 0 if found else 1


@click.command(epilog="Example: searchapp stats --index ./index")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def stats(index: Path, as_json: bool) -> None:
    """Say what is in the index."""
    with opened(index) as library:
        facts = statistics(library) | {"engine_folder": str(library.catalog.engine_folder)}
    if as_json:
        click.echo(json_text(facts))
        return
    for name, value in facts.items():
        click.echo(f"{name}\t{value:,}" if isinstance(value, int) else f"{name}\t{one_line(str(value))}")


@click.command(epilog="Example: searchapp files --status skipped")
@index_option
@click.option("--status", type=click.Choice(CHOICES), help="Only files with this status, or with remarks.")
@click.option("--reason", default="", help="Only files left out for a reason that holds this text.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
def files(index: Path, status: Choice | None, reason: str, as_json: bool) -> int:
    """List every file that was seen: status, articles, encoding, path, and why it, or what in it, was left out.

    Remarks name what was not read inside a file, or is not certain; a thousand of each file are kept.

    The exit code is 1 when there is none.
    """
    is_listed = False
    with closing(open_catalog(index)) as catalog:
        for record in _all_files(catalog, status or "", reason):
            click.echo(json_text(asdict(record), indent=None) if as_json else console.file_line(record))
            is_listed = True
    return 0 if is_listed else 1


@click.command("help-query", epilog="Example: searchapp help-query | less")
def help_query() -> None:
    """Teach the query language, with examples."""
    click.echo(query_help.as_text())


def _explain(words: str) -> None:
    parsed = parse(words)
    for line in (parsed.sentence, f"Written out: {parsed.text}", *parsed.notes):
        click.echo(one_line(line))


def _all_files(catalog: Catalog, status: Choice, reason: str) -> Iterator[FileRecord]:
    page = catalog.files(status, reason, _FILES_AT_ONCE)
    yield from page.files
    while page.after:
        page = catalog.files(status, reason, _FILES_AT_ONCE, page.after)
        yield from page.files


def _export(library: Library, request: Request, kind: str) -> int:
    found = search(library, replace(request, page=1, size=1))
    console.print_remarks(replace(found, request=replace(request, page=1, size=max(found.total, 1))))
    write = csv_lines if kind == "csv" else json_lines
    lines = 0
    for line in write(whole(library, request)):
        click.echo(line, nl=False)
        lines += 1
    return 0 if lines > (kind == "csv") else 1
