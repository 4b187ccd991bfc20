"""The shell: commands, what they print, and their exit codes. What they do is done elsewhere.

searching  query, article, suggest, …     indexing  index, watch, …     serving  serve, completion
counting   trends, concordance, list, …
console    answers as lines               progress  a run of the indexer

Exit codes: 0 found or done, 1 nothing found (like grep), 2 misused or failed.
"""

import os
import sys
from importlib import import_module

import click

from searchapp import __version__
from searchapp.cli.options import complain
from searchapp.errors import SearchappError

# The module of each command, imported only when the command is used: its libraries take a quarter of a second.
_COMMANDS = {
    **dict.fromkeys(("index", "watch", "forget", "migrate", "check"), "indexing"),
    **dict.fromkeys(("query", "article", "suggest", "stats", "files", "help-query"), "searching"),
    **dict.fromkeys(("trends", "coverage", "concordance", "collocates", "keywords", "list", "cite"), "counting"),
    **dict.fromkeys(("copies", "diff", "versions"), "copying"),
    **dict.fromkeys(("certify", "verify"), "proving"),
    **dict.fromkeys(("save", "saved", "unsave", "news", "counts"), "following"),
    **dict.fromkeys(("serve", "mcp", "completion"), "serving"),
}
_FUNCTIONS = {"suggest": "complete", "list": "count_lines"}  # where a command's function has another name


class _Commands(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"{__name__}.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, _FUNCTIONS.get(cmd_name, cmd_name).replace("-", "_"))
        return command


def main() -> None:
    """Run the command line; the program's way in."""
    try:
        code = commands.main(standalone_mode=False)
    except SearchappError as error:
        complain(str(error))
        code = error.exit_code
    except click.exceptions.Abort:
        complain("Stopped. What was committed until now is kept; run the same command again to go on.")
        code = 2
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and error.ctx and error.ctx.command.name == "query":
            click.echo("To leave a word out, put -- before the words: searchapp query -- iran -gaza", err=True)
        code = error.exit_code
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog="Start with: searchapp serve FOLDER"
)
@click.version_option(__version__)
def commands() -> None:
    """Search a folder of news articles: in a web page, in the shell, over JSON."""
