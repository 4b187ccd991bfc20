"""Commands that search an index: query, article, suggest, stats, files, help-query.

Modules that only some options need are imported where they are used, so that a search starts at once.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

import click

from searchapp.answers.library import Library, opened, statistics
from searchapp.answers.library import article as search_article
from searchapp.answers.request import Authors, Request
from searchapp.answers.search import Results, search
from searchapp.catalog import CHOICES, Choice, open_catalog
from searchapp.cli import console
from searchapp.cli.options import (
    filter_options,
    format_options,
    id_argument,
    index_option,
    kept_filters,
    uses_color,
    usual_form,
    words_argument,
)
from searchapp.engines import FACETS, Sort
from searchapp.query import parse
from searchapp.query.bounds import PAGE_SIZE
from searchapp.render.csv_lines import csv_lines, file_lines
from searchapp.render.json_values import article_values, json_lines, json_text, results_values
from searchapp.render.terminal import one_line, printable

_EXPORTS = ("csv", "jsonl", "bibtex", "csl-json", "ris")


@click.command(epilog="Example: searchapp query 'putin \"strategic partnership\"' --limit 3")
@words_argument()
@index_option
@click.option(
    "--limit", "-n", type=click.IntRange(1, PAGE_SIZE.limit), default=10, show_default=True, help="Hits per page."
)
@click.option("--page", "-p", type=click.IntRange(1), default=1, show_default=True, help="Page of the result.")
@click.option(
    "--sort", type=click.Choice(get_args(Sort)), default="relevance", show_default=True, help="Order of the hits."
)
@filter_options
@click.option(
    "--authors",
    type=click.Choice(get_args(Authors)),
    default="any",
    help="Articles by any of several authors, or by all.",
)
@click.option("--facets", is_flag=True, help="Also count authors, sources, languages and months.")
@click.option("--explain", is_flag=True, help="Explain the query without searching.")
@format_options("table", "tsv", "json", *_EXPORTS)
@click.option(
    "--export", type=click.Choice(_EXPORTS), help="Print every article found, not one page, in full or as citations."
)
@click.option("--sample", "drawn", type=int, help="Print this many of the articles, up to 1,000, drawn at random.")
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Seed for --sample: the same seed draws the same articles."
)
@click.option("--parts", "by_parts", is_flag=True, help="Count what each part of the query finds, adds and excludes.")
@click.option(
    "--feed",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a feed of the search: FILE.atom or FILE.json.",
)
@click.option("--feed-address", default="", help="The address at which that file will be found, for absolute links.")
@click.option("--no-color", is_flag=True, help="Print without colours; matches are put between **.")
def query(
    words: tuple[str, ...],
    index: Path,
    limit: int,
    page: int,
    sort: Sort,
    facets: bool,
    explain: bool,
    form: str,
    export: str | None,
    drawn: int | None,
    seed: int,
    by_parts: bool,
    feed: Path | None,
    feed_address: str,
    no_color: bool,
    authors: Authors,
    **filters: tuple[str, ...],
) -> int:
    """Search for WORDS and print what is found; - stands for words that are piped in.

    In a pipe, each hit is a line of tab-separated columns: id, date, title, byline, path, snippets. On a terminal, the
    program named by PAGER pages through the answer. --format csv, jsonl, bibtex, csl-json and ris print the articles of
    the page in full or as citations, --export those of the whole result. The exit code is 0 if something was found, 1
    if nothing was.
    """
    chosen = kept_filters(filters)
    request = Request(" ".join(words), chosen, sort, page, limit, FACETS if facets else (), authors=authors)
    if explain:
        _explain(request.words)
        return 0
    if export and (form == "json" or page != 1):
        raise click.UsageError("--export prints every article found: leave out --json and --page.")
    with opened(index) as library:
        if drawn is not None:
            return _draw(library, request, drawn, seed, export, form or usual_form(piped="csv"))
        if by_parts:
            return _count_parts(library, request, form)
        if export:
            return _export(library, request, export)
        if feed:
            return _feed(library, request, feed, feed_address)
        results = search(library, request)
    _print(results, form or usual_form(), color=uses_color() and not no_color)
    return 0 if results.total else 1


@click.command(epilog="Example: searchapp article 3f2a9c0d1e8b7a65")
@id_argument()
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print the article as JSON.")
def article(article_id: str, index: Path, as_json: bool) -> None:
    """Print the whole article with this ID."""
    with opened(index) as library:
        found = search_article(library, article_id)
    if as_json:
        click.echo(json_text(article_values(found)))
        return
    day = " ".join(filter(None, (found.date, found.time, "(from the file's name)" * (found.date_from == "path"))))
    about = " · ".join(value for value in (found.byline, day, found.source, found.url, found.path) if value)
    for part in (found.title, about, "", found.body):
        click.echo(printable(part))


@click.command("suggest", epilog="Example: searchapp suggest pezesh")
@click.argument("typed")
@index_option
def complete(typed: str, index: Path) -> int:
    """Complete TYPED with words, authors and titles of the index."""
    from searchapp.answers.suggestions import suggest

    with opened(index) as library:
        found = suggest(library, typed)
    for suggestion in found:
        click.echo("\t".join(map(one_line, (suggestion.kind, suggestion.words, f"{suggestion.count}"))))
    return 0 if found else 1


@click.command(epilog="Example: searchapp stats --index ./index")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def stats(index: Path, as_json: bool) -> None:
    """Print the contents of the index in numbers.

    full_stories counts the stories with 1,000 articles: further copies are searched, but not linked as copies.
    """
    with opened(index) as library:
        facts = statistics(library) | {"engine_folder": str(library.catalog.engine_folder)}
    if as_json:
        click.echo(json_text(facts))
        return
    for name, value in facts.items():
        text = " ".join(value) if isinstance(value, list) else f"{value:,}" if isinstance(value, int) else value
        click.echo(f"{name}\t{one_line(text)}")


@click.command(epilog="Example: searchapp files --status skipped")
@index_option
@click.option("--status", type=click.Choice(CHOICES), help="Only files with this status, or with remarks.")
@click.option("--reason", default="", help="Only files whose reason contains this text.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.option("--csv", "as_csv", is_flag=True, help="Print as CSV.")
@click.option(
    "--summary", is_flag=True, help="Count instead: by folder, format, status, remark, language, missing days, copies."
)
def files(index: Path, status: Choice | None, reason: str, as_json: bool, as_csv: bool, summary: bool) -> int:
    """List every file that was seen: status, articles, encoding, path, and why it or a part of it was left out.

    Remarks name what was not read inside a file or is uncertain; up to a thousand are kept for each file.

    The exit code is 1 when there is none.
    """
    if summary:
        return _summarize(index, "json" if as_json else "csv" if as_csv else "")
    is_listed = False
    with closing(open_catalog(index)) as catalog:
        if as_csv:
            for number, line in enumerate(file_lines(catalog.each_file(status or "", reason))):
                click.echo(line, nl=False)
                is_listed = number > 0
            return 0 if is_listed else 1
        for record in catalog.each_file(status or "", reason):
            click.echo(json_text(asdict(record), indent=None) if as_json else console.file_line(record))
            is_listed = True
    return 0 if is_listed else 1


@click.command("help-query", epilog="Example: searchapp help-query | less")
@click.option("--markdown", is_flag=True, help="Print Markdown.")
def help_query(markdown: bool) -> None:
    """Explain the query language, with examples."""
    from searchapp.query import help as query_help

    click.echo(query_help.as_markdown() if markdown else query_help.as_text(), nl=not markdown)


def _summarize(index: Path, form: str) -> int:
    from searchapp.answers.searched import searched
    from searchapp.cli.figures import print_figures
    from searchapp.render.tables import searched_table

    with opened(index) as library:
        answer = searched(library)
    print_figures(answer, searched_table(answer), form, ())
    return 0 if answer.coverage.files else 1


def _explain(words: str) -> None:
    parsed = parse(words)
    for line in (parsed.sentence, f"Written out: {parsed.text}", *parsed.notes):
        click.echo(one_line(line))


def _print(results: Results, form: str, *, color: bool) -> None:
    """Print a page of an answer."""
    if form == "tsv":
        console.print_lines(results)
    elif form == "table":
        from searchapp.cli.screen import print_hits

        print_hits(results, color=color)
    elif form == "json":
        click.echo(json_text(results_values(results)))
    else:
        console.print_remarks(results)
        _write(form, (found.article for found in results.hits))


def _export(library: Library, request: Request, form: str) -> int:
    from searchapp.answers.export import whole

    found = search(library, replace(request, page=1, size=1))
    console.print_remarks(replace(found, request=replace(request, page=1, size=max(found.total, 1))))
    _write(form, whole(library, request))
    return 0 if found.total else 1


def _write(form: str, articles: Iterable[Any]) -> None:
    from searchapp.render.citations import WRITERS

    writers: dict[str, Callable[[Iterable[Any]], Iterator[str]]] = {"csv": csv_lines, "jsonl": json_lines, **WRITERS}
    for line in writers[form](articles):
        click.echo(line, nl=False)


def _feed(library: Library, request: Request, file: Path, address: str) -> int:
    """Write a feed, even an empty one, so that a reader can wait for the first article."""
    from searchapp.cli.feeding import MOST_FILES, write_feed
    from searchapp.render.feeds import ENTRIES

    found = write_feed(library, request, file, address)
    console.print_remarks(found)
    if found.total > ENTRIES * MOST_FILES:
        click.echo(f"The feed has the last {ENTRIES * MOST_FILES:,} to come.", err=True)
    return 0 if found.total else 1


def _draw(library: Library, request: Request, size: int, seed: int, export: str | None, form: str) -> int:
    """Print a sample, as articles in a form or as a table for judging them."""
    from searchapp.answers.sample import sample
    from searchapp.cli.figures import print_figures
    from searchapp.render.tables import sample_table

    answer = sample(library, request, size, seed)
    notes = (*answer.notes, f"{len(answer.found):,} of {answer.total:,} articles drawn (seed {seed})")
    if export or form not in {"table", "tsv", "json", "csv"}:
        _write(export or form, (found.article for found in answer.found))
        console.tell(notes)
    else:
        print_figures(answer, sample_table(answer), form, notes)
    return 0 if answer.found else 1


def _count_parts(library: Library, request: Request, form: str) -> int:
    from searchapp.answers.parts import contributions
    from searchapp.cli.figures import parts_lines, print_figures
    from searchapp.render.tables import parts_table

    answer = contributions(library, request)
    if form in {"json", "csv"}:
        print_figures(answer, parts_table(answer), form, answer.notes)
    else:
        for line in parts_lines(answer):
            click.echo(one_line(line))
        console.tell(answer.notes)
    return 0 if answer.total else 1
