"""Commands that write an index: index, watch, forget, migrate."""

from pathlib import Path

import click

from searchapp.cli import console, progress
from searchapp.cli.options import index_option
from searchapp.engines import ENGINES
from searchapp.indexer import forget as forget_folder
from searchapp.indexer import sync
from searchapp.indexer.migrating import migrate as migrate_index
from searchapp.indexer.watching import watch as watch_folders


@click.command(epilog="Example: searchapp index ~/articles --language french")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@index_option
@click.option(
    "--language", help="Stems of one language for all articles; none; or auto, of each article's own.  [default: auto]"
)
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


@click.command(epilog="Example: searchapp watch ~/articles --every 10")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@index_option
@click.option("--every", type=click.FloatRange(0.1), default=3.0, show_default=True, help="Seconds that make a batch.")
@click.option("--poll", is_flag=True, help="Look again and again, where the system does not tell of changes.")
def watch(folders: tuple[Path, ...], index: Path, every: float, poll: bool) -> None:
    """Keep the index in line with FOLDERS until Ctrl-C; what is served takes up each change by itself.

    Without FOLDERS, those indexed before are watched.
    """
    watch_folders(folders, index, every=every, polling=poll or None, on_event=progress.tell_watching)


@click.command(epilog="Example: searchapp forget ~/articles/old")
@click.argument("folder", type=click.Path(path_type=Path))
@index_option
def forget(folder: Path, index: Path) -> None:
    """Take FOLDER, and all that was read from it, out of the index. The folder itself stays as it is."""
    with progress.shown() as on_event:
        summary = forget_folder(folder, index, on_event=on_event)
    for line in progress.closing(summary):
        click.echo(line)


@click.command(epilog="Example: searchapp migrate --engine tantivy")
@index_option
@click.option("--engine", type=click.Choice(sorted(ENGINES)), required=True, help="What keeps the articles then.")
def migrate(index: Path, engine: str) -> None:
    """Move the index to another engine, from what it holds: the files themselves are not needed.

    The old engine answers until the new one has proven to answer alike.
    """
    moved = migrate_index(index, engine)
    articles = console.counted(moved.articles, "article")
    click.echo(f"Moved {articles} to {engine}; {moved.questions:,} questions were answered alike.")
