"""What several commands share: the option that names the index, and how a failure is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from searchapp.render.terminal import one_line

_INDEX = Path("index")

Command = Callable[..., Any]


def index_option(command: Command) -> Command:
    """Give a command the option --index."""
    return click.option(
        "--index", "-i", type=click.Path(path_type=Path), default=_INDEX, show_default=True, help="The index's folder."
    )(command)


def complain(sentence: str) -> None:
    """Print on stderr what went wrong."""
    click.echo(f"searchapp: {one_line(sentence)}", err=True)
