"""What several commands share: the options that name the index and narrow it, and how a failure is told."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import click
from click.core import ParameterSource

from searchapp.answers.request import ONCE, FilterName
from searchapp.catalog import refuse_foreign
from searchapp.render.terminal import one_line

_INDEX = Path("index")
MOST_VERSIONS = 1_000

Command = Callable[..., Any]


def index_option(command: Command) -> Command:
    """Give a command the option --index."""
    return click.option(
        "--index",
        "-i",
        type=click.Path(path_type=Path),
        default=_INDEX,
        envvar="SEARCHAPP_INDEX",
        show_default=True,
        show_envvar=True,
        callback=_trusted,
        help="The index's folder.",
    )(command)


def versions_option(command: Command) -> Command:
    """Give a command the option --keep-versions."""
    return click.option(
        "--keep-versions",
        type=click.IntRange(0, MOST_VERSIONS),
        metavar="N",
        help="Keep the last N texts of each article whose file changes, from now on; 0 keeps none.  [default: as "
        "before, or 5]",
    )(command)


def filter_options(command: Command) -> Command:
    """Give a command the options that narrow what it asks; `kept_filters` reads them."""
    for option in (
        click.option("--copies", multiple=True, help="Only articles with so many copies: >5, 0 or 2..10."),
        click.option("--once", is_flag=True, help="Each story once: only the first printing of each, if that matches."),
        click.option("--not-date", multiple=True, help="No articles of these days."),
        click.option("--not-language", multiple=True, help="No articles in this language."),
        click.option("--not-source", multiple=True, help="No articles of this source."),
        click.option("--not-author", multiple=True, help="No articles by this author."),
        click.option("--date", multiple=True, help="Only articles of these days: 2025-01, 2024..2025-03, or none."),
        click.option("--language", multiple=True, help="Only articles in this language, or one of several; or none."),
        click.option("--source", multiple=True, help="Only articles of this source, or one of several; or none."),
        click.option("--author", multiple=True, help="Only articles by this author, or one of several; or none."),
    ):
        command = option(command)
    return command


def kept_filters(options: Mapping[str, tuple[str, ...] | bool]) -> tuple[tuple[FilterName, str], ...]:
    """Return the filters among the options of a command, as a `Request` has them."""
    named = {name: values for name, values in options.items() if not isinstance(values, bool)}
    kept = [(cast(FilterName, name), value) for name, values in named.items() for value in values]
    return (*kept, ONCE) if options.get("once") else tuple(kept)


def _trusted(context: click.Context, option: click.Parameter, folder: Path) -> Path:
    """Refuse an index that was not named and may be a stranger's."""
    if context.get_parameter_source(option.name or "") is ParameterSource.DEFAULT:
        refuse_foreign(folder)
    return folder


def complain(sentence: str) -> None:
    """Print on stderr what went wrong."""
    click.echo(f"searchapp: {one_line(sentence)}", err=True)
