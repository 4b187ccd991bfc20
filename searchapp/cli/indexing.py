"""Commands that write an index, and check it: index, watch, forget, migrate, check."""

import shlex
from pathlib import Path

import click

from searchapp.cli import console, progress
from searchapp.cli.following import tell_after_batch, telling_options
from searchapp.cli.options import cluster_options, cluster_settings, folder_option, versions_option
from searchapp.engines import ENGINES
from searchapp.errors import IndexDamaged
from searchapp.indexer import Done, Event, SyncSettings, sync
from searchapp.indexer import forget as forget_folder
from searchapp.indexer.checking import check as check_index
from searchapp.indexer.migrating import migrate as migrate_index
from searchapp.indexer.watching import Failed, Watching
from searchapp.indexer.watching import watch as watch_folders


@click.command(epilog="Example: searchapp index ~/articles --language french")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@folder_option
@click.option(
    "--language",
    help="Language of the stems: one for all articles, none, or auto for each article's own.  [default: auto]",
)
@click.option("--engine", type=click.Choice(sorted(ENGINES)), help="Storage engine.  [default: whoosh]")
@click.option(
    "--rebuild",
    is_flag=True,
    help="Read everything again into a new index, which replaces the old one when it is complete.",
)
@versions_option
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Accept that most files of a folder are gone, because they were removed on purpose.",
)
@cluster_options
def index(
    folders: tuple[Path, ...],
    index: Path,
    language: str | None,
    engine: str | None,
    rebuild: bool,
    allow_removals: bool,
    keep_versions: int | None,
    at: str | None,
    shards: int | None,
    take_over: bool,
) -> None:
    """Index the articles in FOLDERS, or update the index with what has changed in them.

    Without FOLDERS, the folders indexed before are updated.

    A folder that has lost all of its files, or more than nine in ten of a hundred or more, may be on a disk that is not
    connected. It is then left as it was, unless --allow-removals says that the files were removed on purpose.
    """
    of_engine = cluster_settings(at, shards, take_over=take_over)
    settings = SyncSettings(engine, language, rebuild, allow_removals, keep_versions, engine_settings=of_engine)
    with progress.shown() as on_event:
        summary = sync(folders, index, settings, on_event)
    for line in progress.closing(summary):
        click.echo(line)


@click.command(epilog="Example: searchapp watch ~/articles --every 10")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@folder_option
@click.option(
    "--every", type=click.FloatRange(0.1), default=3.0, show_default=True, help="Collect changes for this many seconds."
)
@versions_option
@click.option("--poll", is_flag=True, help="Look for changes at intervals, for systems that do not report them.")
@click.option("--news", is_flag=True, help="After each batch, print what is new for the saved searches, as news does.")
@telling_options
def watch(
    folders: tuple[Path, ...],
    index: Path,
    every: float,
    poll: bool,
    keep_versions: int | None,
    news: bool,
    lists: tuple[Path, ...],
    command: str | None,
) -> None:
    """Watch FOLDERS and keep the index up to date until Ctrl-C; a running server picks up each change.

    Without FOLDERS, the folders indexed before are watched. With --news, only the news is on stdout.
    """
    if (lists or command) and not news:
        raise click.UsageError("--list and --run belong to --news: add it, or leave them out.")

    def on_event(event: Event | Watching | Failed) -> None:
        progress.tell_watching(event, err=news)
        if news and isinstance(event, Done):
            tell_after_batch(index, lists, command)

    settings = SyncSettings(keep_versions=keep_versions)
    watch_folders(folders, index, settings, on_event, every=every, polling=poll or None)


@click.command(epilog="Example: searchapp forget ~/articles/old")
@click.argument("folder", type=click.Path(path_type=Path))
@folder_option
def forget(folder: Path, index: Path) -> None:
    """Remove FOLDER and all its articles from the index. The folder itself is not touched."""
    with progress.shown() as on_event:
        summary = forget_folder(folder, index, on_event=on_event)
    for line in progress.closing(summary):
        click.echo(line)


@click.command(epilog="Example: searchapp migrate --engine tantivy")
@folder_option
@click.option("--engine", type=click.Choice(sorted(ENGINES)), required=True, help="The new storage engine.")
@cluster_options
def migrate(index: Path, engine: str, at: str | None, shards: int | None, take_over: bool) -> None:
    """Move the index to another engine. The original files are not needed.

    The old engine stays in use until the new one has given the same answers to sample questions.

    If it is interrupted, the same command resumes it, unless the index was written to in between.
    """
    settings = cluster_settings(at, shards, take_over=take_over)
    moved = migrate_index(index, engine, settings=settings, on_progress=progress.telling_moved())
    articles = console.counted(moved.articles, "article")
    if moved.before:
        click.echo(f"Resumed an interrupted migration: {console.counted(moved.before, 'article')} had been moved.")
    compared = f"; {moved.questions:,} sample questions had the same answers" if moved.questions else ""
    click.echo(f"Moved {articles} to {engine}{compared}.")


@click.command(epilog="Example: searchapp check --repair")
@folder_option
@click.option("--repair", is_flag=True, help="If there is damage, rebuild the index from the articles' files.")
def check(index: Path, repair: bool) -> int:
    """Read the whole index, and compare it with its checksums: is it what was written?

    Exit code 0 if all is good, 2 where there is damage.
    """
    try:
        damages = list(check_index(index))
    except IndexDamaged as problem:
        if not (repair and problem.is_repairable):
            raise
        damages = [problem.sentence]
    for damage in damages:
        click.echo(damage)
    if not damages:
        click.echo("The index is intact.")
        return 0
    if not repair:
        command = shlex.join(("searchapp", "check", "--repair", "--index", str(index)))
        click.echo(f"To rebuild it from the articles' files, run: {command}", err=True)
        return 2
    with progress.shown() as on_event:
        summary = sync((), index, SyncSettings(rebuild=True), on_event)
    for line in progress.closing(summary):
        click.echo(line)
    return 0
