"""The shell: commands, what they print, and their exit codes. What they do is done elsewhere.

Exit codes: 0 found or done, 1 nothing found (like grep), 2 misused or failed.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast, get_args

import click
from click.shell_completion import get_completion_class

from searchapp import __version__, render
from searchapp.answers.export import whole
from searchapp.answers.library import Library, opened, statistics
from searchapp.answers.library import article as search_article
from searchapp.answers.request import FilterName, Request
from searchapp.answers.search import search
from searchapp.answers.suggestions import suggest
from searchapp.catalog import STATUSES, Catalog, FileRecord, open_catalog
from searchapp.cli import console, progress
from searchapp.engines import ENGINES, FACETS, Sort
from searchapp.errors import IndexProblem, SearchappError
from searchapp.indexer import forget as forget_folder
from searchapp.indexer import sync
from searchapp.indexer.migrating import migrate as migrate_index
from searchapp.query import help as query_help
from searchapp.query import parse
from searchapp.query.bounds import PAGE_SIZE

_INDEX = Path("index")
_FILES_AT_ONCE = 1_000

Command = Callable[..., Any]


def main() -> None:
    """Run the command line; the program's way in."""
    try:
        code = commands.main(standalone_mode=False)
    except SearchappError as error:
        _complain(str(error))
        code = error.exit_code
    except click.exceptions.Abort:
        _complain("Stopped. What was committed until now is kept; run the same command again to go on.")
        code = 2
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and error.ctx and error.ctx.command is query:
            click.echo("To leave a word out, put -- before the words: searchapp query -- iran -gaza", err=True)
        code = error.exit_code
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _index_option(command: Command) -> Command:
    return click.option(
        "--index", "-i", type=click.Path(path_type=Path), default=_INDEX, show_default=True, help="The index's folder."
    )(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog="Start with: searchapp serve FOLDER")
@click.version_option(__version__)
def commands() -> None:
    """Search a folder of news articles: in a web page, in the shell, over JSON."""


@commands.command(epilog="Example: searchapp index ~/articles --language french")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@_index_option
@click.option("--language", help="Stems of which language; or none.  [default: english]")
@click.option("--engine", type=click.Choice(sorted(ENGINES)), help="What keeps the articles.  [default: whoosh]")
@click.option("--rebuild", is_flag=True, help="Read everything anew, and swap the new index in when it is complete.")
@click.option("--allow-removals", is_flag=True, help="The files that have gone were removed on purpose.")
def index(
    folders: tuple[Path, ...],
    index: Path,
    language: str | None,
    engine: str | None,
    rebuild: bool,
    allow_removals: bool,
) -> None:
    """Index the articles in FOLDERS, or take up what has changed in them since.

    Without FOLDERS, the ones indexed before are looked through again.

    A folder that has no file left of two or more, or not a tenth of a hundred or more, may lie on a disk that is not
    connected. Nothing is changed then, unless --allow-removals says that the files were removed on purpose.
    """
    with progress.shown() as on_event:
        summary = sync(
            folders,
            index,
            engine=engine,
            language=language,
            rebuild=rebuild,
            allow_removals=allow_removals,
            on_event=on_event,
        )
    for line in progress.closing(summary):
        click.echo(line)


@commands.command(epilog="Example: searchapp query 'putin \"strategic partnership\"' --limit 3")
@click.argument("words", nargs=-1)
@_index_option
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
        click.echo(render.json_text(render.results_values(results)))
    else:
        console.print_results(results, color=not no_color and "NO_COLOR" not in os.environ)
    return 0 if results.total else 1


@commands.command(epilog="Example: searchapp article 3f2a9c0d1e8b7a65")
@click.argument("article_id", metavar="ID")
@_index_option
@click.option("--json", "as_json", is_flag=True, help="Print the article as JSON.")
def article(article_id: str, index: Path, as_json: bool) -> None:
    """Print the article with this ID, whole."""
    with opened(index) as library:
        found = search_article(library, article_id)
    if as_json:
        click.echo(render.json_text(render.article_values(found)))
        return
    about = " · ".join(value for value in (found.byline, found.date, found.source, found.url, found.path) if value)
    for part in (found.title, about, "", found.body):
        click.echo(render.printable(part))


@commands.command("suggest", epilog="Example: searchapp suggest pezesh")
@click.argument("typed")
@_index_option
def complete(typed: str, index: Path) -> int:
    """Complete what is TYPED from the words, authors and titles of the index."""
    with opened(index) as library:
        found = suggest(library, typed)
    for suggestion in found:
        click.echo("\t".join(map(render.one_line, (suggestion.kind, suggestion.words, f"{suggestion.count}"))))
    return 0 if found else 1


@commands.command(epilog="Example: searchapp stats --index ./index")
@_index_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def stats(index: Path, as_json: bool) -> None:
    """Say what is in the index."""
    with opened(index) as library:
        facts = statistics(library)
    if as_json:
        click.echo(render.json_text(facts))
        return
    for name, value in facts.items():
        click.echo(f"{name}\t{value:,}" if isinstance(value, int) else f"{name}\t{render.one_line(str(value))}")


