"""What several commands share: arguments, options, and how failures are printed.

Our own modules are imported only when used, since every command reads these options, even just to print its help.
"""

import os
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from searchapp.answers.elsewhere import Mirror
    from searchapp.answers.request import FilterName

_INDEX = Path("index")
_MIRROR = "searchapp.mirror"  # in a command's context: of an index in a cluster
MOST_VERSIONS = 1_000

Command = Callable[..., Any]


def words_argument(*, required: bool = False) -> Callable[[Command], Command]:
    """Add the argument WORDS to a command; a single ``-`` stands for piped input."""
    return click.argument("words", nargs=-1, required=required, callback=_read_words)


def id_argument(name: str = "article_id", metavar: str = "ID", **settings: Any) -> Callable[[Command], Command]:
    """Add an argument for the id of an article to a command."""
    return click.argument(name, metavar=metavar, shell_complete=_completing("id"), **settings)


def index_option(command: Command) -> Command:
    """Add the options --index and --at to a command that only reads an index."""
    return click.option(
        "--at",
        metavar="URL",
        envvar="SEARCHAPP_AT",
        show_envvar=True,
        is_eager=True,
        expose_value=False,
        callback=_fetch,
        help="Read the index in the OpenSearch cluster at this address, without a folder.",
    )(folder_option(command))


def folder_option(command: Command) -> Command:
    """Add the option --index to a command; an index that is not named has to be the user's own."""
    return _index_option(_trusted)(command)


def any_index_option(command: Command) -> Command:
    """Add the option --index to a command, whoever owns the index."""
    return _index_option(None)(command)


def _index_option(
    callback: Callable[[click.Context, click.Parameter, Path], Path] | None,
) -> Callable[[Command], Command]:
    return click.option(
        "--index",
        "-i",
        type=click.Path(path_type=Path, readable=False),  # our own sentence says what cannot be read
        default=_INDEX,
        envvar="SEARCHAPP_INDEX",
        show_default=True,
        show_envvar=True,
        callback=callback,
        shell_complete=_completing("index"),
        help="The index's folder.",
    )


def cluster_options(command: Command) -> Command:
    """Add the options for a cluster to a command that writes an index; `cluster_settings` reads them."""
    for option in (
        click.option("--take-over", is_flag=True, help="Take the place of an index whose folder is lost."),
        click.option("--shards", type=click.IntRange(1, 1024), help="Parts of the index.  [default: one per node]"),
        click.option(
            "--at",
            metavar="URL",
            help="Address of an OpenSearch cluster, such as https://one:9200,https://two:9200/newsroom.",
        ),
    ):
        command = option(command)
    return command


def cluster_settings(at: str | None, shards: int | None, *, take_over: bool) -> dict[str, str]:
    """Return the engine settings given by `cluster_options`."""
    settings = {"at": at} if at else {}
    settings |= {"shards": f"{shards}"} if shards else {}
    return settings | ({"take_over": "yes"} if take_over else {})


def mirror_of(context: click.Context) -> "Mirror | None":
    """Return the local mirror of a command's index, if that is in a cluster."""
    return cast("Mirror | None", context.meta.get(_MIRROR))


def versions_option(command: Command) -> Command:
    """Add the option --keep-versions to a command."""
    return click.option(
        "--keep-versions",
        type=click.IntRange(0, MOST_VERSIONS),
        metavar="N",
        help="From now on, keep the last N texts of each article whose file changes; 0 keeps none.  [default: as "
        "before, or 5]",
    )(command)


def format_options(*forms: str) -> Callable[[Command], Command]:
    """Add the option --format to a command, with --json and --csv as short forms; the command gets the `form`."""
    shorts = [form for form in ("json", "csv") if form in forms]

    def give(command: Command) -> Command:
        @wraps(command)
        def told(*arguments: Any, form: str | None, **options: Any) -> Any:
            chosen = dict.fromkeys([form] * bool(form) + [one for one in shorts if options.pop(f"as_{one}")])
            if len(chosen) > 1:
                raise click.UsageError(f"Choose one: {', '.join(map(str, chosen))}.")
            return command(*arguments, form=next(iter(chosen), ""), **options)

        for short in reversed(shorts):
            told = click.option(f"--{short}", f"as_{short}", is_flag=True, help=f"The same as --format {short}.")(told)
        option = click.option(
            "--format",
            "form",
            type=click.Choice(forms),
            help="How the answer is printed.  [default: table on a terminal, tsv in a pipe]",
        )
        return option(told)

    return give


