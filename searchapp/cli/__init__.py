"""The shell: commands, their output and their exit codes. The work itself is done elsewhere.

searching, counting, copying, proving, following, indexing, serving, checkup   the commands, by module
console, screen, figures, differing   answers as lines, as a page on a terminal, and as tables; how answers differ
options, completing        what commands share; what the shell offers while one is typed
progress, meanwhile        a run of the indexer; one beside the server
feeding                    a search as a feed in files

Exit codes: 0 found or done, 1 nothing found (like grep), 2 misused or failed.
"""

import os
import sys
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from searchapp import __version__
from searchapp.cli.options import complain
from searchapp.errors import SearchappError

# By heading of the help: each command with its module, which is imported only when it is used, and a short description.
_COMMANDS = {
    "Search": {
        "query": ("searching", "Search for words and print what is found."),
        "article": ("searching", "Print a whole article."),
        "suggest": ("searching", "Complete words, authors and titles."),
        "help-query": ("searching", "Explain the query language, with examples."),
        "open": ("serving", "Open the search page in the browser."),
    },
    "Count, compare, quote": {
        "trends": ("counting", "Count up to six queries over time, side by side."),
        "coverage": ("counting", "Count all articles by day, and name the months without any."),
        "concordance": ("counting", "Print every match in a line, with the words around it."),
        "collocates": ("counting", "List the words that occur near the matches."),
        "keywords": ("counting", "List the words that distinguish these articles from others."),
        "list": ("counting", "Count a list of names or queries at once."),
        "cite": ("counting", "Print how to cite articles."),
        "copies": ("copying", "List all printings of a story."),
        "diff": ("copying", "Compare two articles, or an article with its former text."),
        "versions": ("copying", "List the former texts of an article."),
    },
    "Follow and prove": {
        "save": ("following", "Save a search, to learn what is new for it."),
        "saved": ("following", "List the saved searches."),
        "unsave": ("following", "Remove a saved search."),
        "counts": ("following", "Show how answers differ from those that were kept."),
        "news": ("following", "Show what is new for the saved searches."),
        "certify": ("proving", "Print a certificate of an answer."),
        "verify": ("proving", "Check a certificate."),
    },
    "Index": {
        "index": ("indexing", "Index folders, or update the index."),
        "watch": ("indexing", "Keep the index up to date until Ctrl-C."),
        "forget": ("indexing", "Remove a folder from the index."),
        "migrate": ("indexing", "Move the index to another engine."),
        "check": ("indexing", "Compare the index with its checksums."),
        "files": ("searching", "List every file that was seen, and why it was left out."),
        "stats": ("searching", "Print the contents of the index in numbers."),
        "doctor": ("checkup", "Check this installation and the index, for a bug report."),
    },
    "Serve": {
        "serve": ("serving", "Index folders, if given, and serve the search page."),
        "mcp": ("serving", "Serve the index to an assistant."),
        "completion": ("serving", "Print the completion script for a shell."),
    },
}
COMPLETING = "_SEARCHAPP_COMPLETE"  # set when the shell requests completions
_ALL = {name: told for listed in _COMMANDS.values() for name, told in listed.items()}
_FUNCTIONS = {
    "suggest": "complete",
    "list": "count_lines",
    "open": "open_page",
}  # commands whose function has another name


class _Commands(click.Group):
    """Commands that are imported when they are used, but not to list them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_ALL)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _ALL:
            return None
        module = import_module(f"{__name__}.{_ALL[cmd_name][0]}")
        command: click.Command = getattr(module, _FUNCTIONS.get(cmd_name, cmd_name).replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for heading, listed in _COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, does) for name, (_, does) in listed.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        begun = [CompletionItem(name, help=does) for name, (_, does) in _ALL.items() if name.startswith(incomplete)]
        return [*begun, *click.Command.shell_complete(self, ctx, incomplete)]


def main() -> None:
    """Run the command line; this is the program's entry point."""
    # Set before numpy is imported, which would start a thread per core for matrix products that are small here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        if COMPLETING in os.environ:
            import_module(f"{__name__}.completing")
        code = commands.main(standalone_mode=False, prog_name="searchapp", complete_var=COMPLETING)
    except SearchappError as error:
        complain(str(error))
        code = error.exit_code
    except click.exceptions.Abort:
        complain("Stopped. Everything committed so far is kept; run the same command again to continue.")
        code = 2
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and error.ctx and error.ctx.command.name == "query":
            click.echo("To exclude a word, put -- before the words: searchapp query -- iran -gaza", err=True)
        code = error.exit_code
    except BrokenPipeError:  # the reader of our output has closed it, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog="Start with: searchapp serve FOLDER"
)
@click.version_option(__version__)
def commands() -> None:
    """Search a folder of news articles: in a web page, in the shell, over JSON."""