@commands.command(epilog="Example: searchapp files --status skipped")
@_index_option
@click.option("--status", type=click.Choice(STATUSES), help="Only files of which this became.")
@click.option("--reason", default="", help="Only files left out for a reason that holds this text.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
def files(index: Path, status: str | None, reason: str, as_json: bool) -> int:
    """List every file that was seen: status, articles, encoding, path, and why it, or what in it, was left out.

    The exit code is 1 when there is none.
    """
    is_listed = False
    with closing(open_catalog(index)) as catalog:
        for record in _all_files(catalog, status or "", reason):
            click.echo(render.json_text(asdict(record), indent=None) if as_json else console.file_line(record))
            is_listed = True
    return 0 if is_listed else 1


@commands.command(epilog="Example: searchapp forget ~/articles/old")
@click.argument("folder", type=click.Path(path_type=Path))
@_index_option
def forget(folder: Path, index: Path) -> None:
    """Take FOLDER, and all that was read from it, out of the index. The folder itself stays as it is."""
    with progress.shown() as on_event:
        summary = forget_folder(folder, index, on_event=on_event)
    for line in progress.closing(summary):
        click.echo(line)


@commands.command(epilog="Example: searchapp watch ~/articles --every 10")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@_index_option
@click.option("--every", type=click.FloatRange(0.1), default=3.0, show_default=True, help="Seconds that make a batch.")
@click.option("--poll", is_flag=True, help="Look again and again, where the system does not tell of changes.")
def watch(folders: tuple[Path, ...], index: Path, every: float, poll: bool) -> None:
    """Keep the index in line with FOLDERS until Ctrl-C; what is served takes up each change by itself.

    Without FOLDERS, those indexed before are watched.
    """
    from searchapp.indexer.watching import watch as watch_folders

    watch_folders(folders, index, every=every, polling=poll or None, on_event=progress.tell_watching)


@commands.command(epilog="Example: searchapp migrate --engine tantivy")
@_index_option
@click.option("--engine", type=click.Choice(sorted(ENGINES)), required=True, help="What keeps the articles then.")
def migrate(index: Path, engine: str) -> None:
    """Move the index to another engine, from what it holds: the files themselves are not needed.

    The old engine answers until the new one has proven to answer alike.
    """
    moved = migrate_index(index, engine)
    articles = console.counted(moved.articles, "article")
    click.echo(f"Moved {articles} to {engine}; {moved.questions:,} questions were answered alike.")


@commands.command("help-query", epilog="Example: searchapp help-query | less")
def help_query() -> None:
    """Teach the query language, with examples."""
    click.echo(query_help.as_text())


@commands.command(epilog="Example: searchapp serve ~/articles --port 8000")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@_index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port.")
@click.option("--workers", type=click.IntRange(1), help="Processes that answer.  [default: one a processor]")
@click.option("--name", "names", multiple=True, help="A host name under which the page may be asked for.")
@click.option("--origin", "origins", multiple=True, help="Another site that may use the API: https://www.example.org")
def serve(
    folders: tuple[Path, ...],
    index: Path,
    host: str,
    port: int,
    workers: int | None,
    names: tuple[str, ...],
    origins: tuple[str, ...],
) -> None:
    """Index FOLDERS, if any are given, then serve the search page until Ctrl-C."""
    if folders:
        with progress.shown() as on_event:
            summary = sync(folders, index, on_event=on_event)
        for line in progress.closing(summary):
            click.echo(line)
    try:
        open_catalog(index).close()
    except IndexProblem as problem:  # the page says so, too, and takes an index up when there is one
        _complain(str(problem))
    from searchapp.web.serve import serve_forever

    serve_forever(index, host, port, workers or os.cpu_count() or 1, names, origins, on_start=click.echo)


@commands.command(epilog="Example: searchapp completion bash >> ~/.bashrc")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete the commands and options of searchapp."""
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(commands, {}, "searchapp", "_SEARCHAPP_COMPLETE").source())


def _explain(words: str) -> None:
    parsed = parse(words)
    for line in (parsed.sentence, f"Written out: {parsed.text}", *parsed.notes):
        click.echo(render.one_line(line))


def _all_files(catalog: Catalog, status: str, reason: str) -> Iterator[FileRecord]:
    page = catalog.files(status, reason, _FILES_AT_ONCE)
    yield from page.files
    while page.after:
        page = catalog.files(status, reason, _FILES_AT_ONCE, page.after)
        yield from page.files


def _export(library: Library, request: Request, kind: str) -> int:
    found = search(library, replace(request, page=1, size=1))
    console.print_remarks(replace(found, request=replace(request, page=1, size=max(found.total, 1))))
    write = render.csv_lines if kind == "csv" else render.json_lines
    lines = 0
    for line in write(whole(library, request)):
        click.echo(line, nl=False)
        lines += 1
    return 0 if lines > (kind == "csv") else 1


def _complain(sentence: str) -> None:
    click.echo(f"searchapp: {render.one_line(sentence)}", err=True)