def filter_options(command: Command) -> Command:
    """Add the filter options to a command; `kept_filters` reads them."""
    of = {name: _completing(name) for name in ("author", "source", "language")}
    for option in (
        click.option("--copies", multiple=True, help="Only articles with so many copies: >5, 0 or 2..10."),
        click.option("--once", is_flag=True, help="Each story once: only the first printing of each, if that matches."),
        click.option("--not-date", multiple=True, help="No articles of these days."),
        click.option(
            "--not-language", multiple=True, shell_complete=of["language"], help="No articles in this language."
        ),
        click.option("--not-source", multiple=True, shell_complete=of["source"], help="No articles of this source."),
        click.option("--not-author", multiple=True, shell_complete=of["author"], help="No articles by this author."),
        click.option("--date", multiple=True, help="Only articles of these days: 2025-01, 2024..2025-03, or none."),
        click.option(
            "--language",
            multiple=True,
            shell_complete=of["language"],
            help="Only articles in this language, or one of several; or none.",
        ),
        click.option(
            "--source",
            multiple=True,
            shell_complete=of["source"],
            help="Only articles of this source, or one of several; or none.",
        ),
        click.option(
            "--author",
            multiple=True,
            shell_complete=of["author"],
            help="Only articles by this author, or one of several; or none.",
        ),
    ):
        command = option(command)
    return command


def kept_filters(options: Mapping[str, tuple[str, ...] | bool]) -> "tuple[tuple[FilterName, str], ...]":
    """Return the filters among the options of a command, in the form of a `Request`."""
    from searchapp.answers.request import ONCE

    named = {name: values for name, values in options.items() if not isinstance(values, bool)}
    kept = [(cast("FilterName", name), value) for name, values in named.items() for value in values]
    return (*kept, ONCE) if options.get("once") else tuple(kept)


def usual_form(piped: str = "tsv") -> str:
    """Return the default form of an answer: a table on a terminal, another one in a pipe."""
    return "table" if sys.stdout.isatty() else piped


def uses_color() -> bool:
    """Tell whether to use colours, which NO_COLOR turns off."""
    return not os.environ.get("NO_COLOR")


def complain(sentence: str) -> None:
    """Print an error on stderr."""
    from searchapp.render.terminal import one_line

    click.echo(f"searchapp: {one_line(sentence)}", err=True)


def _read_words(context: click.Context, argument: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001
    if words != ("-",) or context.resilient_parsing:
        return words
    piped = " ".join(sys.stdin.read().split())
    return (piped,) if piped else words  # without words, a minus is a query that finds nothing, and says so


def _trusted(context: click.Context, option: click.Parameter, folder: Path) -> Path:
    """Refuse an index that was not named and may be another user's."""
    if mirror := mirror_of(context):
        return mirror.folder
    if context.get_parameter_source(option.name or "") is ParameterSource.DEFAULT:
        from searchapp.catalog.ownership import refuse_foreign

        refuse_foreign(folder)
    return folder


def _fetch(context: click.Context, option: click.Parameter, address: str | None) -> None:
    """Fetch the local parts of an index in a cluster."""
    del option
    if address and not context.resilient_parsing:
        from searchapp.answers.elsewhere import Mirror

        context.meta[_MIRROR] = mirror = Mirror(address)
        context.call_on_close(mirror.close)


def _completing(kind: str) -> "Callable[[click.Context, click.Parameter, str], list[CompletionItem]]":
    """Return a function that completes values of a kind in the shell."""

    def complete(context: click.Context, parameter: click.Parameter, typed: str) -> "list[CompletionItem]":  # noqa: ARG001
        from searchapp.cli.completing import completed

        return completed(kind, Path(context.params.get("index") or _INDEX), typed)

    return complete
